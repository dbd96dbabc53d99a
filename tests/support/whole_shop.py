"""The app with all of Shopify around it at one address, storefront and admin, and a
scripted model.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select

from backend.config import database_address
from backend.dev.dev_app import open_app
from backend.store.tables import metadata
from tests.support.machine import free_port
from tests.support.pretend_shopify import AdminApi
from tests.support.processes import Program
from tests.support.running_app import CLIENT_ID, SECRET, AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.stores import Store, Stores
from tests.support.waiting import answers, wait_until


@dataclass(frozen=True)
class WholeShop:
    """Tide & Timber, with everything that belongs to it."""

    app: RunningApp
    storefront: Storefront
    admin: AdminApi
    model: ScriptedModel


@contextmanager
def open_for_pictures() -> Iterator[WholeShop]:
    """With the app opened, and its products and pages read."""
    with (
        tempfile.TemporaryDirectory(prefix="flux-chat-") as folder,
        closing(Stores()) as stores,
        whole_shop(stores.new("sqlite"), Path(folder)) as shop,
    ):
        open_app(shop.admin.base)
        wait_until(lambda: _has_read(shop.app, "catalog_products"), "its products")
        wait_until(lambda: _has_read(shop.app, "catalog_passages"), "its pages")
        yield shop


def _has_read(app: RunningApp, table: str) -> bool:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        known = select(metadata.tables[table]).limit(1)
        is_there = connection.execute(known).first() is not None
    engine.dispose()
    return is_there


@contextmanager
def whole_shop(
    store: Store, folder: Path, model: ScriptedModel | None = None, **settings: str
) -> Iterator[WholeShop]:
    """Started, with nothing in it; `settings` are the app's. Without a `model` it gets one of its
    own.
    """
    with shop_around(RunningApp, store, folder, settings, model) as shop:
        yield shop


@contextmanager
def shop_around(
    make_app: AppFactory,
    store: Store,
    folder: Path,
    settings: Mapping[str, str],
    model: ScriptedModel | None = None,
) -> Iterator[WholeShop]:
    """The same, with an app that `make_app` makes of store, folder and settings."""
    with ExitStack() as stack:

        def start(name: str, port: int, path: str, **options: object) -> str:
            program = Program.module(
                f"backend.dev.{name}", folder / f"{name}.log", port=port, **options
            )
            stack.callback(program.stop)
            program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}{path}"))
            return f"http://127.0.0.1:{port}"

        model = model or ScriptedModel(start("model.fake_ai", free_port(), "/calls"))
        port = free_port()
        admin = AdminApi(f"http://127.0.0.1:{port}")
        openai = {
            "OPENAI_API_KEY": "key-of-the-tests",
            "OPENAI_BASE_URL": f"{model.base}/v1",
            "OPENAI_IMAGE_MODEL": "scripted",
            "WITHOUT_MODEL": "nobody",
        }
        mail_port = free_port()
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{mail_port}?from=chat@tide.example"}
        facebook = {"FACEBOOK_GRAPH_URL": f"{admin.base}/graph/v23.0"}
        outside = openai | mail | facebook | admin.settings
        chosen = outside | dict(settings)
        app = make_app(store, folder, **chosen)
        stack.callback(app.close)
        options = {
            "app": app.start().base,
            "secret": SECRET,
            "client-id": CLIENT_ID,
            "mail-port": mail_port,
        }
        yield WholeShop(
            app,
            Storefront(start("shopify.fake_shopify", port, "/sample/admin", **options)),
            admin,
            model,
        )
