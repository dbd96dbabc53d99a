"""Shopify's token endpoint: what it gives, what it refuses by name, and what is no answer."""

import json
from typing import Any

import pytest

from backend.config import Config
from backend.errors import ShopifyRefused, ShopifyUnavailable
from backend.shopify import token_exchange
from tests.support.machine import free_port
from tests.support.replayed_answers import ReplayServer

SHOP = "tide.myshopify.com"
GIVEN = {
    "access_token": "access-1",
    "expires_in": 3_600,
    "refresh_token": "refresh-1",
    "refresh_token_expires_in": 7_776_000,
    "scope": "write_app_proxy",
}


def answer(status: str, body: Any) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


def config(base: str) -> Config:
    settings = {
        "DATABASE_URL": "sqlite:///var/flux-chat.db",
        "SHOPIFY_API_KEY": "client",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
        "SHOPIFY_ORIGIN": f"{base}/stores/{{shop}}",
    }
    return Config.from_env(settings)


def test_an_id_token_is_exchanged_for_an_expiring_offline_pair() -> None:
    with ReplayServer(answer("200 OK", GIVEN)) as shopify:
        grant = token_exchange.exchange(config(shopify.base), SHOP, "id-token")

    assert (grant.access_token, grant.access_seconds) == ("access-1", 3_600)
    assert (grant.refresh_token, grant.scopes) == ("refresh-1", "write_app_proxy")
    [asked] = shopify.asked
    assert asked.path == f"/stores/{SHOP}/admin/oauth/access_token"
    assert (asked.json["subject_token"], asked.json["expiring"]) == ("id-token", "1")
    assert "access-1" not in repr(grant)


def test_an_id_token_is_exchanged_for_a_token_of_whoever_it_is_of() -> None:
    given = {"access_token": "online-1", "scope": "", "expires_in": 86_399}
    with ReplayServer(answer("200 OK", given)) as shopify:
        token = token_exchange.exchange_for_user(config(shopify.base), SHOP, "id-token")

    assert token == "online-1"
    [asked] = shopify.asked
    assert asked.json["requested_token_type"].endswith(":online-access-token")
    assert (asked.json["subject_token"], "expiring" in asked.json) == (
        "id-token",
        False,
    )


def test_a_refresh_token_becomes_the_next_pair() -> None:
    with ReplayServer(answer("200 OK", GIVEN)) as shopify:
        token_exchange.refresh(config(shopify.base), SHOP, "refresh-0")

    [asked] = shopify.asked
    assert asked.json["grant_type"] == "refresh_token"
    assert asked.json["refresh_token"] == "refresh-0"


def test_a_refusal_is_known_by_its_name_and_quotes_nothing() -> None:
    body = {"error": "invalid_grant", "error_description": "refresh-0 is not known"}

    with (
        ReplayServer(answer("400 Bad Request", body)) as shopify,
        pytest.raises(ShopifyRefused) as refused,
    ):
        token_exchange.refresh(config(shopify.base), SHOP, "refresh-0")

    assert "invalid_grant" in str(refused.value.args)
    assert "refresh-0" not in str(refused.value.args)


@pytest.mark.parametrize(
    "said",
    [
        answer("503 Service Unavailable", b""),
        answer("302 Found", b""),
        answer("200 OK", b"<html>"),
        answer("200 OK", GIVEN | {"expires_in": None}),
    ],
)
def test_anything_else_says_nothing_about_the_shop(said: bytes) -> None:
    with ReplayServer(said) as shopify, pytest.raises(ShopifyUnavailable):
        token_exchange.exchange(config(shopify.base), SHOP, "id-token")


def test_nobody_there_is_no_refusal() -> None:
    nobody = config(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(ShopifyUnavailable):
        token_exchange.exchange(nobody, SHOP, "id-token")
