"""Door 1: HTTP. Every prefix and blueprint on one page."""

from flask import Flask

from backend.web.admin_conversation import admin_conversation
from backend.web.admin_export import admin_export
from backend.web.admin_home import admin_home
from backend.web.admin_inbox import admin_inbox
from backend.web.admin_pages import admin_pages
from backend.web.admin_privacy import admin_privacy
from backend.web.admin_settings import admin_settings
from backend.web.health import health
from backend.web.install import install
from backend.web.storefront_chat import direct, storefront_chat
from backend.web.webhooks import webhooks


def register(app: Flask) -> None:
    app.register_blueprint(storefront_chat, url_prefix="/proxy")
    app.register_blueprint(direct, url_prefix="/stream")
    app.register_blueprint(install)
    app.register_blueprint(webhooks, url_prefix="/webhooks")
    app.register_blueprint(admin_pages)
    app.register_blueprint(admin_home)
    app.register_blueprint(admin_inbox, url_prefix="/admin")
    app.register_blueprint(admin_conversation, url_prefix="/admin")
    app.register_blueprint(admin_privacy, url_prefix="/admin")
    app.register_blueprint(admin_settings, url_prefix="/admin")
    app.register_blueprint(admin_export, url_prefix="/admin")
    app.register_blueprint(health)
