"""The hosts of a shop's storefront: so many, the ones that are in use, whoever else writes to the
table.
"""

import time

import pytest
from sqlalchemy import event, select, update

from backend.services import Services
from backend.shops.directory import MOST_LOOKUPS, Directory
from backend.shops.storefront_hosts import MOST_HOSTS
from backend.store.tables import storefronts

DAY_MS = 86_400_000


@pytest.fixture
def seen(services: Services) -> Directory:
    """A shop with as many hosts as it may have, seen one day after the other."""
    directory = Directory(services.db)
    shop = directory.open_shop("tide.myshopify.com")
    for number in range(MOST_HOSTS):
        directory.note_host(shop, host(number))
        age_all(services)
    return directory


def host(number: int) -> str:
    return f"www-{number}.tide.example"


def age_all(services: Services) -> None:
    older = update(storefronts).values(seen_at=storefronts.c.seen_at - DAY_MS)
    services.db.write(
        lambda connection: connection.execute(older.where(storefronts.c.shop_id > 0))
    )


def hosts_of(
    services: Services, directory: Directory, domain: str = "tide.myshopify.com"
) -> set[str]:
    mine = select(storefronts.c.host).where(
        storefronts.c.shop_id == directory.open_shop(domain).id
    )
    with services.db.reading() as connection:
        return set(connection.execute(mine).scalars())


def test_one_more_replaces_the_one_unseen_longest(services: Services, seen: Directory):
    shop = seen.open_shop("tide.myshopify.com")

    seen.note_host(shop, "new.tide.example")

    kept = hosts_of(services, seen)
    assert len(kept) == MOST_HOSTS
    assert "new.tide.example" in kept
    assert host(0) not in kept
    assert (seen.is_storefront("new.tide.example"), seen.is_storefront(host(0))) == (
        True,
        False,
    )


def test_a_host_in_use_stays(services: Services, seen: Directory):
    other_process = Directory(services.db)
    shop = other_process.open_shop("tide.myshopify.com")

    other_process.note_host(shop, host(0))
    other_process.note_host(shop, "new.tide.example")

    kept = hosts_of(services, seen)
    assert host(0) in kept
    assert host(1) not in kept


def test_a_host_that_was_replaced_comes_back_when_it_is_seen_again(
    services: Services, seen: Directory
):
    shop = seen.open_shop("tide.myshopify.com")
    seen.note_host(shop, "new.tide.example")

    seen.note_host(shop, host(0))

    assert host(0) in hosts_of(services, seen)
    assert seen.is_storefront(host(0))


def test_another_shops_hosts_are_left_alone(services: Services, seen: Directory):
    otto = seen.open_shop("otto.myshopify.com")
    seen.note_host(otto, host(0))

    seen.note_host(seen.open_shop("tide.myshopify.com"), "new.tide.example")

    assert hosts_of(services, seen, "otto.myshopify.com") == {host(0)}


def test_a_host_in_use_is_written_down_once_in_a_while_and_not_each_time(
    services: Services, seen: Directory
):
    shop = seen.open_shop("tide.myshopify.com")
    seen.note_host(shop, "new.tide.example")
    age_all(services)
    before = times_of(services)

    for _ in range(100):
        seen.note_host(shop, "new.tide.example")

    assert times_of(services) == before


def times_of(services: Services) -> set[int]:
    with services.db.reading() as connection:
        return set(
            connection.execute(
                select(storefronts.c.seen_at).where(storefronts.c.shop_id > 0)
            ).scalars()
        )


def test_strangers_do_not_make_us_look_up_any_number_of_hosts(
    services: Services, seen: Directory
):
    looked_up: list[str] = []
    for engine in services.db.engines:
        event.listen(
            engine, "before_cursor_execute", lambda *asked: looked_up.append(asked[2])
        )
    began = time.monotonic()

    assert not any(
        seen.is_storefront(f"stranger-{number}.example")
        for number in range(20 * MOST_LOOKUPS)
    )

    seconds = int(time.monotonic() - began) + 2
    assert 0 < len(looked_up) <= MOST_LOOKUPS * seconds < 20 * MOST_LOOKUPS
