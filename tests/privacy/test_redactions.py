"""Redactions as Shopify asks for them: of a shop that is without the app, and of no other."""

from sqlalchemy import Column, select

from backend.privacy import redactions
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.webhook_event import WebhookEvent
from backend.store.tables import conversations, flow_requests, flow_runs
from tests.support.canaries import traces
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.privacy_stories import (
    DONE_WITHIN_SECONDS,
    PAGE,
    answered,
    fill,
    left_of,
    proofs,
    removes,
    told,
)
from tests.support.requested_forms import (
    PHONE,
    add_callback,
    add_open_run,
    with_keys,
)
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.talks import add_talk
from tests.support.waiting import wait_until


def test_a_shops_erasure_leaves_a_proof_and_nothing_else(
    app: RunningApp,
    mira: Merchant,
    ana: Person,
    otto: Merchant,
    ai: ScriptedModel,
    admin_api: AdminApi,
    canary: str,
) -> None:
    ai.will_say(f"Our {canary} comes with a plug.", when=canary)
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


def test_a_redaction_for_a_shop_that_is_back_erases_nothing(
    app: RunningApp, mira: Merchant, ana: Person, canary: str
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    answered(ana, f"I am {canary}")

    told(app, "shop/redact", mira.shop)

    assert ana.history().body["messages"][0]["text"] == f"I am {canary}"
    assert mira.fetches(PAGE).status == 200


def test_a_redaction_in_the_middle_of_a_form_leaves_nothing(services: Services) -> None:
    services = with_keys(services)
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    talk = add_talk(services, shop.id, 1, ["Please call me"])
    add_callback(services, shop.id, talk, when_from=1)
    add_open_run(services, shop.id, talk)
    others = add_talk(services, shop.id, 2, ["Please call me as well"])
    kept = add_callback(services, shop.id, others, phone="+4930123456", when_from=1)
    event = WebhookEvent(
        shop_id=shop.id,
        domain=shop.domain,
        webhook_id="w-1",
        topic="customers/redact",
        triggered_at=1,
        received_at=1,
        payload={"customer": {"id": 7001, "phone": PHONE}},
    )

    redactions.redact_customer(services, event)

    assert ids_in(services, shop.id, flow_runs.c.conversation_id) == {others}
    assert ids_in(services, shop.id, flow_requests.c.id) == {kept}
    assert ids_in(services, shop.id, conversations.c.id) == {others}


def ids_in(services: Services, shop_id: int, column: Column[str]) -> set[str]:
    query = select(column).where(column.table.c.shop_id == shop_id)
    with services.db.reading() as connection:
        return set(connection.execute(query).scalars())
