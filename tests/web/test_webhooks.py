"""Shopify tells the app what has happened: believed when signed, done once, in whatever order it
comes.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from backend.config import database_address
from tests.support.loopback import loopback
from tests.support.merchants import Merchant
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi, send_webhook
from tests.support.running_app import SECRET, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

PAGE = "/admin/export"
TOPICS = (
    "app/uninstalled",
    "app/scopes_update",
    "customers/data_request",
    "customers/redact",
    "shop/redact",
)
PRIVACY, APP = "/webhooks/privacy", "/webhooks/app"


@pytest.mark.parametrize("topic", TOPICS)
def test_what_shopify_did_not_sign_is_refused_and_has_no_effect(
    app: RunningApp, ben: Person, topic: str
) -> None:
    ben.says("Hello")

    assert (
        send_webhook(app.base, topic, ben.shop, secret="somebody else's secret").status
        == 401
    )
    assert deliveries(app) == 0
    assert ben.says("Still here?").status == 201


def test_the_signature_covers_the_bytes_and_not_what_they_mean(
    app: RunningApp, shop: str
) -> None:
    body = json.dumps({"shop_domain": shop}).encode()
    headers = signed(body, "shop/redact", shop)

    assert post(app, PRIVACY, body.replace(b": ", b":"), headers) == 401
    assert post(app, PRIVACY, body, headers | {"X-Shopify-Hmac-Sha256": "é"}) == 401
    assert (
        post(app, PRIVACY, body, {k: v for k, v in headers.items() if "Hmac" not in k})
        == 401
    )
    assert post(app, PRIVACY, body, headers) == 200


def test_the_new_names_of_the_headers_mean_the_same(app: RunningApp, shop: str) -> None:
    body = json.dumps({"shop_domain": shop}).encode()
    headers = {
        name.removeprefix("X-").lower(): value
        for name, value in signed(body, "shop/redact", shop).items()
    }

    assert post(app, PRIVACY, body, headers) == 200
    assert deliveries(app, headers["shopify-webhook-id"]) == 1


def test_a_header_cannot_turn_one_shops_webhook_into_anothers(
    app: RunningApp, ben: Person, shop: str
) -> None:
    ben.says("Hello")
    body = json.dumps({"shop_domain": "elsewhere.myshopify.com"}).encode()

    assert post(app, PRIVACY, body, signed(body, "shop/redact", ben.shop)) == 401


@pytest.mark.parametrize(
    "domain", ["", "evil.example", "x.myshopify.com.evil", "x.myshopify.com/../y"]
)
def test_a_domain_that_is_no_shops_is_refused(app: RunningApp, domain: str) -> None:
    assert post(app, APP, b"{}", signed(b"{}", "app/uninstalled", domain)) == 401


def test_a_topic_that_nobody_asked_for_is_taken_and_forgotten(
    app: RunningApp, shop: str
) -> None:
    headers = signed(b"{}", "orders/create", shop)

    assert post(app, APP, b"{}", headers) == 200
    assert deliveries(app, headers["X-Shopify-Webhook-Id"]) == 0


def test_five_copies_of_one_webhook_have_the_effect_of_one(
    app: RunningApp, mira: Merchant
) -> None:
    mira.opens(PAGE)
    known = str(uuid.uuid4())

    statuses = [
        send_webhook(
            app.base, "customers/data_request", mira.shop, webhook_id=known
        ).status
        for _ in range(5)
    ]

    assert statuses == [200] * 5
    assert deliveries(app, known) == 1
    wait_until(
        lambda: b"Mark as completed" in mira.fetches("/admin/privacy").content,
        "listed",
    )
    assert mira.fetches("/admin/privacy").content.count(b"Mark as completed?") == 1


def test_an_uninstalled_shop_is_refused_until_somebody_opens_the_app_again(
    app: RunningApp, mira: Merchant, admin_api: AdminApi
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    mira.says("Hello")

    admin_api.uninstalls(mira.shop)
    uninstall(app, mira)
    refused = mira.says("Hello?")
    assert (refused.status, refused.code) == (410, "shop_uninstalled")
    assert mira.fetches(PAGE, mira.id_token(age=30)).status == 401

    admin_api.installs(mira.shop)
    assert mira.fetches(PAGE, fresh(mira)).status == 200
    wait_until(lambda: mira.says("I am back").status == 201, "the chat works again")


def test_a_shopper_whom_shopify_forwards_long_after_the_uninstall_brings_the_shop_back(
    app: RunningApp, mira: Merchant, admin_api: AdminApi
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    said = mira.says("Hello")
    admin_api.uninstalls(mira.shop)
    uninstall(app, mira)

    soon, later = (
        mira.signed_query(timestamp=str(int(time.time()) + seconds))
        for seconds in (50, 85)
    )
    asked = {"sessionId": said.body["sessionId"]}
    assert mira.sends("history", asked, query=soon).code == "shop_uninstalled"
    assert (
        mira.sends("history", asked, query=later).body["messages"][0]["text"] == "Hello"
    )
    assert mira.says("We are still here").status == 201


def test_an_uninstall_ends_the_reply_that_is_streaming(
    app: RunningApp, mira: Merchant, ai: ScriptedModel, admin_api: AdminApi
) -> None:
    wait_until(lambda: ai.open() == 0, "replies of other tests have ended", within=20)
    ai.script(chunks=400, gap_ms=50)
    mira.opens(PAGE, mira.id_token(age=30))
    turn = mira.says("Tell me everything").turn

    with mira.watches(turn) as events:
        next(event for event in events if event.name == "text")
        began = time.monotonic()
        admin_api.uninstalls(mira.shop)
        send_webhook(app.base, "app/uninstalled", mira.shop)
        last = list(events)[-1]

    assert (last.name, last.data) == (
        "failed",
        {"code": "shop_uninstalled", "retry": False},
    )
    assert time.monotonic() - began < soon(5)
    wait_until(lambda: ai.open() == 0, "the model is left alone", within=20)


def test_an_uninstall_that_comes_after_the_reinstall_changes_nothing(
    app: RunningApp, mira: Merchant, admin_api: AdminApi
) -> None:
    mira.opens(PAGE, mira.id_token(age=50))
    left_at = datetime.now(UTC) - timedelta(seconds=25)
    mira.opens(PAGE, mira.id_token(age=5))

    uninstall(app, mira, triggered_at=left_at.isoformat())

    assert mira.says("Hello").status == 201
    # The tokens from before are dead, so the next page brings new ones.
    assert mira.opens(PAGE).status == 200
    assert admin_api.calls(mira.shop).count("exchange") == 2


def test_a_shop_that_uninstalls_before_we_ever_saw_it_is_refused(
    app: RunningApp, ben: Person
) -> None:
    send_webhook(app.base, "app/uninstalled", ben.shop)

    assert ben.says("Hello").code == "shop_uninstalled"


def test_changed_scopes_bring_a_new_pair_before_the_next_use(
    app: RunningApp, mira: Merchant, admin_api: AdminApi
) -> None:
    mira.opens(PAGE)
    send_webhook(app.base, "app/scopes_update", mira.shop)

    wait_until(
        lambda: column(app, "installations", "access_until", mira.shop) == [0],
        "due for a refresh",
    )


def uninstall(app: RunningApp, who: Merchant, triggered_at: str = "") -> None:
    """And wait until it is done, and until every process knows."""
    webhook_id = str(uuid.uuid4())
    sent = send_webhook(
        app.base,
        "app/uninstalled",
        who.shop,
        webhook_id=webhook_id,
        triggered_at=triggered_at,
    )
    assert sent.status == 200
    wait_until(lambda: is_done(app, webhook_id), "the webhook's job is done")
    if not triggered_at:
        wait_until(lambda: who.history().status == 410, "the directory has noticed")


def fresh(mira: Merchant) -> str:
    """Issued after whatever has just happened: Shopify's times of issue are whole seconds."""
    began = int(time.time())
    wait_until(lambda: int(time.time()) > began, "the next second")
    return mira.id_token()


