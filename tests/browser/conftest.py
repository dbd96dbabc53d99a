"""The shop as people see it: real Chromium, the sample storefront, the app behind it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import Shopper
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.showing_app import start_showing_app
from tests.support.storefronts import Storefront
from tests.support.stores import Stores
from tests.support.whole_shop import WholeShop, whole_shop

# Nothing takes long, but the machine may be busy.
expect.set_options(timeout=15_000)

# All these shoppers come from one address to one shop, and some have said a lot.
PATIENT = {
    "SESSION_MESSAGES_PER_MINUTE": "1000",
    "ADDRESS_MESSAGES_PER_MINUTE": "10000",
}


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """A key has scrolled when it has been pressed."""
    return {
        **browser_type_launch_args,
        "args": [*browser_type_launch_args["args"], "--disable-smooth-scrolling"],
    }


@pytest.fixture(scope="session")
def app(stores: Stores, start_app: Callable[..., RunningApp]) -> Iterator[RunningApp]:
    """How it keeps things is the business of other tests: SQLite is enough here."""
    app = start_app(stores.new("sqlite"), **PATIENT)
    yield app
    app.close()


@pytest.fixture(autouse=True)
def ai(ai: ScriptedModel) -> ScriptedModel:
    """Without a rule it answers about the sample shop; none is left over from another story."""
    return ai


@pytest.fixture
def person(
    new_context: Callable[..., BrowserContext],
) -> Iterator[Callable[..., Shopper]]:
    """Somebody with a browser of their own in a storefront. No page may have thrown anything."""
    thrown: list[Error] = []

    def make(storefront: Storefront, **browser: object) -> Shopper:
        context = new_context(**browser)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda thrower: thrown.append(thrower.error))
        return Shopper(context.new_page(), storefront)

    yield make
    assert not thrown


@pytest.fixture
def shopper(
    person: Callable[..., Shopper], storefront: Storefront
) -> Callable[..., Shopper]:
    """One more guest: `shopper(viewport=…)`."""
    return lambda **browser: person(storefront, **browser)


@pytest.fixture
def shopper_at(
    person: Callable[..., Shopper], storefronts: Callable[[RunningApp], Storefront]
) -> Callable[[RunningApp], Shopper]:
    """A guest at an app of the test's own."""
    return lambda app: person(storefronts(app))


@pytest.fixture
def ben(shopper: Callable[..., Shopper]) -> Shopper:
    """A guest."""
    return shopper()


@pytest.fixture(scope="module")
def tide(
    stores: Stores, model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeShop]:
    """The sample shop with its admin, and an app of its own; a module's stories follow one another
    in it.
    """
    with whole_shop(
        stores.new("sqlite"), tmp_path_factory.mktemp("tide"), model, **PATIENT
    ) as shop:
        yield shop


@pytest.fixture
def desk(
    tide: WholeShop, new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., AdminDesk]]:
    """One more browser in the admin: `desk(viewport=…)`. No page in it may have thrown anything."""
    thrown: list[Error] = []

    def make(**browser: object) -> AdminDesk:
        context = new_context(**browser)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda thrower: thrown.append(thrower.error))
        return AdminDesk(context.new_page(), tide.admin)

    yield make
    assert not thrown


@pytest.fixture(scope="module")
def showing_app(
    stores: Stores,
    model: ScriptedModel,
    pretend_shopify: AdminApi,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningApp]:
    """With a tool that shows what the scripted model tells it to."""
    folder = tmp_path_factory.mktemp("showing")
    app = start_showing_app(stores, model, pretend_shopify, folder)
    yield app
    app.close()
