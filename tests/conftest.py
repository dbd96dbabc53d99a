"""The machine, the app and the people that every test may ask for by name.

A module that needs the app in another way overrides `app`; the people then visit that one.
"""

from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from backend.config import database_address
from backend.services import Services
from backend.store.database import Database
from tests.support.bare_services import PATIENT_MS, open_services
from tests.support.lent_stores import LentStores
from tests.support.machine import CHROMIUM_FLAGS, free_port, headless_chromium_path
from tests.support.merchants import Merchant
from tests.support.node_tests import NodeTestFile
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.processes import Program
from tests.support.running_app import (
    CLIENT_ID,
    SECRET,
    AppFactory,
    RunningApp,
    SharedApps,
)
from tests.support.scripted_model import ScriptedModel
from tests.support.statement_guard import guard
from tests.support.storefronts import Storefront
from tests.support.stores import Store, StoreKind, Stores
from tests.support.waiting import answers

MOST_LOG_SHOWN = 4_000
TESTS = Path(__file__).parent
# A file of these takes minutes, most of which it waits for browsers, servers and clocks; the others
# are short and keep a processor busy.
LONG = {"browser", "contract", "dev", "faults", "house", "operations", "privacy", "web"}
LONGEST = {"test_catalog_kept_up"}

_numbers = count(1)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    if file_path.name.endswith(".test.mjs"):
        return NodeTestFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first and in no order of their subjects, so that those that wait run beside
    those that work; short ones fill up the end.
    """
    items.sort(key=lambda item: _place_in_run(item.path.relative_to(TESTS)))


def _place_in_run(path: Path) -> tuple[bool, bool, int]:
    """The same in each process of a run."""
    is_short = path.parts[0] not in LONG
    return path.stem not in LONGEST, is_short, crc32(path.as_posix().encode())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what the app wrote last."""
    report = yield
    app = getattr(item, "funcargs", {}).get("app")
    if report.failed and isinstance(app, RunningApp):
        report.sections.append(("log of the app", app.logs()[-MOST_LOG_SHOWN:]))
    return report


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    stores = Stores()
    yield stores
    stores.close()


@pytest.fixture(scope="session")
def lent_stores(stores: Stores) -> LentStores:
    return LentStores(stores)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, lent_stores: LentStores
) -> Iterator[str]:
    """A real database of each kind with empty tables, for tests without a web server."""
    yield from lent_stores.lend(request.param)


@pytest.fixture
def sqlite_url(lent_stores: LentStores) -> Iterator[str]:
    """For what is the same on both, or takes long."""
    yield from lent_stores.lend("sqlite")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """The store alone, every statement watched."""
    db = Database(database_address(database_url), timeout_ms=PATIENT_MS)
    guard(db.engines)
    yield db
    db.close()


@pytest.fixture
def services(db: Database, database_url: str) -> Iterator[Services]:
    """All that product functions need, in this process and without a model."""
    services = open_services(database_url)
    yield services
    services.db.close()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedModel]:
    """The model's server, for apps that are started once. Tests ask for `ai`."""
    port = free_port()
    program = Program.module(
        "backend.dev.model.fake_ai",
        tmp_path_factory.mktemp("model") / "model.log",
        port=port,
    )
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/calls"))
    model = ScriptedModel(f"http://127.0.0.1:{port}")
    model.hurries()
    yield model
    program.stop()


@pytest.fixture
def ai(model: ScriptedModel) -> Iterator[ScriptedModel]:
    """What the model will say; without a rule it answers about the sample shop, word by word. To
    those who never ask for this it answers at once.
    """
    model.forgets()
    yield model
    model.forgets()
    model.hurries()


@pytest.fixture(scope="session")
def pretend_shopify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AdminApi]:
    """Shopify's side of every shop, for apps that are started once: tokens and the Admin API."""
    port = free_port()
    log = tmp_path_factory.mktemp("shopify") / "shopify.log"
    options = {
        "port": port,
        "app": "http://127.0.0.1:9",
        "secret": SECRET,
        "client-id": CLIENT_ID,
    }
    program = Program.module("backend.dev.shopify.fake_shopify", log, **options)
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/sample/admin"))
    yield AdminApi(f"http://127.0.0.1:{port}")
    program.stop()


