"""Pages of a conversation: the newest first to come, older ones on request, everything in one
order.
"""

import time
from typing import Any

import pytest

from tests.contract.database_hand import ask, change
from tests.support.event_reader import Event, shown_text
from tests.support.pace import soon
from tests.support.running_app import RunningApp

BROUGHT = range(3, 243)


@pytest.fixture
def long_talk(app: RunningApp, ben):
    """Ben after 240 more messages, which an operator has brought along."""
    said = ben.says("The very first")
    ben.follows(said.turn)
    [row] = ask(
        app,
        "SELECT shop_id, conversation_id FROM messages WHERE id = :id",
        id=said.body["message"]["id"],
    )
    of_ben = {"shop": row.shop_id, "conversation": row.conversation_id}
    rows = ", ".join(
        f"(:shop, :conversation, {n}, '{n:032x}', 'shopper', 'number {n}', 'saved', 0)"
        for n in BROUGHT
    )
    columns = "shop_id, conversation_id, seq, id, role, text, status, at"
    change(app, f"INSERT INTO messages ({columns}) VALUES {rows}", **of_ben)
    change(
        app,
        "UPDATE conversations SET last_seq = 242 WHERE shop_id = :shop AND id = :conversation",
        **of_ben,
    )
    return ben


def test_a_page_is_the_newest_fifty_oldest_first(long_talk):
    page = long_talk.history().body

    assert seqs(page) == list(range(193, 243))
    assert page["more"] is True


def test_older_pages_lead_to_the_first_message(long_talk):
    page = long_talk.history(limit=100).body
    found: list[int] = []
    while page["more"]:
        found = seqs(page) + found
        page = long_talk.history(before=page["messages"][0]["seq"], limit=100).body
    found = seqs(page) + found

    assert found == list(range(1, 243))


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_page_has_as_many_as_asked_for(long_talk, limit: int):
    assert seqs(long_talk.history(limit=limit).body) == list(range(243 - limit, 243))
    assert seqs(long_talk.history(limit=limit, before=101).body) == list(
        range(101 - limit, 101)
    )


def test_there_is_nothing_before_the_first(long_talk):
    for before in (0, 1):
        page = long_talk.history(before=before).body
        assert (page["messages"], page["more"]) == ([], False)
    assert long_talk.history(before=2).body["more"] is False


def test_what_comes_after_a_seq_is_oldest_first_and_says_whether_there_is_more(
    long_talk,
):
    page = long_talk.history(after=10, limit=20).body
    assert (seqs(page), page["more"]) == (list(range(11, 31)), True)

    page = long_talk.history(after=200).body
    assert (seqs(page), page["more"]) == (list(range(201, 243)), False)


def test_get_and_post_answer_alike(long_talk):
    fields = {"sessionId": long_talk.device.session_id, "before": 30, "limit": 5}

    assert (
        long_talk.sends("history", fields, method="GET").body
        == long_talk.sends("history", fields).body
    )


def test_nothing_asked_and_nothing_found_look_alike(ben):
    nothing: dict[str, Any] = {
        "messages": [],
        "turn": None,
        "form": None,
        "mode": None,
        "more": False,
        "waiting": False,
        "typing": False,
        "rating": True,
    }

    for fields in (
        {},
        b"",
        {"sessionId": ""},
        {"sessionId": None},
        {"sessionId": "made-up", "after": 3, "wait": 8},
    ):
        assert ben.sends("history", fields).body == nothing


def test_a_running_reply_is_in_turn_and_not_in_messages(ben, ai):
    ai.script(chunks=6, gap_ms=100, when="Count")
    turn = ben.says("Count to six").turn
    with ben.watches(turn) as events:
        seen = [next(events), next(events)]

        now = ben.history().body

        assert [said["role"] for said in now["messages"]] == ["shopper"]
        assert now["messages"][0]["status"] == "saved"
        assert (now["turn"]["id"], now["turn"]["status"], now["turn"]["attempt"]) == (
            turn,
            "running",
            1,
        )
        assert now["turn"]["text"].startswith("wc wd")
        assert now["turn"]["next"] >= seen[-1].id
        rest = ben.follows(turn, after=now["turn"]["next"])
    so_far = Event(now["turn"]["next"], "text", {"at": 0, "text": now["turn"]["text"]})
    assert shown_text([so_far, *rest.events]) == "wc wd wf wg wh wj"
    done = ben.history().body
    assert [said["status"] for said in done["messages"]] == ["answered", "answered"]
    assert done["messages"][1]["text"] == "wc wd wf wg wh wj"
    assert done["turn"] is None


def test_a_poll_with_news_is_answered_at_once(ben):
    ben.follows(ben.says("Anything new?").turn)
    began = time.monotonic()

    assert seqs(ben.history(after=0, wait=8).body) == [1, 2]
    assert seqs(ben.history(after=1, wait=8).body) == [2]
    assert time.monotonic() - began < soon(2)


def test_a_poll_without_news_lasts_as_long_as_it_was_asked_to(ben):
    ben.follows(ben.says("Anything new?").turn)
    began = time.monotonic()

    page = ben.history(after=2, wait=0.5).body

    assert (page["messages"], page["turn"], page["mode"]) == ([], None, "assistant")
    assert 0.5 <= time.monotonic() - began < soon(3)


def test_a_poll_ends_when_another_tab_sends_a_message(ben, ai):
    ai.script(chunks=3, gap_ms=10)
    ben.follows(ben.says("The first").turn)

    answer = ben.begins(
        "history", {"sessionId": ben.device.session_id, "after": 2, "wait": 8}
    )
    began = time.monotonic()
    ben.says("The second")

    assert answer().body["messages"][0]["text"] == "The second"
    assert time.monotonic() - began < soon(4)


def test_a_poll_ends_when_the_reply_is_there(ben, ai):
    ai.script(chunks=3, gap_ms=150)
    said = ben.says("The first")

    began = time.monotonic()
    page = ben.history(after=1, wait=8).body

    assert said.body["message"]["seq"] == 1
    assert [message["role"] for message in page["messages"]] == ["assistant"]
    assert time.monotonic() - began < soon(4)


def test_a_poll_ends_when_a_failed_turn_starts_again(ben, ai):
    ai.script(chunks=100, gap_ms=100)
    ai.script(status=401, times=1)
    said = ben.says("Please fail")
    assert ben.follows(said.turn).names == ["failed"]

    answer = ben.begins(
        "history", {"sessionId": ben.device.session_id, "after": 1, "wait": 8}
    )
    began = time.monotonic()
    ben.retries(said.turn)
    page = answer().body

    assert time.monotonic() - began < soon(4)
    assert page["turn"]["id"] == said.turn
    assert page["turn"]["status"] in ("queued", "running")
    ben.stops(said.turn)


def test_a_poll_ends_when_a_person_takes_over(app: RunningApp, ben):
    said = ben.says("May I speak to somebody?")
    ben.follows(said.turn)
    takes_over = (
        "UPDATE conversations SET mode = 'staff' WHERE id IN (SELECT conversation_id FROM"
        " messages WHERE id = :id)"
    )
    change(app, takes_over, id=said.body["message"]["id"])

    assert ben.history().body["mode"] == "staff"


def seqs(page) -> list[int]:
    return [message["seq"] for message in page["messages"]]
