"""Requests under privacy law, as Shopify passes them on: who asked for what, what was handed over,
what was erased.

A request's row is the proof that it was met. It names its customer, encrypted, only until then.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update

from backend.clock import now_ms
from backend.errors import NotFound, Undecipherable
from backend.exports import reader
from backend.exports.reader import ExportedConversation, ExportFilter
from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.privacy import subjects
from backend.privacy.subjects import Subject
from backend.services import Services
from backend.shops import uninstalls
from backend.shops.staff import Staff
from backend.shops.webhook_event import WebhookEvent
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.secure_vacuum import scrub_later
from backend.store.tables import privacy_requests

DATA_REQUEST = "customers/data_request"
# The law's, as Shopify passes it on.
ANSWERED_WITHIN_MS = 30 * 86_400_000
MOST_LISTED = 100
ALL_KEYS = {"across_shops": "keys are every shop's"}

# Table → number of its rows.
Removed = Counter[str]


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """`subject` is encrypted, and gone when it is done. `position` is the last conversation that a
    redaction has looked into, until it is done.
    """

    shop_id: int
    id: str
    shop_hash: bytes
    topic: str
    subject: bytes | None = field(repr=False)
    removed: dict[str, int]
    position: str | None
    requested_at: int
    done_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            shop_id=row.shop_id,
            id=row.id,
            shop_hash=row.shop_hash,
            topic=row.topic,
            subject=row.subject,
            removed=row.removed or {},
            position=row.position,
            requested_at=row.requested_at,
            done_at=row.done_at,
        )

    @property
    def is_waiting(self) -> bool:
        """Whether the merchant still has to hand something over."""
        return self.topic == DATA_REQUEST and self.done_at is None

    @property
    def due_at(self) -> int:
        """Until when, in milliseconds, it has to be done."""
        return self.requested_at + ANSWERED_WITHIN_MS


def note_request(services: Services, event: WebhookEvent) -> None:
    """The merchant has to hand a customer's data over: listed for the staff until they say that
    they have.
    """
    if not event.domain:
        return
    subject = msgspec.json.encode(Subject.from_payload(event.payload)).decode()

    vault = Vault(services.config.encryption_keys)
    sealed = vault.seal(subject, _about(event.shop_id, event.webhook_id))
    services.db.write(begin, event, sealed)


def list_requests(services: Services, shop_id: int) -> list[PrivacyRequest]:
    """The newest first, those that wait for the merchant before all others."""
    waiting = and_(
        privacy_requests.c.topic == DATA_REQUEST, privacy_requests.c.done_at.is_(None)
    )
    query = (
        select(privacy_requests)
        .where(privacy_requests.c.shop_id == shop_id)
        .order_by(waiting.desc(), privacy_requests.c.requested_at.desc())
        .limit(MOST_LISTED)
    )

    with services.db.reading() as connection:
        return [PrivacyRequest.from_row(row) for row in connection.execute(query)]


def describe_subject(services: Services, request: PrivacyRequest) -> str:
    """The customer whom a waiting request is about, as the merchant knows them; blank when our key
    is gone.
    """
    subject = _find_subject(services, request)
    if subject is None:
        return ""

    number = f"no. {subject.id}" if subject.id else ""
    known = (number, subject.email, subject.phone)
    return ", ".join(text for text in known if text)


def read_export(
    services: Services, staff: Staff, request_id: str
) -> Iterator[ExportedConversation]:
    """Every conversation of the customer whom an open request is about; that it was read is logged.
    Raises NotFound.
    """
    shop_id = staff.shop.id
    with services.db.reading() as connection:
        request = _find(connection, shop_id, request_id)
    if request is None or not request.is_waiting:
        raise NotFound

    subject = _open_subject(services, request)
    ids = subjects.list_conversations(services, shop_id, subject)
    for conversation_id in ids:
        access_log.note_access(
            services, shop_id, staff.user_id, What.EXPORTED, conversation_id
        )
    found = (
        reader.read_conversations(
            services, shop_id, ExportFilter(conversation_id=conversation_id)
        )
        for conversation_id in ids
    )
    return chain.from_iterable(found)


def hand_over(services: Services, shop_id: int, request_id: str) -> None:
    """The merchant has given the customer their data: the proof stays, whom it was about goes.
    Raises NotFound.
    """
    if not services.db.write(_hand_over, shop_id, request_id):
        raise NotFound


def _hand_over(connection: Connection, shop_id: int, request_id: str) -> bool:
    waiting = and_(
        _is(shop_id, request_id),
        privacy_requests.c.topic == DATA_REQUEST,
        privacy_requests.c.done_at.is_(None),
    )
    values = {"subject": None, "done_at": now_ms()}
    done = connection.execute(update(privacy_requests).where(waiting).values(values))
    return done.rowcount == 1


def begin(
    connection: Connection, event: WebhookEvent, subject: bytes | None = None
) -> None:
    """Note it, unless it is noted already."""
    row = {
        "shop_id": event.shop_id,
        "id": event.webhook_id,
        "shop_hash": uninstalls.hash_domain(event.domain),
        "topic": event.topic,
        "subject": subject,
        "requested_at": now_ms(),
    }
    insert_unless_there(connection, privacy_requests, row)


def find_begun(services: Services, event: WebhookEvent) -> PrivacyRequest | None:
    with services.db.reading() as connection:
        return _find(connection, event.shop_id, event.webhook_id)


def note_progress(
    connection: Connection, request: PrivacyRequest, removed: Removed, position: str
) -> None:
    """What went so far, and where to go on."""
    connection.execute(
        update(privacy_requests)
        .where(_is(request.shop_id, request.id))
        .values(removed=dict(removed), position=position)
    )


def prove(connection: Connection, event: WebhookEvent, removed: Removed) -> None:
    """It is done, and this is what went."""
    _end(connection, event.shop_id, event.webhook_id, removed)
    scrub_later(connection)


def withdraw(connection: Connection, event: WebhookEvent) -> None:
    """It was never begun."""
    connection.execute(
        delete(privacy_requests).where(_is(event.shop_id, event.webhook_id))
    )


def end_requests_of(services: Services, shop_id: int, subject: Subject) -> None:
    """Data requests of somebody whose data are gone: there is nothing left to hand over."""
    named = and_(
        privacy_requests.c.shop_id == shop_id, privacy_requests.c.subject.is_not(None)
    )
    with services.db.reading() as connection:
        rows = connection.execute(select(privacy_requests).where(named))
        requests = [PrivacyRequest.from_row(row) for row in rows]

    for request in requests:
        other = _find_subject(services, request)
        if other is not None and subject.is_same(other):
            services.db.write(_end, shop_id, request.id, Counter())


def forget_subjects(connection: Connection, shop_id: int) -> None:
    """The shop is erased: requests that nobody ticked off are proofs as well now, and name
    nobody.
    """
    named = and_(
        privacy_requests.c.shop_id == shop_id, privacy_requests.c.subject.is_not(None)
    )
    connection.execute(update(privacy_requests).where(named).values(subject=None))


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many requests that were."""
    query = select(privacy_requests).where(privacy_requests.c.subject.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options=ALL_KEYS)
        requests = [PrivacyRequest.from_row(row) for row in rows]

    reencrypted = 0
    for request in requests:
        if request.subject is not None and not vault.is_current(request.subject):
            about = _about(request.shop_id, request.id)
            subject = vault.reencrypt(request.subject, about)
            services.db.write(_replace_subject, request, subject)
            reencrypted += 1
    return reencrypted


