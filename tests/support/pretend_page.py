"""The pretend Page on a port of the test's own, and what an app is told to reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from backend.config import Config
from backend.dev.facebook.graph_api import graph_api
from backend.dev.facebook.page_posts import PAGE_ID, PAGE_TOKEN, PretendPage
from backend.dev.facebook.page_views import page_views
from backend.outbound.graph_client import PageAccess

ACCESS = PageAccess(PAGE_ID, PAGE_TOKEN)


def page_app() -> Flask:
    app = Flask(__name__)
    app.extensions["pretend_page"] = PretendPage()
    app.register_blueprint(graph_api)
    app.register_blueprint(page_views)
    return app


@contextmanager
def served_page() -> Iterator[tuple[Config, PretendPage]]:
    app = page_app()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield page_config(f"http://127.0.0.1:{server.port}/graph/v23.0"), page_of(app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page_of(app: Flask) -> PretendPage:
    found = app.extensions["pretend_page"]
    assert isinstance(found, PretendPage)
    return found


def page_config(address: str) -> Config:
    settings = {
        "SHOPIFY_API_KEY": "id",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.example",
        "FACEBOOK_GRAPH_URL": address,
    }
    return Config.from_env(settings)
