"""Shopify as a server of its own on loopback: storefront, proxy, pretend admin and Admin API."""

import argparse
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import gevent
from flask import Flask
from gevent import monkey
from gevent.pywsgi import WSGIHandler, WSGIServer

from backend.dev.admin.sample_admin import sample_admin
from backend.dev.facebook.graph_api import graph_api
from backend.dev.facebook.page_posts import PretendPage
from backend.dev.facebook.page_views import page_views
from backend.dev.mail.mail_server import Mailbox, MailServer
from backend.dev.mail.mailbox_pages import Hooks, mailbox_pages
from backend.dev.shopify.admin_api import admin_api
from backend.dev.shopify.admin_controls import admin_controls
from backend.dev.shopify.admin_stores import AdminStores
from backend.dev.shopify.admin_tokens import AppAccounts
from backend.dev.shopify.app_proxy import BROWSER, AppProxy, app_proxy
from backend.dev.shopify.file_host import file_host
from backend.dev.shopify.sample_webhooks import Webhooks, declared_scopes
from backend.dev.shopify.ucp_endpoint import ucp_endpoint
from backend.dev.storefront.ajax_cart import ajax
from backend.dev.storefront.embed_block import EXTENSION, EmbedBlock
from backend.dev.storefront.sample_controls import controls
from backend.dev.storefront.sample_visitor import LanguagePrefix
from backend.dev.storefront.storefront_pages import pages

CLIENT_ID = "client-id-of-the-sample"
BLUEPRINTS = (
    app_proxy,
    controls,
    admin_api,
    admin_controls,
    file_host,
    ucp_endpoint,
    sample_admin,
    mailbox_pages,
    graph_api,
    page_views,
    ajax,
    pages,
)


def create_storefront(
    app: str,
    secret: str,
    extension: Path = EXTENSION,
    client_id: str = CLIENT_ID,
    kept: Path | None = None,
) -> Flask:
    """Shopify for one app at the address `app`; what it remembers of installations may be `kept` in
    a file.
    """
    address = app.rstrip("/")
    accounts = AppAccounts(client_id, secret, declared_scopes(), kept)

    shopify = Flask(__name__, static_folder=None)
    shopify.extensions["app_proxy"] = AppProxy(address, secret)
    shopify.extensions["embed"] = EmbedBlock(extension)
    shopify.extensions["accounts"] = accounts
    shopify.extensions["admin_stores"] = AdminStores()
    shopify.extensions["webhooks"] = Webhooks(address, secret)
    shopify.extensions["mailbox"] = Mailbox()
    shopify.extensions["hooks"] = Hooks()
    shopify.extensions["pretend_page"] = PretendPage()

    for blueprint in BLUEPRINTS:
        shopify.register_blueprint(blueprint)
    shopify.wsgi_app = LanguagePrefix(shopify.wsgi_app)  # type: ignore[method-assign]
    return shopify


class SocketHandler(WSGIHandler):  # type: ignore[misc]
    """Lets the app proxy cut the browser's connection."""

    def handle(self) -> None:
        """Without this the body of each answer waits 40 ms for a word that its head has come."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), BROWSER: self.socket}


def serve(port: int, shopify: Flask) -> None:
    """Until SIGTERM or SIGINT."""
    server = WSGIServer(
        ("127.0.0.1", port), shopify, log=None, handler_class=SocketHandler
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, 0)

    try:
        server.start()
    except OSError as error:
        sys.exit(f"The storefront cannot listen on port {port}: {error.strerror}.")

    print(f"The storefront is at http://127.0.0.1:{port}/", flush=True)
    server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m backend.dev.shopify.fake_shopify", description=__doc__
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--app",
        required=True,
        help="address of the back end, such as http://127.0.0.1:8000",
    )
    parser.add_argument("--secret", required=True, help="the app's client secret")
    parser.add_argument("--client-id", default=CLIENT_ID, help="the app's client id")
    parser.add_argument(
        "--kept", type=Path, help="file for what is to be remembered after a restart"
    )
    parser.add_argument("--mail-port", type=int, help="where mail is taken")
    chosen = parser.parse_args()

    # Late, but no socket and no lock exists yet. All is plain HTTP, so ssl stays as it is.
    monkey.patch_all(ssl=False)
    shopify = create_storefront(
        chosen.app, chosen.secret, client_id=chosen.client_id, kept=chosen.kept
    )
    if chosen.mail_port is not None:
        MailServer(shopify.extensions["mailbox"], chosen.mail_port)
    serve(chosen.port, shopify)


if __name__ == "__main__":
    main()
