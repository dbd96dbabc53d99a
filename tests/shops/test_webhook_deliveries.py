"""Nothing ends on a webhook's word alone: Shopify is asked, what it has signed since counts,
refusals are kept.
"""

import json
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Row, func, select, update

from backend.clock import now_ms
from backend.dev.shopify.pretend_tokens import id_token
from backend.dev.shopify.sample_webhooks import PAYLOADS
from backend.errors import ShopUninstalled
from backend.jobs import webhook_jobs
from backend.services import Services, build
from backend.shopify.session_tokens import read_id_token
from backend.shopify.signatures import Webhook
from backend.shops import access_tokens, directory, uninstalls, webhook_deliveries
from backend.shops.directory import Directory
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.job_queue import Claim, Lease
from backend.store.tables import conversations, installations, shops
from backend.store.tables import webhook_deliveries as noted
from tests.support.kept_shops import open_services
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import CLIENT_ID, SECRET

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
# What tells nothing about a token: Shopify away, busy or the shop frozen, and whoever stands on the
# way.
NO_WORD = pytest.mark.parametrize(
    "answer",
    ["down", "busy", "throttled", "lost", "frozen", "locked", "forbidden", "stranger"],
)

_numbers = count(1)


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def mira(services: Services) -> str:
    """Her shop, which has opened the app once, and in which somebody has chatted."""
    domain = f"mira-{next(_numbers)}.myshopify.com"
    opens(services, domain, age=30)
    chats(services, domain)
    return domain


@pytest.fixture
def ben(services: Services) -> str:
    """The shop of one who has never opened the app: there is no token to ask Shopify with."""
    domain = f"ben-{next(_numbers)}.myshopify.com"
    chats(services, domain)
    return domain


