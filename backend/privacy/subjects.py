"""Whom a request under privacy law is about, and the conversations that name them: guests' are
looked for slice by slice, since no statement may read a whole big shop.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import gevent
import msgspec
from sqlalchemy import Connection, and_, or_, select

from backend.bounds import is_storable
from backend.chat import reply_addresses
from backend.flows import runs
from backend.flows.runs import Sealing
from backend.services import Services
from backend.shops import directory
from backend.store.tables import conversations, messages

# So many are looked into with one read: milliseconds, also for SQLite, where nobody else is served
# meanwhile.
SLICE = 200
# A read of long conversations ends after so many messages, and goes on behind them.
MOST_MESSAGES = 2_000
# Shorter ones would find other people's words.
SHORTEST_CONTACT = 6
MOST_CHARACTERS = 320


class Subject(msgspec.Struct, frozen=True):
    """A customer as Shopify names one; it may be no more than an address."""

    id: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Of a webhook that is about a customer."""
        customer = payload.get("customer")
        if not isinstance(customer, dict):
            return cls()
        return cls(
            id=_as_text(customer.get("id")),
            email=_as_text(customer.get("email")),
            phone=_as_text(customer.get("phone")),
        )

    @property
    def contacts(self) -> tuple[str, ...]:
        """What is looked for in the words of guests."""
        known = (self.email, self.phone)
        return tuple(text for text in known if len(text) >= SHORTEST_CONTACT)

    def is_same(self, other: Self) -> bool:
        if self.id and other.id == self.id:
            return True
        return bool(self.email) and other.email == self.email


def _as_text(value: object) -> str:
    """As text that can be looked for; what is neither text nor a number says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    is_usable = len(text) <= MOST_CHARACTERS and is_storable(text)
    return text if is_usable else ""


def list_conversations(
    services: Services, shop_id: int, subject: Subject
) -> Sequence[str]:
    """The customer's own, and those of guests who have written the customer's address or number, or
    have filled it in; the oldest first.
    """
    ids = set(list_own(services, shop_id, subject.id))
    ids.update(list_by_form(services, shop_id, subject))
    for found, _ in walk_guests(services, shop_id, subject.contacts):
        ids.update(found)
    return _sorted_by_age(services, shop_id, sorted(ids))


def list_own(services: Services, shop_id: int, customer_id: str) -> Sequence[str]:
    """Of the signed-in customer; none without a number."""
    if not customer_id:
        return ()
    own = and_(
        conversations.c.shop_id == shop_id,
        conversations.c.customer_id == customer_id,
    )
    with services.db.reading() as connection:
        found = connection.execute(select(conversations.c.id).where(own))
        return found.scalars().all()


def list_by_form(services: Services, shop_id: int, subject: Subject) -> Sequence[str]:
    """Of guests who have filled the customer's address or number into a form, or have left the
    address for an answer: both are encrypted, and found by a hash.
    """
    contacts = [text for text in (subject.email, as_e164(subject.phone)) if text]
    if not contacts:
        return ()

    with services.db.reading() as connection:
        shop = directory.get_shop(connection, shop_id)
        sealing = Sealing.of(services.config, shop.session_key)
        hashes = [hash_ for hash_ in map(sealing.hash_of, contacts) if hash_]
        ids = set(runs.list_conversations_of_contact(connection, shop_id, hashes))
        if subject.email:
            given = (connection, shop_id, subject.email)
            ids.update(reply_addresses.list_conversations_of(*given))

        theirs = and_(
            conversations.c.shop_id == shop_id,
            conversations.c.id.in_(ids),
            conversations.c.customer_id.is_(None),
        )
        found = connection.execute(select(conversations.c.id).where(theirs))
        return found.scalars().all()


def as_e164(phone: str) -> str:
    """A number as forms keep it; blank where it does not say of which country it is."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    if phone.strip().startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else ""


def walk_guests(
    services: Services,
    shop_id: int,
    contacts: Sequence[str],
    after: str = "",
    since: int = 0,
) -> Iterator[tuple[list[str], str]]:
    """Ids of those whose shopper has written one of `contacts`, and how far that is: where to go on
    `after`.

    With `since`, in milliseconds, only those that have gone on since then.
    """
    while contacts:
        with services.db.reading() as connection:
            ids = _next_slice(connection, shop_id, after, since)
            found = _who_wrote(connection, shop_id, ids, contacts) if ids else []
        if not ids:
            return

        after = ids[-1]
        yield found, after
        gevent.sleep(0)


def names(text: str, contact: str) -> bool:
    """Whether a text has an address or number as a whole: ashlee@example.com is not
    lee@example.com.
    """
    whole = rf"(?<![\w.+%-]){re.escape(contact)}(?![\w-]|\.\w)"
    return re.search(whole, text, re.IGNORECASE) is not None


def _next_slice(
    connection: Connection, shop_id: int, after: str, since: int
) -> list[str]:
    query = select(conversations.c.id, conversations.c.last_seq).where(
        conversations.c.shop_id == shop_id,
        conversations.c.id > after,
        conversations.c.customer_id.is_(None),
    )
    if since:
        query = query.where(conversations.c.active_at >= since)
    query = query.order_by(conversations.c.id).limit(SLICE)

    ids: list[str] = []
    total = 0
    for row in connection.execute(query):
        total += row.last_seq
        if ids and total > MOST_MESSAGES:
            break
        ids.append(row.id)
    return ids


def _who_wrote(
    connection: Connection, shop_id: int, ids: Sequence[str], contacts: Sequence[str]
) -> list[str]:
    """What a shopper has written: an assistant may name an address that is the shop's own."""
    text = messages.c.text
    has_contact = or_(*(text.icontains(each, autoescape=True) for each in contacts))
    query = select(messages.c.conversation_id, text).where(
        messages.c.shop_id == shop_id,
        messages.c.conversation_id.in_(ids),
        messages.c.role == "shopper",
        has_contact,
    )

    found = set()
    for row in connection.execute(query).all():
        if any(names(row.text, contact) for contact in contacts):
            found.add(row.conversation_id)
    return sorted(found)


def _sorted_by_age(services: Services, shop_id: int, ids: Sequence[str]) -> list[str]:
    """From the first begun to the last."""
    begun: list[tuple[int, str]] = []
    for place in range(0, len(ids), SLICE):
        some = select(conversations.c.started_at, conversations.c.id).where(
            conversations.c.shop_id == shop_id,
            conversations.c.id.in_(ids[place : place + SLICE]),
        )
        with services.db.reading() as connection:
            begun += [(row.started_at, row.id) for row in connection.execute(some)]
    return [conversation_id for _, conversation_id in sorted(begun)]
