"""What is kept of a turn that has ended: its words once, for readers of any number; story of both
kinds of live log.
"""

from dataclasses import replace

import msgspec
import pytest
from redis import Redis

from backend.store.live import (
    LiveEvent,
    MemoryLive,
    TurnLog,
    part_event,
    text_so_far,
)
from backend.store.live_redis import RedisLive
from tests.support.stores import Stores

PIECES = 2_000


def text_event(number: int, at: int, words: str) -> LiveEvent:
    return LiveEvent(number, "text", msgspec.json.encode({"at": at, "text": words}))


def pieces(first: int = 1) -> list[LiveEvent]:
    return [text_event(first + number, number * 2, "ab") for number in range(PIECES)]


def bytes_of(log: TurnLog) -> int:
    return sum(event.__sizeof__() + event.data.__sizeof__() for event in log.after(0))


def shown(events: list[LiveEvent], upto: int, log: TurnLog) -> str:
    """What a reader has on the screen who has read to `upto`, and then the rest from the log."""
    return text_so_far([*events[:upto], *log.after(upto)]).text


def test_an_ended_turn_weighs_what_it_said() -> None:
    live, said = MemoryLive(), pieces()
    live.publish("t", *said)
    log = live.log("t")
    assert log is not None
    running = bytes_of(log)

    live.publish("t", LiveEvent(PIECES + 1, "finished", b"{}"))

    assert [event.name for event in log.after(0)] == ["text", "finished"]
    assert bytes_of(log) < running / 10


@pytest.mark.parametrize("upto", [0, 1, 7, PIECES - 1, PIECES])
def test_a_reader_from_any_number_has_all_the_words(upto: int) -> None:
    log, said = TurnLog(), pieces()
    log.add(said)
    log.add([LiveEvent(PIECES + 1, "finished", b"{}")])

    assert shown(said, upto, log) == "ab" * PIECES
    assert log.after(upto)[0].joins(upto)
    assert log.after(upto)[-1].last
    assert log.after(PIECES + 1) == []


def test_a_reader_of_an_earlier_attempt_forgets_it() -> None:
    log = TurnLog()
    first = [
        text_event(1, 0, "something longer that was wrong"),
        LiveEvent(2, "failed", b"{}"),
    ]
    log.add(first)
    again = 1_000_001
    log.add(
        [
            LiveEvent(again, "restart", b"{}"),
            *(text_event(again + 1 + n, n, "x") for n in range(300)),
        ]
    )
    log.add([LiveEvent(again + 301, "finished", b"{}")])

    assert [event.name for event in log.after(1)] == ["restart", "text", "finished"]
    assert log.after(1)[0].joins(1)
    assert text_so_far([*first, *log.after(2)]).text == "x" * 300


def test_redis_keeps_the_words_of_an_ended_turn_once(stores: Stores) -> None:
    with Redis.from_url(stores.new("postgresql").redis_url) as client:
        mine, others, late = RedisLive(client), RedisLive(client), RedisLive(client)
        said = pieces()
        mine.publish("t", *said[:1_000])
        mine._flush()
        with others.follow("t") as log:
            assert log.next == 1_000
            mine.publish("t", *said[1_000:])
            mine.publish("t", LiveEvent(PIECES + 1, "finished", b"{}"))
            mine._flush()
        with late.follow("t") as log:
            assert [event.name for event in log.after(0)] == ["text", "finished"]
            assert shown(said, 1_000, log) == "ab" * PIECES
        assert client.xlen("flux:turn:t") == 2


CARD = {"id": "part-1", "type": "products", "at": 4, "items": []}


def with_a_card() -> list[LiveEvent]:
    """The same, with a card after the second piece, which is replaced after the last one."""
    first, second, *rest = pieces()
    later = [replace(event, number=event.number + 1) for event in rest]
    newer = CARD | {"items": [{"title": "Harbour Lamp"}]}
    return [
        *(first, second, part_event(3, CARD)),
        *later,
        part_event(PIECES + 2, newer),
    ]


@pytest.mark.parametrize("upto", [0, 1, 2, 3, 4, PIECES + 1])
def test_its_parts_stand_behind_its_words_for_readers_of_any_number(upto: int) -> None:
    log, said = TurnLog(), with_a_card()
    log.add(said)
    log.add([LiveEvent(PIECES + 3, "finished", b"{}")])

    assert [event.name for event in log.after(0)] == ["text", "part", "finished"]
    assert log.after(upto)[0].joins(upto)
    seen = text_so_far([*said[:upto], *log.after(upto)])
    assert seen.text == "ab" * PIECES
    assert [part["items"] for part in seen.parts] == [[{"title": "Harbour Lamp"}]]


def test_redis_keeps_them_as_well(stores: Stores) -> None:
    with Redis.from_url(stores.new("postgresql").redis_url) as client:
        mine, late = RedisLive(client), RedisLive(client)
        mine.publish("t", *with_a_card())
        mine.publish("t", LiveEvent(PIECES + 3, "finished", b"{}"))
        mine._flush()

        with late.follow("t") as log:
            names = [event.name for event in log.after(0)]
            assert names == ["text", "part", "finished"]
            assert len(text_so_far(log.after(0)).parts) == 1
        assert client.xlen("flux:turn:t") == 3


def test_after_redis_was_away_it_has_the_words_once_and_every_part(
    stores: Stores,
) -> None:
    with Redis.from_url(stores.new("postgresql").redis_url) as client:
        mine, late = RedisLive(client), RedisLive(client)
        mine.publish("t", *with_a_card())
        mine._outbox, mine._missed = [], {"t"}
        mine._flush()

        with late.follow("t") as log:
            whole = text_so_far(log.after(0))
            assert whole == text_so_far(with_a_card())
            assert [event.name for event in log.after(0)] == ["part", "text", "part"]
