"""Webhooks of the sample: to where the app's own file says, on time or as they go wrong."""

import base64
import hashlib
import hmac
import json

import pytest

from backend.dev.shopify.sample_webhooks import (
    PAYLOADS,
    TIMES_DOUBLED,
    Webhooks,
    declared_scopes,
    optional_scopes,
    subscriptions,
)
from backend.shopify import scopes
from tests.support.machine import free_port
from tests.support.replayed_answers import ReplayServer

SECRET = "a client secret as long as Shopify's"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def test_every_topic_that_the_app_asks_for_has_a_body() -> None:
    assert subscriptions().keys() == PAYLOADS.keys()
    assert declared_scopes() == scopes.WANTED
    assert "write_draft_orders" in optional_scopes()


@pytest.mark.parametrize(
    "how, times, is_ours",
    [("on time", 1, True), ("doubled", TIMES_DOUBLED, True), ("forged", 1, False)],
)
def test_a_delivery_goes_as_it_was_told_to(how: str, times: int, is_ours: bool) -> None:
    with ReplayServer(OK) as app:
        webhooks = Webhooks(app.base, SECRET)

        sent = webhooks.deliver("app/uninstalled", how)

    assert [delivery.status for delivery in sent] == [200] * times
    assert len({delivery.webhook_id for delivery in sent}) == 1
    asked = app.asked[0]
    headers = {name.lower(): value for name, value in asked.headers.items()}
    digest = hmac.digest(SECRET.encode(), asked.body, hashlib.sha256)
    signed = headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()
    assert signed == is_ours
    assert asked.path == subscriptions()["app/uninstalled"]


def test_scopes_are_told_as_the_shop_has_granted_them() -> None:
    granted = ["read_products", "write_draft_orders"]
    with ReplayServer(OK) as app:
        delivery = Webhooks(app.base, SECRET).tell_scopes("tide.myshopify.com", granted)

    assert delivery.status == 200
    assert json.loads(app.asked[0].body)["current"] == granted


def test_an_app_that_is_away_is_noted_as_such() -> None:
    webhooks = Webhooks(f"http://127.0.0.1:{free_port()}", SECRET)

    [delivery] = webhooks.deliver("app/uninstalled")

    assert delivery.status == 0
    assert list(webhooks.kept) == [delivery]


def test_a_topic_that_nobody_asked_for_is_not_sent() -> None:
    assert Webhooks("http://127.0.0.1:9", SECRET).deliver("orders/create") == []
