"""The merchant's list of conversations, page by page and as it changes; who waits for a person, and
how many there are of what somebody has to see to.
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
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from backend.clock import now_ms
from backend.services import Services
from backend.store.open_requests import Held
from backend.store.tables import conversation_labels, conversations, messages, staff

PAGE = 25
LINE_CHARACTERS = 160
# Half of what a merchant may wait for a message to appear; the other half is the way to the
# browser.
LOOK_SECONDS = 1.0
FOR_EVER = 2**62
# After every time that somebody could have begun to wait; a page's address has room for it.
NEVER = 10**15
MINUTE_MS = 60_000
# More than this many are told as so many and more.
MOST_COUNTED = 99

C = conversations.c
# Spelled out, so that PostgreSQL's plans for any value know the indexes of just these.
OPEN = C.status == literal_column("'open'")
HELD = and_(OPEN, C.mode == literal_column("'staff'"))
# What is snoozed comes back by itself.
AWAKE = or_(C.snoozed_until.is_(None), C.snoozed_until <= bindparam("now"))
VIEWS: dict[str, ColumnElement[bool]] = {
    "open": and_(OPEN, C.mode != "closed"),
    "wanted": and_(OPEN, C.needs_staff_since.is_not(None), AWAKE),
    "mine": and_(HELD, C.staff_id == bindparam("me")),
    "staff": HELD,
    "unread": and_(OPEN, C.last_seq > C.staff_seq),
    "closed": or_(C.status == "closed", C.mode == "closed"),
    "all": true(),
}
NEWEST, WAITS_LONGEST = "newest", "waits"
SORTS = (NEWEST, WAITS_LONGEST)
# Those of which there are never many; of all it would be a sort of everything.
SORTABLE = frozenset({"wanted", "mine"})


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which conversations; times are those of their latest message. `user_id` is whose are mine; a
    blank `label` is any.
    """

    view: str = "all"
    since: int = 0
    before: int = FOR_EVER
    user_id: str = ""
    label: str = ""
    sort: str = NEWEST

    @property
    def is_by_waiting(self) -> bool:
        return self.sort == WAITS_LONGEST and self.view in SORTABLE

    @property
    def start(self) -> "Cursor":
        return FIRST_TO_WAIT if self.is_by_waiting else START


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list ends: the next one begins after it."""

    active_at: int
    id: str


# Before the newest: ids are hexadecimal.
START = Cursor(FOR_EVER, "~")
FIRST_TO_WAIT = Cursor(-1, "")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A line of the list. `line` is the beginning of what its shopper has written last, and
    `label_lines` has a label in each line, where they were asked for.
    """

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
    needs_staff_why: str | None = None
    snoozed_until: int | None = None
    line: str | None = None
    label_lines: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Of COLUMNS, and of those of a line if they are there."""
        found = zip(row._fields, row, strict=True)
        return cls(**{name: value for name, value in found if name in ROW_FIELDS})

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.active_at, self.id)

    @property
    def is_unread(self) -> bool:
        return self.status == "open" and self.last_seq > self.staff_seq

    @property
    def is_waiting(self) -> bool:
        return self.status == "open" and self.needs_staff_since is not None

    @property
    def labels(self) -> list[str]:
        lines = (self.label_lines or "").split("\n")
        return sorted(filter(None, lines), key=str.casefold)


ROW_FIELDS = frozenset(InboxRow.__slots__)


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next` is None on the last one. `version` differs when anything on it does; how long somebody
    waits is told in minutes of the time `at`, and differs with them.
    """

    rows: Sequence[InboxRow]
    next: Cursor | None
    at: int

    @property
    def version(self) -> str:
        is_waiting = any(row.is_waiting for row in self.rows)
        minute = self.at // MINUTE_MS if is_waiting else None
        asleep = [(row.snoozed_until or 0) > self.at for row in self.rows]
        return version_of(minute, *asleep, *self.rows)


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """What somebody has to see to, each at most one more than MOST_COUNTED."""

    wanted: int
    mine: int
    unread: int


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
    C.needs_staff_why,
    C.snoozed_until,
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
ITS_MESSAGES = and_(
    messages.c.shop_id == C.shop_id,
    messages.c.conversation_id == C.id,
)
ITS_LABELS = and_(
    conversation_labels.c.shop_id == C.shop_id,
    conversation_labels.c.conversation_id == C.id,
)
LAST_WORDS = (
    select(func.substr(messages.c.text, 1, LINE_CHARACTERS))
    .where(ITS_MESSAGES, messages.c.role == "shopper")
    .order_by(messages.c.seq.desc())
    .limit(1)
    .correlate(conversations)
    .scalar_subquery()
)


class _in_lines(FunctionElement[str]):
    """The values of a group, one in each line. SQLAlchemy's own is put together anew each time."""

    inherit_cache = True
    type = String()


@compiles(_in_lines, "sqlite")
def _write_for_sqlite(element: _in_lines, compiler: Any, **more: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **more)}, char(10))"


@compiles(_in_lines)
def _write_for_postgres(element: _in_lines, compiler: Any, **more: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **more)}, chr(10))"


