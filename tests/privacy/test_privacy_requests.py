"""Privacy law in the app: what a customer may ask the merchant for, and erasures that leave no
trace anywhere.
"""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from backend.config import database_address
from backend.store.tables import metadata, privacy_requests
from tests.support.canaries import traces
from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi, send_webhook
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

PAGE, PRIVACY = "/admin/export", "/admin/privacy"
DONE_WITHIN_SECONDS = 60


@pytest.fixture
def canary() -> str:
    """A word that nobody else says. The search index keeps three letters at a time, so it
    is long.
    """
    return f"zq{uuid.uuid4().hex}"


def test_what_a_customer_asks_for_is_handed_over_and_then_forgotten(
    app: RunningApp, mira: Merchant, ana: Person, ben: Person, canary: str
) -> None:
    mira.opens(PAGE)
    answered(ana, f"I am Ana, {canary}")
    answered(ben, "I am somebody else")
    request_id = told(app, "customers/data_request", ana.shop, customer=7001)

    page = mira.fetches(PRIVACY).content
    assert b"I have handed it over" in page
    assert b"no. 7001" in page
    file = mira.fetches(f"{PRIVACY}/{request_id}/file")
    assert "attachment" in file.headers["Content-Disposition"]
    [conversation] = file.body["conversations"]
    assert conversation["messages"][0]["text"] == f"I am Ana, {canary}"
    assert noted(app, "access_log", "what", mira.shop) == ["exported"]

    assert mira.submits(f"{PRIVACY}/{request_id}/done").status == 303
    assert mira.fetches(f"{PRIVACY}/{request_id}/file").status == 404
    assert noted(app, "privacy_requests", "subject", mira.shop) == [None]
    assert noted(app, "webhook_deliveries", "payload", mira.shop) == [None]


def test_a_customer_named_by_an_address_alone_is_found_in_what_guests_wrote(
    app: RunningApp, mira: Merchant, ana: Person, ben: Person, ai: ScriptedModel
) -> None:
    mira.opens(PAGE)
    answered(ben, "Write to Ana@Example.com please")
    answered(ana, "A customer who mentions ana@example.com has their own conversation")
    answered(ben.elsewhere(), "My name is joana@example.com, as in ana@example.com.au")
    ai.will_say("You reach us at ana@example.com.", when="reach")
    answered(ben.elsewhere(), "How do I reach you?")
    body = {"shop_domain": mira.shop, "customer": {"email": "ana@example.com"}}
    request_id = told(
        app, "customers/data_request", mira.shop, body=json.dumps(body).encode()
    )

    found = mira.fetches(f"{PRIVACY}/{request_id}/file").body["conversations"]

    assert [conversation["messages"][0]["text"] for conversation in found] == [
        "Write to Ana@Example.com please"
    ]


def test_otto_sees_none_of_it(
    app: RunningApp, mira: Merchant, otto: Merchant, ana: Person
) -> None:
    mira.opens(PAGE)
    otto.opens(PAGE)
    answered(ana, "Hello")
    request_id = told(app, "customers/data_request", mira.shop)

    assert request_id.encode() not in otto.fetches(PRIVACY).content
    assert otto.fetches(f"{PRIVACY}/{request_id}/file").status == 404
    assert otto.submits(f"{PRIVACY}/{request_id}/done").status == 404
    assert request_id.encode() in mira.fetches(PRIVACY).content


def test_a_customers_erasure_leaves_no_trace_and_touches_nobody_else(
    app: RunningApp,
    mira: Merchant,
    ana: Person,
    ben: Person,
    otto: Merchant,
    canary: str,
) -> None:
    mira.opens(PAGE)
    page = {"url": f"https://{ana.shop}/products/{canary}", "title": canary}
    answered(ana, f"My name is {canary}", page=page)
    answered(ana.elsewhere(), f"And again {canary}")
    answered(ben, "I only look")
    answered(otto, "Another shop's customer has the same number")
    told(app, "customers/data_request", ana.shop)

    request_id = told(app, "customers/redact", ana.shop)

    wait_until(
        lambda: not traces(app, [canary]),
        f"no trace: {traces(app, [canary])}",
        DONE_WITHIN_SECONDS,
    )
    assert ana.history().body["messages"] == []
    assert [said["role"] for said in ben.history().body["messages"]] == [
        "shopper",
        "assistant",
    ]
    assert otto.history().body["messages"]
    assert b"I have handed it over" not in mira.fetches(PRIVACY).content
    [proof] = proofs(app, request_id)
    assert proof["removed"]["messages"] == 4
    assert (proof["subject"], proof["done_at"] is None) == (None, False)


