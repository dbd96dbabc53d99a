"""Mira's page of requests: what shoppers want, masked; what she makes of each; nobody's changes
overwritten; the file of them; and nothing of it for Otto.
"""

import csv
import io
import re

import pytest

from backend.clock import now_ms
from backend.flows.answers import Answers
from tests.contract.database_hand import ask, change
from tests.support.inbox_pages import only_conversation, version_of
from tests.support.merchants import Merchant
from tests.support.people import Answer, Person
from tests.support.requested_forms import (
    CALL,
    EMAIL,
    HOUR_MS,
    ORDER,
    PHONE,
    send_form,
)
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel

PAGE = "/admin/requests"
LISTED = re.compile(rb'id="r-([0-9a-f]{32})"')
ORDERED, CALLED = "bulk_order", "callback_request"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def talk(mira: Merchant, ben: Person, ai: ScriptedModel) -> str:
    """The id of Ben's conversation."""
    ai.will_say("Gladly.")
    ben.says("I need remote controls", wait=25)
    return only_conversation(mira)


@pytest.fixture
def order(app: RunningApp, mira: Merchant, talk: str) -> str:
    return send_form(app, mira.shop, talk, ORDERED, ORDER)


def page_of(who: Merchant, query: str = "") -> Answer:
    answer = who.fetches(f"{PAGE}?{query}")
    assert answer.status == 200, answer.content
    return answer


def listed(who: Merchant, query: str = "") -> list[str]:
    return [found.decode() for found in LISTED.findall(page_of(who, query).content)]


def stored(app: RunningApp, request_id: str) -> dict:
    query = "SELECT * FROM flow_requests WHERE id = :id"
    (row,) = ask(app, query, id=request_id)
    return dict(row._mapping)


def saves(who: Merchant, request_id: str, version: int = 1, **fields: str) -> Answer:
    form = {"version": str(version), "state": "tried", "outcome": "", **fields}
    return who.submits(f"{PAGE}/{request_id}/outcome", form)


def call_of(app: RunningApp, who: Merchant, talk: str, **changes: object) -> str:
    return send_form(app, who.shop, talk, CALLED, CALL.replace(**changes))


def test_the_list_masks_how_to_reach_people(mira: Merchant, order: str) -> None:
    page = page_of(mira).content.decode()

    assert "11 × Remote control, Black, and 2 more" in page
    for secret in (PHONE, EMAIL, "Ben Example"):
        assert secret not in page
    assert "Draft order is being created" in page


def test_the_menu_says_how_many_are_new_or_due(
    app: RunningApp, mira: Merchant, otto: Merchant, talk: str
) -> None:
    assert ">Requests</s-link>" in mira.opens().content.decode()
    call = call_of(app, mira, talk, when_from=now_ms() + HOUR_MS)
    assert ">Requests (1)</s-link>" in mira.opens().content.decode()

    saves(mira, call, remind="hour")

    assert ">Requests</s-link>" in mira.opens().content.decode()
    change(app, "UPDATE flow_requests SET remind_at = 1 WHERE id = :id", id=call)
    assert ">Requests (1)</s-link>" in mira.opens().content.decode()
    assert ">Requests</s-link>" in otto.opens().content.decode()


def test_a_request_is_tried_with_a_reminder_then_done_then_reopened(
    app: RunningApp, mira: Merchant, talk: str
) -> None:
    call = call_of(app, mira, talk)

    tried = saves(mira, call, outcome="Nobody answered. مرحبا", remind="hour")

    assert (tried.status, tried.headers["Location"]) == (303, PAGE)
    kept = stored(app, call)
    assert (kept["state"], kept["tries"]) == ("tried", 1)
    assert kept["outcome"] == "Nobody answered. مرحبا"
    assert abs(kept["remind_at"] - now_ms() - HOUR_MS) < 60_000
    assert call not in listed(mira, "view=due")

    assert saves(mira, call, 2, state="done", outcome="Called.").status == 303
    assert (call in listed(mira), call in listed(mira, "view=done")) == (False, True)
    assert stored(app, call)["remind_at"] is None

    reopened = mira.submits(f"{PAGE}/{call}/reopen", {"version": "3", "view": "done"})
    assert reopened.headers["Location"] == f"{PAGE}?view=done"
    assert listed(mira, "view=new") == [call]


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "x" * 501},
        {"outcome": "a\0b"},
        {"state": "new"},
        {"remind": "never"},
        {"remind": "date"},
        {"remind": "date", "remind_on": "2020-01-01"},
        {"remind": "date", "remind_on": "tomorrow"},
        {"version": "x"},
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    app: RunningApp, mira: Merchant, order: str, fields: dict[str, str]
) -> None:
    form = {"version": "1", "state": "tried", **fields}
    answer = mira.submits(f"{PAGE}/{order}/outcome", form)

    assert answer.status == 422
    assert answer.body["error"]["message"]
    assert stored(app, order)["state"] == "new"


def test_who_saves_second_is_told_and_overwrites_nothing(
    app: RunningApp, mira: Merchant, order: str
) -> None:
    assert saves(mira, order, outcome="Called.").status == 303

    late = saves(mira.colleague("43"), order, state="done", outcome="Mine.")

    assert late.status == 409
    assert "Somebody else has saved changes" in late.body["error"]["message"]
    assert stored(app, order)["outcome"] == "Called."