LABEL_LINES = (
    select(_in_lines(conversation_labels.c.label))
    .where(ITS_LABELS)
    .correlate(conversations)
    .scalar_subquery()
)
_LABEL = bindparam("label", type_=String)
_IS_LABELLED = (
    select(conversation_labels.c.label)
    .where(ITS_LABELS, conversation_labels.c.label == _LABEL)
    .correlate(conversations)
    .exists()
)
WAITS_SINCE = func.coalesce(C.needs_staff_since, NEVER)
MINE = C.shop_id == bindparam("shop")
AFTER = tuple_(C.active_at, C.id) < tuple_(bindparam("at"), bindparam("after"))
WAITS_AFTER = tuple_(WAITS_SINCE, C.id) > tuple_(bindparam("at"), bindparam("after"))
WITHIN = and_(
    C.active_at >= bindparam("since"),
    C.active_at < bindparam("before"),
    or_(_LABEL == "", _IS_LABELLED),
)


def _list_of(view: ColumnElement[bool]) -> Select:
    line = (LAST_WORDS.label("line"), LABEL_LINES.label("label_lines"))
    by_name = {column.name: column for column in (*COLUMNS, *line)}
    # In the record's own order, so that a row is one as it comes.
    ordered = [by_name[name] for name in InboxRow.__slots__]
    return (
        select(*ordered)
        .select_from(WITH_STAFF)
        .where(MINE, WITHIN, view)
        .limit(PAGE + 1)
    )


def _newest_first(listed: Select) -> Select:
    return listed.where(AFTER).order_by(C.active_at.desc(), C.id.desc())


def _longest_first(listed: Select) -> Select:
    return listed.where(WAITS_AFTER).order_by(WAITS_SINCE, C.id)


# Built once: the list is read every second by everybody who looks at it.
LISTS = {name: _newest_first(_list_of(view)) for name, view in VIEWS.items()}
LONGEST_FIRST = {name: _longest_first(_list_of(VIEWS[name])) for name in SORTABLE}


def read_page(
    services: Services, shop_id: int, wanted: InboxFilter, after: Cursor | None = None
) -> InboxPage:
    values = values_of(shop_id, wanted, after or wanted.start)
    lists = LONGEST_FIRST if wanted.is_by_waiting else LISTS

    with services.db.reading() as connection:
        found = connection.execute(lists[wanted.view], values).all()

    rows = [InboxRow(*row) for row in found]
    more = len(rows) > PAGE
    end = _end_of(rows[PAGE - 1], wanted) if more else None
    return InboxPage(rows[:PAGE], end, values["now"])


def _end_of(row: InboxRow, wanted: InboxFilter) -> Cursor:
    if not wanted.is_by_waiting:
        return row.cursor
    since = row.needs_staff_since
    return Cursor(NEVER if since is None else since, row.id)


def values_of(shop_id: int, wanted: InboxFilter, after: Cursor) -> dict[str, Any]:
    """Those of MINE, AFTER and WITHIN."""
    return {
        "shop": shop_id,
        "since": wanted.since,
        "before": wanted.before,
        "at": after.active_at,
        "after": after.id,
        "now": now_ms(),
        "me": wanted.user_id,
        "label": wanted.label,
    }


def next_after(rows: Sequence[InboxRow]) -> Cursor | None:
    """Of one row more than a page has, if there are so many."""
    return rows[PAGE - 1].cursor if len(rows) > PAGE else None


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


def _count_of(view: str) -> Select:
    found = select(C.id).select_from(WITH_STAFF).where(MINE, VIEWS[view])
    some = found.limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some)


_COUNTS = [_count_of(view) for view in ("wanted", "mine", "unread")]
_COUNT_NEEDING_STAFF = select(
    func.count(), func.max(C.needs_staff_since).label("latest")
).where(MINE, VIEWS["wanted"])
_NEEDING_STAFF = (
    select(*COLUMNS)
    .select_from(WITH_STAFF)
    .where(MINE, VIEWS["wanted"])
    .order_by(C.needs_staff_since, C.id)
    .limit(bindparam("most"))
)


def read_counts(connection: Connection, shop_id: int, user_id: str) -> InboxCounts:
    values = {"shop": shop_id, "now": now_ms(), "me": user_id}
    counts = [connection.execute(count, values).scalar_one() for count in _COUNTS]
    return InboxCounts(*counts)


def count_needing_staff(connection: Connection, shop_id: int) -> int:
    """Conversations in which somebody waits for a person."""
    count, _ = find_latest_need(connection, shop_id)
    return count


def find_latest_need(connection: Connection, shop_id: int) -> tuple[int, int | None]:
    """How many wait for a person, and since when the last of them does."""
    values = {"shop": shop_id, "now": now_ms()}
    count, latest = connection.execute(_COUNT_NEEDING_STAFF, values).one()
    return count, latest


def list_needing_staff(
    connection: Connection, shop_id: int, most: int
) -> Sequence[InboxRow]:
    """Those that have waited longest."""
    values = {"shop": shop_id, "now": now_ms(), "most": most}
    found = connection.execute(_NEEDING_STAFF, values)
    return [InboxRow.from_row(row) for row in found]
