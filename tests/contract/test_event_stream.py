"""Following a turn: every reader, on every way and from every number, gets the same events and the
same text.
"""

import http.client
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.contract.checked_people import CheckedPerson, asked_for
from tests.support.event_reader import Event, shown_text
from tests.support.pace import soon

PADDING = 2_048
COUNTED = "wc wd wf wg wh wj wv wl"


@pytest.fixture
def counted(ben, ai) -> tuple[CheckedPerson, str]:
    """Ben and a turn that has been answered in eight pieces."""
    ai.script(chunks=8, gap_ms=20, when="Count")
    turn = ben.says("Count to eight").turn
    ben.follows(turn)
    return ben, turn


def test_events_are_numbered_from_one_and_end_with_the_message(counted):
    ben, turn = counted
    seen = ben.follows(turn)

    # Words that arrive together may share an event.
    assert (set(seen.names[:-1]), seen.names[-1]) == ({"text"}, "finished")
    assert seen.numbers == list(range(1, len(seen.events) + 1))
    reply = ben.history().body["messages"][1]
    assert seen.events[-1].data == {"message": {"id": reply["id"], "seq": reply["seq"]}}
    assert seen.text == reply["text"] == COUNTED


@pytest.mark.parametrize("way", ["stream", "poll"])
def test_after_a_number_comes_the_tail(counted, way):
    ben, turn = counted
    everything = ben.follows(turn)

    for after in range(len(everything.events)):
        assert (
            ben.follows(turn, after=after, way=way).events == everything.events[after:]
        )


def test_after_the_last_number_there_is_nothing(counted):
    ben, turn = counted
    last = ben.follows(turn).numbers[-1]

    assert ben.follows(turn, after=last).events == []
    asked = {"sessionId": ben.device.session_id, "after": last}
    assert ben.sends(f"turns/{turn}", asked).body == {
        "events": [],
        "status": "answered",
        "next": last,
        "direct": None,
    }


def test_the_body_and_the_address_ask_alike(counted):
    ben, turn = counted
    fields = {"sessionId": ben.device.session_id, "after": 3}

    assert (
        ben.sends(f"turns/{turn}", fields, method="GET").body
        == ben.sends(f"turns/{turn}", fields).body
    )


def test_a_poll_brings_all_there_is_and_the_number_to_go_on_from(counted):
    ben, turn = counted
    numbers = ben.follows(turn).numbers

    polled = ben.sends(f"turns/{turn}", {"sessionId": ben.device.session_id}).body

    assert [event["id"] for event in polled["events"]] == numbers
    assert (polled["status"], polled["next"], polled["direct"]) == (
        "answered",
        numbers[-1],
        None,
    )


def test_a_poll_of_a_silent_turn_lasts_as_long_as_it_was_asked_to(ben, ai):
    ai.script(chunks=1, first_ms=5_000)
    turn = ben.says("Think about it").turn
    began = time.monotonic()

    polled = ben.sends(
        f"turns/{turn}", {"sessionId": ben.device.session_id, "wait": 0.6}
    ).body

    assert 0.6 <= time.monotonic() - began < soon(2.5)
    assert (polled["events"], polled["status"], polled["next"]) == ([], "running", 0)
    ben.stops(turn)
    assert ben.follows_directly(polled["direct"]).names == ["stopped"]


def test_a_poll_ends_with_the_first_words(ben, ai):
    ai.script(chunks=3, first_ms=300, gap_ms=3_000)
    turn = ben.says("Think about it").turn
    began = time.monotonic()

    polled = ben.sends(
        f"turns/{turn}", {"sessionId": ben.device.session_id, "wait": 10}
    ).body

    assert [event["name"] for event in polled["events"]] == ["text"]
    assert polled["status"] == "running"
    assert time.monotonic() - began < soon(3)
    ben.stops(turn)


def test_a_stream_begins_at_once_with_padding_then_beats_each_second(ben, ai):
    ai.script(chunks=1, first_ms=2_500)
    turn = ben.says("Think about it").turn
    began = time.monotonic()

    with raw_stream(ben, turn) as blocks:
        padding = next(blocks)
        assert time.monotonic() - began < soon(1)
        rest = list(blocks)

    assert padding.startswith(b": ")
    assert len(padding) + len(b"\n\n") >= PADDING
    beats = [block for block in rest if block.startswith(b":")]
    assert len(beats) == 2
    assert b"event: text" in rest[2]
    assert rest[2].startswith(b"id: 1\n")


def test_a_stream_says_what_it_is(counted):
    ben, turn = counted

    with raw_stream(ben, turn, with_headers=True) as (headers, blocks):
        list(blocks)

    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize(
    "how", [{"as": "stream"}, {"Accept": "text/event-stream"}, {"Accept": "*/*"}]
)
def test_a_stream_comes_only_to_those_who_ask_for_one(counted, how: dict[str, str]):
    ben, turn = counted
    fields = {"sessionId": ben.device.session_id, "as": how.get("as")}
    for method in ("GET", "POST"):
        asked = {name: value for name, value in fields.items() if value}
        answer = ben.sends(
            f"turns/{turn}",
            asked,
            method=method,
            headers={"Accept": how.get("Accept", "*/*")},
        )

        is_stream = answer.headers["Content-Type"].startswith("text/event-stream")
        assert is_stream == (how != {"Accept": "*/*"})


