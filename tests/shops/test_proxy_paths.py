"""Under which path a storefront reaches us: as Shopify has signed it, if it is a path."""

import pytest
from sqlalchemy import select

from backend.services import Services
from backend.shops.directory import Directory, Shop
from backend.shops.proxy_paths import DEFAULT_PATH, ProxyPaths
from backend.store.tables import shops


@pytest.fixture
def tide(services: Services) -> Shop:
    return Directory(services.db).open_shop("tide.myshopify.com")


def kept(services: Services, shop: Shop) -> str | None:
    query = select(shops.c.proxy_path).where(shops.c.id == shop.id)
    with services.db.reading() as connection:
        path: str | None = connection.execute(query).scalar_one()
    return path


@pytest.mark.parametrize(
    "prefix", ["/tools/talk", "/de/tools/talk", "/pt-br/tools/talk/"]
)
def test_a_renamed_path_is_kept_without_its_language(
    services: Services, tide: Shop, prefix: str
) -> None:
    ProxyPaths(services.db).note(tide, prefix)

    assert kept(services, tide) == "/tools/talk"


def test_the_usual_path_is_nothing_to_keep(services: Services, tide: Shop) -> None:
    paths = ProxyPaths(services.db)
    paths.note(tide, DEFAULT_PATH)
    assert kept(services, tide) is None

    paths.note(tide, "/a/talk")
    ProxyPaths(services.db).note(tide, DEFAULT_PATH)

    assert kept(services, tide) is None


@pytest.mark.parametrize(
    "prefix",
    ["", "/", "talk", "/cart/talk", "/apps/", "/apps/a/b", "/apps/<b>", "//apps/x"],
)
def test_what_is_no_path_of_a_proxy_changes_nothing(
    services: Services, tide: Shop, prefix: str
) -> None:
    paths = ProxyPaths(services.db)
    paths.note(tide, "/apps/talk")

    paths.note(tide, prefix)

    assert kept(services, tide) == "/apps/talk"
