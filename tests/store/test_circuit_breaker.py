"""A request waits a moment for Redis; after it was in vain, not at all for a while."""

import pytest
import redis
from gevent.event import Event

from backend.store.circuit_breaker import REST_SECONDS, CircuitBreaker
from tests.support.waiting import wait_until


def fail(breaker: CircuitBreaker) -> None:
    with pytest.raises(redis.ConnectionError, match="reset by peer"), breaker.calling():
        raise redis.ConnectionError("reset by peer")


def is_called(breaker: CircuitBreaker) -> bool:
    try:
        with breaker.calling():
            return True
    except redis.RedisError:
        return False


def test_a_redis_that_does_not_answer_is_given_up_after_a_moment() -> None:
    breaker, never = CircuitBreaker(), Event()

    with pytest.raises(redis.TimeoutError), breaker.calling():
        never.wait(30)

    assert not is_called(breaker)


def test_one_that_has_failed_is_not_asked_again_at_once() -> None:
    breaker = CircuitBreaker()
    fail(breaker)

    with pytest.raises(redis.ConnectionError), breaker.calling():
        pytest.fail("Redis was asked")


def test_it_is_asked_again_once_it_had_its_rest() -> None:
    breaker = CircuitBreaker()
    fail(breaker)

    wait_until(lambda: is_called(breaker), "Redis is asked", REST_SECONDS + 30)

    assert is_called(breaker)


def test_a_mistake_of_ours_is_no_failure_of_redis() -> None:
    breaker = CircuitBreaker()

    with pytest.raises(ZeroDivisionError), breaker.calling():
        raise ZeroDivisionError

    assert is_called(breaker)


def test_each_user_of_redis_has_a_breaker_of_its_own() -> None:
    cache, limits = CircuitBreaker(), CircuitBreaker()
    fail(cache)

    assert not is_called(cache)
    assert is_called(limits)
