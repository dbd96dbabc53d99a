"""Opening a shop: once it has signed something it is there, and always the same one."""

import gevent
from sqlalchemy import func, select

from backend.services import Services
from backend.shops.directory import Directory
from backend.store.tables import shops


def test_a_shop_never_seen_is_there_from_its_first_request_on(
    services: Services,
) -> None:
    opened = Directory(services.db).open_shop("tide.myshopify.com")

    again = Directory(services.db).open_shop("tide.myshopify.com")

    assert (again.id, again.domain) == (opened.id, "tide.myshopify.com")


def test_whoever_comes_first_at_once_meets_in_one_shop(services: Services) -> None:
    directories = [Directory(services.db) for _ in range(4)]

    opening = [
        gevent.spawn(each.open_shop, "tide.myshopify.com") for each in directories
    ]
    gevent.joinall(opening, timeout=30, raise_error=True)

    assert len({each.value.id for each in opening}) == 1
    with services.db.reading() as connection:
        rows = select(func.count()).where(shops.c.domain == "tide.myshopify.com")
        assert connection.execute(rows).scalar_one() == 1


def test_each_shop_has_keys_of_its_own(services: Services) -> None:
    directory = Directory(services.db)

    tide, ottos = (
        directory.open_shop(f"{name}.myshopify.com") for name in ("tide", "otto")
    )

    assert tide.session_key != ottos.session_key
    assert tide.session_key.hex() not in repr(tide)


def test_a_host_is_a_storefront_once_a_shop_was_seen_under_it(
    services: Services,
) -> None:
    directory = Directory(services.db)
    assert not directory.is_storefront("www.tide.example")

    directory.note_host(directory.open_shop("tide.myshopify.com"), "www.tide.example")

    assert directory.is_storefront("www.tide.example")
    assert Directory(services.db).is_storefront("www.tide.example")
