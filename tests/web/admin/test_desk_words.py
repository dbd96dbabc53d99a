"""The few words of the desk: how long, why, until when, by whom."""

from dataclasses import replace

import pytest

from backend.inbox.conversation_list import InboxRow
from backend.inbox.onlookers import Colleague, Onlookers
from backend.shops.directory import Shop
from backend.shops.settings import DEFAULTS
from backend.shops.staff import Staff, StaffMember
from backend.web.admin.desk_words import DeskWords, short_length, write_count
from backend.web.admin.strings import MINUTE_MS, ReaderLabels
from tests.support.talks import BEGAN

SHOP = Shop(1, "tide.myshopify.com", "Tide", b"k", 1, None, None, DEFAULTS)
MIRA = Staff(SHOP, "42", "Mira Sand")
ROW = InboxRow(
    id="0" * 32,
    customer_id=None,
    status="open",
    mode="assistant",
    staff_id=None,
    staff_name=None,
    needs_staff_since=None,
    last_seq=2,
    staff_seq=0,
    open_turns=0,
    active_at=BEGAN,
    page_title=None,
    page_url=None,
)


@pytest.fixture
def words() -> DeskWords:
    return DeskWords(MIRA, ReaderLabels(MIRA, DEFAULTS, BEGAN), BEGAN)


@pytest.mark.parametrize(
    "minutes, said",
    [
        (0, "under 1 min"),
        (1, "1 min"),
        (59, "59 min"),
        (60, "1 h"),
        (1_439, "23 h"),
        (1_440, "1 day"),
        (5_000, "3 days"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(minutes: int, said: str) -> None:
    assert short_length(minutes) == said


def test_it_says_why_somebody_waits_and_for_how_long(words: DeskWords) -> None:
    waiting = replace(
        ROW, needs_staff_since=BEGAN - 12 * MINUTE_MS, needs_staff_why="failed"
    )

    assert words.waiting(waiting) == "Waiting 12 min"
    assert words.reason(waiting) == "Reply failed"
    assert words.reason(replace(waiting, needs_staff_why=None)) == "Needs reply"
    assert words.waiting(ROW) == ""
    # A clock of another process may be ahead.
    early = replace(ROW, needs_staff_since=BEGAN + MINUTE_MS)
    assert words.waiting(early) == "Waiting under 1 min"


def test_snoozed_is_what_has_not_come_back_yet(words: DeskWords) -> None:
    asleep = replace(ROW, snoozed_until=BEGAN + MINUTE_MS)

    assert words.snoozed(asleep).startswith("Snoozed until ")
    assert words.snoozed(replace(ROW, snoozed_until=BEGAN)) == ""
    assert words.snoozed(ROW) == ""


@pytest.mark.parametrize(
    "name, initials",
    [("Noah Berg", "NB"), ("Noah", "N"), ("", ""), ("a b c", "AB"), (None, "")],
)
def test_initials_are_those_of_who_has_it(
    words: DeskWords, name: str | None, initials: str
) -> None:
    held = replace(ROW, mode="staff", staff_id="43", staff_name=name)

    assert words.initials(held) == initials
    assert words.is_held(held)
    assert not words.is_held(replace(held, mode="closed"))
    assert not words.is_held(replace(held, staff_id=None))


def test_who_has_it_begins_a_sentence(words: DeskWords) -> None:
    held = replace(ROW, mode="staff", staff_id="43")

    assert words.holder(held, "noah") == "noah"
    assert words.holder(held, None) == "Colleague 43"


def test_colleagues_are_told_as_viewing_or_typing(words: DeskWords) -> None:
    there = Onlookers(
        colleagues=[Colleague("43", "Noah", True), Colleague("44", "", False)]
    )

    assert words.there(there) == ["Noah is typing", "Colleague 44 is viewing"]


def test_it_can_be_assigned_to_everybody_but_who_has_it(words: DeskWords) -> None:
    members = [StaffMember(1, "43", "Noah", 1), StaffMember(1, "42", "Mira Sand", 1)]
    noahs = replace(ROW, mode="staff", staff_id="43")
    miras = replace(ROW, mode="staff", staff_id="42")

    def offered(row: InboxRow) -> list[str]:
        return [choice.words for choice in words.assignees(members, row)]

    assert offered(ROW) == ["You", "Noah"]
    assert offered(noahs) == ["You"]
    assert offered(miras) == ["Noah"]


def test_counts_are_short() -> None:
    assert [write_count(count) for count in (0, 1, 99, 100)] == ["", "1", "99", "99+"]
