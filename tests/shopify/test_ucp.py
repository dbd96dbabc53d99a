"""Asking a store through UCP over the wire: what goes, what comes back, and no more patience than a
shopper has.
"""

from itertools import count
from socketserver import StreamRequestHandler
from threading import Event
from typing import Any

import httpx2
import pytest

from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.shopify import ucp
from backend.shopify.ucp import (
    MOST_BYTES,
    AskedStore,
    Buyer,
    build_profile,
    get_product,
    search_catalog,
)
from backend.shopify.ucp_answers import UcpRefused
from tests.support.machine import free_port
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.running_app import CLIENT_ID, SECRET

SHOP = "strait.myshopify.com"
BOARD = "gid://shopify/Product/8101"
NOBODY = Buyer()
CARD = {"id": BOARD, "handle": "board", "title": "Board"}
FOUND = {"products": [CARD], "pagination": {"total_count": 7}}

_numbers = count(1)


def config_for(settings: dict[str, str]) -> Config:
    needed = {
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "https://chat.example",
    }
    return Config.from_env(needed | settings)


def at(base: str) -> Config:
    return config_for({"SHOPIFY_ORIGIN": f"{base}/stores/{{shop}}"})


def result(structured: Any = FOUND, **more: Any) -> bytes:
    told = {"structuredContent": structured} if structured is not None else {}
    return refusal(200, {"jsonrpc": "2.0", "id": 1, "result": told | more})


def search(base: str, buyer: Buyer = NOBODY) -> ucp.FoundInStore:
    return search_catalog(AskedStore(at(base), SHOP, buyer), "oak board", 6)


@pytest.fixture
def store(admin_api: AdminApi) -> AskedStore:
    shop = f"strait-{next(_numbers)}.myshopify.com"
    PretendStore(admin_api.base, shop).sells_all()
    return AskedStore(config_for(admin_api.settings), shop, NOBODY)


def test_a_store_is_searched_without_any_token(
    admin_api: AdminApi, store: AskedStore
) -> None:
    found = search_catalog(store, "driftwood board of wool", 2)

    assert found.products[0]["handle"] == "driftwood-serving-board"
    assert len(found.products) == 2
    assert found.total > 2
    assert admin_api.calls(store.shop) == ["ucp"]


def test_one_product_is_told_whole(admin_api: AdminApi, store: AskedStore) -> None:
    product = get_product(store, BOARD)

    assert product is not None
    assert product["id"] == BOARD
    assert product["variants"][0]["price"] == {"amount": 3900, "currency": "EUR"}


def test_a_product_that_is_not_there_is_none(
    admin_api: AdminApi, store: AskedStore
) -> None:
    assert get_product(store, "gid://shopify/Product/1") is None


def test_the_question_says_who_asks_and_for_whom() -> None:
    with ReplayServer(result()) as shopify:
        search(shopify.base, Buyer("CA", "fr", "CAD"))
        search(shopify.base)

    whole, bare = shopify.asked
    assert whole.path == f"/stores/{SHOP}/api/ucp/mcp"
    assert (whole.json["jsonrpc"], whole.json["method"]) == ("2.0", "tools/call")
    params = whole.json["params"]
    assert params["name"] == "search_catalog"
    agent = params["arguments"]["meta"]["ucp-agent"]
    assert agent == {"profile": "https://chat.example/ucp/profile.json"}
    assert params["arguments"]["catalog"] == {
        "query": "oak board",
        "context": {"address_country": "CA", "language": "fr", "currency": "CAD"},
        "pagination": {"limit": 6},
    }
    assert bare.json["params"]["arguments"]["catalog"]["context"] == {}
    sent = {name.lower() for name in whole.headers}
    assert not sent & {"x-shopify-access-token", "authorization", "cookie"}


@pytest.mark.parametrize(
    ("pagination", "total"),
    [(None, 1), ({}, 1), ({"total_count": None}, 1), ({"total_count": 0}, 1)],
)
def test_a_store_that_does_not_count_has_as_many_as_it_shows(
    pagination: Any, total: int
) -> None:
    answer = result({"products": [CARD], "pagination": pagination})
    with ReplayServer(answer) as shopify:
        assert search(shopify.base) == ([CARD], total)


def test_an_answer_without_a_list_is_none() -> None:
    with ReplayServer(result({})) as shopify, pytest.raises(ShopifyUnavailable):
        search(shopify.base)


def test_the_profile_names_what_we_ask_for() -> None:
    profile = build_profile()["ucp"]

    assert profile["version"] == "2026-08-25"
    assert "dev.ucp.shopping.catalog.search" in profile["capabilities"]
    versions = list(profile["capabilities"].values())
    assert versions == [[{"version": profile["version"]}]] * len(versions)


BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
UNREADABLE = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"


@pytest.mark.parametrize(
    "answer",
    [
        BAD_GATEWAY,
        UNREADABLE,
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        refusal(429, {}, "Retry-After: 2"),
        refusal(503, {}),
        b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"resu',
    ],
)
def test_what_is_no_answer_is_none_for_now(answer: bytes) -> None:
    with ReplayServer(answer) as shopify, pytest.raises(ShopifyUnavailable):
        search(shopify.base)

    assert len(shopify.asked) == 1, "there is one try"


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(ShopifyUnavailable):
        search(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("fault", ["down", "busy", "lost"])
def test_a_store_that_is_away_is_told_as_such(
    admin_api: AdminApi, store: AskedStore, fault: str
) -> None:
    admin_api.fails(fault, "ucp", shop=store.shop)
    with pytest.raises(ShopifyUnavailable):
        search_catalog(store, "board", 6)
    assert admin_api.calls(store.shop) == ["ucp"]


def test_a_store_that_is_closed_to_us_says_so(
    admin_api: AdminApi, store: AskedStore
) -> None:
    admin_api.fails("forbidden", "ucp", shop=store.shop)
    with pytest.raises(UcpRefused):
        search_catalog(store, "board", 6)


def test_an_answer_without_end_is_not_kept() -> None:
    def floods(connection: StreamRequestHandler) -> None:
        connection.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(2 * MOST_BYTES // 65_536):
            connection.wfile.write(b" " * 65_536)

    with ReplayServer(floods) as shopify, pytest.raises(ShopifyUnavailable):
        search(shopify.base)


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"]
)
def test_a_store_that_says_nothing_is_not_waited_for(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ucp, "SILENCE", httpx2.Timeout(0.05))
    ucp._client.cache_clear()
    ended = Event()

    def hangs(connection: StreamRequestHandler) -> None:
        connection.wfile.write(head)
        ended.wait(30)

    with ReplayServer(hangs) as shopify, pytest.raises(ShopifyUnavailable):
        search(shopify.base)
    ended.set()
    ucp._client.cache_clear()


def test_a_store_that_trickles_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ucp, "SECONDS", 0.05)
    left = Event()

    def trickles(connection: StreamRequestHandler) -> None:
        connection.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            while not left.wait(0.01):
                connection.wfile.write(b" ")
        except OSError:
            return

    with ReplayServer(trickles) as shopify, pytest.raises(ShopifyUnavailable):
        search(shopify.base)
    left.set()
