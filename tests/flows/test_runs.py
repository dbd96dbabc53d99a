"""Runs: one that is open in a conversation, a revision that guards each write, and nothing of whom
it is about that anybody can read without the key.
"""

import base64
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import gevent
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from backend.chat import conversations as chat_conversations
from backend.chat import retention
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, NotSetUp
from backend.flows import advance, runs
from backend.flows.answers import Answers
from backend.flows.runs import Run, RunState, Sealing
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import conversations, daily_counts, flow_runs
from tests.support.form_stories import (
    CONTACT,
    LAMPS,
    PHONE,
    SECRETS,
    TO_CONFIRM,
    begin,
    ground_of,
    kept,
    run_of,
    shop_of,
)
from tests.support.talks import MIRAS, OTTOS

OLD_KEY = b"the encryption key of the tests!"
NEW_KEY = b"another key that has 32 bytes ok"


def with_keys(services: Services, *keys: bytes) -> Services:
    config = replace(services.config, encryption_keys=keys)
    return replace(services, config=config)


def save(services: Services, run: Run) -> Run:
    sealing = Sealing.of(services.config, shop_of(services, run.shop_id).session_key)
    return services.db.write(runs.save, sealing, run)


def find_open(services: Services, run: Run) -> Run | None:
    with services.db.reading() as connection:
        where = (run.shop_id, run.conversation_id)
        return runs.find_open(connection, services.config, *where)


def leave_for(connection: Connection, days: int) -> None:
    active_at = now_ms() - days * chat_conversations.DAY_MS
    mine = conversations.c.shop_id == MIRAS
    connection.execute(update(conversations).where(mine).values(active_at=active_at))


def state_of(services: Services, run: Run) -> str:
    """As it stands there, whether or not it can be read."""
    mine = (flow_runs.c.shop_id == run.shop_id) & (flow_runs.c.id == run.id)
    with services.db.reading() as connection:
        return str(connection.execute(select(flow_runs.c.state).where(mine)).scalar())


def counted(services: Services, shop_id: int = MIRAS) -> Counter[str]:
    query = select(daily_counts.c.name, daily_counts.c.count)
    with services.db.reading() as connection:
        rows = connection.execute(query.where(daily_counts.c.shop_id == shop_id)).all()
    return Counter({row.name: row.count for row in rows})


def end(services: Services, run: Run, erase: bool) -> None:
    with services.db.reading() as connection:
        where = (run.shop_id, run.conversation_id)
        found = chat_conversations.find(connection, *where)
    assert found is not None
    retention.end_conversation(services, found, erase)


def test_a_run_is_found_as_it_was_stored(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM, language="ml", seq=3)

    assert kept(services, run) == run
    assert find_open(services, run) == run
    assert (run.step, run.state, run.revision) == ("confirm", RunState.OPEN, 1)


