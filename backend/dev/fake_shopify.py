"""The sample storefront as a server of its own: pages, cart, the app proxy and the switches, on loopback."""

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

import gevent
from flask import Flask
from gevent import monkey
from gevent.pywsgi import WSGIHandler, WSGIServer

from backend.dev.ajax_cart import ajax
from backend.dev.app_proxy import BROWSER, AppProxy, app_proxy
from backend.dev.embed_block import EXTENSION, EmbedBlock
from backend.dev.sample_controls import controls
from backend.dev.sample_visitor import LanguagePrefix
from backend.dev.storefront_pages import pages


def create_storefront(app: str, secret: str, extension: Path = EXTENSION) -> Flask:
    """The storefront of a shop that has installed the app at the address `app`, whose client secret is `secret`."""
    storefront = Flask(__name__, static_folder=None)
    storefront.extensions["app_proxy"] = AppProxy(app.rstrip("/"), secret)
    storefront.extensions["embed"] = EmbedBlock(extension)
    for blueprint in (app_proxy, controls, ajax, pages):
        storefront.register_blueprint(blueprint)
    storefront.wsgi_app = LanguagePrefix(storefront.wsgi_app)  # type: ignore[method-assign]
    return storefront


class SocketHandler(WSGIHandler):  # type: ignore[misc]
    """Lets the app proxy cut the browser's connection."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), BROWSER: self.socket}


def serve(port: int, app: str, secret: str) -> None:
    """Until SIGTERM or SIGINT."""
    # Late, but no socket and no lock exists yet. All is plain HTTP, so ssl stays as it is.
    monkey.patch_all(ssl=False)
    server = WSGIServer(("127.0.0.1", port), create_storefront(app, secret), log=None, handler_class=SocketHandler)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, 0)
    try:
        server.start()
    except OSError as error:
        sys.exit(f"The storefront cannot listen on port {port}: {error.strerror}.")
    print(f"The storefront is at http://127.0.0.1:{port}/", flush=True)
    server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m backend.dev.fake_shopify", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--app", required=True, help="address of the back end, such as http://127.0.0.1:8000")
    parser.add_argument("--secret", required=True, help="the app's client secret")
    chosen = parser.parse_args()
    serve(chosen.port, chosen.app, chosen.secret)


if __name__ == "__main__":
    main()
