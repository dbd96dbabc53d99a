"""Requests under privacy law, as Shopify passes them on: who asked for what, what was handed over,
what was erased.

A request's row is the proof that it was met. It names its customer, encrypted, only until then.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update

from backend.bounds import is_storable
from backend.chat import erasures
from backend.clock import now_ms
from backend.errors import NotFound, Undecipherable
from backend.exports import reader
from backend.exports.reader import ExportedConversation, ExportFilter
from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.privacy import erasure, subjects
from backend.privacy.erasure import Removed
from backend.services import Services
from backend.shops import installation, standing, uninstalls
from backend.shops.staff import Staff
from backend.shops.standing import Standing
from backend.shops.webhook_event import Later, Notice, Outcome, Refused
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.secure_vacuum import scrub_later
from backend.store.tables import (
    conversations,
    jobs,
    privacy_requests,
    webhook_deliveries,
)

DATA_REQUEST = "customers/data_request"
# The law's, as Shopify passes it on.
ANSWERED_WITHIN_MS = 30 * 86_400_000
MOST_LISTED = 100
HOUR_MS = 3_600_000
# Shopify asks for a shop's erasure two days after the uninstall, give or take.
UNINSTALLED_AT_MOST_BEFORE_MS = 49 * HOUR_MS
UNINSTALLED_AT_LEAST_BEFORE_MS = 47 * HOUR_MS
# Where Shopify could not be asked, a shop that still has the app will show it by then.
SHOWS_ITSELF_WITHIN_MS = 24 * HOUR_MS
# Shorter ones would find other people's words.
SHORTEST_CONTACT = 6
MOST_SUBJECT_CHARACTERS = 320


class Subject(msgspec.Struct, frozen=True):
    """A customer as Shopify names one; it may be no more than an address."""

    id: str = ""
    email: str = ""
    phone: str = ""

    @property
    def contacts(self) -> tuple[str, ...]:
        return tuple(
            text for text in (self.email, self.phone) if len(text) >= SHORTEST_CONTACT
        )


def note_request(services: Services, notice: Notice) -> None:
    """The merchant has to hand a customer's data over: listed for the staff until they say that
    they have.
    """
    if not notice.domain:
        return
    subject = msgspec.json.encode(_subject(notice)).decode()
    sealed = Vault(services.config.encryption_keys).seal(
        subject, _about(notice.shop_id, notice.webhook_id)
    )
    services.db.write(_begin, notice, sealed)


def redact_customer(services: Services, notice: Notice) -> None:
    """Everything that the customer has said, or that was said to them, is gone, wherever it was
    kept.
    """
    if not notice.domain:
        return
    services.db.write(_begin, notice)
    subject = _subject(notice)
    services.db.write(erasures.note_customer, notice.shop_id, subject.id)
    removed = _erase_subject(services, notice, subject)
    for request_id in _open_requests_of(services, notice.shop_id, subject):
        services.db.write(partial(_end, shop_id=notice.shop_id, request_id=request_id))
    services.db.write(_prove, notice, removed)


def _erase_subject(services: Services, notice: Notice, subject: Subject) -> Removed:
    """Slice by slice, each noted with what went and how far it is: whoever does the job again goes
    on from there.
    """
    shop_id = notice.shop_id
    which = _is(shop_id, notice.webhook_id)
    with services.db.reading() as connection:
        begun = connection.execute(select(privacy_requests).where(which)).one()
    removed: Removed = Counter(begun.removed or {})
    removed += erasure.erase_conversations(
        services, shop_id, partial(_own_conversations, shop_id=shop_id, who=subject)
    )
    # All of them, and once more those in which somebody has written since it began.
    for after, since in ((begun.position or "", 0), ("", begun.requested_at)):
        for ids, position in subjects.walk_guests(
            services, shop_id, subject.contacts, after, since
        ):
            removed += erasure.erase_these(services, shop_id, ids)
            values: dict[str, object] = {"removed": dict(removed)} | (
                {} if since else {"position": position}
            )
            services.db.write(partial(_note_progress, which=which, values=values))
    return removed


def _note_progress(
    connection: Connection, which: ColumnElement[bool], values: dict[str, object]
) -> None:
    connection.execute(update(privacy_requests).where(which).values(**values))


def redact_shop(services: Services, notice: Notice) -> Outcome:
    """Everything of the shop is gone, but for the proof.

    A shop that has the app keeps what it has: Shopify says so by accepting its token, or by signing
    for it after it is said to have left. Raises ShopifyUnavailable when Shopify has a token to be
    asked with, and does not say.
    """
    begun = _is_begun(services, notice)
    if notice.domain and not begun:
        waits = _confirm(services, notice)
        if waits is None:
            services.db.write(_begin, notice)
            return Later(erasure.ALL_KNOW_SECONDS)
        return waits
    if notice.domain and not services.db.write(_close_door, notice):
        return Refused("back")
    # Also without a domain, because the shop's row is gone: our own repetition still owes the
    # proof.
    if begun:
        removed = erasure.erase_shop(services, notice.shop_id)
        services.db.write(erasures.note_shop, notice.shop_id, notice.webhook_id)
        services.db.write(_prove, notice, removed)
    services.db.write(_retire, notice)
    return None


def list_requests(services: Services, shop_id: int) -> Sequence[Row]:
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
        return connection.execute(query).all()


def who(services: Services, row: Row) -> str:
    """The customer whom a waiting request is about, as the merchant knows them; blank when our key
    is gone.
    """
    try:
        subject = _unsealed(services, row)
    except Undecipherable:
        return ""
    known = (f"no. {subject.id}" if subject.id else "", subject.email, subject.phone)
    return ", ".join(text for text in known if text)


def is_waiting(row: Row) -> bool:
    """Whether the merchant still has to hand something over."""
    return row.topic == DATA_REQUEST and row.done_at is None


def due_at(row: Row) -> int:
    """Until when, in milliseconds, it has to be done."""
    return int(row.requested_at) + ANSWERED_WITHIN_MS


def read_export(
    services: Services, staff: Staff, request_id: str
) -> Iterator[ExportedConversation]:
    """Every conversation of the customer whom an open request is about; that it was read is logged.
    Raises NotFound.
    """
    shop_id = staff.shop.id
    with services.db.reading() as connection:
        row = connection.execute(
            select(privacy_requests).where(_waits(shop_id, request_id))
        ).one_or_none()
        if row is None:
            raise NotFound
    ids = _conversations_of(services, shop_id, _unsealed(services, row))
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
    values = {"subject": None, "done_at": now_ms()}
    done = services.db.write(
        lambda connection: (
            connection.execute(
                update(privacy_requests)
                .where(_waits(shop_id, request_id))
                .values(**values)
            ).rowcount
        )
    )
    if not done:
        raise NotFound


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many requests that were."""
    query = select(privacy_requests).where(privacy_requests.c.subject.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(
            query, execution_options={"across_shops": "keys are every shop's"}
        ).all()
    old = [row for row in rows if not vault.is_current(row.subject)]
    for row in old:
        anew = vault.seal(
            vault.open(row.subject, _about(row.shop_id, row.id)),
            _about(row.shop_id, row.id),
        )
        services.db.write(partial(_replace, row=row, subject=anew))
    return len(old)


def _subject(notice: Notice) -> Subject:
    told = notice.told.get("customer")
    known = told if isinstance(told, dict) else {}
    return Subject(*(_told(known.get(name)) for name in ("id", "email", "phone")))


def _told(value: object) -> str:
    """As text that can be looked for; what is neither text nor a number says nothing."""
    said = (
        str(value)
        if isinstance(value, str | int) and not isinstance(value, bool)
        else ""
    )
    return said if len(said) <= MOST_SUBJECT_CHARACTERS and is_storable(said) else ""


def _unsealed(services: Services, row: Row) -> Subject:
    text = Vault(services.config.encryption_keys).open(
        row.subject, _about(row.shop_id, row.id)
    )
    return msgspec.json.decode(text, type=Subject)


def _about(shop_id: int, request_id: str) -> str:
    return f"privacy_requests.subject:{shop_id}:{request_id}"


def _conversations_of(
    services: Services, shop_id: int, subject: Subject
) -> Sequence[str]:
    """The customer's own, and those of guests who have written the customer's address or number;
    the oldest first.
    """
    with services.db.reading() as connection:
        ids = [*_own_conversations(connection, shop_id, subject)]
    for found, _ in subjects.walk_guests(services, shop_id, subject.contacts):
        ids += found
    return subjects.by_age(services, shop_id, ids)


def _own_conversations(
    connection: Connection, shop_id: int, who: Subject
) -> Sequence[str]:
    if not who.id:
        return ()
    own = (conversations.c.shop_id == shop_id) & (conversations.c.customer_id == who.id)
    return connection.execute(select(conversations.c.id).where(own)).scalars().all()


def _open_requests_of(
    services: Services, shop_id: int, subject: Subject
) -> Sequence[str]:
    """Data requests of somebody whose data are gone: there is nothing left to hand over."""
    query = select(privacy_requests).where(privacy_requests.c.shop_id == shop_id)
    with services.db.reading() as connection:
        rows = connection.execute(
            query.where(privacy_requests.c.subject.is_not(None))
        ).all()
    return [row.id for row in rows if _is_same(services, row, subject)]


def _is_same(services: Services, row: Row, subject: Subject) -> bool:
    try:
        other = _unsealed(services, row)
    except Undecipherable:
        return False
    return bool(
        subject.id
        and other.id == subject.id
        or subject.email
        and other.email == subject.email
    )


def _confirm(services: Services, notice: Notice) -> Outcome:
    """None when the shop is without the app, whatever order its webhooks came in; from then on it
    is refused.
    """
    said = standing.ask_shopify(services, notice.shop_id, notice.domain)
    if said is Standing.INSTALLED:
        return Refused("served")

    with services.db.reading() as connection:
        left = uninstalls.find(connection, notice.domain)
        was_told = left is not None and _was_told_of_uninstall(
            connection, notice.shop_id
        )
        is_back = left is None and _has_come(connection, services, notice, said)
    if is_back:
        return Refused("back")
    if left is None:
        services.db.write(_note_departure, notice, said)
        erasure.end_turns(services, notice.shop_id, "shop_uninstalled")
    if said is Standing.GONE or was_told or left is not None and left.confirmed:
        return None

    # Without the uninstall's own webhook this would be one message's word alone.
    missing_ms = notice.received_at + SHOWS_ITSELF_WITHIN_MS - now_ms()
    return Later(missing_ms // 1000 + 1) if missing_ms > 0 else None


def _was_told_of_uninstall(connection: Connection, shop_id: int) -> bool:
    query = select(webhook_deliveries.c.webhook_id).where(
        webhook_deliveries.c.shop_id == shop_id,
        webhook_deliveries.c.topic == "app/uninstalled",
        webhook_deliveries.c.done_at.is_not(None),
        webhook_deliveries.c.refused.is_(None),
    )
    return connection.execute(query).first() is not None


def _has_come(
    connection: Connection, services: Services, notice: Notice, said: Standing
) -> bool:
    """Whether Shopify has vouched for somebody of the shop since it left, as far as we know when
    that was.
    """
    seen_at = installation.seen_until(connection, notice.shop_id)
    signed_at = standing.signed_until(services, connection, notice.shop_id)
    if said is Standing.GONE:
        return seen_at >= notice.triggered_at or uninstalls.is_outlived(
            notice.triggered_at, signed_at
        )
    opened = seen_at >= notice.triggered_at - UNINSTALLED_AT_MOST_BEFORE_MS
    return opened or signed_at >= notice.triggered_at - UNINSTALLED_AT_LEAST_BEFORE_MS


def _note_departure(connection: Connection, notice: Notice, said: Standing) -> None:
    uninstalls.note(
        connection, notice.domain, notice.triggered_at, confirmed=said is Standing.GONE
    )
    installation.remove(connection, notice.shop_id)


def _close_door(connection: Connection, notice: Notice) -> bool:
    """The last look before the erasure: False when the shop is back, and then this redaction was
    never begun.
    """
    left = uninstalls.find(connection, notice.domain)
    if left is None:
        connection.execute(
            delete(privacy_requests).where(_is(notice.shop_id, notice.webhook_id))
        )
        return False
    # What is signed while rows go would open a shop that is half erased.
    uninstalls.note(
        connection,
        notice.domain,
        max(left.at, now_ms()),
        confirmed=bool(left.confirmed),
    )
    return True


def _is_begun(services: Services, notice: Notice) -> bool:
    query = select(privacy_requests.c.id).where(_is(notice.shop_id, notice.webhook_id))
    with services.db.reading() as connection:
        return connection.execute(query).first() is not None


def _begin(
    connection: Connection, notice: Notice, subject: bytes | None = None
) -> None:
    row = {
        "shop_id": notice.shop_id,
        "id": notice.webhook_id,
        "shop_hash": uninstalls.hash_of(notice.domain),
    }
    row |= {"topic": notice.topic, "subject": subject, "requested_at": now_ms()}
    insert_unless_there(connection, privacy_requests, row)


def _prove(connection: Connection, notice: Notice, removed: Removed) -> None:
    _end(connection, notice.shop_id, notice.webhook_id, removed)
    scrub_later(connection)


def _end(
    connection: Connection,
    shop_id: int,
    request_id: str,
    removed: Removed | None = None,
) -> None:
    values = {
        "subject": None,
        "removed": dict(removed or {}),
        "done_at": now_ms(),
        "position": None,
    }
    connection.execute(
        update(privacy_requests).where(_is(shop_id, request_id)).values(**values)
    )


def _retire(connection: Connection, notice: Notice) -> None:
    """Of the deliveries only this one is kept, as nobody's, so that its repetitions are still
    known.

    Requests that nobody ticked off are proofs as well now, and name nobody.
    """
    named = and_(
        privacy_requests.c.shop_id == notice.shop_id,
        privacy_requests.c.subject.is_not(None),
    )
    connection.execute(update(privacy_requests).where(named).values(subject=None))
    own = and_(
        webhook_deliveries.c.shop_id == notice.shop_id,
        webhook_deliveries.c.webhook_id == notice.webhook_id,
    )
    connection.execute(
        update(webhook_deliveries)
        .where(own)
        .values(shop_id=0, payload=None, done_at=now_ms())
    )
    connection.execute(
        delete(webhook_deliveries).where(
            webhook_deliveries.c.shop_id == notice.shop_id,
            webhook_deliveries.c.shop_id != 0,
        )
    )
    others = and_(
        jobs.c.shop_id == notice.shop_id,
        jobs.c.shop_id != 0,
        jobs.c.ref != notice.webhook_id,
    )
    connection.execute(delete(jobs).where(others))


def _replace(connection: Connection, row: Row, subject: bytes) -> None:
    same = and_(_is(row.shop_id, row.id), privacy_requests.c.subject.is_not(None))
    connection.execute(update(privacy_requests).where(same).values(subject=subject))


def _waits(shop_id: int, request_id: str) -> ColumnElement[bool]:
    return and_(
        _is(shop_id, request_id),
        privacy_requests.c.topic == DATA_REQUEST,
        privacy_requests.c.done_at.is_(None),
    )


def _is(shop_id: int, request_id: str) -> ColumnElement[bool]:
    return and_(
        privacy_requests.c.shop_id == shop_id, privacy_requests.c.id == request_id
    )
