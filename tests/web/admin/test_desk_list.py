"""The list beside a conversation: its tabs with their counts, its order, its labels; and it stays
the one that was chosen.
"""

import re

import pytest

from tests.contract.database_hand import change
from tests.support.inbox_pages import conversations_in, inbox_of
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import RunningApp

TAB = re.compile(
    r'<a class="inbox-view" [^>]*>([^<]*?)(?: <span[^>]*>([^<]*)</span>)?</a>'
)


@pytest.fixture
def talks(mira: Merchant, ben: Person, app: RunningApp) -> list[str]:
    """Three that wait: who began first has waited longest."""
    for number in range(3):
        ben.elsewhere().says(f"Question {number}", wait=25)
    found = inbox_of(mira)
    for since, talk in enumerate(reversed(found), 1):
        change(
            app,
            "UPDATE conversations SET needs_staff_since = :since,"
            " needs_staff_why = 'asked' WHERE id = :id",
            since=since,
            id=talk,
        )
    return found


def tabs_of(who: Merchant, path: str = "/admin/inbox") -> dict[str, str]:
    page = who.fetches(path).content.decode()
    return dict(TAB.findall(page))


def test_tabs_count_what_somebody_has_to_see_to(
    mira: Merchant, talks: list[str]
) -> None:
    noah = mira.colleague("43")
    noah.submits(f"/admin/inbox/{talks[0]}/take")
    mira.fetches(f"/admin/inbox/{talks[1]}")

    assert tabs_of(noah)["Mine"] == "1"
    assert tabs_of(mira) == {
        # Whoever has taken one has not answered it yet.
        "Needs reply": "3",
        "Mine": "",
        "Unread": "1",
        "All": "",
        "Closed": "",
    }
    assert inbox_of(noah, view="mine") == [talks[0]]
    assert inbox_of(mira, view="mine") == []


def test_who_waits_longest_can_stand_first(mira: Merchant, talks: list[str]) -> None:
    assert inbox_of(mira, view="wanted") == talks
    assert inbox_of(mira, view="wanted", sort="waits") == talks[::-1]
    # Of everything it would be a sort of everything.
    assert inbox_of(mira, view="all", sort="waits") == talks


def test_a_label_narrows_the_list_and_a_search(
    mira: Merchant, talks: list[str]
) -> None:
    mira.submits(f"/admin/inbox/{talks[1]}/labels", {"name": "VIP"})

    assert inbox_of(mira, label="VIP") == [talks[1]]
    assert inbox_of(mira, label="VIP", words="question") == [talks[1]]
    assert inbox_of(mira, label="vip") == []
    page = mira.fetches("/admin/inbox").content.decode()
    assert '<s-option value="VIP">VIP</s-option>' in page
    assert '<span class="desk-label" dir="auto">VIP</span>' in page


def test_beside_a_conversation_stands_the_list_that_it_was_chosen_from(
    mira: Merchant, talks: list[str]
) -> None:
    mira.submits(f"/admin/inbox/{talks[0]}/close")

    listed = mira.fetches("/admin/inbox?view=closed").content.decode()
    assert f'href="/admin/inbox/{talks[0]}?view=closed"' in listed
    page = mira.fetches(f"/admin/inbox/{talks[0]}?view=closed")

    assert conversations_in(page) == [talks[0]]
    assert 'aria-current="true"' in page.content.decode()
    answer = mira.submits(f"/admin/inbox/{talks[0]}/notes?view=closed", {"note": "x"})
    assert answer.headers["Location"] == f"/admin/inbox/{talks[0]}?view=closed"


def test_a_row_says_what_the_shopper_said_last_why_and_for_how_long(
    mira: Merchant, talks: list[str]
) -> None:
    page = mira.fetches("/admin/inbox").content.decode()

    assert "Question 2" in page
    assert page.count("Asked for a person") == 3
    assert "Waiting " in page
    assert "Assistant:" not in page
