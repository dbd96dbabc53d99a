"""What stores have told lately is kept within bounds, and no longer than it is good."""

from backend.catalog.ucp_memory import OVERHEAD_BYTES, UcpMemory
from tests.support.still_clock import StillClock


def test_a_value_is_found_until_it_is_too_old() -> None:
    clock = StillClock()
    memory = UcpMemory(clock=clock)
    memory.keep(("a",), b"one")

    assert memory.find(("a",), 5) == b"one"
    assert memory.find(("b",), 5) is None
    clock.now += 6
    assert memory.find(("a",), 5) is None
    assert memory.find(("a",), 10) == b"one"


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    memory = UcpMemory()
    memory.keep(("a",), b"x" * 1_000)
    before = memory.used_bytes

    memory.keep(("a",), b"y" * 1_000)

    assert memory.find(("a",), 5) == b"y" * 1_000
    assert memory.used_bytes == before


def test_what_nobody_asked_for_longest_goes_first() -> None:
    memory = UcpMemory(most_bytes=3 * (OVERHEAD_BYTES + 1_200))
    for name in ("a", "b", "c"):
        memory.keep((name,), name.encode() * 1_000)
    memory.find(("a",), 5)

    memory.keep(("d",), b"d" * 1_000)

    assert memory.find(("b",), 5) is None
    assert memory.find(("a",), 5) is not None


def test_a_hundred_stores_take_no_more_than_is_allowed() -> None:
    memory = UcpMemory(most_bytes=1_000_000)

    for store in range(100):
        for number in range(100):
            key = (
                f"https://{store}.example",
                "search 6",
                "",
                "",
                "",
                f"board {number}",
            )
            memory.keep(key, b"x" * 2_000)
            assert memory.used_bytes <= 1_000_000

    assert memory.used_bytes > 900_000


def test_what_is_larger_than_everything_is_not_kept() -> None:
    memory = UcpMemory(most_bytes=1_000)

    memory.keep(("a",), b"x" * 2_000)

    assert memory.find(("a",), 5) is None
    assert memory.used_bytes == 0


def test_what_was_dropped_is_gone_and_dropping_twice_is_no_harm() -> None:
    memory = UcpMemory()
    memory.keep(("a",), b"one")

    memory.drop(("a",))
    memory.drop(("a",))

    assert memory.find(("a",), 5) is None
    assert memory.used_bytes == 0
