"""Live events, in one process and across several: in order, from any number, and only from who
holds the turn.
"""

import json
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event

from backend.store.live import (
    LiveEvent,
    MemoryLive,
    TurnLog,
    first_number,
    part_event,
    text_so_far,
)
from backend.store.live_redis import RedisLive
from tests.support.cooperative_redis import connect
from tests.support.stores import Stores

Live = MemoryLive | RedisLive
SOON = 2.0
READERS = 50


@pytest.fixture
def redis_url(stores: Stores) -> str:
    return stores.new("postgresql").redis_url


@pytest.fixture
def process(redis_url: str) -> Callable[[], RedisLive]:
    """Makes one more process's view of the same live events."""

    def started() -> RedisLive:
        live = RedisLive(connect(redis_url))
        live.start()
        return live

    return started


@pytest.fixture(params=["one process", "two processes"])
def both(
    request: pytest.FixtureRequest, process: Callable[[], RedisLive]
) -> tuple[Live, Live]:
    """Where events are published, and where they are followed."""
    if request.param == "one process":
        live = MemoryLive()
        return live, live
    return process(), process()


def text(number: int, at: int, words: str) -> LiveEvent:
    return LiveEvent(
        number,
        "text",
        json.dumps({"at": at, "text": words}, separators=(",", ":")).encode(),
    )


def end(number: int, name: str = "finished") -> LiveEvent:
    return LiveEvent(number, name, b"{}")


ONE, TWO, THREE = text(1, 0, "one"), text(2, 3, " two"), end(3)


def test_a_follower_from_the_beginning_gets_everything_in_order(both):
    here, there = both
    here.publish("turn", ONE, TWO)
    with there.follow("turn") as log:
        here.publish("turn", THREE)

        assert list(followed(log)) == [ONE, TWO, THREE]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_follower_from_a_number_gets_the_tail(both, after: int):
    here, there = both
    here.publish("turn", ONE, TWO, THREE)

    with there.follow("turn") as log:
        wait_for(lambda: log.ended, log)
        assert log.after(after) == [ONE, TWO, THREE][after:]


def test_a_follower_who_came_before_the_first_event_is_woken(both):
    here, there = both
    with there.follow("turn") as log:
        assert log.wait(0, 0.05) == []

        here.publish("turn", ONE)

        assert log.wait(0, SOON) == [ONE]


def test_two_followers_of_one_turn_are_woken_alike(both):
    here, there = both
    with there.follow("turn") as one, there.follow("turn") as other:
        here.publish("turn", ONE)

        assert one.wait(0, SOON) == other.wait(0, SOON) == [ONE]


def test_what_was_published_before_cannot_be_published_again(both):
    here, _ = both
    here.publish("turn", ONE, TWO)

    assert not here.publish("turn", text(2, 3, " other"))
    assert not here.publish("turn", text(1, 0, "other"))
    assert here.publish("turn", THREE)


def test_nothing_comes_after_the_end_but_a_restart(both):
    here, _ = both
    here.publish("turn", ONE, THREE)

    assert not here.publish("turn", text(4, 0, "late"))
    assert here.publish("turn", LiveEvent(first_number(2), "restart", b'{"attempt":2}'))


def test_the_end_of_an_attempt_that_never_began_is_told(both):
    """A failed turn was to be tried again, waited, and was stopped."""
    live, _ = both
    live.publish("turn", end(1, "failed"))

    assert live.publish("turn", end(first_number(3), "stopped"))
    with live.follow("turn") as log:
        assert log.after(1)[-1].name == "stopped"


def test_turns_do_not_mix(both):
    here, there = both
    here.publish("turn", ONE)
    here.publish("another", TWO)

    with there.follow("turn") as log:
        assert log.wait(0, SOON) == [ONE]
        assert log.wait(1, 0.1) == []


def test_a_change_of_a_conversation_wakes_who_watches_it_and_nobody_else(both):
    here, there = both
    with there.watch("mine") as mine, there.watch("another") as another:
        assert changed_until_heard(here, mine)
        assert not another.wait(0.1)


def test_a_change_between_two_waits_is_not_missed(both):
    here, there = both
    with there.watch("mine") as mine:
        assert changed_until_heard(here, mine)
        there.changed("mine")
        assert mine.wait(SOON)


def test_what_is_forgotten_is_gone_but_for_the_end(both):
    here, there = both
    here.publish("turn", ONE, TWO, end(3, "stopped"))
    with there.follow("turn") as log:
        wait_for(lambda: log.ended, log)

    here.forget(["turn"])

    with here.follow("turn") as log:
        assert log.after(0) == [end(3, "stopped")]


def test_what_is_forgotten_is_gone_in_redis_too(process):
    here = process()
    here.publish("turn", ONE, TWO, end(3, "stopped"))
    here.forget(["turn"])

    with process().follow("turn") as log:
        assert log.after(0) == [end(3, "stopped")]


@pytest.mark.parametrize("round_", range(4))
@pytest.mark.parametrize("own", [False, True], ids=["another's turns", "its own turns"])
def test_followers_who_come_at_once_miss_nothing(process, own: bool, round_: int):
    here = process()
    there = here if own else process()
    all_there = Event()
    seen: dict[str, list[LiveEvent]] = {}

    def read(turn: str) -> None:
        with there.follow(turn) as log:
            coming.discard(turn)
            all_there.set() if not coming else None
            seen[turn] = log.wait(0, SOON)

    turns = [f"turn {number}" for number in range(READERS)]
    coming = set(turns)
    readers = [gevent.spawn(read, turn) for turn in turns]
    all_there.wait(SOON)
    for turn in turns:
        here.publish(turn, ONE)
    gevent.joinall(readers)

    assert seen == {key: [ONE] for key in turns}


