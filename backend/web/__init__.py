"""Door 1: HTTP. Every prefix and blueprint on one page."""

from flask import Flask

from backend.web.health import health
from backend.web.install import install
from backend.web.storefront_chat import direct, storefront_chat


def register(app: Flask) -> None:
    app.register_blueprint(storefront_chat, url_prefix="/proxy")
    app.register_blueprint(direct, url_prefix="/stream")
    app.register_blueprint(install)
    app.register_blueprint(health)