def test_a_request_is_assigned_to_a_colleague_and_found_by_them(
    app: RunningApp, mira: Merchant, order: str
) -> None:
    noah = mira.colleague("43")
    assert listed(noah, "assigned=me") == []

    mira.submits(f"{PAGE}/{order}/assign", {"staff": "43"})

    assert listed(noah, "assigned=me") == [order]
    assert listed(mira, "assigned=me") == []
    assert "Assigned to" in page_of(mira).content.decode()

    assert mira.submits(f"{PAGE}/{order}/assign", {"staff": "7"}).status == 404
    mira.submits(f"{PAGE}/{order}/assign", {"staff": ""})
    assert stored(app, order)["staff_id"] is None


def test_filters_are_read_from_the_address(
    app: RunningApp, mira: Merchant, talk: str, order: str
) -> None:
    call = call_of(app, mira, talk)

    assert listed(mira) == [call, order]
    assert listed(mira, f"kind={ORDERED}") == [order]
    assert listed(mira, "view=due") == [call]
    for wrong in ("view=x", "kind=x", "assigned=you", "after=x"):
        assert mira.fetches(f"{PAGE}?{wrong}").status == 422


def test_more_than_a_page_is_on_the_next_one(
    app: RunningApp, mira: Merchant, talk: str
) -> None:
    for _ in range(51):
        send_form(app, mira.shop, talk, ORDERED, ORDER)

    page = page_of(mira).content
    older = re.search(rb'href="([^"]*after=[^"]*)">Older<', page)

    assert older
    assert len(LISTED.findall(page)) == 50
    assert len(LISTED.findall(mira.fetches(older[1].decode()).content)) == 1


def test_the_conversation_shows_all_of_it_and_logs_the_look(
    app: RunningApp, mira: Merchant, talk: str, order: str
) -> None:
    answer = mira.fetches(f"/admin/inbox/{talk}")
    page = answer.content.decode()

    for shown in ("Ben Example", PHONE, EMAIL, "€218.90", "€234.90", "Harbour"):
        assert shown in page
    assert "3 flux capacitors" in page
    assert "Draft order is being created" in page
    assert "Try again" in page
    query = "SELECT what FROM access_log WHERE conversation_id = :talk"
    assert [row.what for row in ask(app, query, talk=talk)] == ["read"]

    fields = {"version": "1", "state": "done", "conversation": talk}
    done = mira.submits(f"{PAGE}/{order}/outcome", fields)
    assert done.headers["Location"] == f"/admin/inbox/{talk}"
    assert version_of(mira.fetches(f"/admin/inbox/{talk}")) != version_of(answer)


def test_a_refused_draft_order_says_so_and_is_tried_again(
    app: RunningApp, mira: Merchant, talk: str, order: str
) -> None:
    refuse = "UPDATE flow_requests SET order_state = 'no_access' WHERE id = :id"
    change(app, refuse, id=order)
    page = mira.fetches(f"/admin/inbox/{talk}").content.decode()
    assert "Flux Chat isn’t allowed to create draft orders" in page

    again = mira.submits(f"{PAGE}/{order}/order", {"conversation": talk})

    assert again.headers["Location"] == f"/admin/inbox/{talk}"


def test_what_shoppers_and_staff_wrote_is_text(
    app: RunningApp, mira: Merchant, talk: str
) -> None:
    answers = Answers(name=MARKUP, phone=PHONE, when_from=1, when_text=MARKUP)
    call = send_form(app, mira.shop, talk, CALLED, answers)
    saves(mira, call, outcome=MARKUP)

    for path in (PAGE, f"/admin/inbox/{talk}"):
        assert b"<script>alert" not in mira.fetches(path).content


def exported(who: Merchant, query: str = "") -> list[dict[str, str]]:
    answer = who.fetches(f"{PAGE}/file?{query}")
    assert answer.status == 200
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_has_what_the_filter_finds_in_full_and_is_logged(
    app: RunningApp, mira: Merchant, otto: Merchant, talk: str, order: str
) -> None:
    call_of(app, mira, talk)

    (row,) = exported(mira, f"kind={ORDERED}")

    assert (row["name"], row["email"]) == ("Ben Example", EMAIL)
    # A number begins as a formula does.
    assert row["phone"] == f"'{PHONE}"
    assert row["items"].splitlines()[0] == "11 × Remote control, Black"
    assert (row["not_found"], row["total"]) == ("3 flux capacitors", "€234.90")
    assert len(exported(mira)) == 2
    assert exported(otto) == []
    logged = ask(app, "SELECT what FROM access_log WHERE conversation_id IS NULL")
    assert "exported" in [row.what for row in logged]


def test_otto_neither_sees_nor_changes_a_request_of_miras(
    app: RunningApp, mira: Merchant, otto: Merchant, order: str
) -> None:
    assert listed(otto, "view=all") == []

    for name in ("outcome", "reopen", "assign", "order"):
        fields = {"version": "1", "state": "done", "staff": ""}
        assert otto.submits(f"{PAGE}/{order}/{name}", fields).status == 404

    assert stored(app, order)["version"] == 1


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_nothing_is_shown_or_changed(
    app: RunningApp, mira: Merchant, order: str, token: str
) -> None:
    fields = {"version": "1", "state": "done"}

    for path in (PAGE, f"{PAGE}/file"):
        assert mira.fetches(path, token=token).status in (302, 401)
    for name in ("outcome", "reopen", "assign", "order"):
        sent = mira.submits(f"{PAGE}/{order}/{name}", fields, token=token)
        assert sent.status in (302, 401)
    assert stored(app, order)["version"] == 1