def test_an_erasure_while_a_reply_streams_stops_it_first(
    app: RunningApp, mira: Merchant, ana: Person, ai: ScriptedModel, canary: str
) -> None:
    ai.script(text=f"{canary} " * 200, gap_ms=30)
    mira.opens(PAGE)
    turn = ana.says(f"Say {canary}").turn

    with ana.watches(turn) as events:
        next(event for event in events if event.name == "text")
        told(app, "customers/redact", ana.shop)
        last = list(events)[-1]

    assert last.name == "stopped"
    wait_until(lambda: ai.open() == 0, "the model is left alone")
    wait_until(
        lambda: not traces(app, [canary]),
        f"no trace: {traces(app, [canary])}",
        DONE_WITHIN_SECONDS,
    )


def test_a_shops_erasure_leaves_a_proof_and_nothing_else(
    app: RunningApp,
    mira: Merchant,
    ana: Person,
    otto: Merchant,
    ai: ScriptedModel,
    admin_api: AdminApi,
    canary: str,
) -> None:
    ai.will_say(f"Our {canary} costs 12 EUR.", when=canary)
    fill(mira, ana, canary)
    answered(otto, "Hello")
    asked_id = told(app, "customers/data_request", mira.shop)
    assert proofs(app, asked_id)[0]["subject"]
    removes(app, admin_api, mira.shop)

    request_id = told(app, "shop/redact", mira.shop)

    words = [canary, mira.shop]
    wait_until(
        lambda: proofs(app, request_id)[0]["done_at"], "done", DONE_WITHIN_SECONDS
    )
    wait_until(
        lambda: not traces(app, words),
        f"no trace: {traces(app, words)}",
        DONE_WITHIN_SECONDS,
    )
    assert proofs(app, asked_id)[0]["subject"] is None
    [proof] = proofs(app, request_id)
    removed = proof["removed"]
    assert (removed["shops"], removed["conversations"], removed["messages"]) == (
        1,
        1,
        2,
    )
    assert left_of(app, proof["shop_id"]) == {"privacy_requests"}
    assert otto.history().body["messages"]


def test_a_shop_that_was_erased_writes_nothing_until_it_is_installed_again(
    app: RunningApp, mira: Merchant, ana: Person, admin_api: AdminApi
) -> None:
    answered(ana, "Hello")
    mira.opens(PAGE, mira.id_token(age=30))
    removes(app, admin_api, mira.shop)
    request_id = told(app, "shop/redact", mira.shop)
    wait_until(
        lambda: proofs(app, request_id)[0]["done_at"], "done", DONE_WITHIN_SECONDS
    )

    assert ana.says("Is anybody there?").status == 410
    assert mira.fetches(PAGE, mira.id_token(age=30)).status == 401
    wait_until(lambda: not traces(app, [mira.shop]), "no trace", DONE_WITHIN_SECONDS)

    admin_api.installs(mira.shop)
    wait_until(
        lambda: mira.fetches(PAGE, mira.id_token()).status == 200,
        "a later token opens it again",
    )
    assert ana.elsewhere().says("Hello again").status == 201


