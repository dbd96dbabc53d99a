"""A shop's tokens live as Shopify's do: exchanged, refreshed by one process at a time, recovered,
lost, replaced.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import Row, select, update

from backend.clock import now_ms
from backend.config import Config
from backend.dev.shopify.pretend_tokens import id_token
from backend.errors import (
    NeedsReauth,
    NotSetUp,
    ShopifyRefused,
    ShopifyUnavailable,
    Unauthorized,
    Undecipherable,
)
from backend.services import Services, build
from backend.shopify import scopes
from backend.shopify.session_tokens import IdToken, read_id_token
from backend.shops import access_tokens, directory, installation, uninstalls
from backend.shops.uninstalls import Uninstall
from backend.store import job_queue
from backend.store.job_queue import Claim, Lease
from backend.store.tables import installations, jobs
from tests.support.kept_shops import open_services
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import CLIENT_ID, SECRET

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS

_numbers = count(1)


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def config(services: Services) -> Config:
    return services.config


@pytest.fixture
def domain() -> str:
    return f"sand-{next(_numbers)}.myshopify.com"


@pytest.fixture
def shop(services: Services, domain: str) -> int:
    """A shop that has opened the app once, whose tokens nobody has used yet."""
    access_tokens.admit(services, token_of(domain))
    return id_of(services, domain)


def token_of(domain: str, age: int = 0) -> IdToken:
    return read_id_token(
        id_token(SECRET, CLIENT_ID, domain, age=age), CLIENT_ID, [SECRET]
    )


def id_of(services: Services, domain: str) -> int:
    return int(services.db.write(directory.add_shop, domain).id)


def row_of(services: Services, shop_id: int) -> Row:
    with services.db.reading() as connection:
        return connection.execute(
            select(installations).where(installations.c.shop_id == shop_id)
        ).one()


def change(services: Services, shop_id: int, **values: object) -> None:
    mine = update(installations).where(installations.c.shop_id == shop_id)
    services.db.write(lambda connection: connection.execute(mine.values(**values)))


def lock_of(services: Services, shop_id: int) -> Row | None:
    with services.db.reading() as connection:
        query = select(jobs).where(
            jobs.c.shop_id == shop_id, jobs.c.kind == access_tokens.LOCK
        )
        return connection.execute(query).one_or_none()


def claim_locks(services: Services) -> list[Claim]:
    """What is due of the jobs that change tokens; a shop that has opened the app has others too."""
    me, kinds = services.process.me, [access_tokens.LOCK]
    return services.db.write(job_queue.claim, me, 60, 10, kinds)


def test_who_opens_the_app_first_brings_tokens_that_end(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    row = row_of(services, shop)

    assert row.status == "installed"
    assert row.scopes == scopes.WANTED
    assert 0 < row.access_until - now_ms() <= 3_600_000
    assert 89 * DAY_MS < row.refresh_until - now_ms() <= 90 * DAY_MS
    assert admin_api.calls(domain) == ["exchange"]
    assert lock_of(services, shop) is None


def test_no_token_is_readable_in_the_table(services: Services, shop: int) -> None:
    row = row_of(services, shop)
    token = access_tokens.get_access_token(services, shop)

    assert token.startswith("access-")
    assert token.encode() not in bytes(row.access_token)
    assert b"refresh-" not in bytes(row.refresh_token)


def test_one_shops_tokens_do_not_open_as_anothers(
    services: Services, shop: int
) -> None:
    other = f"sand-{next(_numbers)}.myshopify.com"
    access_tokens.admit(services, token_of(other))
    others = id_of(services, other)
    change(services, others, access_token=row_of(services, shop).access_token)

    with pytest.raises(Undecipherable):
        access_tokens.get_access_token(services, others)


def test_a_token_with_time_left_is_used_as_it_is(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    assert access_tokens.get_access_token(
        services, shop
    ) == access_tokens.get_access_token(services, shop)
    assert admin_api.calls(domain) == ["exchange"]


def test_a_token_is_refreshed_before_it_ends(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    first = access_tokens.get_access_token(services, shop)
    change(services, shop, access_until=now_ms() + 60_000)

    second = access_tokens.get_access_token(services, shop)

    assert second != first
    assert access_tokens.get_access_token(services, shop) == second
    assert admin_api.calls(domain) == ["exchange", "refresh"]


def test_a_token_that_shopify_has_refused_is_refreshed_at_once(
    services: Services, shop: int
) -> None:
    refused = access_tokens.get_access_token(services, shop)

    assert access_tokens.get_access_token(services, shop, refused) != refused


def test_two_processes_refresh_once(
    services: Services, config: Config, shop: int, domain: str, admin_api: AdminApi
) -> None:
    change(services, shop, access_until=now_ms())

    with ThreadPoolExecutor(2) as processes:
        tokens = set(
            processes.map(lambda _: in_a_process_of_its_own(config, shop), range(2))
        )

    assert len(tokens) == 1
    assert admin_api.calls(domain) == ["exchange", "refresh"]


def test_a_lost_answer_is_asked_for_again_with_the_token_before_it(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    change(services, shop, access_until=now_ms())
    admin_api.fails("lost", "refresh", shop=domain)
    with pytest.raises(ShopifyUnavailable):
        access_tokens.get_access_token(services, shop)

    assert access_tokens.get_access_token(services, shop).startswith("access-")
    assert admin_api.calls(domain) == ["exchange", "refresh", "refresh"]
    assert installation.find_status(services, shop) == "installed"


@pytest.mark.parametrize("answer", ["down", "busy"])
def test_while_shopify_is_away_nothing_is_given_up(
    services: Services, shop: int, domain: str, admin_api: AdminApi, answer: str
) -> None:
    change(services, shop, access_until=now_ms())
    admin_api.fails(answer, "refresh", shop=domain)
    with pytest.raises(ShopifyUnavailable):
        access_tokens.get_access_token(services, shop)

    assert installation.find_status(services, shop) == "installed"
    assert lock_of(services, shop) is None


def test_a_dead_refresh_token_waits_for_the_merchant(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    change(services, shop, access_until=now_ms())
    admin_api.fails("invalid_grant", "refresh", shop=domain)
    with pytest.raises(NeedsReauth):
        access_tokens.get_access_token(services, shop)

    assert installation.find_status(services, shop) == "needs_reauth"
    with pytest.raises(NeedsReauth):
        access_tokens.get_access_token(services, shop)

    access_tokens.admit(services, token_of(domain))
    assert installation.find_status(services, shop) == "installed"
    assert admin_api.calls(domain) == ["exchange", "refresh", "exchange"]


def test_a_shop_that_nobody_opens_is_refreshed_every_week(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    access_tokens.refresh_idle(services)
    assert lock_of(services, shop) is None

    change(services, shop, refreshed_at=now_ms() - WEEK_MS - 1)
    access_tokens.refresh_idle(services)
    for claim in claim_locks(services):
        access_tokens.refresh_job(services, claim)

    assert admin_api.calls(domain) == ["exchange", "refresh"]
    assert now_ms() - row_of(services, shop).refreshed_at < WEEK_MS
    assert lock_of(services, shop) is None


def test_what_a_dead_process_was_refreshing_another_refreshes(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    services.db.write(job_queue.hold, shop, access_tokens.LOCK, "", Lease("dead", -1))
    change(services, shop, access_until=now_ms())

    [claim] = claim_locks(services)
    access_tokens.refresh_job(services, claim)

    assert claim.taken_over
    assert row_of(services, shop).access_until > now_ms()
    assert admin_api.calls(domain) == ["exchange", "refresh"]


def test_a_shop_that_left_comes_back_with_a_later_id_token_alone(
    services: Services, shop: int, domain: str
) -> None:
    left_at = (int(time.time()) - 30) * 1000
    services.db.write(directory.close_shop, domain, Uninstall(left_at))

    with pytest.raises(Unauthorized):
        access_tokens.admit(services, token_of(domain, age=31))
    assert is_out(services, domain)

    access_tokens.admit(services, token_of(domain, age=20))
    assert not is_out(services, domain)


@pytest.mark.parametrize("answer", ["down", "invalid_grant"])
def test_a_shop_that_left_stays_out_until_shopify_says_otherwise(
    services: Services, shop: int, domain: str, admin_api: AdminApi, answer: str
) -> None:
    services.db.write(directory.close_shop, domain, Uninstall(now_ms() - 30_000))
    admin_api.fails(answer, "exchange", shop=domain)

    with pytest.raises((ShopifyUnavailable, ShopifyRefused)):
        access_tokens.admit(services, token_of(domain))
    assert is_out(services, domain)


def test_without_a_key_no_token_is_taken_in(
    config: Config, database_url: str, domain: str
) -> None:
    settings = {
        "DATABASE_URL": database_url,
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
    }
    services = build(Config.from_env(settings | {"HOST": "http://127.0.0.1:8000"}))

    with pytest.raises(NotSetUp):
        access_tokens.admit(services, token_of(domain))
    services.db.close()


def is_out(services: Services, domain: str) -> bool:
    with services.db.reading() as connection:
        return uninstalls.find_uninstall(connection, domain) is not None


def in_a_process_of_its_own(config: Config, shop_id: int) -> str:
    """As far as another thread with its own connections is one."""
    services = build(config)
    try:
        return access_tokens.get_access_token(services, shop_id)
    finally:
        services.db.close()
