"""Asking a shop's Admin API over the wire: the answer, each error, and waiting where Shopify wants
it.
"""

import gzip
import json
from collections.abc import Iterator
from itertools import count
from socketserver import StreamRequestHandler
from typing import Any

import gevent
import pytest

from backend.config import Config
from backend.dev.storefront.sample_shop import catalog
from backend.errors import (
    ChatError,
    QueryRejected,
    ScopeMissing,
    ShopifyThrottled,
    ShopifyUnavailable,
    ShopInactive,
    TokenRefused,
)
from backend.shopify.admin_client import MOST_BYTES, Access, ask
from backend.shopify.admin_operations import document
from tests.support.machine import free_port
from tests.support.pretend_shopify import AdminApi, config_at, config_for
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal

BOARD = "gid://shopify/Product/8101"
ALIVE = {"data": {"shop": {"id": "gid://shopify/Shop/1"}}}
PATIENCE = 30.0

_numbers = count(1)


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def domain() -> str:
    return f"reef-{next(_numbers)}.myshopify.com"


@pytest.fixture
def store(admin_api: AdminApi, domain: str) -> Iterator[PretendStore]:
    store = PretendStore(admin_api.base, domain)
    store.sells_all()
    store.grants()
    yield store
    store.forgets()


@pytest.fixture
def access(store: PretendStore) -> Access:
    return Access(store.shop, store.opens())