def _replace_subject(
    connection: Connection, request: PrivacyRequest, subject: bytes
) -> None:
    """Unless it was done meanwhile."""
    same = and_(
        _is(request.shop_id, request.id), privacy_requests.c.subject.is_not(None)
    )
    connection.execute(update(privacy_requests).where(same).values(subject=subject))


def _end(
    connection: Connection, shop_id: int, request_id: str, removed: Removed
) -> None:
    values = {
        "subject": None,
        "removed": dict(removed),
        "done_at": now_ms(),
        "position": None,
    }
    connection.execute(
        update(privacy_requests).where(_is(shop_id, request_id)).values(values)
    )


def _find(
    connection: Connection, shop_id: int, request_id: str
) -> PrivacyRequest | None:
    query = select(privacy_requests).where(_is(shop_id, request_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else PrivacyRequest.from_row(row)


def _find_subject(services: Services, request: PrivacyRequest) -> Subject | None:
    """None when our key is gone."""
    try:
        return _open_subject(services, request)
    except Undecipherable:
        return None


def _open_subject(services: Services, request: PrivacyRequest) -> Subject:
    """Raises Undecipherable."""
    if request.subject is None:
        raise Undecipherable
    vault = Vault(services.config.encryption_keys)
    text = vault.open(request.subject, _about(request.shop_id, request.id))
    return msgspec.json.decode(text, type=Subject)


def _about(shop_id: int, request_id: str) -> str:
    return f"privacy_requests.subject:{shop_id}:{request_id}"


def _is(shop_id: int, request_id: str) -> ColumnElement[bool]:
    return and_(
        privacy_requests.c.shop_id == shop_id, privacy_requests.c.id == request_id
    )
