"""The end of a session in the store: what is revoked, what is kept, and what is gone without a
trace.
"""

import time
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from backend.chat import accepting, history, retention, sessions, turns
from backend.chat.accepting import Accepted
from backend.chat.messages import MessageRef
from backend.chat.sessions import Caller
from backend.chat.turns import Ended
from backend.errors import NotFound
from backend.metrics import TURNS
from backend.services import Services
from backend.shops.directory import Directory
from backend.store import secure_vacuum, tables
from backend.store.database import db_now
from backend.store.live import SoFar, text_so_far
from tests.support.any_model import answer_with
from tests.support.talking import (
    LATEST,
    Moody,
    end_of,
    events,
    row_of,
    rows_within,
    says,
    seen,
)

PAGE = {"url": "https://tide.example/mugs"}


@pytest.fixture
def asked(working: Services, ana: Caller, model) -> Accepted:
    """Ana's question, in the middle of its answer, another one behind it, and a note of
    the staff.
    """
    accepted = says(working, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    says(working, ana, "And plates?", accepted.session_id)
    note = {
        "shop_id": accepted.shop_id,
        "conversation_id": accepted.conversation_id,
        "id": "n",
        "author": "Mira",
    }
    working.db.write(
        lambda c: c.execute(
            insert(tables.notes).values(**note, text="Wants mugs", at=1)
        )
    )
    return accepted


@pytest.mark.parametrize("erase", [False, True])
def test_turns_at_work_and_waiting_end_with_their_jobs(working, ana, asked, erase):
    retention.reset(working, ana, asked.session_id, erase)

    assert {
        (turn.status, turn.epoch) for turn in rows_within(working, tables.turns, asked)
    } == {
        ("stopped", 2),
        ("stopped", 1),
    }
    with working.db.reading() as connection:
        jobs = connection.execute(
            tables.jobs.select().where(tables.jobs.c.shop_id == asked.shop_id)
        ).all()
    assert not jobs
    row = row_of(working, asked)
    assert (row.status, row.closed_why, row.open_turns) == (
        "closed",
        "erased" if erase else "reset",
        0,
    )


def test_late_words_have_nowhere_to_go(working, ana, asked, model):
    retention.reset(working, ana, asked.session_id, erase=False)

    model.may_go_on.set()
    assert model.has_ended.wait(5)

    assert replies(working, asked) == [("We have ", "partial")]
    with working.live.follow(asked.turn_id) as log:
        assert (log.ended, text_so_far(log.after(0)).text) == (True, "We have ")


def test_a_reset_stores_the_reply_so_far_as_a_stop_does(working, ana, asked):
    retention.reset(working, ana, asked.session_id, erase=False)

    messages = rows_within(working, tables.messages, asked)
    [reply] = [message for message in messages if message.role == "assistant"]
    turns_of_it = rows_within(working, tables.turns, asked)
    [turn] = [turn for turn in turns_of_it if turn.id == asked.turn_id]
    assert (reply.text, reply.status) == ("We have ", "partial")
    assert (turn.reply_id, turn.reply_seq) == (reply.id, reply.seq)


@pytest.mark.parametrize("erase", [False, True])
def test_turns_that_a_reset_ends_are_counted_as_stopped(working, ana, asked, erase):
    before = TURNS.labels("stopped")._value.get()

    retention.reset(working, ana, asked.session_id, erase)

    assert TURNS.labels("stopped")._value.get() == before + 2


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_ends_turns_by_the_databases_clock(
    working, ana, asked, erase, monkeypatch
):
    """The clock of this process is an hour late."""
    right = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: right() - 3_600_000_000_000)

    retention.reset(working, ana, asked.session_id, erase)

    with working.db.reading() as connection:
        now = connection.execute(select(db_now())).scalar_one()
    ended = [turn.ended_at for turn in rows_within(working, tables.turns, asked)]
    assert len(ended) == 2
    assert all(now - 60_000 < at <= now for at in ended)


def replies(services: Services, it: Accepted) -> list[tuple[str, str]]:
    return [
        (message.text, message.status)
        for message in rows_within(services, tables.messages, it)
        if message.role == "assistant"
    ]


def test_a_reset_keeps_the_words_for_the_shop(working, ana, asked):
    retention.reset(working, ana, asked.session_id, erase=False)

    assert (
        next(message.text for message in rows_within(working, tables.messages, asked))
        == "Do you have mugs?"
    )
    assert len(rows_within(working, tables.notes, asked)) == 1


