"""What Shopify says of Mira's shop: read when she installs the app, and every day."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from backend.services import Services
from backend.shops import directory, installation, settings, shop_facts
from backend.shops.directory import Shop
from backend.shops.settings import Settings
from backend.store.job_queue import Claim
from tests.support.kept_shops import KeptShop, open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore, new_store


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "harbour") as store:
        store.says(
            name=" Harbour\n& Sons ",
            ianaTimezone="Asia/Tokyo",
            shopAddress={"countryCodeV2": "JP"},
        )
        yield store


@pytest.fixture
def shop(services: Services, store: PretendStore) -> KeptShop:
    """It has just opened the app for the first time."""
    shop = open_shop(services, store)
    shop.works(installation.GRANTED)
    return shop


def known(shop: KeptShop) -> Shop:
    with shop.services.db.reading() as connection:
        return directory.get_shop(connection, shop.id)


def saved(shop: KeptShop) -> settings.Saved:
    with shop.services.db.reading() as connection:
        return settings.load(connection, shop.id)


def test_a_shop_that_installs_is_known_by_its_facts(shop: KeptShop) -> None:
    assert known(shop).display_name.startswith("Harbour ")
    assert known(shop).settings.time_zone == "UTC"

    shop.works(shop_facts.KIND)

    mine = known(shop)
    assert (mine.name, mine.display_name) == ("Harbour & Sons", "Harbour & Sons")
    assert (mine.currency, mine.country) == ("EUR", "JP")
    assert mine.languages[0] == "en"
    assert {"de", "ml", "ar"} <= set(mine.languages)
    assert mine.settings.time_zone == saved(shop).settings.time_zone == "Asia/Tokyo"
    assert shop_facts.KIND not in shop.job_kinds()


def test_a_shop_that_moves_takes_its_clock_along(
    shop: KeptShop, store: PretendStore
) -> None:
    """Unless Mira has chosen one herself."""
    shop.works(shop_facts.KIND)
    services = shop.services
    services.db.write(directory.save_settings, shop.id, saved(shop).settings, 0)

    store.says(ianaTimezone="America/New_York")
    shop_facts.run_every_shop(services, Claim(0, shop_facts.EVERY_SHOP, "", 1))
    shop.works(shop_facts.KIND)
    assert saved(shop).settings.time_zone == "America/New_York"
    assert saved(shop).version == 1

    chosen = Settings(time_zone="Europe/Paris")
    services.db.write(directory.save_settings, shop.id, chosen, 1)
    store.says(ianaTimezone="Asia/Kolkata")
    shop_facts.read_later(services, shop.id)
    shop.works(shop_facts.KIND)

    mine = saved(shop).settings
    assert (mine.time_zone, mine.shop_zone) == ("Europe/Paris", "Asia/Kolkata")


def test_what_shopify_says_no_more_stays_as_it_was(
    shop: KeptShop, store: PretendStore
) -> None:
    shop.works(shop_facts.KIND)

    store.says(
        name="",
        ianaTimezone="Mars/Olympus",
        shopAddress={"countryCodeV2": None},
        primaryDomain={"localization": None},
    )
    shop_facts.read_later(shop.services, shop.id)
    shop.works(shop_facts.KIND)

    mine = known(shop)
    assert (mine.name, mine.country) == ("Harbour & Sons", "JP")
    assert mine.languages
    assert mine.settings.time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("fault", ["down", "frozen"])
def test_while_shopify_is_away_the_facts_wait(
    shop: KeptShop, store: PretendStore, admin_api: AdminApi, fault: str
) -> None:
    admin_api.fails(fault, "graphql", times=1_000, shop=store.shop)
    shop.works(shop_facts.KIND)
    [waiting] = [job for job in shop.list_jobs() if job.kind == shop_facts.KIND]
    assert waiting.status == "ready"

    admin_api.begins()
    shop.works(shop_facts.KIND)

    assert known(shop).name == "Harbour & Sons"


def test_a_shop_that_has_left_is_not_asked(shop: KeptShop) -> None:
    shop.services.db.write(installation.remove, shop.id)

    with capture_logs() as logs:
        shop.works(shop_facts.KIND)

    assert [line["event"] for line in logs] == ["a shop's facts cannot be read"]
    assert shop_facts.KIND not in shop.job_kinds()
    assert known(shop).name == ""


def test_facts_need_no_scope(services: Services, admin_api: AdminApi) -> None:
    with new_store(admin_api, "bare", scopes="write_app_proxy") as store:
        shop = open_shop(services, store)
        shop.works(installation.GRANTED)
        shop.works(shop_facts.KIND)

        assert known(shop).currency == "EUR"


def test_every_shop_has_its_turn_once_a_day(shop: KeptShop) -> None:
    shop.works(shop_facts.KIND)
    assert shop_facts.KIND not in shop.job_kinds()

    shop_facts.run_every_shop(shop.services, Claim(0, shop_facts.EVERY_SHOP, "", 1))

    assert shop.job_kinds().count(shop_facts.KIND) == 1