def test_no_column_says_who_it_is_about(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    save(services, replace(run, answers=TO_CONFIRM.replace(reply=f"I call {PHONE}")))

    with services.db.reading() as connection:
        mine = select(flow_runs).where(flow_runs.c.shop_id == MIRAS)
        [row] = connection.execute(mine).all()
    columns = [
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for value in row
    ]

    for secret in (*SECRETS, "desk-lamp", "Desk Lamp", "Harbour"):
        assert not [each for each in columns if secret.encode() in each], secret


def test_hashes_find_a_number_and_an_address_and_are_the_shops_own(
    services: Services,
) -> None:
    mine = Sealing.of(services.config, b"k" * 32)
    other = Sealing.of(services.config, b"o" * 32)
    run = begin(services, answers=TO_CONFIRM)
    sealing = Sealing.of(services.config, shop_of(services).session_key)

    assert mine.hash_of("Ana@Example.com") == mine.hash_of("ana@example.com")
    assert mine.hash_of(PHONE) != other.hash_of(PHONE)
    assert mine.hash_of("") is None
    for contact in (CONTACT["phone"], CONTACT["email"].upper()):
        hashes = [hashed] if (hashed := sealing.hash_of(contact)) else []
        with services.db.reading() as connection:
            ask = runs.list_conversations_of_contact
            assert ask(connection, MIRAS, hashes) == [run.conversation_id]
            assert ask(connection, OTTOS, hashes) == []


def test_the_first_of_two_writers_wins_and_the_other_is_told(
    services: Services,
) -> None:
    run = begin(services)

    saved = save(services, replace(run, answers=Answers(name="Ana")))

    with pytest.raises(ChangedMeanwhile):
        save(services, replace(run, answers=Answers(name="Ben")))
    assert (saved.revision, kept(services, run).answers.name) == (2, "Ana")


def test_of_many_at_once_one_wins(services: Services) -> None:
    run = begin(services)

    def write(name: str) -> bool:
        try:
            save(services, replace(run, answers=Answers(name=name)))
        except ChangedMeanwhile:
            return False
        return True

    names = ("Ana", "Ben", "Mira")
    if services.db.on_sqlite:
        # Its one writer serves greenlets; PostgreSQL takes threads at the same time.
        won = [each.get(timeout=10) for each in [gevent.spawn(write, n) for n in names]]
    else:
        with ThreadPoolExecutor(len(names)) as pool:
            won = list(pool.map(write, names))

    assert won.count(True) == 1
    assert kept(services, run).revision == 2


def test_a_conversation_has_one_open_run(services: Services) -> None:
    first = begin(services, "callback_request")
    other = begin(services, "bulk_order", number=2)

    second = begin(services, "bulk_order")

    assert find_open(services, first) == second
    assert state_of(services, first) == "abandoned"
    assert find_open(services, other) == other


def test_the_store_itself_refuses_a_second(services: Services) -> None:
    begin(services)
    second = begin(services)
    first = update(flow_runs).where(flow_runs.c.shop_id == MIRAS)

    with pytest.raises(IntegrityError):
        services.db.write(
            lambda connection: connection.execute(first.values(state="open"))
        )
    assert find_open(services, second) == second


def test_without_a_key_nothing_is_begun(services: Services) -> None:
    begin(services, number=1)

    with pytest.raises(NotSetUp):
        begin(with_keys(services), number=1)


def test_a_run_whose_key_is_gone_makes_way(services: Services) -> None:
    lost = begin(services, answers=TO_CONFIRM)
    later = with_keys(services, NEW_KEY)

    assert find_open(later, lost) is None
    fresh = begin(later)

    assert find_open(later, fresh) == fresh
    assert state_of(services, lost) == "abandoned"


def test_a_new_key_replaces_the_old_one(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    cancelled = begin(services, number=2, answers=Answers(name="Ben"))
    otto = begin(services, shop=OTTOS, number=3)
    both = with_keys(services, NEW_KEY, OLD_KEY)
    vault = Vault([NEW_KEY, OLD_KEY])

    assert runs.reencrypt(both, vault) == 3
    assert runs.reencrypt(both, vault) == 0

    later = with_keys(services, NEW_KEY)
    assert [kept(later, each) for each in (run, cancelled, otto)] == [
        run,
        cancelled,
        otto,
    ]
    assert find_open(services, run) is None


def test_answers_of_one_run_do_not_open_as_those_of_another(
    services: Services,
) -> None:
    mine, ottos = begin(services, answers=TO_CONFIRM), begin(services, shop=OTTOS)
    with services.db.reading() as connection:
        where = flow_runs.c.shop_id == MIRAS
        sealed = connection.execute(select(flow_runs.c.answers).where(where)).scalar()
    theirs = update(flow_runs).where(flow_runs.c.shop_id == OTTOS)

    services.db.write(
        lambda connection: connection.execute(theirs.values(answers=sealed))
    )

    assert find_open(services, ottos) is None
    assert find_open(services, mine) == mine


def test_otto_finds_nothing_of_miras_shop(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    config = services.config
    where = (OTTOS, run.conversation_id)

    with services.db.reading() as connection:
        assert runs.find(connection, config, OTTOS, run.id) is None
        assert runs.find_open(connection, config, *where) is None
        assert runs.find_taken(connection, config, *where, run.seq) is None
        assert runs.find_unfinished(connection, config, *where) is None
        assert runs.list_by_id(connection, config, OTTOS, [run.id]) == {}
        ids = [run.conversation_id]
        assert runs.list_of_conversations(connection, config, OTTOS, ids) == []
        assert runs.find_shop_of(connection, run.id) == MIRAS
    with pytest.raises(ChangedMeanwhile):
        save(services, replace(run, shop_id=OTTOS))


def test_the_run_that_a_message_has_ended_is_found_by_it(services: Services) -> None:
    ended = begin(services, "callback_request", seq=3)
    ended = save(services, replace(ended, state=RunState.CANCELLED))
    later = begin(services, seq=5)

    def taken(seq: int) -> Run | None:
        with services.db.reading() as connection:
            where = (MIRAS, later.conversation_id)
            return runs.find_taken(connection, services.config, *where, seq)

    assert (taken(3) or later).id == ended.id
    assert taken(5) == later
    # A message that no form has taken in yet is for the one that is open.
    assert taken(7) == later


def test_the_latest_that_was_put_away_may_be_gone_on_with(services: Services) -> None:
    first = begin(services, answers=Answers(name="Ana"))
    first = save(services, replace(first, state=RunState.CANCELLED))
    done = begin(services, "callback_request")
    save(services, replace(done, state=RunState.FINISHED))

    with services.db.reading() as connection:
        where = (MIRAS, first.conversation_id)
        found = runs.find_unfinished(connection, services.config, *where)

    assert found is not None
    assert (found.id, found.answers.name) == (first.id, "Ana")


def test_runs_are_listed_for_whoever_reads_their_conversations(
    services: Services,
) -> None:
    first, second = begin(services, number=1), begin(services, number=2)
    ids = [first.conversation_id, second.conversation_id]

    with services.db.reading() as connection:
        listed = runs.list_of_conversations(connection, services.config, MIRAS, ids)
        found = runs.list_by_id(connection, services.config, MIRAS, [second.id, "x"])

    assert sorted(run.id for run in listed) == sorted([first.id, second.id])
    assert found == {second.id: second}


def test_what_happens_is_counted_for_the_merchant_and_the_operator(
    services: Services,
) -> None:
    def figure(what: str) -> float:
        labels = {"flow": "bulk_order", "what": what}
        return REGISTRY.get_sample_value("flux_flow_runs_total", labels) or 0

    before = {what: figure(what) for what in ("started", "cancelled", "abandoned")}
    run = begin(services, answers=Answers(lines=(LAMPS,)))
    services.db.write(advance.cancel, ground_of(services), run)
    second = begin(services, answers=TO_CONFIRM)
    end(services, second, erase=False)

    assert counted(services) == {
        "bulk_started": 2,
        "bulk_cancelled": 1,
        "bulk_left_contact": 1,
        "bulk_left_confirm": 1,
    }
    assert counted(services, OTTOS) == {}
    gone = {what: figure(what) - number for what, number in before.items()}
    assert gone == {"started": 2, "cancelled": 1, "abandoned": 1}


@pytest.mark.parametrize("erase", [False, True])
def test_a_run_ends_with_its_conversation(services: Services, erase: bool) -> None:
    run = begin(services, "callback_request", Answers(**CONTACT))
    other = begin(services, number=2)

    end(services, run, erase)

    assert counted(services)["callback_left_when"] == 1
    assert find_open(services, run) is None
    assert find_open(services, other) == other
    with services.db.reading() as connection:
        found = runs.find(connection, services.config, MIRAS, run.id)
    assert (found is None) is erase
    with pytest.raises(ChangedMeanwhile):
        save(services, run)


def test_a_run_ends_when_its_conversation_expires(services: Services) -> None:
    """Which is long after others: its shopper has begun something."""
    run = begin(services, answers=Answers(lines=(LAMPS,)))
    services.db.write(leave_for, 2)
    retention.sweep(services)
    assert state_of(services, run) == "open"

    services.db.write(leave_for, 15)
    retention.sweep(services)

    assert state_of(services, run) == "abandoned"
    assert counted(services)["bulk_left_contact"] == 1


def test_operators_see_how_many_are_where(services: Services) -> None:
    begin(services, number=1)
    begin(services, number=2, shop=OTTOS)
    begin(services, "callback_request", number=3)

    with services.db.reading() as connection:
        found = runs.count_by_state(connection)

    assert [(each.flow, each.step, each.number) for each in found] == [
        ("bulk_order", "items", 2),
        ("callback_request", "contact", 1),
    ]
    assert {each.state for each in found} == {RunState.OPEN}


def test_what_was_exported_comes_back(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    away = replace(run_of("callback_request"), state=RunState.CANCELLED)
    gone = [run, replace(away, conversation_id=run.conversation_id)]
    services.db.write(
        lambda connection: connection.execute(
            flow_runs.delete().where(flow_runs.c.shop_id == MIRAS)
        )
    )
    sealing = Sealing.of(services.config, shop_of(services).session_key)

    services.db.write(runs.import_runs, sealing, gone)

    assert [kept(services, each) for each in gone] == gone


def test_a_version_that_has_other_steps_goes_on_with_those_of_today(
    services: Services,
) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,)))
    old = update(flow_runs).where(flow_runs.c.shop_id == MIRAS)
    sealed = Vault([OLD_KEY]).seal(
        '{"colour": "blue", "lines": [{"words": "lamps", "quantity": 2, "gift": true,'
        ' "product": {"id": 6, "handle": "desk-lamp", "title": "Desk Lamp"}}]}',
        f"flow_runs.answers:{MIRAS}:{run.id}",
    )
    services.db.write(
        lambda connection: connection.execute(
            old.values(version=0, step="colour", answers=sealed)
        )
    )

    stored = kept(services, run)
    gone_on = services.db.write(
        advance.store, ground_of(services), stored, stored.answers
    )

    assert (stored.version, stored.step) == (0, "colour")
    assert (gone_on.version, gone_on.step) == (1, "contact")
    assert gone_on.answers.lines[0].quantity == 2


def test_a_run_is_new_with_an_id_of_its_own() -> None:
    first, second = run_of(), run_of()

    assert first.id != second.id
    assert abs(first.started_at - now_ms()) < 60_000
    assert base64.b16decode(first.id.upper())
    assert first.is_open
