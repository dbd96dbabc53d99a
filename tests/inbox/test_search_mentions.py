"""What is found beside messages: notes, labels, customers, and who has left an address."""

from typing import Any

import pytest
from sqlalchemy import insert

from backend.chat import reply_addresses
from backend.flows.runs import Sealing
from backend.inbox import labels, notes, search
from backend.inbox.conversation_list import InboxFilter
from backend.inbox.notes import Note
from backend.inbox.search import Hit
from backend.inbox.search_mentions import Where
from backend.services import Services
from backend.shops.directory import Shop
from backend.store import tables
from backend.store.tables import flow_runs
from tests.support.searched_talks import add_index, shop_of, talk

MIRAS, OTTOS = shop_of(1), shop_of(2)
PHONE, EMAIL = "+4930901820", "ana@example.com"
WRITTEN = (
    *("0049 30 901820", "+49-30-901820", "(030) 901820", "030901820"),
    *("ana@example.com", "Ana@Example.COM"),
)


@pytest.fixture(autouse=True)
def _index(services: Services) -> None:
    add_index(services)


def hits(services: Services, words: str) -> list[Hit]:
    return list(search.search(services, MIRAS, InboxFilter("all"), words).hits)


def places(services: Services, words: str) -> list[tuple[str, Where]]:
    return [(hit.row.id, hit.where) for hit in hits(services, words)]


def note(services: Services, talk_id: str, text: str, shop: int = MIRAS.id) -> None:
    written = Note(talk_id, f"{len(text):032x}", "Mira", text, 5)
    with services.db.engine.begin() as connection:
        notes.import_notes(connection, shop, [written])


def fill_in(services: Services, talk_id: str, shop: Any = MIRAS) -> None:
    """A form with Ana's number and address."""
    sealing = Sealing.of(services.config, shop.session_key)
    row = {
        "shop_id": shop.id,
        "id": talk_id,
        "conversation_id": talk_id,
        "flow": "callback_request",
        "version": 1,
        "state": "finished",
        "revision": 1,
        "answers": b"sealed",
        "language": "en",
        "seq": 1,
        "phone_hash": sealing.hash_of(PHONE),
        "email_hash": sealing.hash_of(EMAIL),
        "started_at": 1,
        "changed_at": 1,
    }
    with services.db.engine.begin() as connection:
        connection.execute(insert(flow_runs).values(row))


def test_a_note_is_found_and_shown(services: Services) -> None:
    mine = talk(services, 1, "Hello")
    note(services, mine, "Wants the Éclair lamp")

    (hit,) = hits(services, "eclair")

    assert (hit.row.id, hit.where, hit.seq, hit.role) == (mine, Where.NOTE, 0, "")
    assert hit.pieces == [
        ("Wants the ", False),
        ("Éclair", True),
        (" lamp", False),
    ]


def test_a_note_that_is_deleted_is_found_no_more(services: Services) -> None:
    mine = talk(services, 1, "Hello")
    note(services, mine, "Wants the lamp")
    with services.db.reading() as connection:
        [written] = notes.list_notes(connection, MIRAS.id, [mine])

    notes.delete_note(services, MIRAS.id, mine, written.id, "42")

    assert hits(services, "lamp") == []


def test_some_words_may_stand_in_a_note_and_others_in_a_message(
    services: Services,
) -> None:
    mine = talk(services, 1, "The lamp, please")
    note(services, mine, "A friend of the house")

    assert places(services, "friend lamp") == [(mine, Where.MESSAGE)]
    assert places(services, "friend house lamp") == [(mine, Where.NOTE)]
    assert places(services, "friend vase") == []


def test_a_customer_is_found_by_their_number(services: Services) -> None:
    talk(services, 1, "Hello", customer="7000000000002")
    mine = talk(services, 2, "Hello", customer="7000000000001")
    asked = talk(services, 3, "I am 7000000000001")

    assert places(services, "7000000000001") == [
        (asked, Where.MESSAGE),
        (mine, Where.CUSTOMER),
    ]
    assert places(services, "hello 7000000000001") == [(mine, Where.MESSAGE)]


def test_whoever_has_filled_in_a_form_is_found(services: Services) -> None:
    mine = talk(services, 1, "Please call me")
    talk(services, 2, "Hello")
    fill_in(services, mine)

    for written in WRITTEN:
        assert places(services, written) == [(mine, Where.FORM)], written
        assert places(services, f"call {written}") == [(mine, Where.MESSAGE)]


def label(services: Services, talk_id: str, *names: str, shop: int = MIRAS.id) -> None:
    with services.db.engine.begin() as connection:
        labels.import_labels(connection, shop, talk_id, names)


def leave_address(services: Services, talk_id: str, shop: Shop = MIRAS) -> None:
    """Ana's, where replies are to go."""
    row = {
        "shop_id": shop.id,
        "conversation_id": talk_id,
        "address": b"sealed",
        "address_hash": reply_addresses.hash_of(shop, EMAIL),
        "language": "en",
        "host": "mira.example",
        "at": 3,
    }
    with services.db.engine.begin() as connection:
        connection.execute(insert(tables.reply_addresses).values(row))


def test_a_label_is_found_and_shown(services: Services) -> None:
    other, mine = talk(services, 1, "Hello"), talk(services, 2, "Hello")
    label(services, mine, "Späte Lieferung", "VIP")
    label(services, other, "Damaged")

    for written in ("spate", "LIEFERUNG", "lief", '"späte lieferung"', "vip"):
        assert places(services, written) == [(mine, Where.LABEL)], written
    (hit,) = hits(services, "lieferung")
    assert hit.pieces == [("Späte ", False), ("Lieferung", True)]


def test_a_label_goes_with_words_of_the_messages_and_what_was_said_is_shown(
    services: Services,
) -> None:
    mine = talk(services, 1, "The lamp, please")
    label(services, mine, "VIP")
    label(services, talk(services, 2, "The vase, please"), "VIP")

    assert places(services, "vip lamp") == [(mine, Where.MESSAGE)]
    assert places(services, "vip stool") == []


def test_where_replies_go_is_found_by_the_whole_address(services: Services) -> None:
    mine = talk(services, 1, "Is it oak?")
    leave_address(services, mine)

    for written in ("ana@example.com", "Ana@Example.COM"):
        assert places(services, written) == [(mine, Where.ADDRESS)]
    assert places(services, f"oak {EMAIL}") == [(mine, Where.MESSAGE)]
    for written in ("ana@example", "ana", "na@example.com", "ana@example.com.au"):
        assert places(services, written) == [], written


def test_nobody_else_is_found(services: Services) -> None:
    fill_in(services, talk(services, 1, "Please call me"))

    for written in ("030 901821", "ben@example.com", "ana@"):
        assert places(services, written) == [], written


def test_nothing_of_another_shop_is_found(services: Services) -> None:
    theirs = talk(services, 1, "Hello", shop=OTTOS.id, customer="7000000000001")
    note(services, theirs, "A friend", OTTOS.id)
    label(services, theirs, "Wholesale", shop=OTTOS.id)
    fill_in(services, theirs, OTTOS)
    leave_address(services, theirs, OTTOS)

    for words in ("friend", "wholesale", "7000000000001", PHONE, EMAIL):
        assert places(services, words) == []
