"""F12–F16: the model is busy, silent, slow, endless, mad, or shut to us. Shoppers get one clear
end, and may retry.

The app of these tests waits a tenth as long as the real one (`harmed_workers.PATIENCE`).
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backend.ai import breaker, openai_chat
from backend.ai.openai_chat import OpenAIChat
from backend.ai.provider import ChatMessage
from backend.ai.repetition import TIMES
from backend.ai.reply_text import MOST_CHARACTERS
from backend.config import Config
from backend.dev.model.ai_script import nonsense
from backend.errors import AssistantError
from faults.faulty_links import FaultProxy, FaultyLink
from faults.harmed_workers import PATIENCE, PATIENCE_SET, worker
from tests.support.loopback import loopback
from tests.support.machine import free_port
from tests.support.pace import soon
from tests.support.people import Followed, Person
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

FAILED = {"busy", "timeout", "upstream_invalid"}
# The hurried limits, and what a busy machine adds.
FIRST_TEXT, GAP, WHOLE, SLACK = 2.0, 1.0, 6.0, 1.0


@pytest.fixture(scope="module")
def link(
    model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultyLink]:
    proxy = FaultProxy(tmp_path_factory.mktemp("proxy"))
    yield proxy.link_to("model", int(model.base.rpartition(":")[2]))
    proxy.close()


@pytest.fixture(scope="module")
def app(link: FaultyLink, stores, start_app) -> Iterator[RunningApp]:
    there = f"http://127.0.0.1:{link.port}/v1"
    app = start_app(
        stores.new("sqlite"), OPENAI_BASE_URL=there, **worker("HurriedWorker")
    )
    yield app
    app.close()


@pytest.fixture
def ben(app, shop: str) -> Person:
    """Each test's shop is its own, and so is its breaker."""
    return Person(app.base, shop)


class Asked:
    """One question, how its turn went, and how often the model was asked about it."""

    def __init__(self, ben: Person, ai: ScriptedModel, **rule: Any) -> None:
        self.words = f"What do you think? {nonsense(1)}"
        self._ben, self._ai = ben, ai
        if rule:
            ai.script(when=self.words, **rule)
        began = time.monotonic()
        self.turn = ben.says(self.words).turn
        self.followed: Followed = ben.follows(self.turn)
        self.took = time.monotonic() - began

    @property
    def calls(self) -> int:
        return sum(
            call["body"]["messages"][-1]["content"] == self.words
            for call in self._ai.calls()
        )

    @property
    def failure(self) -> dict[str, Any]:
        """Exactly one end, and it is a failure that may be retried."""
        assert [event.name for event in self.followed.events if event.is_last] == [
            "failed"
        ]
        assert self.followed.events[-1].data["retry"] is True
        assert (self.words, "failed") in self.stored()
        return self.followed.events[-1].data

    def stored(self) -> list[tuple[str, str]]:
        return [
            (said["text"], said["status"])
            for said in self._ben.history().body["messages"]
        ]


def test_the_real_app_is_as_patient_as_the_table_says():
    for (module, name), (usual, _) in PATIENCE.items():
        assert getattr(module, name) == usual
    for name, (usual, _) in PATIENCE_SET.items():
        assert getattr(Config, name.lower()) == usual
    assert (breaker.FAILURES, breaker.WITHIN_SECONDS) == (5, 30)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_model_is_asked_twice_and_no_more(ben, ai, status: int):
    asked = Asked(ben, ai, status=status)

    assert asked.failure["code"] == "busy"
    assert asked.calls == 2


@pytest.mark.parametrize("seconds", ["1", "30", "3600"])
def test_a_busy_model_may_say_when_but_nobody_waits_for_ever(ben, ai, seconds: str):
    asked = Asked(ben, ai, status=429, retry_after=seconds)

    assert asked.failure["code"] == "busy"
    assert 1 <= asked.calls <= 2
    assert asked.took < FIRST_TEXT + soon(SLACK)


def test_a_model_that_recovers_at_the_second_try_is_simply_heard(ben, ai):
    ai.will_say("Here I am.", when="Now?")
    ai.script(when="Now?", status=503, times=1)
    turn = ben.says("Now?").turn

    assert ben.follows(turn).text == "Here I am."


def test_after_a_failure_the_shopper_retries_in_place(ben, ai):
    asked = Asked(ben, ai, status=500, times=2)
    assert asked.failure["code"] == "busy"
    ai.will_say("Now I can.", when=asked.words)

    assert ben.retries(asked.turn).status == 201
    again = ben.follows(asked.turn, after=asked.followed.numbers[-1])

    assert again.names[0] == "restart"
    assert again.text == "Now I can."
    assert asked.stored() == [(asked.words, "answered"), ("Now I can.", "answered")]


