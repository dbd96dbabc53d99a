"""One conversation as staff see it: opened it is seen and logged, and Otto finds nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from backend.errors import NotFound
from backend.inbox import conversation_view, handoff, notes
from backend.inbox.access_log import What
from backend.inbox.conversation_view import MESSAGES
from backend.inbox.handoff import StaffReply
from backend.inbox.notes import Note
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.staff import Staff
from backend.store.tables import turns
from tests.support.talks import BEGAN, MINUTE, add_talk


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return Staff(shop, "42", "Mira")


@pytest.fixture
def talk(services: Services, mira: Staff) -> str:
    return add_talk(services, mira.shop.id, 1, ["Do you have mugs?", "Yes."])


def test_what_is_opened_is_seen_and_logged_and_what_is_read_is_not(
    services: Services, mira: Staff, talk: str
) -> None:
    read = conversation_view.read_view(services, mira.shop.id, talk)
    again = conversation_view.read_view(services, mira.shop.id, talk)
    assert (read.looks, again.conversation.staff_seq) == ((), 0)

    opened = conversation_view.open_view(services, mira, talk)

    assert [message.text for message in opened.messages] == [
        "Do you have mugs?",
        "Yes.",
    ]
    assert [(look.user_id, look.what) for look in opened.looks] == [("42", What.READ)]
    after = conversation_view.read_view(services, mira.shop.id, talk)
    assert after.conversation.staff_seq == 2


def test_earlier_messages_are_a_page_of_their_own(
    services: Services, mira: Staff
) -> None:
    said = [f"Number {number}" for number in range(1, MESSAGES + 4)]
    talk = add_talk(services, mira.shop.id, 2, said)

    newest = conversation_view.read_view(services, mira.shop.id, talk)
    earlier = conversation_view.read_view(
        services, mira.shop.id, talk, before=newest.messages[0].seq
    )

    shown = (*earlier.messages, *newest.messages)
    assert [message.text for message in shown] == said
    assert (newest.has_earlier, newest.has_later) == (True, False)
    assert (earlier.has_earlier, earlier.has_later) == (False, True)


def test_a_note_makes_it_another_version_and_a_look_does_not(
    services: Services, mira: Staff, talk: str
) -> None:
    seen = conversation_view.read_view(services, mira.shop.id, talk).version
    assert conversation_view.open_view(services, mira, talk).version == seen

    notes.add_note(services, mira.shop.id, talk, "Mira", "Call back.")

    noted = conversation_view.read_view(services, mira.shop.id, talk)
    assert noted.version != seen

    [note] = noted.notes
    notes.edit_note(services, mira.shop.id, talk, note.id, "Called back.")
    edited = conversation_view.read_view(services, mira.shop.id, talk)
    assert edited.version not in (seen, noted.version)


def test_notes_stand_between_the_messages_on_one_page_alone(
    services: Services, mira: Staff
) -> None:
    said = [f"Number {number}" for number in range(1, MESSAGES + 4)]
    talk = add_talk(services, mira.shop.id, 2, said)
    begun = BEGAN + 2 * MINUTE
    # The first of the newest page is of begun + 4.
    written = [
        Note(talk, f"n{number}", "Mira", f"Note {number}", begun + at)
        for number, at in enumerate((1, 3, 4, 90))
    ]
    services.db.write(notes.import_notes, mira.shop.id, written)

    newest = conversation_view.read_view(services, mira.shop.id, talk)
    earlier = conversation_view.read_view(
        services, mira.shop.id, talk, before=newest.messages[0].seq
    )

    assert [item.text for item in earlier.timeline] == [
        "Number 1",
        "Note 0",
        "Number 2",
        "Number 3",
        "Note 1",
    ]
    texts = [item.text for item in newest.timeline]
    assert texts[:3] == ["Number 4", "Note 2", "Number 5"]
    assert texts[-1] == "Note 3"


def test_a_customers_further_conversations_are_beside_it(
    services: Services, mira: Staff
) -> None:
    first, second = (
        add_talk(services, mira.shop.id, number, ["Hi"], customer_id="7001")
        for number in (3, 4)
    )
    add_talk(services, mira.shop.id, 5, ["Hi"], customer_id="7002")

    view = conversation_view.open_view(services, mira, second)

    assert [each.id for each in view.earlier] == [first]


def test_what_failed_is_settled_by_what_a_person_says(
    services: Services, mira: Staff, talk: str
) -> None:
    fail = update(turns).where(turns.c.shop_id == mira.shop.id).values(status="failed")
    services.db.write(Connection.execute, fail)
    failed = conversation_view.read_view(services, mira.shop.id, talk)
    assert (failed.turn is not None, failed.answered_seq) == (True, 0)

    handoff.say(
        services, mira.shop.id, talk, StaffReply("42", "Mira", "Sorry!", "reply-1")
    )

    settled = conversation_view.read_view(services, mira.shop.id, talk)
    # Between the question and her words stands that she has come.
    assert (settled.turn, settled.answered_seq) == (None, 4)


def test_otto_finds_nothing_and_leaves_no_look(
    services: Services, mira: Staff, talk: str
) -> None:
    shop = Directory(services.db).open_shop("otto.myshopify.com")
    otto = replace(mira, shop=shop)

    for conversation_id in (talk, "0" * 32):
        with pytest.raises(NotFound):
            conversation_view.open_view(services, otto, conversation_id)

    view = conversation_view.open_view(services, mira, talk)
    assert len(view.looks) == 1