def signed(body: bytes, topic: str, shop: str) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": (
            base64.b64encode(
                hmac.digest(SECRET.encode(), body, hashlib.sha256)
            ).decode()
        ),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": datetime.now(UTC).isoformat(),
    }


def post(app: RunningApp, path: str, body: bytes, headers: dict[str, str]) -> int:
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    return loopback.post(app.base + path, content=body, headers=told).status_code


def deliveries(app: RunningApp, webhook_id: str = "") -> int:
    """How many are noted: with that id, or at all since the store is this test's own by shop."""
    return len(
        rows(
            app,
            "SELECT 1 FROM webhook_deliveries WHERE webhook_id = :id",
            id=webhook_id,
        )
    )


def is_done(app: RunningApp, webhook_id: str) -> bool:
    return bool(
        rows(
            app,
            "SELECT 1 FROM webhook_deliveries WHERE webhook_id = :id AND done_at IS NOT NULL",
            id=webhook_id,
        )
    )


def column(app: RunningApp, table: str, name: str, shop: str) -> list[object]:
    query = (
        f"SELECT {name} FROM {table} JOIN shops ON shops.id = {table}.shop_id WHERE"
        " shops.domain = :shop"
    )
    return [row[0] for row in rows(app, query, shop=shop)]


def rows(app: RunningApp, query: str, **values: str) -> list[tuple[object, ...]]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query), values)]
    engine.dispose()
    return found
