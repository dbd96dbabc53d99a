"""Shops with the sample's goods in an app's catalog, what their merchants choose, and what their
requests are.
"""

from sqlalchemy import Row, create_engine, text

from backend.clock import now_ms
from backend.config import database_address
from backend.shops import settings as shop_settings
from backend.shops.settings import PickupPlace, Settings
from tests.support.merchants import Merchant
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import ALL_SCOPES, PretendStore
from tests.support.running_app import RunningApp
from tests.support.shop_catalogs import ShopCatalog
from tests.support.waiting import wait_until

WITHOUT_MODEL = {"OPENAI_API_KEY": "", "WITHOUT_MODEL": "rules"}
# All stories of a file are told in one shop.
GENEROUS = {
    f"{who}_MESSAGES_PER_MINUTE": "10000" for who in ("SESSION", "ADDRESS", "SHOP")
}
HARBOUR = PickupPlace("Harbour store", "Quay 4", "Mon-Fri 9-18")
OLD_TOWN = PickupPlace("Old Town", "Market 1")

SHOP_ID = "SELECT id FROM shops WHERE domain = :shop"
REQUESTS = (
    f"SELECT * FROM flow_requests WHERE shop_id = ({SHOP_ID}) ORDER BY created_at, id"
)

WAITED = (
    "UPDATE jobs SET due_at = 0"
    " WHERE kind = 'draft_order' AND status = 'ready' AND due_at > :soon"
)
# Of a process that renews nothing: the leases of those that live are shorter.
LAPSED = (
    "UPDATE jobs SET until = 0"
    " WHERE kind = 'draft_order' AND status = 'leased' AND until > :later"
)
AGED = "UPDATE flow_requests SET changed_at = changed_at - 16000"


def fill_shop(
    app: RunningApp,
    admin_api: AdminApi,
    shop: str,
    scopes: str = ALL_SCOPES,
) -> PretendStore:
    """Its merchant has opened the app a minute ago. The caller makes Shopify forget it."""
    store = PretendStore(admin_api.base, shop)
    store.sells_all()
    store.grants(scopes)
    Merchant(app.base, shop).opens()

    kept = ShopCatalog(app, shop)
    wait_until(lambda: kept.is_ready and not kept.jobs(), "the catalog is filled")
    return store


def choose(app: RunningApp, shop: str, chosen: Settings) -> None:
    """From now on, whatever was chosen before."""
    engine = create_engine(database_address(app.store.database_url))
    with engine.begin() as connection:
        shop_id = connection.execute(text(SHOP_ID), {"shop": shop}).scalar_one()
        seen = shop_settings.load(connection, shop_id).version
        shop_settings.save(connection, shop_id, chosen, seen)
    engine.dispose()


def time_passes(database_url: str) -> None:
    """A quarter of a minute for the orders that wait for it; a minute for dead holders' leases."""
    engine = create_engine(database_address(database_url))
    with engine.begin() as connection:
        waited = connection.execute(text(WAITED), {"soon": now_ms() + 2_000})
        lapsed = connection.execute(text(LAPSED), {"later": now_ms() + 10_000})
        if waited.rowcount or lapsed.rowcount:
            connection.execute(text(AGED))
    engine.dispose()


def requests_of(app: RunningApp, shop: str) -> list[Row]:
    """The oldest first."""
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        found = connection.execute(text(REQUESTS), {"shop": shop}).all()
    engine.dispose()
    return list(found)
