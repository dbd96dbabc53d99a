"""Which sessions are hot: in one process and across several, and never a reason to fail."""

from collections.abc import Callable

import pytest
import redis

from backend.store.cache import MOST_TEXTS, Cache, MemoryCache, RedisCache
from tests.support.machine import free_port
from tests.support.stores import Stores


@pytest.fixture(params=["one process", "several"])
def cache(request: pytest.FixtureRequest, stores: Stores) -> Cache:
    if request.param == "one process":
        return MemoryCache()
    return RedisCache(redis.Redis.from_url(stores.new("postgresql").redis_url))


def test_what_is_kept_is_there_until_it_is_dropped(cache: Cache) -> None:
    assert not cache.has("ana")

    cache.keep("ana", 60)

    assert cache.has("ana")
    assert not cache.has("ben")
    cache.drop("ana")
    cache.drop("nobody")
    assert not cache.has("ana")


def test_a_text_is_found_until_it_is_dropped(cache: Cache) -> None:
    assert cache.find_text("ana") is None

    cache.keep_text("ana", 60, "a mug")
    cache.keep_text("ana", 60, "two mugs ☕")

    assert cache.find_text("ana") == "two mugs ☕"
    assert cache.find_text("ben") is None
    cache.drop("ana")
    assert cache.find_text("ana") is None


def test_in_one_process_old_texts_go_and_so_do_the_oldest_of_too_many() -> None:
    cache = MemoryCache()
    cache.keep_text("over", 0, "a mug")
    assert cache.find_text("over") is None

    for number in range(MOST_TEXTS + 1):
        cache.keep_text(str(number), 60, "a mug")
    assert cache.find_text("0") is None
    assert cache.find_text("1") == "a mug"


def test_another_process_has_it_too(stores: Stores) -> None:
    address = stores.new("postgresql").redis_url
    here, there = (RedisCache(redis.Redis.from_url(address)) for _ in range(2))

    here.keep("ana", 60)

    assert there.has("ana")
    here.keep_text("ben", 60, "a mug")
    assert there.find_text("ben") == "a mug"


@pytest.mark.parametrize(
    "call",
    [
        lambda cache: cache.keep("ana", 60),
        lambda cache: cache.has("ana"),
        lambda cache: cache.drop("ana"),
        lambda cache: cache.keep_text("ana", 60, "a mug"),
        lambda cache: cache.find_text("ana"),
    ],
    ids=["keep", "has", "drop", "keep a text", "find a text"],
)
def test_without_redis_nothing_is_hot_and_nothing_fails(
    call: Callable[[Cache], object],
) -> None:
    gone = redis.Redis(port=free_port())

    assert not call(RedisCache(gone))