def test_a_browser_that_remembers_its_last_event_gets_the_tail(counted):
    ben, turn = counted
    everything = ben.follows(turn)
    asked = {"sessionId": ben.device.session_id}

    polled = ben.sends(f"turns/{turn}", asked, headers={"Last-Event-ID": "2"}).body
    assert [event["id"] for event in polled["events"]] == everything.numbers[2:]

    polled = ben.sends(
        f"turns/{turn}", asked | {"after": 1}, headers={"Last-Event-ID": "2"}
    ).body
    assert [event["id"] for event in polled["events"]] == everything.numbers[1:]

    polled = ben.sends(f"turns/{turn}", asked, headers={"Last-Event-ID": "x"}).body
    assert [event["id"] for event in polled["events"]] == everything.numbers


def test_leaving_the_page_is_not_a_stop(ben, ai):
    ai.script(chunks=8, gap_ms=50, when="Count")
    turn = ben.says("Count to eight").turn
    with ben.watches(turn) as events:
        left_at = next(events).id

    assert ben.follows(turn, after=left_at).names[-1] == "finished"
    assert ben.history().body["messages"][1]["text"] == COUNTED
    assert len(asked_for(ai, ben)) == 1


def test_two_readers_at_once_see_the_same(ben, ai):
    ai.script(chunks=8, gap_ms=50, when="Count")
    turn = ben.says("Count to eight").turn

    with ben.watches(turn) as one, ben.watches(turn) as other:
        assert list(one) == list(other)


def test_offsets_count_as_browsers_count(ben, ai):
    ai.will_say("Größe 🧣 und 👩‍👩‍👧 passen", gap_ms=50, when="Size")
    seen = ben.follows(ben.says("Size?").turn)

    assert seen.text == "Größe 🧣 und 👩‍👩‍👧 passen"
    texts = [event.data for event in seen.events if event.name == "text"]
    assert [text["at"] for text in texts] == [
        units("".join(t["text"] for t in texts[:n])) for n in range(len(texts))
    ]


def test_a_message_is_kept_as_it_was_written(ben, ai):
    odd = " \t<b>Größe</b>\r\n\u202eabc\u200b 🧣\n"
    ai.will_say("\n\nFine.\n ", gap_ms=0)
    ben.follows(ben.says(odd).turn)

    assert [said["text"] for said in ben.history().body["messages"]] == [
        odd,
        "\n\nFine.\n ",
    ]


@pytest.mark.parametrize("turn", ["0" * 32, "x", "%20", "%00", "ü", "%ff"])
def test_a_turn_that_never_was_is_not_found(ben, turn: str):
    ben.says("Make me a session")

    for call in (f"turns/{turn}", f"turns/{turn}/stop", f"turns/{turn}/retry"):
        refused = ben.sends(call, {"sessionId": ben.device.session_id})
        assert (refused.status, refused.code) == (404, "not_found")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def forgetful(request, stores, start_app):
    """An app that forgets its live log whenever it is restarted; what counts is in its database."""
    app = start_app(stores.new(request.param, redis=False))
    yield app
    app.close()


def test_without_the_live_log_all_text_comes_as_one(forgetful, person_at, ai):
    ai.script(chunks=8, gap_ms=5, when="Count")
    ben = person_at(forgetful)
    turn = ben.says("Count to eight").turn
    before = ben.follows(turn)

    forgetful.kill()
    forgetful.restart()

    for way in ("stream", "poll"):
        after = ben.follows(turn, way=way)
        assert after.names == ["text", "finished"]
        assert after.events[0].data == {"at": 0, "text": COUNTED}
        assert after.events[-1] == before.events[-1]
        assert (
            shown_text(
                [
                    Event(1, "text", {"at": 0, "text": "wc"}),
                    *ben.follows(turn, after=1).events,
                ]
            )
            == COUNTED
        )
    assert ben.follows(turn, after=before.numbers[-1]).events == []


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@contextmanager
def raw_stream(
    person: CheckedPerson, turn: str, with_headers: bool = False
) -> Iterator:
    """The blocks of a stream as they arrive, comments among them."""
    query = person.signed_query(
        [("sessionId", person.device.session_id or ""), ("as", "stream")]
    )
    address = person.base.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=30)) as connection:
        connection.request("GET", f"/proxy/turns/{turn}?{query}")
        response = connection.getresponse()
        yield (
            (response.headers, blocks_of(response))
            if with_headers
            else blocks_of(response)
        )


def blocks_of(response: http.client.HTTPResponse) -> Iterator[bytes]:
    unread = b""
    while received := response.read1():
        *blocks, unread = (unread + received).split(b"\n\n")
        yield from blocks
