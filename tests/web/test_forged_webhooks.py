"""Otto has signatures of Shopify's own for bytes of his choice; none of them is a webhook, and
genuine ones are.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from backend.config import database_address
from backend.dev.shopify.sample_webhooks import PAYLOADS
from tests.support.loopback import loopback
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi, send_webhook
from tests.support.running_app import SECRET, RunningApp
from tests.support.waiting import wait_until

PAGE = "/admin/export"
DESTRUCTIVE = ("app/uninstalled", "customers/redact", "shop/redact")


def is_refused_as_served(app: RunningApp, webhook_id: str) -> bool:
    return refusals(app, webhook_id) == ["served"]


def forged_bodies(otto: Merchant) -> dict[str, bytes]:
    """What Shopify signs for Otto anyway, each with its own form of the signature."""
    at = int(time.time())
    address = {
        "embedded": "1",
        "host": "YWRtaW4",
        "locale": "en",
        "shop": otto.shop,
        "timestamp": str(at),
    }
    proxied = {
        "logged_in_customer_id": "",
        "path_prefix": "/apps/flux-chat",
        "shop": otto.shop,
        "timestamp": str(at),
    }
    crafted = {' {"shop_domain":null,"customer":{"id":7001},"a":"': "", "z": '"}'}
    return {
        "an id token": otto.id_token().rpartition(".")[0].encode(),
        "an address": joined(address, "&"),
        "an address that reads as JSON": joined(address | crafted, "&"),
        "an address in the order of other libraries": joined(
            address | crafted, "&"
        ).strip(),
        "a proxy's query": joined(proxied, ""),
        "a proxy's query that reads as JSON": joined(proxied | crafted, ""),
    }


def joined(pairs: dict[str, str], between: str) -> bytes:
    return between.join(
        f"{name}={value}" for name, value in sorted(pairs.items())
    ).encode()


def test_no_forged_form_ends_anything_and_a_genuine_uninstall_and_redaction_do(
    app: RunningApp, mira: Merchant, ana: Person, otto: Merchant, admin_api: AdminApi
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    said = ana.says("What I say stays")
    ana.follows(said.turn)

    for topic in DESTRUCTIVE:
        for form, body in forged_bodies(otto).items():
            assert (form, topic, sends(app, topic, mira.shop, body)) == (
                form,
                topic,
                401,
            )

    assert noted(app, mira.shop) == []
    assert [words["text"] for words in ana.history().body["messages"]][:1] == [
        "What I say stays"
    ]
    assert app.logs().count('"webhook refused"') >= 18
    assert "flux_webhooks_refused_total" in app.get("/metrics").text

    admin_api.uninstalls(mira.shop)
    assert send_webhook(app.base, "app/uninstalled", mira.shop).status == 200
    wait_until(lambda: ana.history().status == 410, "the uninstall has taken effect")
    assert send_webhook(app.base, "shop/redact", mira.shop).status == 200
    wait_until(lambda: not shop_ids(app, mira.shop), "the redaction is done", within=60)


def test_a_token_that_works_outweighs_a_webhook(
    app: RunningApp, mira: Merchant, ana: Person
) -> None:
    mira.opens(PAGE, mira.id_token(age=30))
    ana.follows(ana.says("I am still here").turn)

    for topic in ("app/uninstalled", "shop/redact"):
        webhook_id = str(uuid.uuid4())
        assert (
            send_webhook(app.base, topic, mira.shop, webhook_id=webhook_id).status
            == 200
        )
        wait_until(
            partial(is_refused_as_served, app, webhook_id),
            f"{topic} is refused",
        )
        assert f"{topic:15}  {mira.shop}  served" in app.flask("webhooks", "refused")

    assert ana.says("And still").status == 201
    assert mira.fetches(PAGE).status == 200


def test_ottos_genuine_webhook_is_not_miras(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    mira.says("Hello")

    for topic in DESTRUCTIVE:
        body = json.dumps(PAYLOADS[topic](otto.shop, 7001)).encode()
        assert sends(app, topic, mira.shop, body) == 401
        assert sends(app, topic, mira.shop.upper(), body) == 401
    assert mira.says("Still here").status == 201


def test_samples_that_name_no_shop_are_taken(app: RunningApp, shop: str) -> None:
    uninstalled = {
        "id": 548380009,
        "name": "Super Toys",
        "domain": None,
        "myshopify_domain": None,
    }
    redact = {"shop_id": 954889, "shop_domain": "{shop}.myshopify.com"}

    assert sends(app, "app/uninstalled", shop, json.dumps(uninstalled).encode()) == 200
    assert sends(app, "shop/redact", shop, json.dumps(redact).encode()) == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b"1", b"null", b"{}", b"\xef\xbb\xbf{}"], ids=repr
)
def test_what_is_no_webhooks_body_is_refused_like_a_wrong_signature(
    app: RunningApp, mira: Merchant, body: bytes
) -> None:
    mira.says("Hello")

    for topic in DESTRUCTIVE:
        assert sends(app, topic, mira.shop, body) == 401
    assert mira.says("Still here").status == 201
    assert noted(app, mira.shop) == []


def sends(app: RunningApp, topic: str, shop: str, body: bytes) -> int:
    """With the signature that Shopify has given for these bytes, in whatever form."""
    headers = {
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
    return loopback.post(
        f"{app.base}/webhooks/privacy", content=body, headers=headers
    ).status_code


def shop_ids(app: RunningApp, shop: str) -> list[object]:
    return column(app, "SELECT id FROM shops WHERE domain = :value", shop)


def noted(app: RunningApp, shop: str) -> list[object]:
    """Topics of the webhooks that are kept for the shop."""
    query = (
        "SELECT topic FROM webhook_deliveries AS kept JOIN shops ON shops.id = kept.shop_id"
        " WHERE shops.domain = :value"
    )
    return column(app, query, shop)


def refusals(app: RunningApp, webhook_id: str) -> list[object]:
    return column(
        app,
        "SELECT refused FROM webhook_deliveries WHERE webhook_id = :value",
        webhook_id,
    )


def column(app: RunningApp, query: str, value: str) -> list[object]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        found = list(connection.execute(text(query), {"value": value}).scalars())
    engine.dispose()
    return found
