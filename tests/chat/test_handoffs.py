"""Each need of a person is counted once, with how long it took."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, update

from backend.chat import conversations, handoffs
from backend.chat.handoffs import Why
from backend.clock import now_ms
from backend.services import Services
from backend.store import tables

SHOP, OTHER_SHOP = 1, 2
MINUTE_MS = 60_000


def answered(
    services: Services,
    minutes: Sequence[float],
    why: Why = Why.ASKED,
    shop_id: int = SHOP,
) -> None:
    """One need after the other, each answered after so many minutes."""
    table = tables.handoffs
    for number, waited in enumerate(minutes):
        conversation_id = f"{shop_id}-{why}-{number}"
        services.db.write(handoffs.add, shop_id, conversation_id, why, now_ms())
        services.db.write(handoffs.mark_answered, shop_id, conversation_id)
        mine = conversations.within(table, shop_id, conversation_id)
        late = table.c.asked_at + int(waited * MINUTE_MS)
        answering = update(table).where(mine).values(answered_at=late)
        services.db.write(Connection.execute, answering)


def usual(services: Services, shop_id: int = SHOP) -> int | None:
    with services.db.reading() as connection:
        return handoffs.read_usual_wait(connection, shop_id)


def test_two_needs_tell_nothing_and_three_do(services):
    answered(services, [2, 4])
    assert usual(services) is None

    answered(services, [3], Why.FAILED)
    assert usual(services) == 180


def test_one_long_night_does_not_spoil_it(services):
    answered(services, [1, 2, 3, 4, 900])

    assert usual(services) == 180


def test_only_the_latest_count(services):
    answered(services, [600] * 5 + [2] * handoffs.MOST_MEASURED)
    # Those who waited for hours were answered last: what counts is when.
    table = tables.handoffs
    slow = (table.c.shop_id == SHOP) & (
        table.c.conversation_id.in_([f"{SHOP}-asked-{number}" for number in range(5)])
    )
    services.db.write(
        lambda c: c.execute(
            update(table).where(slow).values(asked_at=1, answered_at=600 * MINUTE_MS)
        )
    )

    assert usual(services) == 120


def test_words_in_the_middle_of_a_talk_and_other_shops_do_not_count(services):
    answered(services, [1] * 5, Why.MESSAGE)
    answered(services, [7] * 5, shop_id=OTHER_SHOP)

    assert usual(services) is None
    assert usual(services, OTHER_SHOP) == 420


@pytest.mark.parametrize("ends", [handoffs.mark_answered, handoffs.end])
def test_a_need_is_over_once(services, ends):
    services.db.write(handoffs.add, SHOP, "one", Why.ASKED, 1)
    services.db.write(ends, SHOP, "one")
    with services.db.reading() as connection:
        [before] = handoffs.list_handoffs(connection, SHOP, "one")

    services.db.write(handoffs.mark_answered, SHOP, "one")
    with services.db.reading() as connection:
        [after] = handoffs.list_handoffs(connection, SHOP, "one")
    assert (after.answered_at, after.ended_at) == (before.answered_at, before.ended_at)