def test_a_model_that_keeps_failing_is_left_alone_and_probed(ben, ai, app, otto_here):
    for _ in range(breaker.FAILURES):
        Asked(ben, ai, status=500)
    alone = Asked(ben, ai)
    assert alone.failure["code"] == "busy"
    assert (alone.calls, alone.took < soon(1)) == (0, True)
    assert Asked(otto_here, ai).followed.names[-1] == "finished"

    wait_until(
        lambda: Asked(ben, ai).followed.names[-1] == "finished",
        "a probe closes the breaker",
        within=10,
    )
    assert Asked(ben, ai).followed.names[-1] == "finished"


@pytest.fixture
def otto_here(app, shop: str) -> Person:
    return Person(app.base, f"otto-of-{shop}")


# Silence and slowness


def test_every_silence_has_its_limit(app, shop, ai, link):
    """No headers, headers and then nothing, words and then nothing; and a byte now and then, which
    is life.
    """
    cases: list[tuple[dict[str, Any], float, str]] = [
        ({"silent": True}, FIRST_TEXT, ""),
        ({"text": "never said", "stall_after": 0}, FIRST_TEXT, ""),
        ({"text": "red green blue", "gap_ms": 1, "stall_after": 2}, GAP, "red green"),
        ({"text": "never whole", "cut_utf8": 1, "piece_ms": 900}, WHOLE, ""),
    ]
    people = [Person(app.base, f"{number}-{shop}") for number in range(len(cases))]
    with ThreadPoolExecutor(len(cases)) as together:
        found = list(
            together.map(
                lambda case: Asked(case[0], ai, **case[1][0]),
                zip(people, cases, strict=True),
            )
        )

    for asked, (_, limit, shown) in zip(found, cases, strict=True):
        assert asked.failure["code"] == "timeout"
        assert limit - 0.1 <= asked.took <= limit + soon(SLACK)
        assert asked.followed.text == shown
        assert asked.calls == 1, "nobody is asked again who may still answer"
        kept = [(shown, "partial")] if shown else []
        assert asked.stored()[1:] == kept
    wait_until(lambda: open_answers(ai) == 0, "every call is closed", within=10)


def test_a_model_that_begins_late_is_waited_for_and_asked_once(ben, ai):
    """No header for longer than a gap may be, and then no words for longer than the first ones may
    take.
    """
    late = EVENT % "Late." + "data: [DONE]\n\n"
    asked = Asked(
        ben, ai, body=late, first_ms=int(1000 * (GAP + FIRST_TEXT) / 2), **STREAM
    )
    assert (asked.followed.text, asked.calls) == ("Late.", 1)

    thinking = "<think>red green blue black white grey</think> Well."
    asked = Asked(ben, ai, text=thinking, gap_ms=int(1000 * GAP * 0.6))

    assert asked.took > FIRST_TEXT
    assert (asked.followed.text, asked.calls) == ("Well.", 1)
    assert asked.stored()[-1] == ("Well.", "answered")


def open_answers(ai: ScriptedModel) -> int:
    return int(loopback.get(f"{ai.base}/open").json()["open"])


def test_a_model_in_a_black_hole_is_given_up(ben, ai, link):
    with link.toxic("timeout", timeout=0) as hole:
        asked = Asked(ben, ai)
        hole.has_bitten()

    assert asked.failure["code"] == "timeout"
    assert asked.took < FIRST_TEXT + soon(SLACK)


def test_a_reply_that_drips_for_a_minute_is_cut_there(ben, ai):
    """Each gap is short enough; the whole is not."""
    asked = Asked(ben, ai, chunks=100, gap_ms=500)

    assert asked.failure["code"] == "timeout"
    assert WHOLE - 0.2 <= asked.took <= WHOLE + soon(SLACK)
    assert asked.stored()[1] == (asked.followed.text, "partial")


# Endlessness


@pytest.mark.parametrize(
    "rule",
    [
        {"chunks": 1_500, "gap_ms": 0, "endless": True},
        {"text": nonsense(1, length=900_000)},
    ],
)
def test_a_reply_without_end_is_cut_and_says_so(ben, ai, rule: dict[str, Any]):
    asked = Asked(ben, ai, **rule)
    ended = time.monotonic()

    wait_until(lambda: open_answers(ai) == 0, "the call is closed", within=10)
    assert time.monotonic() - ended < soon(0.1 + 0.1)
    assert asked.followed.names[-1] == "finished"
    text = asked.followed.text
    assert (len(text), text[-2:]) == (MOST_CHARACTERS + 2, " …")
    assert asked.stored() == [(asked.words, "answered"), (text, "partial")]


@pytest.mark.parametrize(
    "rule, again",
    [
        ({"text": "on and on ", "gap_ms": 0, "endless": True}, "on and on "),
        ({"text": "x" * 1_000_000}, "x"),
        (
            {"text": "bcdfghjklmnpqrstvwxzbcdfghjklmn " * 300, "gap_ms": 0},
            "bcdfghjklmnpqrstvwxzbcdfghjklmn ",
        ),
        ({"text": "Look: " + "無理" * 400, "gap_ms": 0}, "無理"),
    ],
)
def test_a_reply_that_only_repeats_itself_is_cut_as_well(
    ben, ai, rule: dict[str, Any], again: str
):
    asked = Asked(ben, ai, **rule)

    wait_until(lambda: open_answers(ai) == 0, "the call is closed", within=10)
    assert asked.followed.names[-1] == "finished"
    begun = rule["text"].partition(again)[0]
    assert asked.followed.text == begun + again * TIMES + " …"
    assert asked.stored() == [
        (asked.words, "answered"),
        (asked.followed.text, "partial"),
    ]


