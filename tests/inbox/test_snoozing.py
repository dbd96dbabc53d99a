"""What is snoozed waits out of sight, and comes back by itself or with the shopper's next words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.chat import conversations
from backend.chat.sessions import Caller
from backend.errors import NotFound
from backend.inbox import conversation_list, snoozing
from backend.inbox.conversation_list import InboxFilter
from backend.inbox.snoozing import HOUR_MS, SnoozeChoice, wake_time
from backend.services import Services
from backend.shops.settings import DEFAULTS
from tests.support.talking import says
from tests.support.talks import BEGAN, MIRAS, OTTOS, add_shops, add_talk

BERLIN = replace(DEFAULTS, time_zone="Europe/Berlin")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def needing(services: Services, shop_id: int = MIRAS) -> list[str]:
    found = conversation_list.read_page(services, shop_id, InboxFilter("wanted"))
    return [row.id for row in found.rows]


@pytest.mark.parametrize(
    "choice, now, until",
    [
        (SnoozeChoice.HOUR, "2026-11-30T16:00", "2026-11-30T17:00"),
        (SnoozeChoice.THREE_HOURS, "2026-11-30T16:00", "2026-11-30T19:00"),
        (SnoozeChoice.TOMORROW, "2026-11-30T16:00", "2026-12-01T08:00"),
        # In Berlin it is tomorrow already.
        (SnoozeChoice.TOMORROW, "2026-11-30T23:30", "2026-12-02T08:00"),
        # The night in which summer time begins.
        (SnoozeChoice.TOMORROW, "2027-03-27T16:00", "2027-03-28T07:00"),
    ],
)
def test_it_comes_back_when_the_shops_clock_says_so(
    choice: SnoozeChoice, now: str, until: str
) -> None:
    assert wake_time(choice, BERLIN, at(now)) == at(until)


def test_what_is_snoozed_needs_no_reply_until_its_time(services: Services) -> None:
    add_shops(services)
    talk = add_talk(services, MIRAS, 1, ["Hi"], needs_staff_since=BEGAN)
    assert needing(services) == [talk]

    snoozing.snooze(services, MIRAS, talk, SnoozeChoice.HOUR, DEFAULTS)
    assert needing(services) == []

    services.db.write(conversations.snooze, MIRAS, talk, BEGAN + HOUR_MS)
    assert needing(services) == [talk]
    snoozing.snooze(services, MIRAS, talk, SnoozeChoice.HOUR, DEFAULTS)
    snoozing.wake(services, MIRAS, talk)
    assert needing(services) == [talk]


def test_what_has_ended_or_is_ottos_cannot_be_snoozed(services: Services) -> None:
    add_shops(services)
    over = add_talk(services, MIRAS, 1, ["Hi"], status="closed", closed_at=BEGAN)
    talk = add_talk(services, MIRAS, 2, ["Hi"])

    for shop_id, known in ((MIRAS, over), (OTTOS, talk), (MIRAS, "0" * 32)):
        with pytest.raises(NotFound):
            snoozing.snooze(services, shop_id, known, SnoozeChoice.HOUR, DEFAULTS)
        with pytest.raises(NotFound):
            snoozing.wake(services, shop_id, known)


def test_a_new_message_wakes_it(services: Services, ana: Caller) -> None:
    first = says(services, ana, "Hello")
    where = (ana.shop.id, first.conversation_id)
    snoozing.snooze(services, *where, SnoozeChoice.TOMORROW, DEFAULTS)

    says(services, ana, "Still there?", first.session_id)

    with services.db.reading() as connection:
        found = conversations.find(connection, *where)
    assert found is not None
    assert found.snoozed_until is None
