"""A reply of ten seconds: pages change, the panel closes, the server dies, and every word is there
once.
"""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel

LONG = counted(200)


def test_a_long_reply_goes_on_over_two_pages_and_a_closed_panel(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=200, gap_ms=50)
    ben.opens_chat("/")
    ben.says("Count for me")

    ben.reads_as_far_as("wjb")
    ben.visits("/collections/all")
    ben.watches_the_reply()
    ben.reads_as_far_as("wcdb")
    assert only_grew(ben)
    ben.visits("/cart")
    ben.watches_the_reply()
    ben.reads_as_far_as("wcjb")
    ben.button("Close chat").click()
    ben.opens_chat()

    ben.has_read(LONG)
    assert only_grew(ben)
    expect(ben.messages).to_have_count(2)
    assert times_asked(ai, "Count for me") == 1


def test_a_killed_worker_is_replaced_and_the_second_reply_takes_the_place_of_the_first(
    shopper_at: Callable[[RunningApp], Shopper],
    app_factory: AppFactory,
    ai: ScriptedModel,
) -> None:
    second = LONG.replace("w", "v")
    ai.will_say(second, gap_ms=20)
    ai.script(chunks=200, gap_ms=50, times=1)
    first = app_factory("postgresql", TURN_LEASE_SECONDS="2")
    first.sibling()
    ben = shopper_at(first)
    ben.opens_chat("/")
    ben.watches_the_reply()
    ben.says("Count for me")

    ben.reads_as_far_as("wcbb")
    first.kill()
    first.restart()

    ben.has_read(second)
    expect(ben.messages).to_have_count(2)
    assert times_asked(ai, "Count for me") == 2
    states = ben.saw_of_the_reply()
    restart = next(
        number for number, state in enumerate(states) if state.startswith("v")
    )
    assert all(LONG.startswith(state) for state in states[:restart])
    assert all(second.startswith(state) for state in states[restart:])


def only_grew(ben: Shopper) -> bool:
    """Whether each state of the reply was the beginning of the next one."""
    states = ben.saw_of_the_reply()
    return all(
        later.startswith(earlier)
        for earlier, later in zip(states, [*states[1:], LONG], strict=True)
    )