# Garbage

EVENT = 'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n'
STREAM = {"content_type": "text/event-stream", "charset": "latin-1"}


@pytest.mark.parametrize(
    "rule, shown",
    [
        ({"body": "data: {not json}\n\n", **STREAM}, ""),
        ({"body": EVENT % "one" + "data: {not json}\n\n", **STREAM}, "one"),
        ({"body": '{"choices": []}', "content_type": "application/json"}, ""),
        ({"body": "<html>Log in to the network</html>"}, ""),
        ({"body": EVENT % "a \\u0000 b", **STREAM}, "a � b"),
        ({"body": EVENT % "caf\xe9", **STREAM}, "caf�"),
        ({"body": (EVENT % "one")[:-8], **STREAM}, ""),
        ({"body": "", **STREAM}, ""),
        ({"body": "data: [DONE]\n\n", **STREAM}, ""),
        ({"body": EVENT % "one" + 'data: {"choices": 5}\n\n', **STREAM}, "one"),
        ({"body": "x" * 3_000_000, **STREAM}, ""),
        ({"text": "red green blue", "gap_ms": 20, "drop_after": 0}, ""),
        ({"text": "red green blue", "gap_ms": 20, "drop_after": 2}, "red green"),
        ({"text": "red green blue", "gap_ms": 20, "end_after": 2}, "red green"),
        (
            {"text": "red green blue", "gap_ms": 20, "end_after": 2, "half": True},
            "red green",
        ),
    ],
)
def test_what_is_not_the_protocol_is_not_shown(
    ben, ai, rule: dict[str, Any], shown: str
):
    asked = Asked(ben, ai, **rule)

    assert asked.failure["code"] == "upstream_invalid"
    text = asked.followed.text
    assert text == shown or (text, "body" in rule) == (
        "",
        True,
    ), "what came in one piece with garbage may go with it"
    assert asked.stored()[1:] == ([(text, "partial")] if text else [])
    assert asked.calls == 1


def test_an_error_within_the_stream_ends_it_as_busy(ben, ai):
    asked = Asked(ben, ai, text="red green blue", gap_ms=20, error_after=1)

    assert asked.failure["code"] == "busy"
    assert asked.followed.text == "red"


@pytest.mark.parametrize("size", [1, 2, 3])
def test_letters_may_be_cut_anywhere(ben, ai, size: int):
    text = "Grüße, 日本語 und 👩‍👩‍👧"
    asked = Asked(ben, ai, text=text, cut_utf8=size, gap_ms=1)

    assert asked.followed.text == text
    assert asked.stored()[1] == (text, "answered")


@pytest.mark.parametrize(
    "kind, how",
    [
        ("slicer", {"average_size": 3}),
        ("reset_peer", {}),
        ("limit_data", {"bytes": 900}),
    ],
)
def test_a_bad_way_to_the_model(ben, ai, link, kind: str, how: dict[str, int]):
    Asked(ben, ai)
    with link.toxic(kind, **how) as toxic:
        asked = Asked(ben, ai, text="red green blue black white grey", gap_ms=5)
        toxic.has_bitten()

    if kind == "slicer":
        assert asked.followed.text == "red green blue black white grey"
    else:
        assert asked.failure["code"] in FAILED
        assert "red green blue black white grey".startswith(asked.followed.text)
        assert asked.calls <= 2


# Shut out


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_model_that_knows_us_not_is_asked_once(ben, ai, status: int):
    asked = Asked(ben, ai, status=status)

    assert asked.failure["code"] == "busy"
    assert asked.calls == 1


def test_a_spent_quota_is_no_reason_for_a_storm(ben, ai):
    quota = (
        '{"error": {"message": "You exceeded your current quota", "type":'
        ' "insufficient_quota"}}'
    )
    asked = Asked(ben, ai, status=429, body=quota, content_type="application/json")

    assert asked.failure["code"] == "busy"
    assert asked.calls <= 2


@pytest.mark.parametrize(
    "address",
    ["http://model.invalid", "http://127.0.0.1:{closed}", "https://127.0.0.1:{plain}"],
)
def test_no_name_no_listener_or_no_certificate_is_an_error_with_a_name(
    app, address: str
):
    chat = OpenAIChat(
        "key", address.format(closed=free_port(), plain=app.port) + "/v1", "model"
    )
    began = time.monotonic()

    with pytest.raises(AssistantError) as failed:
        list(chat.stream([ChatMessage("user", "Hello")], (), seconds=10))

    assert failed.value.code in FAILED
    assert time.monotonic() - began < openai_chat.CONNECT_SECONDS
    chat.close()
