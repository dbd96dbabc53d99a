"""The merchant's list of conversations, newest first, page by page and as it changes; and who waits
for a person.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

import gevent
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from backend.services import Services
from backend.store.open_requests import Held
from backend.store.tables import conversations, messages, staff

PAGE = 25
LINE_CHARACTERS = 160
# Half of what a merchant may wait for a message to appear; the other half is the way to the
# browser.
LOOK_SECONDS = 1.0
FOR_EVER = 2**62

C = conversations.c
VIEWS: dict[str, ColumnElement[bool]] = {
    "open": and_(C.status == "open", C.mode != "closed"),
    "wanted": and_(C.status == "open", C.needs_staff_since.is_not(None)),
    # Spelled out, so that PostgreSQL's plans for any value know the index of just these.
    "staff": and_(C.status == "open", C.mode == literal_column("'staff'")),
    "unread": and_(C.status == "open", C.last_seq > C.staff_seq),
    "closed": or_(C.status == "closed", C.mode == "closed"),
    "all": true(),
}


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which conversations; times are those of their latest message."""

    view: str = "open"
    since: int = 0
    before: int = FOR_EVER


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list ends: the next one begins after it."""

    active_at: int
    id: str


# Before the newest: ids are hexadecimal.
START = Cursor(FOR_EVER, "~")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A line of the list. `line` is the beginning of the latest message, where it was asked for."""

    id: str
    customer_id: str | None
    status: str
    mode: str
    staff_id: str | None
    staff_name: str | None
    needs_staff_since: int | None
    last_seq: int
    staff_seq: int
    open_turns: int
    active_at: int
    page_title: str | None
    page_url: str | None
    line: str | None = None
    line_role: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Of COLUMNS, and of those of a line if they are there."""
        columns = row._mapping
        return cls(**{name: columns[name] for name in cls.__slots__ if name in columns})

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.active_at, self.id)

    @property
    def is_unread(self) -> bool:
        return self.status == "open" and self.last_seq > self.staff_seq


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next` is None on the last one. `version` differs when anything on it does."""

    rows: Sequence[InboxRow]
    next: Cursor | None

    @property
    def version(self) -> str:
        return version_of(*self.rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has seen a version and waits for another, until `held` is displaced."""

    seen: str
    seconds: float
    held: Held


def version_of(*parts: Any) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]


# What a line of the list needs; also that of a search.
COLUMNS = (
    C.id,
    C.customer_id,
    C.status,
    C.mode,
    C.staff_id,
    C.needs_staff_since,
    C.last_seq,
    C.staff_seq,
    C.open_turns,
    C.active_at,
    staff.c.name.label("staff_name"),
    C.page["title"].as_string().label("page_title"),
    C.page["url"].as_string().label("page_url"),
)
WITH_STAFF = conversations.join(
    staff,
    and_(staff.c.shop_id == C.shop_id, staff.c.user_id == C.staff_id),
    isouter=True,
)
LATEST = and_(
    messages.c.shop_id == C.shop_id,
    messages.c.conversation_id == C.id,
    messages.c.seq == C.last_seq,
)
MINE = C.shop_id == bindparam("shop")
AFTER = tuple_(C.active_at, C.id) < tuple_(bindparam("at"), bindparam("after"))
WITHIN = and_(C.active_at >= bindparam("since"), C.active_at < bindparam("before"))


def _list_of(view: ColumnElement[bool]) -> Select:
    line = func.substr(messages.c.text, 1, LINE_CHARACTERS).label("line")
    return (
        select(*COLUMNS, line, messages.c.role.label("line_role"))
        .select_from(WITH_STAFF.join(messages, LATEST, isouter=True))
        .where(MINE, AFTER, WITHIN, view)
        .order_by(C.active_at.desc(), C.id.desc())
        .limit(PAGE + 1)
    )


# Built once: the list is read every second by everybody who looks at it.
LISTS = {name: _list_of(view) for name, view in VIEWS.items()}


def read_page(
    services: Services, shop_id: int, wanted: InboxFilter, after: Cursor = START
) -> InboxPage:
    values = values_of(shop_id, wanted, after)

    with services.db.reading() as connection:
        found = connection.execute(LISTS[wanted.view], values).all()

    return _page_of([InboxRow.from_row(row) for row in found])


def values_of(shop_id: int, wanted: InboxFilter, after: Cursor) -> dict[str, Any]:
    """Those of MINE, AFTER and WITHIN."""
    return {
        "shop": shop_id,
        "since": wanted.since,
        "before": wanted.before,
        "at": after.active_at,
        "after": after.id,
    }


def next_after(rows: Sequence[InboxRow]) -> Cursor | None:
    """Of one row more than a page has, if there are so many."""
    return rows[PAGE - 1].cursor if len(rows) > PAGE else None


def _page_of(rows: Sequence[InboxRow]) -> InboxPage:
    return InboxPage(rows[:PAGE], next_after(rows))


def wait_for_change(
    services: Services, shop_id: int, wanted: InboxFilter, waiting: Waiting
) -> str:
    """The version of the first page: at once when it is another than the one seen, else when it
    changes or time is up.
    """
    end = time.monotonic() + waiting.seconds
    version = read_page(services, shop_id, wanted).version

    while version == waiting.seen and time.monotonic() + LOOK_SECONDS <= end:
        if services.process.stopping or waiting.held.displaced:
            break
        gevent.sleep(LOOK_SECONDS)
        version = read_page(services, shop_id, wanted).version
    return version


_COUNT_NEEDING_STAFF = select(func.count()).where(MINE, VIEWS["wanted"])
_NEEDING_STAFF = (
    select(*COLUMNS)
    .select_from(WITH_STAFF)
    .where(MINE, VIEWS["wanted"])
    .order_by(C.needs_staff_since, C.id)
    .limit(bindparam("most"))
)


def count_needing_staff(connection: Connection, shop_id: int) -> int:
    """Conversations in which somebody waits for a person."""
    return connection.execute(_COUNT_NEEDING_STAFF, {"shop": shop_id}).scalar_one()


def list_needing_staff(
    connection: Connection, shop_id: int, most: int
) -> Sequence[InboxRow]:
    """Those that have waited longest."""
    found = connection.execute(_NEEDING_STAFF, {"shop": shop_id, "most": most})
    return [InboxRow.from_row(row) for row in found]