def good(*headers: str, body: Any = ALIVE) -> bytes:
    """An answer whose connection may be used again."""
    content = json.dumps(body).encode()
    head = ["HTTP/1.1 200 OK", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


def test_a_document_is_answered_with_its_data(config: Config, access: Access) -> None:
    data = ask(config, access, "product_by_id", {"id": BOARD})

    sold = catalog("en").find_product("driftwood-serving-board")
    assert sold is not None
    assert data["product"]["title"] == sold["title"]
    assert len(data["product"]["variants"]["nodes"]) == len(sold["variants"])


def test_a_page_leads_to_the_next_one(config: Config, access: Access) -> None:
    first = ask(config, access, "pages", {})["pages"]
    cursor = first["pageInfo"]["endCursor"]

    rest = ask(config, access, "pages", {"after": cursor})["pages"]

    assert len(first["nodes"]) == len(catalog("en").pages)
    assert rest["nodes"] == []


def test_a_token_that_is_not_known_is_refused(config: Config, access: Access) -> None:
    with pytest.raises(TokenRefused):
        ask(config, Access(access.shop, "access-of-nobody"), "policies", {})


def test_what_the_shop_has_not_granted_is_named(
    config: Config, access: Access, store: PretendStore
) -> None:
    store.grants("read_products")

    with pytest.raises(ScopeMissing) as refused:
        ask(config, access, "orders", {"query": "customer_id:7001"})
    with pytest.raises(ScopeMissing) as partly:
        ask(config, access, "policies", {})

    assert refused.value.reason == "read_orders"
    assert partly.value.reason == "read_legal_policies"


@pytest.mark.parametrize(
    "fault, kind",
    [
        ("frozen", ShopInactive),
        ("locked", ShopInactive),
        ("forbidden", ScopeMissing),
        ("stranger", ShopifyUnavailable),
        ("down", ShopifyUnavailable),
        ("lost", ShopifyUnavailable),
        ("busy", ShopifyThrottled),
        ("throttled", ShopifyThrottled),
    ],
)
def test_each_trouble_of_shopifys_has_its_error(
    config: Config,
    access: Access,
    admin_api: AdminApi,
    fault: str,
    kind: type[ChatError],
) -> None:
    admin_api.fails(fault, "graphql", times=2, shop=access.shop)

    with pytest.raises(kind) as raised:
        ask(config, access, "policies", {})

    assert type(raised.value) is kind


def test_a_question_that_shopify_does_not_understand_is_our_mistake(
    config: Config, access: Access
) -> None:
    with pytest.raises(QueryRejected):
        ask(config, access, "changed_products", {"query": 7})


def test_a_connection_that_was_closed_meanwhile_costs_nobody_the_answer(
    config: Config, access: Access, admin_api: AdminApi
) -> None:
    admin_api.fails("lost", "graphql", shop=access.shop)

    assert ask(config, access, "policies", {})["shop"]


def test_a_change_is_never_sent_twice(
    config: Config, access: Access, admin_api: AdminApi
) -> None:
    admin_api.fails("lost", "graphql", shop=access.shop)
    export = {"query": document("catalog_export")}

    with pytest.raises(ShopifyUnavailable):
        ask(config, access, "start_catalog_export", export)

    assert admin_api.calls(access.shop).count("graphql") == 1


def test_nobody_there_is_no_refusal(access: Access) -> None:
    nobody = config_at(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(ShopifyUnavailable):
        ask(nobody, access, "policies", {})


def test_a_throttled_question_is_asked_again_within_the_callers_patience(
    config: Config, access: Access, store: PretendStore, admin_api: AdminApi
) -> None:
    store.holds(points=0, restore_rate=20)

    data = ask(config, access, "pages", {}, PATIENCE)

    assert data["pages"]["nodes"]
    assert admin_api.calls(access.shop).count("graphql") > 1


def test_what_was_learned_spares_shopify_questions_that_it_would_refuse(
    config: Config, access: Access, store: PretendStore, admin_api: AdminApi
) -> None:
    store.holds(points=5, restore_rate=0.001)
    with pytest.raises(ShopifyThrottled):
        ask(config, access, "pages", {})
    asked = admin_api.calls(access.shop).count("graphql")

    with pytest.raises(ShopifyThrottled) as refused:
        ask(config, access, "pages", {})

    assert (refused.value.retry_after or 0) > 1_000
    assert admin_api.calls(access.shop).count("graphql") == asked


def test_many_who_ask_at_once_all_get_their_answer(
    config: Config, access: Access, store: PretendStore
) -> None:
    store.holds(points=10, restore_rate=200)
    ask(config, access, "pages", {}, PATIENCE)

    def ask_once() -> int:
        data = ask(config, access, "pages", {}, PATIENCE)
        return len(data["pages"]["nodes"])

    greenlets = [gevent.spawn(ask_once) for _ in range(8)]
    gevent.joinall(greenlets, raise_error=True)

    assert all(greenlet.value for greenlet in greenlets)


def test_a_busy_shopify_is_left_alone_as_long_as_it_says(access: Access) -> None:
    busy = refusal(429, {"errors": "Too many requests"}, "Retry-After: 0.6")
    with ReplayServer(busy, good()) as shopify:
        data = ask(config_at(shopify.base), access, "policies", {}, PATIENCE)

    assert data == ALIVE["data"]
    assert len(shopify.asked) == 2


def test_who_cannot_wait_so_long_hears_when_to_come_back(access: Access) -> None:
    busy = refusal(429, {"errors": "Too many requests"}, "Retry-After: 40")

    with (
        ReplayServer(busy, good()) as shopify,
        pytest.raises(ShopifyThrottled) as refused,
    ):
        ask(config_at(shopify.base), access, "policies", {}, patience=2)

    assert refused.value.retry_after == 40
    assert len(shopify.asked) == 1


def test_a_redirect_is_not_followed_with_our_token(access: Access) -> None:
    with ReplayServer(good()) as elsewhere:
        moved = refusal(302, {}, f"Location: {elsewhere.base}/stolen")
        with ReplayServer(moved) as shopify, pytest.raises(ShopifyUnavailable):
            ask(config_at(shopify.base), access, "policies", {})

    assert elsewhere.asked == []


def test_the_token_and_the_document_are_all_that_is_sent(access: Access) -> None:
    with ReplayServer(good("Set-Cookie: seen=1; Path=/")) as shopify:
        for _ in range(2):
            ask(config_at(shopify.base), access, "pages", {"after": "cursor"})

    first, second = shopify.asked
    assert first.path.endswith("/graphql.json")
    assert first.headers["x-shopify-access-token"] == access.token
    assert first.json["variables"] == {"after": "cursor"}
    assert "cookie" not in second.headers


def test_one_connection_serves_many_questions(access: Access) -> None:
    connections = []

    def answer_all(connection: StreamRequestHandler) -> None:
        """The first request is read already; the others come on the same connection."""
        connections.append(connection)
        connection.wfile.write(good())
        while connection.rfile.readline():
            length = 0
            while header := connection.rfile.readline().strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            connection.rfile.read(length)
            connection.wfile.write(good())

    with ReplayServer(answer_all) as shopify:
        config = config_at(shopify.base)
        for _ in range(3):
            ask(config, access, "policies", {})

    assert len(connections) == 1


def test_a_packed_answer_is_unpacked(access: Access) -> None:
    content = gzip.compress(json.dumps(ALIVE).encode())
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(content)}"
    )
    with ReplayServer(f"{head}\r\n\r\n".encode() + content) as shopify:
        assert ask(config_at(shopify.base), access, "policies", {}) == ALIVE["data"]


def test_an_answer_without_end_is_cut_off(access: Access) -> None:
    sent = []

    def flood(connection: StreamRequestHandler) -> None:
        connection.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        piece = b" " * (MOST_BYTES // 8)
        try:
            for _ in range(32):
                connection.wfile.write(piece)
                sent.append(piece)
        except ConnectionError:
            return

    with (
        ReplayServer(flood) as shopify,
        pytest.raises(QueryRejected, match="too_long"),
    ):
        ask(config_at(shopify.base), access, "policies", {})

    assert len(sent) < 32


def test_an_answer_that_breaks_off_is_none(access: Access) -> None:
    whole = good()

    with ReplayServer(whole[:-5]) as shopify, pytest.raises(ShopifyUnavailable):
        ask(config_at(shopify.base), access, "policies", {})


def test_a_token_is_not_shown(access: Access) -> None:
    assert access.token not in repr(access)
