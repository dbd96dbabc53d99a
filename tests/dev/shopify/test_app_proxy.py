"""What the sample's app proxy does to a call on its way, and each way in which it can be told to
fail.
"""

import time
from urllib.parse import parse_qsl

import httpx2
import pytest

from backend.shopify.signatures import verify_proxy
from tests.dev.conftest import SIGNING_SECRET
from tests.dev.echo_app import EchoApp
from tests.support.loopback import loopback, loopback_client
from tests.support.storefronts import Storefront


def test_a_call_arrives_signed_and_without_cookies(
    road: Storefront, echo: EchoApp
) -> None:
    loopback.post(
        road.url("/apps/flux-chat/a/b?extra=1&extra=2"),
        content="the body",
        headers={
            "Cookie": "cart=1",
            "X-Own": "kept",
            "X-Forwarded-For": "10.0.0.9",
            "Host": "shop.example",
        },
    )

    [told] = echo.received
    assert (told["method"], told["path"], told["body"]) == (
        "POST",
        "/proxy/a/b",
        "the body",
    )
    assert told["query"].startswith(
        "extra=1&extra=2&shop=flux-demo.myshopify.com&logged_in_customer_id=&"
    )
    visit = verify_proxy(told["query"].encode(), [SIGNING_SECRET], time.time())
    assert (visit.shop, visit.customer, visit.path_prefix) == (
        "flux-demo.myshopify.com",
        None,
        "/apps/flux-chat",
    )
    headers = told["headers"]
    assert "cookie" not in headers
    assert headers["x-own"] == "kept"
    assert headers["x-forwarded-for"] == "10.0.0.9, 127.0.0.1"
    assert headers["x-forwarded-host"] == "shop.example"


def test_an_answer_comes_back_without_what_shopify_takes_out(
    road: Storefront, echo: EchoApp
) -> None:
    answer = loopback.post(road.url("/apps/flux-chat/chat"))

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert (
        not {"set-cookie", "server", "x-powered-by", "warning"} & answer.headers.keys()
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_every_method_is_forwarded(
    road: Storefront, echo: EchoApp, method: str
) -> None:
    loopback.request(method, road.url("/apps/flux-chat"))

    assert [(told["method"], told["path"]) for told in echo.received] == [
        (method, "/proxy")
    ]
    assert [(call["method"], call["path"]) for call in road.calls()] == [
        (method, "/apps/flux-chat")
    ]


def test_the_signed_customer_is_who_logged_in(road: Storefront, echo: EchoApp) -> None:
    with loopback_client(base_url=road.base) as browser:
        browser.post("/sample/login", json={"customer": 7001})
        browser.post("/apps/flux-chat/chat")
        browser.post("/sample/login", json={"customer": None})
        browser.post("/apps/flux-chat/chat")

    customers = [
        dict(parse_qsl(told["query"], True))["logged_in_customer_id"]
        for told in echo.received
    ]
    assert customers == ["7001", ""]


def test_the_proxy_is_not_known_under_a_language(
    road: Storefront, echo: EchoApp
) -> None:
    assert loopback.post(road.url("/de/apps/flux-chat/chat")).status_code == 404
    assert not echo.received


def test_stream_brings_each_piece_while_the_app_is_still_writing(
    road: Storefront, echo: EchoApp
) -> None:
    with loopback.stream("GET", road.url("/apps/flux-chat/stream")) as answer:
        pieces = answer.iter_raw()
        first = next(pieces)
        echo.go_on.set()
        rest = b"".join(pieces)

    assert (first, rest) == (b"one", b"two")


def test_buffer_brings_the_whole_answer_at_once(
    road: Storefront, echo: EchoApp
) -> None:
    road.proxy("buffer")
    echo.go_on.set()

    answer = loopback.get(road.url("/apps/flux-chat/stream"))

    assert answer.content == b"onetwo"
    assert answer.headers["content-length"] == "6"


def test_buffer_gives_up_on_an_answer_that_does_not_end(
    road: Storefront, echo: EchoApp
) -> None:
    road.proxy("buffer", ms=100)

    answer = loopback.get(road.url("/apps/flux-chat/stream"))

    assert answer.status_code == 522
    assert answer.headers["content-type"].startswith("text/html")


def test_delay_forwards_late(road: Storefront, echo: EchoApp) -> None:
    road.proxy("delay", ms=80)
    began = time.monotonic()

    assert loopback.post(road.url("/apps/flux-chat/chat")).status_code == 201
    assert time.monotonic() - began >= 0.08


def test_html_is_a_login_page_that_calls_itself_fine(
    road: Storefront, echo: EchoApp
) -> None:
    road.proxy("html")

    answer = loopback.post(road.url("/apps/flux-chat/chat"))

    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert not echo.received


@pytest.mark.parametrize(("at", "arrived"), [("request", 0), ("answer", 1)])
def test_drop_loses_the_request_or_the_answer(
    road: Storefront, echo: EchoApp, at: str, arrived: int
) -> None:
    road.proxy("drop", at=at)

    with pytest.raises(httpx2.TransportError):
        loopback.post(road.url("/apps/flux-chat/chat"))
    assert len(echo.received) == arrived


def test_drop_breaks_off_in_the_middle_of_the_answer(
    road: Storefront, echo: EchoApp
) -> None:
    road.proxy("drop", at="body")

    with loopback.stream("POST", road.url("/apps/flux-chat/chat")) as answer:
        assert answer.status_code == 201
        with pytest.raises(httpx2.TransportError):
            answer.read()


def test_an_app_that_dies_while_it_answers_does_not_look_finished(
    road: Storefront, echo: EchoApp
) -> None:
    with (
        loopback.stream("GET", road.url("/apps/flux-chat/dies")) as answer,
        pytest.raises(httpx2.TransportError),
    ):
        answer.read()


def test_a_switch_that_does_not_exist_is_refused(road: Storefront) -> None:
    for wrong in ({"mode": "melt"}, {"ms": "5"}, {"at": "noon"}, {"modes": "drop"}):
        assert loopback.post(road.url("/sample/proxy"), json=wrong).status_code == 400
    assert loopback.get(road.url("/sample/state")).json()["proxy"] == {
        "mode": "stream",
        "ms": 0,
        "at": "body",
    }
