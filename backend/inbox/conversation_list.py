"""The merchant's list of conversations, newest first, and one conversation with all that the staff
should see of it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

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
    update,
)

from backend.chat import turns
from backend.chat.conversations import within
from backend.chat.turns import Turn
from backend.errors import NotFound
from backend.services import Services
from backend.store.open_requests import Held
from backend.store.tables import conversations, messages, notes, staff

PAGE = 25
MESSAGES = 50
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
class Place:
    """Where a page of the list ends: the next one begins after it."""

    active_at: int
    id: str


# Before the newest: ids are hexadecimal.
START = Place(FOR_EVER, "~")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations; times are those of their latest message."""

    view: str = "open"
    since: int = 0
    before: int = FOR_EVER


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is None on the last one. `version` differs when anything on it does."""

    rows: Sequence[Row]
    next: Place | None

    @property
    def version(self) -> str:
        return digest(*self.rows)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as its page shows it. `turn` is at work, waits, or was the last and failed."""

    row: Row
    messages: Sequence[Row]
    has_earlier: bool
    has_later: bool
    turn: Turn | None
    notes: Sequence[Row]

    @property
    def version(self) -> str:
        about = (
            self.row.last_seq,
            self.row.status,
            self.row.mode,
            self.row.staff_id,
            self.row.staff_name,
        )
        turn = self.turn and (self.turn.id, self.turn.status, self.turn.attempt)
        return digest(about, turn, tuple(note.id for note in self.notes))


def digest(*parts: Any) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]


# What a line of the list needs; also that of a search.
COLUMNS = (
    *(
        C.id,
        C.customer_id,
        C.status,
        C.mode,
        C.staff_id,
        C.needs_staff_since,
        C.last_seq,
        C.staff_seq,
        C.open_turns,
    ),
    *(C.active_at, staff.c.name.label("staff_name")),
    *(C.page[name].as_string().label(f"page_{name}") for name in ("title", "url")),
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
    services: Services, shop_id: int, wanted: Wanted, after: Place = START
) -> Page:
    with services.db.reading() as connection:
        return page_of(
            connection.execute(LISTS[wanted.view], named(shop_id, wanted, after)).all()
        )


def named(shop_id: int, wanted: Wanted, after: Place) -> dict[str, Any]:
    """The values of MINE, AFTER and WITHIN."""
    return {
        "shop": shop_id,
        "since": wanted.since,
        "before": wanted.before,
        "at": after.active_at,
        "after": after.id,
    }


def page_of(rows: Sequence[Row]) -> Page:
    """Of one row more than a page has, if there are so many."""
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(
        rows[:PAGE], Place(last.active_at, last.id) if last is not None else None
    )


def wait_for_change(
    services: Services,
    shop_id: int,
    wanted: Wanted,
    seen: str,
    seconds: float,
    held: Held,
) -> str:
    """The version of the first page: at once when it is another than `seen`, else when it changes
    or time is up.

    Time is also up when `held` is displaced.
    """
    end = time.monotonic() + seconds
    while (version := read_page(services, shop_id, wanted).version) == seen:
        if (
            time.monotonic() + LOOK_SECONDS > end
            or services.process.stopping
            or held.displaced
        ):
            break
        gevent.sleep(LOOK_SECONDS)
    return version


_COUNT_WANTED = select(func.count()).where(MINE, VIEWS["wanted"])
_WANTED = (
    select(*COLUMNS)
    .select_from(WITH_STAFF)
    .where(MINE, VIEWS["wanted"])
    .order_by(C.needs_staff_since, C.id)
    .limit(bindparam("most"))
)


def count_wanted(connection: Connection, shop_id: int) -> int:
    """Conversations in which somebody waits for a person."""
    return connection.execute(_COUNT_WANTED, {"shop": shop_id}).scalar_one()


def list_wanted(connection: Connection, shop_id: int, most: int) -> Sequence[Row]:
    """Those that have waited longest."""
    return connection.execute(_WANTED, {"shop": shop_id, "most": most}).all()


_HEAD = select(conversations, staff.c.name.label("staff_name")).select_from(WITH_STAFF)


def find(connection: Connection, shop_id: int, conversation_id: str) -> Row:
    """Raises NotFound."""
    row = connection.execute(
        _HEAD.where(C.shop_id == shop_id, C.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def read_talk(
    services: Services, shop_id: int, conversation_id: str, before: int | None = None
) -> Talk:
    """The newest messages, or those before a seq. Raises NotFound."""
    with services.db.reading() as connection:
        return _talk(connection, shop_id, conversation_id, before)


def _talk(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    before: int | None = None,
) -> Talk:
    row = find(connection, shop_id, conversation_id)
    turn = turns.find_to_show(connection, shop_id, conversation_id)
    query = select(messages).where(within(messages, shop_id, conversation_id))
    if turn is not None and turn.status != "failed" and turn.reply_seq is not None:
        # A retry is writing this one anew.
        query = query.where(messages.c.seq != turn.reply_seq)
    if before is not None:
        query = query.where(messages.c.seq < before)
    said = connection.execute(
        query.order_by(messages.c.seq.desc()).limit(MESSAGES + 1)
    ).all()
    noted = (
        select(notes)
        .where(within(notes, shop_id, conversation_id))
        .order_by(notes.c.at, notes.c.id)
    )
    return Talk(
        row,
        said[:MESSAGES][::-1],
        has_earlier=len(said) > MESSAGES,
        has_later=before is not None and before <= row.last_seq,
        turn=turn,
        notes=connection.execute(noted).all(),
    )


def wait_for_news(
    services: Services,
    shop_id: int,
    conversation_id: str,
    seen: str,
    seconds: float,
    held: Held,
) -> str:
    """The version of a conversation, as `wait_for_change` of the list. Raises NotFound, also once
    it is erased.
    """
    end = time.monotonic() + seconds
    with services.live.watch(conversation_id) as watch:
        held.wake = watch.wake
        while (
            version := read_talk(services, shop_id, conversation_id).version
        ) == seen:
            left = end - time.monotonic()
            if left <= 0 or services.process.stopping or held.displaced:
                break
            watch.wait(min(left, LOOK_SECONDS if services.live.degraded else left))
    return version


def mark_seen(services: Services, row: Row) -> None:
    """The staff has seen all of it that there is now."""
    if row.staff_seq >= row.last_seq:
        return
    seen = update(conversations).where(
        C.shop_id == row.shop_id, C.id == row.id, C.staff_seq < row.last_seq
    )
    services.db.write(
        lambda connection: connection.execute(seen.values(staff_seq=row.last_seq))
    )