def test_an_erasure_leaves_no_word_of_anybody(working, ana, asked, model):
    retention.reset(working, ana, asked.session_id, erase=True)
    model.may_go_on.set()
    assert model.has_ended.wait(5)

    assert rows_within(working, tables.messages, asked) == []
    assert rows_within(working, tables.notes, asked) == []
    assert {
        (turn.text, turn.page) for turn in rows_within(working, tables.turns, asked)
    } == {("", None)}
    row = row_of(working, asked)
    assert (row.page, row.locale) == (None, None)
    with working.live.follow(asked.turn_id) as log:
        assert text_so_far(log.after(0)).text == ""


def test_nothing_and_somebody_elses_are_left_alone(working, ana, asked):
    otto = replace(ana, shop=Directory(working.db).open_shop("otto.myshopify.com"))
    for who, session_id in (
        (ana, None),
        (ana, "made-up"),
        (otto, asked.session_id),
        (replace(ana, customer="7003"), asked.session_id),
    ):
        retention.reset(working, who, session_id, erase=True)

    assert len(seen(working, ana, asked.session_id)) == 2
    assert row_of(working, asked).status == "open"


def test_an_operator_revokes_one_session_or_all_of_a_shop(working, ana, asked):
    otto = replace(ana, shop=Directory(working.db).open_shop("otto.myshopify.com"))
    of_otto, another = (
        says(working, otto, "I am Otto"),
        says(working, ana, "Another one"),
    )

    assert retention.revoke(working, ana.shop.id, asked.session_id) == 1
    assert retention.revoke(working, ana.shop.id, asked.session_id) == 0
    assert history.read(working, ana, another.session_id, LATEST).messages
    assert retention.revoke(working, ana.shop.id, None) == 1

    assert history.read(working, ana, another.session_id, LATEST) == history.NOTHING
    assert history.read(working, otto, of_otto.session_id, LATEST).messages
    assert "stopped" not in events(working, otto, of_otto, of_otto.session_id)


def test_an_operator_may_name_the_session_of_any_device(working, ana, asked):
    phone = sessions.open_here(working, ana, asked.conversation_id)

    assert retention.revoke(working, ana.shop.id, phone) == 1

    assert history.read(working, ana, asked.session_id, LATEST) == history.NOTHING


def test_erased_words_leave_the_file_within_the_hour(working, ana, asked):
    """SQLite's search index and pages keep them otherwise; PostgreSQL sees to it by itself."""
    retention.reset(working, ana, asked.session_id, erase=True)

    with working.db.reading() as connection:
        planned = tables.jobs.select().where(
            tables.jobs.c.shop_id == 0, tables.jobs.c.kind == secure_vacuum.KIND
        )
        found = connection.execute(planned).all()
        now = connection.execute(select(db_now())).scalar_one()
    assert len(found) == int(working.db.on_sqlite)
    assert all(job.due_at <= now + 3_600_000 for job in found)


@pytest.mark.parametrize("first", [False, True])
def test_what_was_reset_before_can_still_be_erased(working, ana, asked, first):
    """By a tab that has not heard of it, or once more, because the first answer was lost."""
    retention.reset(working, ana, asked.session_id, erase=first)

    retention.reset(working, ana, asked.session_id, erase=True)

    assert not rows_within(working, tables.messages, asked)
    assert row_of(working, asked).closed_why == "erased"


def test_nobody_else_erases_what_was_reset(working, ana, asked):
    retention.reset(
        working, replace(ana, customer="7009"), asked.session_id, erase=True
    )
    assert rows_within(working, tables.messages, asked)

    retention.reset(working, ana, asked.session_id, erase=False)
    retention.reset(
        working, replace(ana, customer="7009"), asked.session_id, erase=True
    )
    assert rows_within(working, tables.messages, asked)


def test_a_retry_that_was_on_its_way_begins_nothing_after_a_reset(working, ana):
    answer_with(working, Moody(failures=1))
    said = says(working, ana, "Do you have mugs?")
    failed = end_of(working, ana, said)
    retention.reset(working, ana, said.session_id, erase=True)

    with pytest.raises(NotFound):
        working.db.write(accepting._retry, working, failed, said.session_id)

    assert not rows_within(working, tables.messages, said)


def test_words_that_were_seen_are_not_kept_after_they_were_erased(working, ana, asked):
    """A stop and an erasure at once: the stop comes back with what the readers had on the
    screen.
    """
    turn = turns.get(working, ana, asked.session_id, asked.turn_id)
    retention.reset(working, ana, asked.session_id, erase=True)

    for reply in (None, MessageRef("r", 2, 1)):
        ended = Ended(turn, "", reply, None, cut_short=True)
        working.db.write(turns._keep, ended, SoFar("We have", (), 2))

    assert not rows_within(working, tables.messages, asked)
