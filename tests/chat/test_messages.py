"""Messages stand in their places: read in spans, rewritten where they are, never another shop's."""

from dataclasses import replace

import pytest

from backend.chat import messages
from backend.chat.messages import Message, MessageStatus, Role, Span
from backend.shops import settings
from backend.shops.settings import Settings
from backend.store.database import Database

MIRAS, OTTOS = 1, 2
TALK, OTHER = "a" * 32, "b" * 32
SHOPPER, ASSISTANT, STAFF = Role.SHOPPER, Role.ASSISTANT, Role.STAFF
ANSWERED = MessageStatus.ANSWERED
# By seq, from 1.
SAID = [
    (SHOPPER, "Do you have mugs?", MessageStatus.ANSWERED),
    (ASSISTANT, "We have", MessageStatus.PARTIAL),
    (SHOPPER, "And plates?", MessageStatus.SAVED),
    (STAFF, "We do.", MessageStatus.SAVED),
    (SHOPPER, "And cups?", MessageStatus.SAVED),
]


@pytest.fixture(autouse=True)
def _talk(db: Database) -> None:
    for seq, (role, text, status) in enumerate(SAID, 1):
        message = Message(MIRAS, TALK, seq, f"m{seq}", role, text, status, at=seq)
        db.write(messages.add, message)
        # The same in another shop, and in another conversation.
        db.write(messages.add, replace(message, shop_id=OTTOS, text="Otto's"))
        db.write(messages.add, replace(message, conversation_id=OTHER, id=f"o{seq}"))


def span(
    db: Database, wanted: Span, hidden_seq: int | None = None
) -> tuple[list[int], bool]:
    with db.reading() as connection:
        found, more = messages.list_span(connection, MIRAS, TALK, wanted, hidden_seq)
    assert not [message for message in found if message.text == "Otto's"]
    return [message.seq for message in found], more


def statuses(db: Database, shop_id: int = MIRAS) -> list[str]:
    with db.reading() as connection:
        found, _ = messages.list_span(connection, shop_id, TALK, Span(50))
    return [message.status for message in found]


@pytest.mark.parametrize(
    "wanted, found",
    [
        (Span(50), ([1, 2, 3, 4, 5], False)),
        (Span(5), ([1, 2, 3, 4, 5], False)),
        (Span(2), ([4, 5], True)),
        (Span(2, before=4), ([2, 3], True)),
        (Span(2, before=3), ([1, 2], False)),
        (Span(2, after=1), ([2, 3], True)),
        (Span(2, after=3), ([4, 5], False)),
        (Span(2, after=5), ([], False)),
    ],
)
def test_a_span_is_read_oldest_first_and_says_whether_there_is_more(
    db: Database, wanted: Span, found: tuple[list[int], bool]
) -> None:
    assert span(db, wanted) == found


def test_a_message_that_is_written_anew_can_be_left_out(db: Database) -> None:
    assert span(db, Span(2, before=4), hidden_seq=2) == ([1, 3], False)


def test_a_reply_is_rewritten_in_its_place_and_nowhere_else(db: Database) -> None:
    part = {"id": "p1", "type": "products", "at": 0}
    whole = Message(
        MIRAS, TALK, 2, "m2", ASSISTANT, "We have mugs.", MessageStatus.ANSWERED, 9
    )

    db.write(messages.rewrite, replace(whole, parts=[part]))

    with db.reading() as connection:
        found = messages.find(connection, MIRAS, TALK, "m2")
        elsewhere = [
            messages.find_at(connection, OTTOS, TALK, 2),
            messages.find_at(connection, MIRAS, OTHER, 2),
        ]
    assert found == replace(whole, parts=[part])
    assert [each and each.text for each in elsewhere] == ["Otto's", "We have"]


def test_an_answer_of_a_person_answers_what_waited_for_one(db: Database) -> None:
    db.write(messages.mark_answered, MIRAS, TALK)

    assert statuses(db) == ["answered", "partial", "answered", "saved", "answered"]
    assert statuses(db, OTTOS) == ["answered", "partial", "saved", "saved", "saved"]


def test_a_model_reads_the_question_first_and_none_that_came_after_it(
    db: Database,
) -> None:
    """What staff said while it waited is read as well; a reply that is written anew is not."""
    with db.reading() as connection:
        found = messages.list_readable(
            connection, MIRAS, TALK, asked_seq=3, hidden_seq=2
        )

    assert [message.seq for message in found] == [3, 4, 1]


def test_a_message_is_found_in_its_own_shop_and_conversation_alone(
    db: Database,
) -> None:
    with db.reading() as connection:
        found = messages.find(connection, MIRAS, TALK, "m1")
        assert found is not None
        assert found.ref == messages.MessageRef("m1", 1, 1)
        assert messages.find(connection, MIRAS, OTHER, "m1") is None
        assert messages.find_at(connection, MIRAS, TALK, 6) is None

        lines = messages.list_first_lines(connection, MIRAS, [TALK, OTHER, "none"], 6)
    assert lines == {TALK: "Do you", OTHER: "Do you"}


def test_an_answer_keeps_the_name_that_its_assistant_had_then(db: Database) -> None:
    def name(chosen: str, version: int) -> None:
        db.write(settings.save, MIRAS, Settings(assistant_name=chosen), version)

    def says(seq: int) -> None:
        said = Message(MIRAS, TALK, seq, f"m{seq}", ASSISTANT, "Hi", ANSWERED, at=seq)
        db.write(messages.add, said)

    name("Marina", 0)
    says(6)
    name("Otis", 1)
    says(7)
    name("", 2)
    says(8)

    with db.reading() as connection:
        found, _ = messages.list_span(connection, MIRAS, TALK, Span(50))
    assert [message.author for message in found[1::2]] == [None, None, "Marina", None]
    assert [message.author for message in found[6:]] == ["Otis", None]