def test_a_redaction_that_overtakes_its_uninstall_is_done_all_the_same(
    app: RunningApp, mira: Merchant, ana: Person, admin_api: AdminApi, canary: str
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    answered(ana, f"I am {canary}")
    admin_api.uninstalls(mira.shop)

    told(app, "shop/redact", mira.shop)
    told(app, "app/uninstalled", mira.shop)

    wait_until(lambda: not traces(app, [canary]), "no trace", DONE_WITHIN_SECONDS)
    assert ana.says("Hello").status == 410


def test_a_shop_that_was_back_before_its_uninstall_arrived_is_not_erased(
    app: RunningApp, mira: Merchant, ana: Person, canary: str
) -> None:
    """Its tokens are from before and dead, so nobody can ask Shopify; two days later comes the
    redaction.
    """
    mira.opens(PAGE, mira.id_token(age=50))
    answered(ana, f"I am {canary}")
    mira.opens(PAGE, mira.id_token(age=5))
    told(
        app, "app/uninstalled", mira.shop, at=datetime.now(UTC) - timedelta(seconds=20)
    )

    told(app, "shop/redact", mira.shop, at=datetime.now(UTC) + timedelta(hours=48))

    assert ana.history().body["messages"][0]["text"] == f"I am {canary}"
    assert mira.fetches(PAGE).status == 200


def test_a_redaction_for_a_shop_that_is_back_erases_nothing(
    app: RunningApp, mira: Merchant, ana: Person, canary: str
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    answered(ana, f"I am {canary}")

    told(app, "shop/redact", mira.shop)

    assert ana.history().body["messages"][0]["text"] == f"I am {canary}"
    assert mira.fetches(PAGE).status == 200


def answered(who: Person, words: str, **fields: object) -> None:
    """One message and its whole reply."""
    assert who.follows(who.says(words, **fields).turn).names[-1] == "finished"


def fill(mira: Merchant, ana: Person, canary: str) -> None:
    """The canary in whatever the shop's people may write."""
    mira.opens(PAGE, mira.id_token(age=30))
    form = PageForm(mira.fetches("/admin/settings").content).fields
    mira.submits(
        "/admin/settings",
        form | {"own_name": canary, "knowledge": f"We sell {canary}."},
    )
    answered(
        ana,
        f"I am {canary}",
        page={"url": f"https://{ana.shop}/{canary}", "title": canary},
    )


def removes(app: RunningApp, admin_api: AdminApi, shop: str) -> None:
    """The merchant takes the app out of the shop, and Shopify tells of it."""
    admin_api.uninstalls(shop)
    told(app, "app/uninstalled", shop)


def told(
    app: RunningApp,
    topic: str,
    shop: str,
    *,
    customer: int = 7001,
    body: bytes | None = None,
    at: datetime | None = None,
) -> str:
    """Sends the webhook and waits until its job has been done once. Returns its id."""
    webhook_id, triggered_at = str(uuid.uuid4()), at.isoformat() if at else ""
    how: dict[str, Any] = {
        "customer": customer,
        "webhook_id": webhook_id,
        "body": body,
        "triggered_at": triggered_at,
    }
    sent = send_webhook(app.base, topic, shop, **how)
    assert sent.status == 200
    waits = topic == "shop/redact"
    query = "SELECT 1 FROM webhook_deliveries WHERE webhook_id = :id AND done_at IS NOT NULL"
    begun = "SELECT 1 FROM privacy_requests WHERE id = :id"
    wait_until(
        lambda: (
            rows(app, query, id=webhook_id) or waits and rows(app, begun, id=webhook_id)
        ),
        f"{topic} is done",
    )
    return webhook_id


def proofs(app: RunningApp, request_id: str) -> list[dict[str, Any]]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        query = select(privacy_requests).where(privacy_requests.c.id == request_id)
        found = [dict(row) for row in connection.execute(query).mappings()]
    engine.dispose()
    return found


def noted(app: RunningApp, table: str, column: str, shop: str) -> list[object]:
    query = (
        f"SELECT {column} FROM {table} JOIN shops ON shops.id = {table}.shop_id WHERE"
        " shops.domain = :shop"
    )
    return [row[column] for row in rows(app, query, shop=shop)]


def left_of(app: RunningApp, shop_id: object) -> set[str]:
    """Tables that still have a row of the shop."""
    return {
        name
        for name, table in metadata.tables.items()
        if "shop_id" in table.c
        and rows(
            app, f"SELECT 1 FROM {name} WHERE shop_id = :shop LIMIT 1", shop=shop_id
        )
    }


def rows(app: RunningApp, query: str, **values: object) -> list[dict[str, Any]]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        found = [
            dict(row) for row in connection.execute(text(query), values).mappings()
        ]
    engine.dispose()
    return found
