"""Who may hold what open: the newest wins, and whoever holds most loses first."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from backend.errors import TooManyMessages, TooManyOpen
from backend.store.open_requests import (
    MOST_OPENED,
    Held,
    Holder,
    Kind,
    OpenLimits,
    OpenRequests,
)

SHOP, OTHER_SHOP = 1, 2


class People:
    """Opens streams and keeps them open until the test is over."""

    def __init__(
        self,
        stack: ExitStack,
        session: int = 1_000,
        address: int = 1_000,
        shop: int = 1_000,
        process=1_000,
    ):
        self.open = OpenRequests(OpenLimits(session, address, shop, process))
        self._stack = stack
        self._strangers = count()

    def opens(
        self,
        session: str = "",
        address: str = "",
        shop: int = SHOP,
        kind: Kind = Kind.STREAM,
    ) -> Held:
        somebody = next(self._strangers)
        holder = Holder(
            shop, address or f"address {somebody}", session or f"session {somebody}"
        )
        return self._stack.enter_context(self.open.hold(kind, holder))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def displaced(held: list[Held]) -> list[int]:
    return [number for number, one in enumerate(held) if one.displaced]


def test_of_one_session_the_newest_stay(stack: ExitStack):
    people = People(stack, session=8)

    held = [people.opens("ben") for _ in range(200)]

    assert displaced(held) == list(range(192))
    assert people.open.count(Kind.STREAM) == 8


def test_streams_and_polls_are_counted_apart(stack: ExitStack):
    people = People(stack, session=2)

    held = [people.opens("ben", kind=kind) for kind in (Kind.STREAM, Kind.POLL) * 2]

    assert displaced(held) == []


def test_the_same_session_id_in_two_shops_is_two_sessions(stack: ExitStack):
    people = People(stack, session=1)

    assert displaced([people.opens("ben"), people.opens("ben", shop=OTHER_SHOP)]) == []


def test_whoever_waits_is_woken_when_displaced(stack: ExitStack):
    people, woken = People(stack, session=1), []
    people.opens("ben").wake = lambda: woken.append("first")

    people.opens("ben")

    assert woken == ["first"]


def test_at_one_address_the_session_that_holds_most_loses_first(stack: ExitStack):
    people = People(stack, address=4)
    held = [people.opens(who, "cafe") for who in ("ana", "ben", "ben", "ben")]

    held += [people.opens("otto", "cafe"), people.opens("mira", "cafe")]

    assert displaced(held) == [1, 2]


def test_at_one_address_a_newcomer_gets_in_when_all_hold_the_same(stack: ExitStack):
    people = People(stack, address=3)

    assert displaced([people.opens(address="cafe") for _ in range(4)]) == [0]


@pytest.mark.parametrize("limits", [{"shop": 10}, {"process": 10}])
def test_where_all_is_taken_the_address_that_holds_most_loses_first(
    stack: ExitStack, limits: dict[str, int]
):
    people = People(stack, **limits)
    held = [
        people.opens(),
        people.opens(),
        *(people.opens(f"ben {number}", "ben's") for number in range(8)),
    ]

    held += [people.opens() for _ in range(6)]

    assert displaced(held) == [2, 3, 4, 5, 6, 7]


def test_a_shop_that_is_full_does_not_touch_another(stack: ExitStack):
    people = People(stack, shop=3)
    others = [people.opens(shop=OTHER_SHOP) for _ in range(3)]
    for _ in range(3):
        people.opens("greedy", "greedy's")

    people.opens("greedy", "greedy's")

    assert displaced(others) == []


def test_when_everybody_holds_one_a_stranger_is_told_to_come_back(stack: ExitStack):
    people = People(stack, process=5)
    held = [people.opens() for _ in range(5)]

    with pytest.raises(TooManyOpen) as refused:
        people.opens()

    assert displaced(held) == []
    assert (refused.value.status, refused.value.retry, refused.value.retry_after) == (
        503,
        True,
        5,
    )


def test_when_everybody_holds_one_somebody_may_still_change_their_own(stack: ExitStack):
    people = People(stack, process=5)
    held = [people.opens("ben", "ben's"), *(people.opens() for _ in range(4))]

    held.append(people.opens("ben", "ben's"))

    assert displaced(held) == [0]


def test_what_has_ended_is_forgotten(stack: ExitStack):
    people = People(stack, session=2)
    for _ in range(10):
        with people.open.hold(Kind.STREAM, Holder(SHOP, "ben's", "ben")) as held:
            assert people.open.count(Kind.STREAM) == 1
        assert not held.displaced

    assert people.open.count(Kind.STREAM) == 0


def test_a_process_with_few_connections_leaves_some_of_them_free(stack: ExitStack):
    people = People(stack, process=2_000)
    people.open.fit(connections=100)

    held = [people.opens("ben", "ben's") for _ in range(90)]

    assert len(displaced(held)) == 50


def test_a_session_that_opens_them_in_a_storm_is_told_to_wait_and_others_are_not(
    stack: ExitStack,
):
    people = People(stack)
    ben, otto = (Holder(SHOP, "cafe", who) for who in ("ben", "otto"))

    with pytest.raises(TooManyMessages) as refused:
        knock_often(people.open, ben)

    people.open.knock(otto)
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")


def knock_often(opened: OpenRequests, holder: Holder) -> None:
    """A window may end meanwhile, but not three."""
    for _ in range(3 * MOST_OPENED + 1):
        opened.knock(holder)
