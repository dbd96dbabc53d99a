"""F19, F33: messages that are too large, too many, or read too slowly; nobody else feels it."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from statistics import median

import pytest

from backend.dev.model.ai_script import nonsense
from faults.mortal_app import MortalApp, ThreeProcesses
from tests.support.pace import soon
from tests.support.people import Answer, Person
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

OF_SESSION, OF_SHOP = 30, 300
TEN_MEGABYTES = 10 * 1024 * 1024
TOO_LARGE = 8
# What a process grows by on its own account meanwhile: half of the smaller bodies together.
NOISE_BYTES = 4 * 1024 * 1024
SLOW_READERS = 20
# What the row allows is a tenth; on a shared machine of two cores, where the flood itself is made,
# more is noise.
FELT_AT_MOST = 1.5
NOISE_SECONDS = 0.02


@pytest.fixture(scope="module")
def strict(three_started: ThreeProcesses) -> Iterator[MortalApp]:
    """A process with limits as they are by default, or a tenth of that; only one session may hold
    more open.
    """
    limits = {
        "SESSION_MESSAGES_PER_MINUTE": str(OF_SESSION),
        "SHOP_MESSAGES_PER_MINUTE": str(OF_SHOP),
    }
    limits["SESSION_OPEN_REQUESTS"] = str(2 * SLOW_READERS)
    process = three_started.sibling(**limits)
    process.restart()
    yield process
    process.close()


@pytest.fixture
def ben(strict: MortalApp, shop: str) -> Person:
    return Person(strict.base, shop)


@pytest.fixture
def otto(strict: MortalApp, shop: str) -> Person:
    return Person(strict.base, f"otto-of-{shop}")


# Too large


@pytest.mark.parametrize("size", [1024 * 1024, TEN_MEGABYTES])
def test_a_large_body_is_refused_and_costs_no_memory(strict: MortalApp, ben, size: int):
    too_large = json.dumps({"message": "x" * size}).encode()
    # With what the first answer, and the first refusal, bring into memory.
    ben.follows(ben.says("Hello").turn)
    ben.sends("chat", too_large)
    before = strict.resident_kib()

    refused = [ben.sends("chat", too_large) for _ in range(TOO_LARGE)]

    assert {(answer.status, answer.code) for answer in refused} == {(413, "too_long")}
    assert (strict.resident_kib() - before) * 1024 <= 2 * size + NOISE_BYTES
    assert ben.says("And now?").status == 201


def test_a_body_in_a_hundred_thousand_pieces_is_refused_as_well(strict: MortalApp, ben):
    pieces = b"".join(b"1\r\nx\r\n" for _ in range(100_000)) + b"0\r\n\r\n"
    head = (
        f"POST /proxy/chat?{ben.signed_query()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type:"
        " application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", strict.port), timeout=30) as connection:
        connection.sendall(head.encode() + pieces)
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"too_long" in answer
    assert ben.says("And now?").status == 201


@pytest.mark.parametrize(
    "words, status",
    [
        ("👋" * 8_000, 201),
        ("👋" * 8_001, 413),
        (" \n\t ", 422),
        ("a\0b", 201),
        ("\0", 422),
    ],
)
def test_what_is_a_message_and_what_is_not(ben, words: str, status: int):
    assert ben.says(words).status == status


# Too many


@pytest.fixture
def within_a_minute() -> None:
    wait_until(lambda: time.time() % 60 < 45, "a minute that will last", within=20)


def test_a_flood_is_refused_with_a_time_to_come_back(ben, within_a_minute):
    """A hundred messages of one visitor as fast as eight connections can."""
    ben.follows(ben.says("The first").turn)
    with ThreadPoolExecutor(8) as together:
        answers = list(
            together.map(lambda number: ben.says(f"{number} {nonsense(1)}"), range(100))
        )

    taken = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status != 201]
    assert len(taken) <= OF_SESSION
    assert {(answer.status, answer.code) for answer in refused} == {
        (429, "rate_limited")
    }
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)


def test_a_shop_at_ten_times_its_limit_is_not_felt_by_another(
    strict: MortalApp, ben, otto, within_a_minute
):
    otto.says("Hello")

    # What is felt of the flood is felt each time; what other tests do on this machine is not.
    wait_until(
        lambda: _felt(strict, ben.shop, otto) <= 0, "the flood is not felt", within=180
    )


def _felt(app: MortalApp, flooded_shop: str, otto: Person) -> float:
    """By how many seconds a request of another shop takes longer than the flood may cost it."""
    calm = [_seconds(otto) for _ in range(100)]
    with Flood(app, flooded_shop, a_second=10 * OF_SHOP / 60) as flood:
        wait_until(lambda: flood.refused > 20, "the shop is over its limit", within=60)
        flooded = [_seconds(otto) for _ in range(100)]

    # The slowest ones tell more of this machine, where other tests run, than of the flood.
    return median(flooded) - (FELT_AT_MOST * median(calm) + NOISE_SECONDS)


def _seconds(person: Person) -> float:
    began = time.perf_counter()
    assert person.history().status == 200
    return time.perf_counter() - began


class Flood:
    """Messages to one shop at a steady rate, from a new visitor each, until the block ends."""

    def __init__(self, app: MortalApp, shop: str, a_second: float) -> None:
        self.refused = 0
        self._pause = 4 / a_second
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._sends, args=(Person(app.base, shop),))
            for _ in range(4)
        ]

    def __enter__(self) -> "Flood":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _sends(self, person: Person) -> None:
        due = time.monotonic()
        for number in count():
            due += self._pause
            if self._over.wait(max(0, due - time.monotonic())):
                return
            person.device.forgets()
            answer: Answer = person.says(f"Flood {number} {nonsense(1)}")
            self.refused += answer.status == 429


# Read too slowly


def test_readers_who_take_nothing_hold_nobody_up(
    strict: MortalApp, ben, ai: ScriptedModel, all_is_well
):
    """Twenty of them; the memory that they cost is bounded, and each goes on later where it was."""
    question, reply = (
        f"At length {nonsense(1)}",
        nonsense(1_500, length=32),
    )
    ai.will_say(reply, when=question, gap_ms=1)
    turn = ben.says(question).turn
    before = strict.resident_kib()
    slow = [_opens_and_takes_nothing(strict, ben, turn) for _ in range(SLOW_READERS)]
    try:
        began = time.monotonic()
        followed = ben.follows(turn)
        took = time.monotonic() - began
        grown = strict.resident_kib() - before
    finally:
        for connection in slow:
            connection.close()

    assert (followed.text, followed.names[-1]) == (reply, "finished")
    assert took < soon(20)
    assert grown < 16 * 1024 + SLOW_READERS * 256
    # The turn has ended, so its words are kept once, whole, for readers of any number.
    later = ben.follows(turn, after=100)
    assert (later.text, later.names, later.numbers[-1]) == (
        reply,
        ["text", "finished"],
        followed.numbers[-1],
    )
    all_is_well()


def _opens_and_takes_nothing(
    app: MortalApp, person: Person, turn: str
) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect(("127.0.0.1", app.port))
    body = json.dumps(
        {"sessionId": person.device.session_id, "after": 0, "as": "stream"}
    ).encode()
    head = (
        f"POST /proxy/turns/{turn}?{person.signed_query()} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection
