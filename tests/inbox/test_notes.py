"""Notes stand at a conversation of one's own shop, the oldest first."""

import pytest

from backend.errors import Invalid, NotFound
from backend.inbox import access_log, conversation_view, notes
from backend.inbox.access_log import What
from backend.inbox.notes import MOST_NOTE_CHARACTERS, Note
from backend.services import Services
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk


@pytest.fixture
def talk(services: Services) -> str:
    add_shops(services)
    return add_talk(services, MIRAS, 1, ["Hello"])


def listed(services: Services, shop_id: int, *talks: str) -> list[Note]:
    with services.db.reading() as connection:
        return notes.list_notes(connection, shop_id, talks)


def test_a_note_says_who_wrote_it_and_is_read_by_nobody_else(
    services: Services, talk: str
) -> None:
    notes.add_note(services, MIRAS, talk, "Mira", " Call back.\r\nOn Monday. ")

    [note] = listed(services, MIRAS, talk)
    assert (note.author, note.text) == ("Mira", "Call back.\nOn Monday.")
    assert listed(services, OTTOS, talk) == []


def test_otto_writes_none_at_a_conversation_of_miras(
    services: Services, talk: str
) -> None:
    with pytest.raises(NotFound):
        notes.add_note(services, OTTOS, talk, "Otto", "I was here.")

    assert listed(services, MIRAS, talk) == listed(services, OTTOS, talk) == []


@pytest.mark.parametrize("text", [" ", "x" * (MOST_NOTE_CHARACTERS + 1)])
def test_a_note_that_is_none_is_not_kept(
    services: Services, talk: str, text: str
) -> None:
    with pytest.raises(Invalid):
        notes.add_note(services, MIRAS, talk, "Mira", text)

    assert notes.find_fault(text)
    assert listed(services, MIRAS, talk) == []


def test_the_oldest_stands_first(services: Services, talk: str) -> None:
    other = add_talk(services, MIRAS, 2, ["Hello"])
    written = [
        Note(talk, "n1", "Mira", "third", 30),
        Note(other, "n2", "Mira", "second", 20),
        Note(talk, "n3", "Mira", "first", 10),
    ]
    services.db.write(notes.import_notes, MIRAS, written)

    found = listed(services, MIRAS, talk, other)

    assert [note.text for note in found] == ["first", "second", "third"]
    assert [note.text for note in listed(services, MIRAS, other)] == ["second"]


def test_an_edited_note_keeps_its_place_and_its_author(
    services: Services, talk: str
) -> None:
    notes.add_note(services, MIRAS, talk, "Mira", "Call back.")
    [before] = listed(services, MIRAS, talk)

    notes.edit_note(services, MIRAS, talk, before.id, " Called back. ")

    [note] = listed(services, MIRAS, talk)
    assert (note.author, note.text, note.at) == ("Mira", "Called back.", before.at)
    assert before.edited_at is None
    assert note.edited_at is not None


def test_only_a_note_of_ones_own_shop_is_edited_and_with_words(
    services: Services, talk: str
) -> None:
    notes.add_note(services, MIRAS, talk, "Mira", "Call back.")
    [note] = listed(services, MIRAS, talk)

    for shop_id, talk_id, note_id in (
        (OTTOS, talk, note.id),
        (MIRAS, "0" * 32, note.id),
        (MIRAS, talk, "0" * 32),
    ):
        with pytest.raises(NotFound):
            notes.edit_note(services, shop_id, talk_id, note_id, "Ottos")
    with pytest.raises(Invalid):
        notes.edit_note(services, MIRAS, talk, note.id, " ")

    assert listed(services, MIRAS, talk) == [note]


def deleters(services: Services, shop_id: int, talk: str) -> list[tuple[str, What]]:
    with services.db.reading() as connection:
        found = access_log.list_latest(connection, shop_id, talk, 10)
    return [(each.user_id, each.what) for each in found]


def test_a_colleague_deletes_a_note_and_the_log_says_who(
    services: Services, talk: str
) -> None:
    for text in ("Call back.", "Called."):
        notes.add_note(services, MIRAS, talk, "Mira", text)
    first, second = listed(services, MIRAS, talk)

    # Two who press at the same time have deleted it once.
    for _ in range(2):
        notes.delete_note(services, MIRAS, talk, first.id, "43")

    assert listed(services, MIRAS, talk) == [second]
    assert deleters(services, MIRAS, talk) == [("43", What.NOTE_DELETED)]


def test_nothing_is_deleted_from_another_shop_or_another_conversation(
    services: Services, talk: str
) -> None:
    other = add_talk(services, MIRAS, 2, ["Hello"])
    notes.add_note(services, MIRAS, talk, "Mira", "Call back.")
    [note] = listed(services, MIRAS, talk)

    notes.delete_note(services, OTTOS, talk, note.id, "66")
    notes.delete_note(services, MIRAS, other, note.id, "42")
    notes.delete_note(services, MIRAS, talk, "0" * 32, "42")

    assert listed(services, MIRAS, talk) == [note]
    for shop_id, talk_id in ((MIRAS, talk), (MIRAS, other), (OTTOS, talk)):
        assert deleters(services, shop_id, talk_id) == []


def test_whoever_has_the_conversation_open_learns_of_it(
    services: Services, talk: str
) -> None:
    notes.add_note(services, MIRAS, talk, "Mira", "Call back.")
    [note] = listed(services, MIRAS, talk)
    before = conversation_view.read_view(services, MIRAS, talk).version

    with services.live.watch(talk) as watch:
        notes.delete_note(services, MIRAS, talk, note.id, "42")
        assert watch.wait(5)

    assert conversation_view.read_view(services, MIRAS, talk).version != before
