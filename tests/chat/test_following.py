"""What a reader is told from the database when the live log has nothing to say."""

import json

import pytest
from sqlalchemy import update

from backend.chat import events as turn_events
from backend.chat import turns
from backend.chat.sessions import Caller
from backend.chat.turns import Turn
from backend.services import Services
from backend.shops.directory import Directory
from backend.store import tables
from backend.store.live import first_number
from tests.chat.talking import says

AT_WORK = first_number(2) + 2


@pytest.fixture
def ben(services: Services) -> Caller:
    return Caller(
        Directory(services.db).open_shop("flux-test.myshopify.com"),
        None,
        "shop.example",
        "203.0.113.7",
    )


@pytest.fixture
def taken_over(services: Services, ben: Caller) -> Turn:
    """A turn that another process goes on with: nothing of it is heard here."""
    said = says(services, ben, "Do you have mugs?")
    values = {
        "epoch": 2,
        "attempt": 2,
        "text": "Yes, we",
        "last_number": AT_WORK,
        "status": "running",
    }
    mine = (tables.turns.c.shop_id == said.shop_id) & (
        tables.turns.c.id == said.turn_id
    )
    services.db.write(
        lambda connection: connection.execute(
            update(tables.turns).where(mine).values(values)
        )
    )
    return turns.get(services, ben, said.session_id, said.turn_id)


def told(
    services: Services, turn: Turn, after: int
) -> list[tuple[int, str, dict[str, object]]]:
    events = turn_events.gather(services, turn, after, 0)
    return [(event.number, event.name, json.loads(event.data)) for event in events]


def test_a_new_reader_gets_all_so_far_at_once(services, taken_over):
    assert told(services, taken_over, 0) == [
        (AT_WORK, "text", {"at": 0, "text": "Yes, we"})
    ]


def test_a_reader_of_an_earlier_attempt_is_told_to_forget_it_first(
    services, taken_over
):
    """It may hold more words than the new attempt has said, and writes over them."""
    assert told(services, taken_over, 3) == [
        (first_number(2), "restart", {"attempt": 2}),
        (AT_WORK, "text", {"at": 0, "text": "Yes, we"}),
    ]


def test_a_reader_of_this_attempt_keeps_what_it_has(services, taken_over):
    assert [name for _, name, _ in told(services, taken_over, first_number(2))] == [
        "text"
    ]
    assert told(services, taken_over, AT_WORK) == []
