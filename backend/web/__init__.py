"""Door 1: HTTP. Every prefix and blueprint on one page."""

from flask import Flask

from backend.web.admin.audit_log import admin_audit_log
from backend.web.admin.composer import admin_composer
from backend.web.admin.conversation import admin_conversation
from backend.web.admin.export import admin_export
from backend.web.admin.home import admin_home
from backend.web.admin.inbox import admin_inbox
from backend.web.admin.notifications import admin_notifications
from backend.web.admin.pages import admin_pages
from backend.web.admin.posts import admin_posts
from backend.web.admin.posts_actions import admin_posts_actions
from backend.web.admin.posts_talk import admin_posts_talk
from backend.web.admin.privacy import admin_privacy
from backend.web.admin.replies import admin_replies
from backend.web.admin.requests import admin_requests
from backend.web.admin.settings import admin_settings
from backend.web.admin.settings_trial import admin_trial
from backend.web.admin.triage import admin_triage
from backend.web.health import health
from backend.web.install import install
from backend.web.storefront import direct, storefront_chat
from backend.web.ucp_profile import ucp_profile
from backend.web.webhooks import webhooks


def register(app: Flask) -> None:
    app.register_blueprint(storefront_chat, url_prefix="/proxy")
    app.register_blueprint(direct, url_prefix="/stream")

    app.register_blueprint(install)
    app.register_blueprint(webhooks, url_prefix="/webhooks")

    app.register_blueprint(admin_pages)
    app.register_blueprint(admin_home)
    app.register_blueprint(admin_inbox, url_prefix="/admin")
    app.register_blueprint(admin_replies, url_prefix="/admin")
    app.register_blueprint(admin_conversation, url_prefix="/admin")
    app.register_blueprint(admin_composer, url_prefix="/admin")
    app.register_blueprint(admin_triage, url_prefix="/admin")
    app.register_blueprint(admin_requests, url_prefix="/admin")
    app.register_blueprint(admin_posts, url_prefix="/admin")
    app.register_blueprint(admin_posts_talk, url_prefix="/admin")
    app.register_blueprint(admin_posts_actions, url_prefix="/admin")
    app.register_blueprint(admin_privacy, url_prefix="/admin")
    app.register_blueprint(admin_settings, url_prefix="/admin")
    app.register_blueprint(admin_notifications, url_prefix="/admin")
    app.register_blueprint(admin_trial, url_prefix="/admin")
    app.register_blueprint(admin_audit_log, url_prefix="/admin")
    app.register_blueprint(admin_export, url_prefix="/admin")

    app.register_blueprint(ucp_profile)
    app.register_blueprint(health)
