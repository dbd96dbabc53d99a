"""Waiting for room in a shop's bucket: in order of arrival, and only as long as it is worth it."""

from contextlib import ExitStack

import gevent
import pytest

from backend.errors import ShopifyThrottled
from backend.shopify.throttle import (
    LEAST_PAUSE_SECONDS,
    MOST_SHOPS,
    Cost,
    Throttle,
)

SHOP, OTHER = "tide.myshopify.com", "otto.myshopify.com"
EMPTY = Cost(requested=100, available=0, maximum=2000, restore_rate=100)
FULL = Cost(requested=100, available=2000, maximum=2000, restore_rate=100)
PATIENCE = 60.0


class Time:
    """It passes where somebody sleeps, and nowhere else."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def throttle(time: Time) -> Throttle:
    return Throttle(time.read, time.pass_by)


def call(throttle: Throttle, shop: str = SHOP, patience: float = PATIENCE) -> None:
    until = throttle.deadline(patience)
    with throttle.turn(shop, "pages", until):
        pass


def test_nobody_waits_for_a_bucket_that_is_not_known(
    throttle: Throttle, time: Time
) -> None:
    call(throttle, patience=0)

    assert time.slept == []


def test_a_call_waits_until_what_it_costs_is_there(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(
        SHOP, "pages", Cost(requested=150, available=50, maximum=2000, restore_rate=100)
    )

    call(throttle)

    assert time.slept == [1.0]


def test_what_has_come_back_meanwhile_counts(throttle: Throttle, time: Time) -> None:
    throttle.learn(SHOP, "pages", EMPTY)
    time.now += 0.75

    call(throttle)

    assert time.slept == [pytest.approx(0.25)]


def test_a_bucket_holds_no_more_than_it_can(throttle: Throttle, time: Time) -> None:
    throttle.learn(SHOP, "pages", Cost(100, 0, maximum=150, restore_rate=100))
    time.now += 3_600

    with throttle.turn(SHOP, "pages", time.now):
        call(throttle)

    assert time.slept == [pytest.approx(0.5)]


def test_a_document_that_costs_more_than_a_bucket_holds_waits_for_a_full_one(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "pages", Cost(500, 0, maximum=200, restore_rate=100))

    call(throttle)

    assert time.slept == [2.0]


def test_one_shop_does_not_wait_for_another(throttle: Throttle, time: Time) -> None:
    throttle.learn(SHOP, "pages", EMPTY)

    call(throttle, OTHER, patience=0)

    assert time.slept == []


def test_who_has_no_patience_hears_at_once_when_to_come_back(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "pages", Cost(350, 0, maximum=2000, restore_rate=100))

    with pytest.raises(ShopifyThrottled) as refused:
        call(throttle, patience=3)

    assert refused.value.retry_after == 4
    assert time.slept == []


def test_who_was_refused_keeps_nobody_else_waiting(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "pages", EMPTY)
    with pytest.raises(ShopifyThrottled):
        call(throttle, patience=0)

    call(throttle)

    assert time.slept == [1.0]


def test_each_waits_behind_those_who_came_before(
    throttle: Throttle, time: Time
) -> None:
    """All five arrive in the same moment and are on their way until the end."""
    throttle.learn(SHOP, "pages", EMPTY)
    arrived = time.now

    with ExitStack() as calls:
        for _ in range(5):
            time.now = arrived
            until = throttle.deadline(PATIENCE)
            calls.enter_context(throttle.turn(SHOP, "pages", until))

    assert time.slept == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_greenlets_go_in_the_order_in_which_they_came() -> None:
    throttle = Throttle()
    throttle.learn(SHOP, "pages", Cost(10, 0, maximum=2000, restore_rate=1_000))
    went: list[int] = []

    def ask(number: int) -> None:
        with throttle.turn(SHOP, "pages", throttle.deadline(PATIENCE)):
            went.append(number)

    gevent.joinall([gevent.spawn(ask, number) for number in range(6)], raise_error=True)

    assert went == [0, 1, 2, 3, 4, 5]


def test_a_call_that_breaks_gives_its_place_back(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "pages", Cost(100, 100, maximum=2000, restore_rate=100))

    with pytest.raises(ConnectionError), throttle.turn(SHOP, "pages", time.now):
        raise ConnectionError

    call(throttle, patience=0)
    assert time.slept == []


def test_after_a_refusal_there_is_a_pause_whatever_the_figures_say(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "pages", FULL)

    throttle.refuse(SHOP, "pages")
    call(throttle)

    assert time.slept == [LEAST_PAUSE_SECONDS]


def test_a_refusal_without_figures_closes_the_shop_for_a_moment(
    throttle: Throttle, time: Time
) -> None:
    throttle.refuse(SHOP, "pages")

    call(throttle)
    call(throttle)

    assert time.slept == [LEAST_PAUSE_SECONDS]


def test_a_small_question_goes_on_where_a_large_one_was_refused(
    throttle: Throttle, time: Time
) -> None:
    throttle.learn(SHOP, "shop", Cost(1, 500, maximum=2000, restore_rate=100))
    throttle.learn(SHOP, "pages", Cost(600, 500, maximum=2000, restore_rate=100))
    throttle.refuse(SHOP, "pages")

    with throttle.turn(SHOP, "shop", time.now):
        pass

    assert time.slept == []


@pytest.mark.parametrize("told, waited", [(7.0, 7.0), (0.0, 0.5), (86_400.0, 300.0)])
def test_a_shop_that_is_closed_is_left_alone_within_reason(
    throttle: Throttle, time: Time, told: float, waited: float
) -> None:
    throttle.close(SHOP, told)

    call(throttle, patience=1_000)

    assert time.slept == [waited]


def test_shops_that_nobody_asks_about_are_forgotten(throttle: Throttle) -> None:
    for number in range(MOST_SHOPS + 10):
        throttle.learn(f"shop-{number}", "pages", EMPTY)
        throttle.learn(SHOP, "pages", EMPTY)

    assert throttle.count_shops() == MOST_SHOPS
    with pytest.raises(ShopifyThrottled):
        call(throttle, patience=0)
