"""Whether a shop still has the app: only Shopify's own words say that it has not."""

import json
from typing import Any

import pytest

from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.shopify.access_check import DEAD_TOKEN, accepts
from tests.support.replayed_answers import ReplayServer

SHOP = "tide.myshopify.com"
ALIVE = {"data": {"shop": {"id": "gid://shopify/Shop/1"}}}
DEAD = {"errors": f"[API] {DEAD_TOKEN} (unrecognized login or wrong password)"}


def asked(status: str, body: Any) -> tuple[bool, ReplayServer]:
    """What is made of that answer, and the server that gave it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    with ReplayServer(head.encode() + content) as shopify:
        settings = {
            "DATABASE_URL": "sqlite:///var/flux-chat.db",
            "SHOPIFY_API_KEY": "client",
            "SHOPIFY_API_SECRET": "secret",
            "HOST": "http://127.0.0.1:8000",
            "SHOPIFY_ORIGIN": f"{shopify.base}/stores/{{shop}}",
        }
        return accepts(Config.from_env(settings), SHOP, "access-1"), shopify


def test_a_token_that_works_is_accepted() -> None:
    is_accepted, shopify = asked("200 OK", ALIVE)

    assert is_accepted
    [call] = shopify.asked
    assert call.path.startswith(f"/stores/{SHOP}/admin/api/")
    headers = {name.lower(): value for name, value in call.headers.items()}
    assert headers["x-shopify-access-token"] == "access-1"


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_token_that_shopify_calls_dead_is_dead(status: str) -> None:
    is_accepted, _ = asked(status, DEAD)

    assert not is_accepted


@pytest.mark.parametrize(
    "status, body",
    [
        ("401 Unauthorized", {"errors": "Something else"}),
        ("401 Unauthorized", b"<html>"),
        ("402 Payment Required", DEAD),
        ("404 Not Found", DEAD),
        ("429 Too Many Requests", {}),
        ("200 OK", DEAD),
        ("200 OK", {"data": {"shop": None}}),
        ("200 OK", []),
    ],
)
def test_any_other_answer_ends_nothing(status: str, body: Any) -> None:
    with pytest.raises(ShopifyUnavailable):
        asked(status, body)
