"""What is sent too slowly ends its connection, with or without a signature; meanwhile everybody
else is served.
"""

import json
import time
from collections.abc import Iterator

import pytest

from faults.held_open import Hoarder, is_served, signed_request
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until

HEAD_SECONDS, BODY_SECONDS = 2, 3
MANY = 200
# A machine that others use as well is late now and then.
LATE = 6

HEAD = b"POST /webhooks/app HTTP/1.1\r\nHost: app\r\nContent-Type: application/json\r\n"
UNSIGNED_WEBHOOK = (
    HEAD
    + b"X-Shopify-Hmac-Sha256: "
    + b"A" * 43
    + b"=\r\nContent-Length: 60000\r\n\r\n{"
)
UNSIGNED_CHAT = (
    b"POST /proxy/chat HTTP/1.1\r\nHost: app\r\nContent-Length: 60000\r\n\r\n{"
)
UNSIGNED_STREAM = (
    b"GET /stream/"
    + b"0" * 32
    + b" HTTP/1.1\r\nHost: app\r\nContent-Length: 60000\r\n\r\n{"
)
ADMIN_FORM = (
    b"POST /admin/settings HTTP/1.1\r\nHost: app\r\nContent-Length: 60000\r\n\r\na="
)
CHUNKED = (
    HEAD + b"X-Shopify-Hmac-Sha256: A\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{"
)


@pytest.fixture(scope="module")
def app(stores, start_app) -> Iterator[RunningApp]:
    """An app that waits for nobody's request for long."""
    settings = {
        "REQUEST_HEAD_SECONDS": str(HEAD_SECONDS),
        "REQUEST_BODY_SECONDS": str(BODY_SECONDS),
    }
    app = start_app(stores.new("sqlite"), **settings)
    yield app
    app.close()


@pytest.fixture
def ben(app: RunningApp, shop: str) -> Person:
    return Person(app.base, shop)


@pytest.fixture
def otto(app: RunningApp, shop: str) -> Person:
    return Person(app.base, f"otto-of-{shop}")


@pytest.fixture
def hoarder(app: RunningApp) -> Iterator[Hoarder]:
    with Hoarder(app, until_closed=True) as hoarder:
        yield hoarder


@pytest.mark.parametrize(
    "beginning", [b"G", b"GET /health HTTP/1.1\r\nHost: a", HEAD, b"\r\n", b""]
)
def test_half_a_head_ends_its_connection(
    app: RunningApp, hoarder: Hoarder, otto: Person, beginning: bytes
):
    hoarder.opens(MANY, beginning)

    assert is_served(app, otto)
    hoarder.waits_for(0, within=HEAD_SECONDS + soon(LATE))


@pytest.mark.parametrize(
    "request_", [UNSIGNED_WEBHOOK, UNSIGNED_CHAT, UNSIGNED_STREAM, ADMIN_FORM, CHUNKED]
)
def test_half_a_body_ends_its_connection(
    app: RunningApp, hoarder: Hoarder, otto: Person, request_: bytes
):
    hoarder.opens(MANY, request_)

    assert is_served(app, otto)
    hoarder.waits_for(0, within=BODY_SECONDS + soon(LATE))


def test_half_a_body_of_a_shopper_is_told_why(hoarder: Hoarder, ben: Person):
    whole = signed_request(
        ben, "chat", json.dumps({"message": "Hello " * 100}).encode()
    )

    hoarder.opens(1, whole[:-100])

    hoarder.waits_for(0, within=BODY_SECONDS + soon(LATE))
    (answer,) = hoarder.answers()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "timeout"


@pytest.mark.parametrize(
    "beginning", [b"GET /health HTTP/1.1\r\nX: ", UNSIGNED_WEBHOOK]
)
def test_a_byte_now_and_then_prolongs_nothing(
    app: RunningApp, hoarder: Hoarder, beginning: bytes
):
    hoarder.opens(20, beginning)

    def trickle() -> bool:
        hoarder.trickles()
        return not hoarder.held()

    wait_until(
        trickle,
        "all connections have ended",
        within=max(HEAD_SECONDS, BODY_SECONDS) + soon(LATE),
    )


def test_a_request_that_nobody_signed_is_refused_before_its_body_is_there(
    hoarder: Hoarder,
):
    hoarder.opens(1, UNSIGNED_CHAT)

    wait_until(
        lambda: hoarder.answers()[0].startswith(b"HTTP/1.1 401 "),
        "it is refused",
        within=soon(HEAD_SECONDS),
    )


def test_after_an_answer_a_connection_stays_for_the_next_request(hoarder: Hoarder):
    """Longer than a head may take: a proxy keeps such connections."""
    hoarder.opens(1, b"GET /health HTTP/1.1\r\nHost: app\r\n\r\n")
    until = time.monotonic() + HEAD_SECONDS + 1

    wait_until(lambda: time.monotonic() > until, "a while has passed")

    (kept,) = hoarder.held()
    kept.sendall(b"GET /health HTTP/1.1\r\nHost: app\r\n\r\n")
    wait_until(
        lambda: hoarder.said_on(kept).count(b"HTTP/1.1 200") == 2,
        "it is answered as well",
    )


def test_more_half_bodies_than_may_wait_cut_the_oldest(
    app: RunningApp, hoarder: Hoarder, otto: Person
):
    hoarder.opens(400, UNSIGNED_WEBHOOK)

    assert hoarder.waits_for(256, within=soon(LATE)) < soon(BODY_SECONDS)
    assert is_served(app, otto)
