"""What a search finds beside messages: internal notes, labels, customers, and contact details, of
forms and for replies, which are encrypted and found by their hashes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from sqlalchemy import Connection, func, select

from backend.chat import reply_addresses
from backend.chat.search_text import search_text
from backend.flows import runs
from backend.flows.answers import InvalidAnswer
from backend.flows.phone_numbers import FEWEST_DIGITS, read_digits
from backend.flows.runs import Sealing
from backend.inbox import labels
from backend.inbox.conversation_list import C
from backend.inbox.search_reading import has_phrase
from backend.inbox.search_terms import Term
from backend.shops.directory import Shop
from backend.store.tables import conversation_labels, notes
from backend.store.tables import reply_addresses as addresses

# The newest notes with any of the terms, and the latest chats of a customer, with a label, or with
# an address.
MOST_MENTIONS = 2_000
# Of the labels that a shop has, those that most conversations have.
MOST_LABELS = 500
# Each takes some milliseconds in which nobody else can work.
MOST_NUMBERS = 2

L, A = conversation_labels.c, addresses.c


class Where(StrEnum):
    MESSAGE = "message"
    NOTE = "note"
    LABEL = "label"
    FORM = "form"
    ADDRESS = "address"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a conversation has some of the terms. `seq` is that of a message, else 0; `text` is a
    note's, or the label.
    """

    conversation_id: str
    where: Where
    terms: frozenset[Term]
    seq: int = 0
    text: str = ""


def list_mentions(
    connection: Connection, sealing: Sealing, shop: Shop, terms: Sequence[Term]
) -> list[Mention]:
    return [
        *_list_in_notes(connection, shop.id, terms),
        *_list_in_labels(connection, shop.id, terms),
        *_list_of_customers(connection, shop.id, terms),
        *_list_in_forms(connection, sealing, shop.id, terms),
        *_list_of_addresses(connection, shop, terms),
    ]


def terms_in(searched: str, terms: Sequence[Term]) -> frozenset[Term]:
    return frozenset(term for term in terms if term.is_in(searched))


def _list_in_notes(
    connection: Connection, shop_id: int, terms: Sequence[Term]
) -> Iterator[Mention]:
    searched = func.coalesce(notes.c.search_text, " " + func.lower(notes.c.text))
    query = (
        select(notes.c.conversation_id, notes.c.text, searched.label("searched"))
        .where(notes.c.shop_id == shop_id, has_phrase(searched, terms))
        .order_by(notes.c.at.desc())
        .limit(MOST_MENTIONS)
    )

    for row in connection.execute(query):
        found = terms_in(row.searched, terms)
        yield Mention(row.conversation_id, Where.NOTE, found, text=row.text)


def _list_in_labels(
    connection: Connection, shop_id: int, terms: Sequence[Term]
) -> Iterator[Mention]:
    known = labels.list_known(connection, shop_id, MOST_LABELS)
    said = {label: terms_in(search_text(label), terms) for label in known}
    wanted = [label for label, found in said.items() if found]
    if not wanted:
        return

    query = (
        select(L.conversation_id, L.label)
        .where(L.shop_id == shop_id, L.label.in_(wanted))
        .where(C.shop_id == shop_id, C.id == L.conversation_id)
        .order_by(C.active_at.desc())
        .limit(MOST_MENTIONS)
    )
    for row in connection.execute(query):
        found = said[row.label]
        yield Mention(row.conversation_id, Where.LABEL, found, text=row.label)


def _list_of_customers(
    connection: Connection, shop_id: int, terms: Sequence[Term]
) -> Iterator[Mention]:
    numbers = {term.number: term for term in terms if term.number}
    if not numbers:
        return

    query = (
        select(C.id, C.customer_id)
        .where(C.shop_id == shop_id, C.customer_id.in_(numbers))
        .order_by(C.active_at.desc())
        .limit(MOST_MENTIONS)
    )
    for row in connection.execute(query):
        yield Mention(row.id, Where.CUSTOMER, frozenset([numbers[row.customer_id]]))


def _list_in_forms(
    connection: Connection, sealing: Sealing, shop_id: int, terms: Sequence[Term]
) -> Iterator[Mention]:
    emails = [term for term in terms if term.email]
    numbers = [term for term in terms if len(term.number) >= FEWEST_DIGITS]

    for term in [*emails, *numbers[:MOST_NUMBERS]]:
        contacts = [term.email] if term.email else _possible_numbers(term.number)
        hashes = [each for each in map(sealing.hash_of, contacts) if each]
        for found in runs.list_conversations_of_contact(connection, shop_id, hashes):
            yield Mention(found, Where.FORM, frozenset([term]))


def _list_of_addresses(
    connection: Connection, shop: Shop, terms: Sequence[Term]
) -> Iterator[Mention]:
    """Those in which exactly this address was left for replies."""
    hashes = {
        reply_addresses.hash_of(shop, term.email): term for term in terms if term.email
    }
    if not hashes:
        return

    query = (
        select(A.conversation_id, A.address_hash)
        .where(A.shop_id == shop.id, A.address_hash.in_(hashes))
        .order_by(A.at.desc())
        .limit(MOST_MENTIONS)
    )
    for row in connection.execute(query):
        term = hashes[row.address_hash]
        yield Mention(row.conversation_id, Where.ADDRESS, frozenset([term]))


def _possible_numbers(written: str) -> list[str]:
    """What it may be in E.164: a form knows its shopper's country, a search does not."""
    regions = [regions[0] for regions in COUNTRY_CODE_TO_REGION_CODE.values()]
    found = set()
    for region in regions[:1] if "+" in written else regions:
        try:
            found.add(read_digits(written, region))
        except InvalidAnswer:
            continue
    return sorted(found)
