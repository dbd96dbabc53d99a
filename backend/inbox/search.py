"""Full-text search through a shop's messages: conversations with the words in them, newest first.

Rare words come from the index. A word that is everywhere would be slow there and is quick to find
by walking back from the newest conversation, so that is done; the walk stops after a moment and can
be continued.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

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
    Place,
    Wanted,
    named,
)
from backend.services import Services
from backend.store.tables import messages

# The index knows three letters in a row and nothing shorter.
SHORTEST_INDEXED = 3
MOST_HITS = 2_000
# The walk: how long it may take, and how many conversations it reads at once while nobody else can
# work.
WALK_SECONDS = 0.1
STRIDE = 250
BEFORE_HIT, EXCERPT = 50, 180

Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation, and the latest message in it that has the words: its text in pieces, of which
    some are them.
    """

    row: Row
    seq: int
    role: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is where to look on; when `stopped` the page is short because looking took long
    enough.
    """

    hits: Sequence[Hit]
    next: Place | None
    stopped: bool = False


# SQLite's; its rows come and go with the messages, by triggers.
_INDEX = table(
    "message_search", column("shop_id"), column("conversation_id"), column("seq")
)


def search(
    services: Services, shop_id: int, wanted: Wanted, words: str, after: Place = START
) -> Found:
    """Words are found as they were written, in one message; capitals do not matter."""
    with services.db.reading() as connection:
        if len(words) >= SHORTEST_INDEXED and _is_rare(connection, shop_id, words):
            return _found(
                _conversations(
                    connection, shop_id, wanted, after, _indexed(connection, words)
                ),
                words,
            )
    return _walked(services, shop_id, wanted, words, after)


def _is_rare(connection: Connection, shop_id: int, words: str) -> bool:
    """SQLite counts all shops, because only the text is in its index."""
    one: Label[int] = literal_column("1").label("one")
    # Apart, PostgreSQL plans for all of them and takes its index; for the first few it would read
    # the shop's messages, and go on to the last one when the word is another shop's.
    all_of_them = (
        _matching(connection, words)
        .with_only_columns(one, maintain_column_froms=True)
        .cte("matching")
    )
    all_of_them = all_of_them.prefix_with("MATERIALIZED", dialect="postgresql")
    some = select(all_of_them).limit(MOST_HITS + 1).subquery()
    found = connection.execute(
        select(func.count()).select_from(some), {"shop": shop_id}
    )
    return found.scalar_one() <= MOST_HITS


def _matching(connection: Connection, words: str) -> Select:
    if connection.dialect.name != "sqlite":
        return select(messages.c.conversation_id, messages.c.seq).where(
            *_said(connection, words)
        )
    phrase = '"' + words.replace('"', '""') + '"'
    matches = text("message_search MATCH :phrase").bindparams(phrase=phrase)
    return select(_INDEX.c.conversation_id, _INDEX.c.seq).where(matches)


def _indexed(connection: Connection, words: str) -> Select:
    matching = _matching(connection, words)
    return (
        matching.where(_INDEX.c.shop_id == bindparam("shop"))
        if connection.dialect.name == "sqlite"
        else matching
    )


def _said(
    connection: Connection, words: str, indexed: bool = True
) -> tuple[ColumnElement[bool], ...]:
    # Something is added to the text so that PostgreSQL reads the messages themselves, and not its
    # index of all of them.
    mine, said = (
        messages.c.shop_id == bindparam("shop"),
        messages.c.text if indexed else messages.c.text + "",
    )
    if connection.dialect.name != "sqlite":
        return mine, said.ilike(_pattern(words), escape="\\")
    # SQLite's LIKE knows the capitals of English alone.
    ways = {words, words.lower(), words.upper(), words.capitalize()}
    return mine, or_(*(said.like(_pattern(way), escape="\\") for way in sorted(ways)))


def _pattern(words: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", words) + "%"


def _conversations(
    connection: Connection, shop_id: int, wanted: Wanted, after: Place, matching: Select
) -> Sequence[Row]:
    """Those with a match, each with its latest one; one more than a page."""
    place, seq = matching.selected_columns
    latest = (
        matching.with_only_columns(place.label("found"), func.max(seq).label("hit"))
        .group_by(place)
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
    return connection.execute(query, named(shop_id, wanted, after)).all()


def _found(rows: Sequence[Row], words: str) -> Found:
    looked_for = re.compile(re.escape(words), re.IGNORECASE)
    hits = [
        Hit(row, row.hit, row.role, pieces_of(row.text, looked_for)) for row in rows
    ]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Found(
        hits[:PAGE], Place(last.active_at, last.id) if last is not None else None
    )


def _walked(
    services: Services, shop_id: int, wanted: Wanted, words: str, after: Place
) -> Found:
    end, rows = time.monotonic() + WALK_SECONDS, list[Row]()
    at: Place | None = after
    while at is not None and len(rows) <= PAGE:
        with services.db.reading() as connection:
            stride = _stride(connection, shop_id, wanted, at)
            among = messages.c.conversation_id.in_([place.id for place in stride])
            matching = select(messages.c.conversation_id, messages.c.seq).where(
                *_said(connection, words, False), among
            )
            rows += _conversations(connection, shop_id, wanted, at, matching)
        at = stride[-1] if len(stride) == STRIDE else None
        if at is not None and len(rows) <= PAGE and time.monotonic() > end:
            return Found(_found(rows, words).hits, at, stopped=True)
        gevent.sleep(0)
    return _found(rows, words)


def _stride(
    connection: Connection, shop_id: int, wanted: Wanted, after: Place
) -> list[Place]:
    """The next so many conversations."""
    query = select(C.active_at, C.id).where(MINE, AFTER, WITHIN, VIEWS[wanted.view])
    query = query.order_by(C.active_at.desc(), C.id.desc()).limit(STRIDE)
    return [
        Place(*row) for row in connection.execute(query, named(shop_id, wanted, after))
    ]


def pieces_of(said: str, looked_for: re.Pattern[str]) -> list[Piece]:
    """An excerpt around the first place where the words stand, cut so that each place is a piece of
    its own.
    """
    first = looked_for.search(said)
    start = max(0, (first.start() if first else 0) - BEFORE_HIT)
    excerpt = said[start : start + EXCERPT]
    pieces: list[Piece] = [("…", False)] if start else []
    at = 0
    for hit in looked_for.finditer(excerpt):
        pieces += [(excerpt[at : hit.start()], False), (hit[0], True)]
        at = hit.end()
    pieces.append((excerpt[at:] + ("…" if start + EXCERPT < len(said) else ""), False))
    return [piece for piece in pieces if piece[0]]
