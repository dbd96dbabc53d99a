"""Full-text search through a shop's messages: conversations with the words in them, newest first.

Rare words come from the index. A word that is everywhere would be slow there and is quick to find
by walking back from the newest conversation, so that is done; the walk stops after a moment and can
be continued.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gevent
from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    Row,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.inbox.conversation_list import (
    AFTER,
    COLUMNS,
    MINE,
    PAGE,
    START,
    VIEWS,
    WITH_STAFF,
    WITHIN,
    C,
    Cursor,
    InboxFilter,
    InboxRow,
    next_after,
    values_of,
)
from backend.services import Services
from backend.shops.staff import Staff
from backend.store.tables import messages

# The index knows three letters in a row and nothing shorter.
SHORTEST_INDEXED = 3
MOST_HITS = 2_000
# The walk: how long it may take, and how many conversations it reads at once while nobody else can
# work.
WALK_SECONDS = 0.1
STRIDE = 250
BEFORE_HIT, EXCERPT = 50, 180

# Words of a message, and whether they are those that were looked for.
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation, and the latest message in it that has the words: its text in pieces."""

    row: InboxRow
    seq: int
    role: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is where to look on; when `stopped` the page is short because looking took long
    enough.
    """

    hits: Sequence[Hit]
    next: Cursor | None
    stopped: bool = False


# SQLite's; its rows come and go with the messages, by triggers.
_INDEX = table(
    "message_search", column("shop_id"), column("conversation_id"), column("seq")
)


def search_as(
    services: Services, staff: Staff, wanted: InboxFilter, words: str, after: Cursor
) -> Found:
    """What `search` finds, for somebody of the staff: logged, once for all its pages."""
    found = search(services, staff.shop.id, wanted, words, after)

    if after == START:
        access_log.note_access(services, staff.shop.id, staff.user_id, What.SEARCHED)
    return found


def search(
    services: Services,
    shop_id: int,
    wanted: InboxFilter,
    words: str,
    after: Cursor = START,
) -> Found:
    """Words are found as they were written, in one message; capitals do not matter."""
    with services.db.reading() as connection:
        if len(words) >= SHORTEST_INDEXED and _is_rare(connection, shop_id, words):
            matching = _select_indexed(connection, words)
            hits = _list_hits(
                connection, values_of(shop_id, wanted, after), wanted, matching, words
            )
            return _first_page(hits)

    return _walk_back(services, shop_id, wanted, words, after)


def _is_rare(connection: Connection, shop_id: int, words: str) -> bool:
    """SQLite counts all shops, because only the text is in its index."""
    one: Label[int] = literal_column("1").label("one")
    matching = _select_matching(connection, words)

    # Apart, PostgreSQL plans for all of them and takes its index; for the first few it would read
    # the shop's messages, and go on to the last one when the word is another shop's.
    all_of_them = (
        matching.with_only_columns(one, maintain_column_froms=True)
        .cte("matching")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    some = select(all_of_them).limit(MOST_HITS + 1).subquery()

    found = connection.execute(
        select(func.count()).select_from(some), {"shop": shop_id}
    )
    return found.scalar_one() <= MOST_HITS


def _select_matching(connection: Connection, words: str) -> Select:
    if connection.dialect.name != "sqlite":
        said = _has_words(connection, words)
        return select(messages.c.conversation_id, messages.c.seq).where(*said)

    phrase = '"' + words.replace('"', '""') + '"'
    matches = text("message_search MATCH :phrase").bindparams(phrase=phrase)
    return select(_INDEX.c.conversation_id, _INDEX.c.seq).where(matches)


def _select_indexed(connection: Connection, words: str) -> Select:
    matching = _select_matching(connection, words)
    if connection.dialect.name != "sqlite":
        return matching
    return matching.where(_INDEX.c.shop_id == bindparam("shop"))


def _has_words(
    connection: Connection, words: str, indexed: bool = True
) -> tuple[ColumnElement[bool], ...]:
    mine = messages.c.shop_id == bindparam("shop")
    # Something is added to the text so that PostgreSQL reads the messages themselves, and not its
    # index of all of them.
    said = messages.c.text if indexed else messages.c.text + ""

    if connection.dialect.name != "sqlite":
        return mine, said.ilike(_like_pattern(words), escape="\\")

    # SQLite's LIKE knows the capitals of English alone.
    ways = {words, words.lower(), words.upper(), words.capitalize()}
    likes = [said.like(_like_pattern(way), escape="\\") for way in sorted(ways)]
    return mine, or_(*likes)


def _like_pattern(words: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", words) + "%"


def _list_hits(
    connection: Connection,
    values: dict[str, Any],
    wanted: InboxFilter,
    matching: Select,
    words: str,
) -> list[Hit]:
    """Conversations with a match, each with its latest one; one more than a page."""
    conversation_id, seq = matching.selected_columns
    latest = (
        matching.with_only_columns(
            conversation_id.label("found"), func.max(seq).label("hit")
        )
        .group_by(conversation_id)
        .subquery()
    )

    said = and_(
        messages.c.shop_id == C.shop_id,
        messages.c.conversation_id == C.id,
        messages.c.seq == latest.c.hit,
    )
    query = (
        select(*COLUMNS, latest.c.hit, messages.c.text, messages.c.role)
        .select_from(
            WITH_STAFF.join(latest, latest.c.found == C.id).join(messages, said)
        )
        .where(MINE, AFTER, WITHIN, VIEWS[wanted.view])
        .order_by(C.active_at.desc(), C.id.desc())
        .limit(PAGE + 1)
    )

    looked_for = re.compile(re.escape(words), re.IGNORECASE)
    return [_make_hit(row, looked_for) for row in connection.execute(query, values)]


def _make_hit(row: Row, looked_for: re.Pattern[str]) -> Hit:
    pieces = pieces_of(row.text, looked_for)
    return Hit(InboxRow.from_row(row), row.hit, row.role, pieces)


def _first_page(hits: Sequence[Hit]) -> Found:
    return Found(hits[:PAGE], next_after([hit.row for hit in hits]))


def _walk_back(
    services: Services, shop_id: int, wanted: InboxFilter, words: str, after: Cursor
) -> Found:
    end = time.monotonic() + WALK_SECONDS
    hits: list[Hit] = []
    at: Cursor | None = after

    while at is not None and len(hits) <= PAGE:
        values = values_of(shop_id, wanted, at)
        with services.db.reading() as connection:
            stride = _read_stride(connection, values, wanted)
            matching = _select_among(connection, words, stride)
            hits += _list_hits(connection, values, wanted, matching, words)

        at = stride[-1] if len(stride) == STRIDE else None
        if at is not None and len(hits) <= PAGE and time.monotonic() > end:
            return Found(hits, at, stopped=True)
        gevent.sleep(0)
    return _first_page(hits)


def _read_stride(
    connection: Connection, values: dict[str, Any], wanted: InboxFilter
) -> list[Cursor]:
    """The next so many conversations."""
    query = (
        select(C.active_at, C.id)
        .where(MINE, AFTER, WITHIN, VIEWS[wanted.view])
        .order_by(C.active_at.desc(), C.id.desc())
        .limit(STRIDE)
    )
    return [Cursor(*row) for row in connection.execute(query, values)]


def _select_among(
    connection: Connection, words: str, stride: Sequence[Cursor]
) -> Select:
    among = messages.c.conversation_id.in_([place.id for place in stride])
    said = _has_words(connection, words, indexed=False)
    return select(messages.c.conversation_id, messages.c.seq).where(*said, among)


def pieces_of(said: str, looked_for: re.Pattern[str]) -> list[Piece]:
    """An excerpt around the first place where the words stand, cut so that each place is a piece of
    its own.
    """
    first = looked_for.search(said)
    start = max(0, first.start() - BEFORE_HIT) if first else 0
    end = start + EXCERPT
    excerpt = said[start:end]

    pieces: list[Piece] = [("…", False)] if start else []
    at = 0
    for hit in looked_for.finditer(excerpt):
        pieces.append((excerpt[at : hit.start()], False))
        pieces.append((hit[0], True))
        at = hit.end()

    rest = excerpt[at:]
    if end < len(said):
        rest += "…"
    pieces.append((rest, False))
    return [piece for piece in pieces if piece[0]]
