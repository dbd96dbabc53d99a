"""The list on both stores: which conversations, in what order, page by page, and Otto's apart."""

from typing import Any

import pytest

from backend.inbox import conversation_list, labels
from backend.inbox.conversation_list import (
    LINE_CHARACTERS,
    MOST_COUNTED,
    NEVER,
    PAGE,
    START,
    WAITS_LONGEST,
    InboxCounts,
    InboxFilter,
    InboxRow,
    Waiting,
)
from backend.services import Services
from backend.store.open_requests import held_by_nobody
from tests.support.talks import BEGAN, MINUTE, MIRAS, OTTOS, add_shops, add_talk


@pytest.fixture(autouse=True)
def _shops(services: Services) -> None:
    add_shops(services)


def rows(services: Services, view: str = "all", **more: Any) -> list[InboxRow]:
    wanted = InboxFilter(view, **more)
    return list(conversation_list.read_page(services, MIRAS, wanted).rows)


def ids(services: Services, view: str = "all", **more: Any) -> list[str]:
    return [row.id for row in rows(services, view, **more)]


def test_a_line_has_the_beginning_of_what_the_shopper_said_last(
    services: Services,
) -> None:
    page = {"title": "Lamp", "url": "https://tide.example/products/lamp"}
    said = ["Hello", "Gladly.", "Yes? " * 100, "Our last words"]
    talk = add_talk(services, MIRAS, 1, said, page=page, staff_seq=3)
    for label in ("VIP", "damaged"):
        labels.add_label(services, MIRAS, talk, label)

    [row] = rows(services)

    assert row.line == ("Yes? " * 100)[:LINE_CHARACTERS]
    assert (row.labels, row.page_title) == (["damaged", "VIP"], "Lamp")
    assert row.is_unread


def test_each_list_has_what_its_name_says(services: Services) -> None:
    assistants = add_talk(services, MIRAS, 1, ["Hi"], staff_seq=1)
    waiting = add_talk(services, MIRAS, 2, ["Hi"], needs_staff_since=BEGAN)
    staffs = add_talk(
        services, MIRAS, 3, ["Hi"], mode="staff", staff_id="42", staff_seq=1
    )
    closed = add_talk(services, MIRAS, 4, ["Hi"], mode="closed", staff_seq=1)
    over = add_talk(services, MIRAS, 5, ["Hi"], status="closed", closed_at=BEGAN)

    assert ids(services, "open") == [staffs, waiting, assistants]
    assert ids(services, "wanted") == [waiting]
    assert ids(services, "staff") == [staffs]
    assert ids(services, "mine", user_id="42") == [staffs]
    assert ids(services, "mine", user_id="43") == ids(services, "mine") == []
    assert ids(services, "unread") == [waiting]
    assert ids(services, "closed") == [over, closed]
    assert ids(services, "all") == [over, closed, staffs, waiting, assistants]


def test_times_narrow(services: Services) -> None:
    talks = [add_talk(services, MIRAS, number, ["Hi"]) for number in range(3)]

    assert ids(services, since=BEGAN + MINUTE) == [talks[2], talks[1]]
    assert ids(services, before=BEGAN + MINUTE) == [talks[0]]


def test_pages_have_each_of_them_once_also_of_one_moment(services: Services) -> None:
    count = PAGE + 3
    talks = [
        add_talk(services, MIRAS, number, ["Hi"], active_at=BEGAN)
        for number in range(count)
    ]
    wanted = InboxFilter("all")

    first = conversation_list.read_page(services, MIRAS, wanted)
    assert first.next is not None
    second = conversation_list.read_page(services, MIRAS, wanted, first.next)

    assert [row.id for row in (*first.rows, *second.rows)] == talks[::-1]
    assert (len(first.rows), second.next) == (PAGE, None)


def test_who_has_waited_longest_stands_first_and_all_are_counted(
    services: Services,
) -> None:
    latest, first, second = (
        add_talk(services, MIRAS, number, ["Hi"], needs_staff_since=BEGAN + since)
        for number, since in enumerate((30, 10, 20))
    )
    add_talk(services, OTTOS, 8, ["Hi"], needs_staff_since=BEGAN)

    with services.db.reading() as connection:
        found = conversation_list.list_needing_staff(connection, MIRAS, 2)
        count = conversation_list.count_needing_staff(connection, MIRAS)

    assert [row.id for row in found] == [first, second]
    assert (count, latest in ids(services, "wanted")) == (3, True)


def test_otto_sees_nothing_of_it_and_no_change(services: Services) -> None:
    wanted = InboxFilter("all")
    before = conversation_list.read_page(services, OTTOS, wanted, START)

    add_talk(services, MIRAS, 1, ["Hi"])

    after = conversation_list.read_page(services, OTTOS, wanted, START)
    assert (after.rows, after.version) == ([], before.version)


def test_who_has_seen_another_version_is_told_at_once(services: Services) -> None:
    """However long they would wait: nothing else would end this wait."""
    wanted = InboxFilter("all")
    seen = conversation_list.read_page(services, MIRAS, wanted).version
    add_talk(services, MIRAS, 1, ["Hi"])

    version = conversation_list.wait_for_change(
        services, MIRAS, wanted, Waiting(seen, 600, held_by_nobody())
    )

    assert version == conversation_list.read_page(services, MIRAS, wanted).version
    assert version != seen


def test_by_waiting_pages_have_each_of_them_once_the_longest_first(
    services: Services,
) -> None:
    talks = [
        add_talk(services, MIRAS, number, ["Hi"], needs_staff_since=BEGAN - number // 2)
        for number in range(PAGE + 3)
    ]
    wanted = InboxFilter("wanted", sort=WAITS_LONGEST)

    first = conversation_list.read_page(services, MIRAS, wanted)
    assert first.next is not None
    second = conversation_list.read_page(services, MIRAS, wanted, first.next)

    found = [row.id for row in (*first.rows, *second.rows)]
    assert sorted(found) == sorted(talks)
    assert (found[0], found[-1], second.next) == (talks[-2], talks[1], None)


def test_counts_are_of_ones_own_and_end_at_so_many(services: Services) -> None:
    for number in range(MOST_COUNTED + 5):
        add_talk(services, MIRAS, number, ["Hi"])
    held = {"mode": "staff", "staff_id": "42", "staff_seq": 1}
    add_talk(services, MIRAS, 200, ["Hi"], **held)
    add_talk(services, MIRAS, 201, ["Hi"], staff_seq=1, needs_staff_since=BEGAN)
    asleep = {"needs_staff_since": BEGAN, "snoozed_until": NEVER}
    add_talk(services, MIRAS, 202, ["Hi"], staff_seq=1, **asleep)

    with services.db.reading() as connection:
        miras = conversation_list.read_counts(connection, MIRAS, "42")
        noahs = conversation_list.read_counts(connection, MIRAS, "43")
        ottos = conversation_list.read_counts(connection, OTTOS, "42")
        latest = conversation_list.find_latest_need(connection, MIRAS)

    assert miras == InboxCounts(wanted=1, mine=1, unread=MOST_COUNTED + 1)
    assert noahs == InboxCounts(wanted=1, mine=0, unread=MOST_COUNTED + 1)
    assert ottos == InboxCounts(0, 0, 0)
    assert latest == (1, BEGAN)


def test_a_label_narrows(services: Services) -> None:
    talks = [add_talk(services, MIRAS, number, ["Hi"]) for number in range(3)]
    labels.add_label(services, MIRAS, talks[1], "VIP")

    assert ids(services, label="VIP") == [talks[1]]
    assert ids(services, "closed", label="VIP") == []