def test_an_uninstall_that_shopify_confirms_takes_effect(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(mira)
    comes(services, "app/uninstalled", mira)

    assert is_refused(services, mira)
    assert not rows(services, installations, mira)
    assert kept(services, mira) == 1


@pytest.mark.parametrize("topic", ["app/uninstalled", "shop/redact"])
def test_of_a_shop_that_shopify_still_serves_nothing_ends(
    services: Services, mira: str, admin_api: AdminApi, topic: str
) -> None:
    before = now_ms()
    comes(services, topic, mira)

    assert not is_refused(services, mira)
    assert rows(services, installations, mira)[0].status == "installed"
    assert kept(services, mira) == 1
    [refused] = webhook_deliveries.list_refused(services)
    assert (refused.topic, refused.refused, refused.domain) == (topic, "served", mira)
    assert refused.received_at >= before


@NO_WORD
@pytest.mark.parametrize("topic", ["app/uninstalled", "shop/redact"])
def test_while_shopify_does_not_say_a_webhook_waits(
    services: Services, mira: str, admin_api: AdminApi, topic: str, answer: str
) -> None:
    admin_api.uninstalls(mira)
    admin_api.fails(answer, shop=mira)
    claim = comes(services, topic, mira)

    assert not is_refused(services, mira)
    assert rows(services, installations, mira)[0].status == "installed"
    assert kept(services, mira) == 1
    assert not webhook_deliveries.list_refused(services)

    goes_on(services, claim)
    assert is_refused(services, mira)


def test_a_webhook_that_waits_too_long_is_shown_and_can_be_looked_at_again(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(mira)
    admin_api.fails("down", times=2, shop=mira)
    claim = comes(services, "app/uninstalled", mira)
    changes(services, noted, mira, received_at=now_ms() - 8 * DAY_MS)
    goes_on(services, claim)

    [refused] = webhook_deliveries.list_refused(services)
    assert refused.refused == "unconfirmed"
    assert not is_refused(services, mira)

    assert webhook_deliveries.do_again(services, claim.shop_id, claim.ref)
    goes_on(services, claim)
    assert is_refused(services, mira)
    assert not webhook_deliveries.list_refused(services)
    assert not webhook_deliveries.do_again(services, claim.shop_id, claim.ref)


@pytest.mark.parametrize(
    "access_seconds", [0, 3_600], ids=["an old access token", "a good one"]
)
def test_a_token_that_is_too_old_is_refreshed_before_anything_is_believed(
    services: Services, mira: str, admin_api: AdminApi, access_seconds: int
) -> None:
    changes(
        services, installations, mira, access_until=now_ms() + access_seconds * 1000
    )
    comes(services, "shop/redact", mira)

    assert kept(services, mira) == 1
    assert webhook_deliveries.list_refused(services)[0].refused == "served"


def test_a_token_that_another_process_has_replaced_is_not_taken_for_a_dead_one(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    changes(
        services,
        installations,
        mira,
        access_token=sealed(services, mira, "access-of-yesterday"),
    )
    comes(services, "app/uninstalled", mira)

    assert not is_refused(services, mira)
    assert admin_api.calls(mira)[-3:] == ["graphql", "refresh", "graphql"]


def test_what_shopify_forwards_long_after_the_uninstall_brings_the_shop_back(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(mira)
    comes(services, "app/uninstalled", mira)
    left_at = now_ms()

    for on_its_way in (left_at - MINUTE_MS, left_at, left_at + MINUTE_MS // 2):
        with pytest.raises(ShopUninstalled):
            Directory(services.db).open_shop(mira, on_its_way)
    shop = Directory(services.db).open_shop(mira, left_at + 2 * MINUTE_MS)

    assert shop.domain == mira
    assert not is_refused(services, mira)
    assert kept(services, mira) == 1


@pytest.mark.parametrize("has_token", [True, False])
def test_an_uninstall_is_not_believed_when_shopify_has_forwarded_something_later(
    services: Services, mira: str, ben: str, admin_api: AdminApi, has_token: bool
) -> None:
    domain = mira if has_token else ben
    admin_api.uninstalls(domain)
    services.signed_times.note(shop_id(services, domain), now_ms())
    comes(services, "app/uninstalled", domain, triggered_at=now_ms() - 2 * MINUTE_MS)

    assert not is_refused(services, domain)
    assert webhook_deliveries.list_refused(services)[-1].refused == "back"


def test_that_shopify_signs_for_a_shop_is_written_once_a_minute(
    services: Services, ben: str
) -> None:
    number, now = shop_id(services, ben), now_ms()
    for second in range(0, 60, 10):
        services.signed_times.note(number, now + second * 1000)
        directory.write_signed_times(services)
    assert signed_at(services, ben) == now

    services.signed_times.note(number, now + MINUTE_MS)
    directory.write_signed_times(services)
    assert signed_at(services, ben) == now + MINUTE_MS

    other = build(services.config)
    other.signed_times.note(number, now)
    directory.write_signed_times(other)
    other.db.close()
    assert signed_at(services, ben) == now + MINUTE_MS


def test_without_a_token_or_an_uninstall_an_erasure_waits_for_the_shop_to_show_itself(
    services: Services, ben: str
) -> None:
    claim = comes(services, "shop/redact", ben)
    goes_on(services, claim)
    assert is_refused(services, ben)
    assert kept(services, ben) == 1

    Directory(services.db).open_shop(ben, now_ms() + 2 * MINUTE_MS)
    changes(services, noted, ben, received_at=now_ms() - 2 * DAY_MS)
    goes_on(services, claim)

    assert not is_refused(services, ben)
    assert kept(services, ben) == 1


def test_without_a_token_or_an_uninstall_a_shop_that_stays_silent_is_erased(
    services: Services, ben: str
) -> None:
    claim = comes(services, "shop/redact", ben)
    changes(services, noted, ben, received_at=now_ms() - 2 * DAY_MS)
    goes_on(services, claim)
    goes_on(services, claim)

    assert not rows_of_shop(services, ben)


def test_without_a_token_a_shop_that_was_silent_since_its_uninstall_is_erased(
    services: Services, ben: str
) -> None:
    comes(services, "app/uninstalled", ben)
    claim = comes(services, "shop/redact", ben)
    goes_on(services, claim)

    assert not rows_of_shop(services, ben)


def test_without_a_token_a_shop_that_was_heard_of_since_its_uninstall_is_kept(
    services: Services, ben: str
) -> None:
    comes(services, "app/uninstalled", ben)
    Directory(services.db).open_shop(ben, now_ms() + 2 * MINUTE_MS)
    comes(services, "shop/redact", ben)

    assert not is_refused(services, ben)
    assert kept(services, ben) == 1


@pytest.mark.parametrize("hours_before, is_back", [(1, True), (46, True), (50, False)])
def test_without_a_token_and_an_uninstall_it_counts_when_shopify_last_signed(
    services: Services, ben: str, hours_before: int, is_back: bool
) -> None:
    services.signed_times.note(
        shop_id(services, ben), now_ms() - hours_before * HOUR_MS
    )
    comes(services, "shop/redact", ben)

    assert is_refused(services, ben) is not is_back
    assert kept(services, ben) == 1


def test_a_shop_that_comes_back_at_the_last_moment_is_not_erased(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(mira)
    comes(services, "app/uninstalled", mira)
    claim = comes(services, "shop/redact", mira)
    Directory(services.db).open_shop(mira, now_ms() + 2 * MINUTE_MS)
    goes_on(services, claim)

    assert kept(services, mira) == 1
    assert webhook_deliveries.list_refused(services)[-1].refused == "back"


def test_a_time_to_come_does_not_keep_a_shop_out_until_then(
    services: Services, mira: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(mira)
    comes(services, "app/uninstalled", mira, triggered_at=now_ms() + 365 * DAY_MS)
    with services.db.reading() as connection:
        uninstall = uninstalls.find_uninstall(connection, mira)

    assert uninstall is not None
    assert uninstall.at <= now_ms()


@pytest.mark.parametrize(
    ("topic", "days", "left"),
    [
        ("products/update", 2, 0),
        ("products/delete", 2, 0),
        ("products/create", 0, 1),
        ("customers/data_request", 2, 1),
        ("customers/data_request", 31, 0),
    ],
)
def test_deliveries_are_forgotten_when_nobody_asks_for_them_any_more(
    services: Services, ben: str, topic: str, days: int, left: int
) -> None:
    """Of products there may be thousands a day."""
    is_noted(services, topic, ben)
    then = now_ms() - days * DAY_MS
    changes(services, noted, ben, received_at=then, done_at=then)

    webhook_deliveries.forget_old(services)

    assert len(rows(services, noted, ben)) == left


def test_what_is_not_done_yet_is_not_forgotten(services: Services, ben: str) -> None:
    is_noted(services, "products/update", ben)
    changes(services, noted, ben, received_at=now_ms() - 90 * DAY_MS)

    webhook_deliveries.forget_old(services)

    assert len(rows(services, noted, ben)) == 1


def test_of_a_product_only_its_number_is_kept(services: Services, ben: str) -> None:
    body = {"id": 7, "updated_at": "2026-11-01T00:00:00Z", "title": "Mug"}

    claim = is_noted(services, "products/update", ben, body)

    event = webhook_deliveries.find_event(services, claim)
    assert event is not None
    assert event.payload == {"id": 7}


def is_noted(
    services: Services, topic: str, domain: str, body: dict[str, Any] | None = None
) -> Claim:
    """Shopify has sent it, and its job is not done yet."""
    taken: list[Claim] = []
    services.process.run_now = taken.append
    payload = PAYLOADS[topic](domain, 7001) if body is None else body
    webhook = Webhook(topic, domain, str(uuid.uuid4()), now_ms(), payload)
    webhook_deliveries.receive(services, webhook)
    return taken[0]


def opens(services: Services, domain: str, age: int = 0) -> None:
    """Somebody of its staff opens the app."""
    text = id_token(SECRET, CLIENT_ID, domain, age=age)
    access_tokens.admit(services, read_id_token(text, CLIENT_ID, [SECRET]))


def chats(services: Services, domain: str) -> None:
    shop = Directory(services.db).open_shop(domain)
    row = {
        "shop_id": shop.id,
        "id": uuid.uuid4().hex,
        "status": "open",
    }
    row |= {"started_at": now_ms(), "active_at": now_ms()}
    services.db.write(
        lambda connection: connection.execute(conversations.insert().values(**row))
    )


def comes(
    services: Services, topic: str, domain: str, triggered_at: int | None = None
) -> Claim:
    """A webhook that Shopify has signed; its job is done once."""
    told: dict[str, Any] = json.loads(json.dumps(PAYLOADS[topic](domain, 7001)))
    taken: list[Claim] = []
    services.process.run_now = taken.append
    webhook_deliveries.receive(
        services,
        Webhook(topic, domain, str(uuid.uuid4()), triggered_at or now_ms(), told),
    )
    webhook_jobs.run_webhook(services, taken[0])
    return taken[0]


def goes_on(services: Services, claim: Claim) -> None:
    """The job's next turn, whenever that would be."""
    lease = services.config.turn_lease_seconds
    taken = services.db.write(
        job_queue.hold, *claim.key, Lease(services.process.me, lease)
    )
    assert taken is not None
    webhook_jobs.run_webhook(services, taken)


def is_refused(services: Services, domain: str) -> bool:
    try:
        Directory(services.db).open_shop(domain)
    except ShopUninstalled:
        return True
    return False


def kept(services: Services, domain: str) -> int:
    """How many conversations are left of the shop."""
    query = select(func.count()).where(
        conversations.c.shop_id == shop_id(services, domain)
    )
    with services.db.reading() as connection:
        return int(connection.execute(query).scalar_one())


def shop_id(services: Services, domain: str) -> int:
    return int(rows_of_shop(services, domain)[0].id)


def signed_at(services: Services, domain: str) -> int:
    return int(rows_of_shop(services, domain)[0].signed_at)


def rows_of_shop(services: Services, domain: str) -> list[Row]:
    with services.db.reading() as connection:
        return list(connection.execute(select(shops).where(shops.c.domain == domain)))


def rows(services: Services, table: Any, domain: str) -> list[Row]:
    query = select(table).where(table.c.shop_id == shop_id(services, domain))
    with services.db.reading() as connection:
        return list(connection.execute(query))


def changes(services: Services, table: Any, domain: str, **values: Any) -> None:
    change = (
        update(table)
        .where(table.c.shop_id == shop_id(services, domain))
        .values(**values)
    )
    services.db.write(lambda connection: connection.execute(change))


def sealed(services: Services, domain: str, token: str) -> bytes:
    return Vault(services.config.encryption_keys).seal(
        token, f"installations.access_token:{shop_id(services, domain)}"
    )
