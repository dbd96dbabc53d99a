"""What is to be sent waits in one place for each target, is put off while it does not arrive, and
ends.
"""

import pytest

from backend.inbox import outbox
from backend.inbox.outbox import DeliveryState, new_delivery, wait_of
from backend.services import Services

NOW, DAY = 1_700_000_000_000, 24 * 3_600_000
WHERE, TARGET = (1, "c" * 32), "t" * 32


@pytest.mark.parametrize(
    "tries, seconds",
    [(0, 10), (1, 20), (2, 40), (3, 80), (6, 640), (7, 900), (8, 900), (999, 900)],
)
def test_attempts_come_later_each_time_up_to_a_quarter_of_an_hour(
    tries: int, seconds: int
) -> None:
    assert wait_of(tries) == seconds * 1_000


def test_what_waits_is_there_once(services: Services) -> None:
    wanted = new_delivery(WHERE, TARGET, "asked", NOW)
    first = services.db.write(outbox.put, wanted)
    second = services.db.write(
        outbox.put, new_delivery(WHERE, TARGET, "failed", NOW + 5_000)
    )

    assert first == second
    assert (first.reason, first.due_at) == ("asked", NOW)


def test_ten_minutes_lie_between_two_of_one_conversation(services: Services) -> None:
    first = services.db.write(outbox.put, new_delivery(WHERE, TARGET, "asked", NOW))
    services.db.write(outbox.mark_sent, [first], NOW)
    other = ((1, "d" * 32), TARGET, "asked", NOW + 1_000)

    again = services.db.write(
        outbox.put, new_delivery(WHERE, TARGET, "failed", NOW + 1_000)
    )
    elsewhere = services.db.write(outbox.put, new_delivery(*other))

    assert again.id != first.id
    assert again.due_at == NOW + outbox.PAUSE_MS
    assert elsewhere.due_at == NOW + 1_000


def test_what_does_not_arrive_in_a_day_has_failed(services: Services) -> None:
    services.db.write(outbox.put, new_delivery(WHERE, TARGET, "asked", NOW))
    late = NOW + DAY - 1
    services.db.write(outbox.put_off_due, 1, TARGET, NOW, "down")
    services.db.write(outbox.put_off_due, 1, TARGET, late, "down")
    found = delivery(services)
    assert (found.state, found.tries, found.failure) == ("waiting", 2, "down")
    assert found.due_at == late + 20_000

    services.db.write(outbox.put_off_due, 1, TARGET, found.due_at, "down")
    assert delivery(services).state is DeliveryState.FAILED
    with services.db.reading() as connection:
        assert outbox.find_next_due(connection, 1, TARGET) is None
        assert outbox.count_stuck(connection, 1) == {TARGET: 1}
        assert outbox.count_stuck(connection, 2) == {}


def test_what_is_seen_need_not_be_sent_and_is_never_unseen(services: Services) -> None:
    with services.db.reading() as connection:
        fresh = outbox.open_delivery(connection, *WHERE, outbox.SHOPPER)
    services.db.write(outbox.note_seen, fresh, 7)
    services.db.write(outbox.note_seen, fresh, 5)

    with services.db.reading() as connection:
        found = outbox.find_delivery(connection, *WHERE, outbox.SHOPPER)
    assert found is not None
    assert (found.seq, found.state) == (7, DeliveryState.DROPPED)


def delivery(services: Services) -> outbox.Delivery:
    with services.db.reading() as connection:
        found = outbox.find_delivery(connection, *WHERE, TARGET)
    assert found is not None
    return found
