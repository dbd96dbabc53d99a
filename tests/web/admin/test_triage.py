"""What is done to a conversation without a word in it, and never by Otto."""

import pytest

from tests.contract.database_hand import ask
from tests.support.inbox_pages import inbox_of, only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.settings_pages import choose

ACTS = {
    "assign": {"to": "42"},
    "snooze": {"until": "1h"},
    "wake": {},
    "labels": {"name": "VIP"},
    "labels/remove": {"name": "VIP"},
    "unread": {},
    "draft": {"text": "Dear"},
}


@pytest.fixture
def talk(mira: Merchant, ben: Person) -> str:
    ben.says("How long is the cable?", wait=25)
    return only_conversation(mira)


def page_of(who: Merchant, talk: str) -> str:
    answer = who.fetches(f"/admin/inbox/{talk}")
    assert answer.status == 200
    return answer.content.decode()


def test_it_is_given_to_a_colleague_and_taken_away_again(
    mira: Merchant, talk: str
) -> None:
    noah = mira.colleague("43")
    noah.fetches("/admin/inbox")

    assert mira.submits(f"/admin/inbox/{talk}/assign", {"to": "43"}).status == 303
    assert inbox_of(noah, view="mine") == [talk]
    assert "Colleague 43</span> has this conversation" in page_of(mira, talk)

    assert mira.submits(f"/admin/inbox/{talk}/assign", {"to": "42"}).status == 303
    assert "Assigned to you" in page_of(mira, talk)


@pytest.mark.parametrize("to", ["", "44", "42; DROP", "9" * 40])
def test_it_is_given_to_nobody_outside_of_the_team(
    mira: Merchant, talk: str, to: str
) -> None:
    assert mira.submits(f"/admin/inbox/{talk}/assign", {"to": to}).status == 422
    assert inbox_of(mira, view="staff") == []


def test_it_is_snoozed_and_comes_back(mira: Merchant, ben: Person, talk: str) -> None:
    assert mira.submits(f"/admin/inbox/{talk}/snooze", {"until": "3h"}).status == 303
    page = page_of(mira, talk)
    assert "Snoozed until" in page
    assert "End snooze" in page

    mira.submits(f"/admin/inbox/{talk}/wake")
    assert "Snoozed until" not in page_of(mira, talk)
    mira.submits(f"/admin/inbox/{talk}/snooze", {"until": "tomorrow"})
    ben.says("Are you there?", wait=25)
    assert "Snoozed until" not in page_of(mira, talk)
    refused = mira.submits(f"/admin/inbox/{talk}/snooze", {"until": "for ever"})
    assert refused.status == 422


def test_labels_come_and_go_and_faults_stand_beside_the_field(
    mira: Merchant, talk: str
) -> None:
    labels = f"/admin/inbox/{talk}/labels"

    assert mira.submits(labels, {"name": "VIP <b>"}).status == 303
    assert "VIP &lt;b&gt;" in page_of(mira, talk)
    refused = mira.submits(labels, {"name": " "})
    assert refused.status == 422
    assert b'id="label-error">Enter a label' in refused.content

    mira.submits(f"{labels}/remove", {"name": "VIP <b>"})
    assert 'aria-label="Remove label' not in page_of(mira, talk)


def test_marked_as_unread_it_is_unread_for_the_team(mira: Merchant, talk: str) -> None:
    page_of(mira, talk)
    assert inbox_of(mira, view="unread") == []

    answer = mira.submits(f"/admin/inbox/{talk}/unread?view=mine")

    assert answer.headers["Location"] == "/admin/inbox?view=mine"
    assert inbox_of(mira.colleague("43"), view="unread") == [talk]


def test_otto_does_nothing_and_an_unknown_id_looks_the_same(
    mira: Merchant, otto: Merchant, app: RunningApp, talk: str
) -> None:
    mira.submits(f"/admin/inbox/{talk}/labels", {"name": "VIP"})
    otto.fetches("/admin/inbox")

    for act, fields in ACTS.items():
        told = [
            otto.submits(f"/admin/inbox/{name}/{act}", fields).status
            for name in (talk, "0" * 32, "%27", "a%00b")
        ]
        assert told == [404] * 4, act
    assert otto.fetches(f"/admin/inbox/{talk}/products?words=mug").status == 404

    [row] = ask(
        app,
        "SELECT mode, snoozed_until FROM conversations WHERE id = :talk",
        talk=talk,
    )
    assert tuple(row) == ("assistant", None)
    drafts, labelled = (
        ask(app, f"SELECT 1 FROM {table} WHERE conversation_id = :talk", talk=talk)
        for table in ("reply_drafts", "conversation_labels")
    )
    assert (len(drafts), len(labelled)) == (0, 1)


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_nothing_happens(
    mira: Merchant, app: RunningApp, talk: str, token: str
) -> None:
    for act, fields in ACTS.items():
        answer = mira.submits(f"/admin/inbox/{talk}/{act}", fields, token=token)
        assert answer.status in (302, 401)
    closed = mira.submits(
        "/admin/inbox/close", {"chosen": f"{talk}-9"}, token=token
    ).status

    assert closed in (302, 401)
    assert inbox_of(mira, view="open") == [talk]


def test_who_has_no_name_is_a_person_in_the_list_and_not_a_number(
    mira: Merchant, talk: str
) -> None:
    noah = mira.colleague("43")
    noah.submits(f"/admin/inbox/{talk}/take")
    unnamed = mira.fetches("/admin/inbox").content.decode()

    choose(noah, own_name="Noah Berg")
    named = mira.fetches("/admin/inbox").content.decode()

    assert 'title="Assigned to colleague 43"' in unnamed
    assert '<span class="inbox-row__initials" aria-hidden="true"><svg' in unnamed
    assert '<span class="inbox-row__initials" aria-hidden="true">NB</span>' in named
