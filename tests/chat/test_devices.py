"""A customer's conversations on every device of theirs, as the store keeps them."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from backend.chat import history, retention, sessions
from backend.chat.accepting import Accepted
from backend.chat.sessions import LINE, MOST_DEVICES, MOST_LISTED, Caller
from backend.errors import NotFound
from backend.services import Services
from backend.shops.directory import Directory
from backend.store import tables
from tests.chat.talking import LATEST, end_of, row_of, says, seen

HOURS_AGO = 3_600_000


@pytest.fixture
def said(working: Services, ana: Caller) -> Accepted:
    accepted = says(working, ana, "Do you have mugs?")
    end_of(working, ana, accepted)
    return accepted


def listed(services: Services, who: Caller) -> list[tuple[str, bool]]:
    return [
        (row.line, row.is_open) for row in sessions.list_conversations(services, who)
    ]


def expire(services: Services, it: Accepted) -> None:
    """As if nobody had written for two days."""
    table = tables.conversations
    long_ago = update(table).where(
        table.c.shop_id == it.shop_id, table.c.id == it.conversation_id
    )
    services.db.write(
        lambda c: c.execute(
            long_ago.values(active_at=table.c.active_at - 48 * HOURS_AGO)
        )
    )
    retention.sweep(services)
    assert row_of(services, it).closed_why == "expired"


def test_the_latest_stand_first_each_with_its_first_words(working, ana):
    first, second = (
        says(working, ana, "Do you have mugs?"),
        says(working, ana, "Plates " * 40),
    )
    end_of(working, ana, second)
    end_of(working, ana, first)
    end_of(working, ana, says(working, ana, "Blue ones", first.session_id))

    assert listed(working, ana) == [
        ("Do you have mugs?", True),
        (("Plates " * 40)[:LINE], True),
    ]


def test_so_many_are_listed_and_no_more(working, ana):
    for number in range(MOST_LISTED + 2):
        end_of(working, ana, says(working, ana, f"Number {number}"))

    found = [line for line, _ in listed(working, ana)]
    assert found == [f"Number {number}" for number in range(MOST_LISTED + 1, 1, -1)]


def test_a_guest_has_none_and_opens_none(working, ana, said):
    guest = replace(ana, customer=None)
    of_guest = says(working, guest, "I am nobody")

    assert listed(working, guest) == []
    for conversation in (said.conversation_id, of_guest.conversation_id):
        with pytest.raises(NotFound):
            sessions.open_here(working, guest, conversation)


def test_a_guests_conversation_is_the_customers_after_a_login(working, ana):
    guest = replace(ana, customer=None)
    said = says(working, guest, "I will log in")
    assert listed(working, ana) == []

    assert history.read(working, ana, said.session_id, LATEST).messages

    assert listed(working, ana) == [("I will log in", True)]
    assert listed(working, replace(ana, customer="7003")) == []


def test_somebody_elses_and_unknown_ones_look_alike(working, ana, said):
    otto = Directory(working.db).open_shop("otto.myshopify.com")
    for who in (replace(ana, customer="7003"), replace(ana, shop=otto)):
        for conversation in (said.conversation_id, "0" * 32):
            with pytest.raises(NotFound):
                sessions.open_here(working, who, conversation)

    assert len(seen(working, ana, said.session_id)) == 2


def test_what_the_clock_closed_goes_on_for_both_devices(working, ana, said):
    expire(working, said)
    assert history.read(working, ana, said.session_id, LATEST).mode is None
    assert listed(working, ana) == [("Do you have mugs?", False)]

    phone = sessions.open_here(working, ana, said.conversation_id)

    assert listed(working, ana) == [("Do you have mugs?", True)]
    again = says(working, ana, "Here I am again", phone)
    assert (again.conversation_id, again.session_id) == (said.conversation_id, phone)
    end_of(working, ana, again)
    assert seen(working, ana, phone) == seen(working, ana, said.session_id)
    assert len(seen(working, ana, phone)) == 4


@pytest.mark.parametrize("erase", [False, True])
@pytest.mark.parametrize("from_phone", [False, True])
def test_a_reset_puts_it_away_on_every_device(working, ana, said, erase, from_phone):
    phone, tablet = (
        sessions.open_here(working, ana, said.conversation_id) for _ in range(2)
    )

    retention.reset(working, ana, phone if from_phone else said.session_id, erase)

    for session_id in (said.session_id, phone, tablet):
        assert history.read(working, ana, session_id, LATEST) == history.NOTHING
    assert listed(working, ana) == []
    with pytest.raises(NotFound):
        sessions.open_here(working, ana, said.conversation_id)


def test_a_message_of_a_device_that_has_not_heard_of_the_reset_begins_anew(
    working, ana, said
):
    phone = sessions.open_here(working, ana, said.conversation_id)
    retention.reset(working, ana, said.session_id, erase=False)

    again = says(working, ana, "Still there?", phone)

    assert (again.session, again.message.seq) == ("new", 1)
    assert again.session_id not in (phone, said.session_id)


def test_the_oldest_of_too_many_devices_is_forgotten(working, ana, said):
    opened = [
        sessions.open_here(working, ana, said.conversation_id)
        for _ in range(MOST_DEVICES + 1)
    ]

    known = [bool(seen(working, ana, session_id)) for session_id in opened]
    assert known == [False] + [True] * MOST_DEVICES
    assert seen(working, ana, said.session_id)