def test_whoever_takes_a_turn_over_goes_on_above_and_the_one_before_is_refused(process):
    before, after, reader = process(), process(), process()
    restart, again = (
        LiveEvent(first_number(2), "restart", b'{"attempt":2}'),
        text(first_number(2) + 1, 0, "one"),
    )
    before.publish("turn", ONE)
    with reader.follow("turn") as log:
        assert log.wait(0, SOON) == [ONE]

        assert after.publish("turn", restart, again)
        assert next(iter(log.wait(1, SOON))) == restart
        late = before.publish("turn", TWO)

        after.publish("turn", end(first_number(2) + 2))
        assert list(followed(log)) == [ONE, restart, again, end(first_number(2) + 2)]
    # The word that was too late went nowhere, and its process has learned that it lost the turn.
    with before.follow("turn") as log:
        wait_for(lambda: log.ended, log)
        assert not late or not before.publish("turn", text(3, 7, " three"))


def test_whoever_says_nothing_more_after_a_loss_lets_its_readers_hear_the_end(process):
    """Its work was stopped before another word could be refused."""
    here, there = process(), process()
    here.publish("turn", ONE)
    stopped = end(first_number(2), "stopped")
    with here.follow("turn") as log:
        there.publish("turn", stopped)

        here.lost("turn")

        assert log.wait(1, SOON) == [stopped]


def test_a_turn_that_ended_here_and_began_again_elsewhere_is_followed_there(process):
    here, there = process(), process()
    restart = LiveEvent(first_number(2), "restart", b'{"attempt":2}')
    here.publish("turn", ONE, end(2, "failed"))
    with there.follow("turn") as log:
        wait_for(lambda: log.ended, log)

    there.publish("turn", restart, text(first_number(2) + 1, 0, "again"))

    with here.follow("turn") as log:
        assert log.wait(2, SOON)[:1] == [restart]


def test_whoever_cuts_a_turn_short_keeps_words_that_had_not_come_to_it_yet(
    process, redis_url: str
):
    here, third = process(), process()
    # Nothing of others' is brought in by itself.
    late = RedisLive(connect(redis_url))
    here.publish("turn", ONE)
    with third.follow("turn") as seen, late.follow("turn") as known:
        assert seen.wait(0, SOON)
        here.publish("turn", TWO)
        assert seen.wait(1, SOON)
        assert not known.after(1)

        late.publish("turn", end(first_number(2), "handed_over"))

        assert text_so_far(late.read_ended("turn")).text == "one two"


def test_an_end_tells_nobody_who_has_missed_words_before_it_that_all_is_there():
    """Redis may have been emptied in between, and then holds the end alone."""
    assert THREE.joins(2)
    assert not THREE.joins(1)
    # Whoever ends somebody else's turn takes its next epoch; the words are those that had come.
    assert end(first_number(2), "stopped").joins(1)


def test_text_so_far_is_what_a_reader_has_on_the_screen():
    restart = LiveEvent(first_number(2), "restart", b'{"attempt":2}')
    repeated = text(3, 0, "one two")
    corrected = text(4, 4, "TWO")

    assert text_so_far([]).text == ""
    assert (text_so_far([ONE, TWO]).text, text_so_far([ONE, TWO]).next) == (
        "one two",
        2,
    )
    assert text_so_far([ONE, TWO, repeated]).text == "one two"
    assert text_so_far([ONE, TWO, corrected]).text == "one TWO"
    assert text_so_far([ONE, restart]).text == ""
    assert text_so_far([text(1, 0, "🧣"), text(2, 2, "!")]).text == "🧣!"


def test_parts_so_far_are_those_that_nothing_has_taken_the_place_of():
    restart = LiveEvent(first_number(2), "restart", b'{"attempt":2}')
    lamp = {"id": "lamp", "type": "products", "at": 3, "items": ["old"]}
    mug = {"id": "mug", "type": "products", "at": 3, "items": []}
    shown = [ONE, part_event(2, lamp), part_event(3, mug)]
    newer = lamp | {"items": ["new"]}

    assert text_so_far(shown).parts == [lamp, mug]
    assert text_so_far([*shown, part_event(4, newer)]).parts == [newer, mug]
    assert text_so_far([*shown, text(4, 0, "one")]).parts == [lamp, mug]
    assert text_so_far([*shown, restart]).parts == []
    # It stands where the words begin, and is not all of them.
    assert not part_event(7, lamp | {"at": 0}).joins(3)


def followed(log: TurnLog) -> Iterator[LiveEvent]:
    """Every event from the first to the last."""
    number = 0
    while events := log.wait(number, SOON):
        yield from events
        number = events[-1].number
        if events[-1].last:
            return


def wait_for(ready: Callable[[], bool], log: TurnLog) -> None:
    for _ in range(100):
        if ready():
            return
        log.wait(log.next, SOON / 100)
    raise TimeoutError


def changed_until_heard(live: Live, watch) -> bool:
    """A process that has only just begun to listen may miss what was said before."""
    for _ in range(20):
        live.changed("mine")
        if watch.wait(SOON / 20):
            return True
    return False