@pytest.fixture
def admin_api(pretend_shopify: AdminApi) -> Iterator[AdminApi]:
    """How Shopify's side answers; a fault that nobody met is not left for the next test."""
    pretend_shopify.begins()
    yield pretend_shopify
    pretend_shopify.begins()


@pytest.fixture(scope="session")
def start_app(
    stores: Stores,
    model: ScriptedModel,
    pretend_shopify: AdminApi,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., RunningApp]:
    def start(store: Store, **settings: str) -> RunningApp:
        openai = {
            "OPENAI_API_KEY": "key-of-the-tests",
            "OPENAI_BASE_URL": f"{model.base}/v1",
            "OPENAI_IMAGE_MODEL": "scripted",
            # Most stories are the model's, and what becomes of its faults; those of the rules set
            # it back.
            "WITHOUT_MODEL": "nobody",
            "DATABASE_TIMEOUT_MS": str(PATIENT_MS),
        }
        outside = openai | pretend_shopify.settings
        return RunningApp(
            store, tmp_path_factory.mktemp("app"), **(outside | settings)
        ).start()

    return start


@pytest.fixture(scope="session")
def apps(stores: Stores, start_app: Callable[..., RunningApp]) -> Iterator[SharedApps]:
    apps = SharedApps(stores, start_app)
    yield apps
    apps.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, apps: SharedApps) -> RunningApp:
    """One process on each store, shared by the tests that leave it as they found it."""
    return apps.on(request.param)


@pytest.fixture
def app_factory(
    stores: Stores, start_app: Callable[..., RunningApp]
) -> Iterator[AppFactory]:
    """An app of the test's own, with its own store and settings, to be killed or starved
    at will.
    """
    started: list[RunningApp] = []

    def make(
        kind: StoreKind = "sqlite", redis: bool = True, **settings: str
    ) -> RunningApp:
        started.append(start_app(stores.new(kind, redis), **settings))
        return started[-1]

    yield make
    for app in started:
        app.close()
        # Shown only when the test fails.
        print(app.logs()[-MOST_LOG_SHOWN:])


@pytest.fixture
def shop() -> str:
    """A shop that no other test uses, so that limits and lists start empty."""
    return f"tide-{next(_numbers)}.myshopify.com"


@pytest.fixture
def ana(app: RunningApp, shop: str) -> Person:
    """A signed-in customer."""
    return Person(app.base, shop, customer="7001")


@pytest.fixture
def ben(app: RunningApp, shop: str) -> Person:
    """A guest."""
    return Person(app.base, shop)


@pytest.fixture
def mira(app: RunningApp, shop: str) -> Merchant:
    """The shop's owner, who sees her own storefront as one more signed-in customer."""
    return Merchant(app.base, shop, customer="7002")


@pytest.fixture
def otto(app: RunningApp) -> Merchant:
    """The owner of another shop, where his customer number happens to be Ana's."""
    return Merchant(app.base, f"otto-{next(_numbers)}.myshopify.com", customer="7001")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": headless_chromium_path(),
        "args": CHROMIUM_FLAGS,
    }


@pytest.fixture(scope="session")
def storefronts(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[RunningApp], Storefront]]:
    """One sample storefront for each app that asks."""
    opened: dict[str, tuple[Program, Storefront]] = {}

    def open_for(app: RunningApp) -> Storefront:
        if app.base not in opened:
            port = free_port()
            log = tmp_path_factory.mktemp("storefront") / "storefront.log"
            options = {
                "port": port,
                "app": app.base,
                "secret": SECRET,
                "client-id": CLIENT_ID,
            }
            program = Program.module("backend.dev.shopify.fake_shopify", log, **options)
            program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/sample/state"))
            opened[app.base] = program, Storefront(f"http://127.0.0.1:{port}")
        return opened[app.base][1]

    yield open_for
    for program, _ in opened.values():
        program.stop()


@pytest.fixture
def storefront(
    app: RunningApp, storefronts: Callable[[RunningApp], Storefront]
) -> Storefront:
    """The sample storefront in front of `app`, with a proxy that streams until it is told
    otherwise.
    """
    storefront = storefronts(app)
    storefront.forgets()
    return storefront
