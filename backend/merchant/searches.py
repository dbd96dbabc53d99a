"""Full-text search through a shop's messages: conversations with the words in them, newest first.

Rare words come from the index. A word that is everywhere would be slow there and is quick to find by walking back
from the newest conversation, so that is done; the walk stops after a moment and can be continued.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gevent
from sqlalchemy import Connection, Row, Select, and_, bindparam, column, func, select, table, text

from backend.merchant.inbox import (
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
from backend.store.models import messages

# The index knows three letters in a row and nothing shorter.
SHORTEST_INDEXED = 3
MOST_HITS = 2_000
WALK_SECONDS = 0.12
STRIDE = 200
BEFORE_HIT, EXCERPT = 50, 180

Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation, and the latest message in it that has the words: its text in pieces, of which some are them."""

    row: Row
    seq: int
    role: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is where to look on; when `stopped` the page is short because looking took long enough."""

    hits: Sequence[Hit]
    next: Place | None
    stopped: bool = False


# SQLite's; its rows come and go with the messages, by triggers.
_INDEX = table("message_search", column("shop_id"), column("conversation_id"), column("seq"))


def search(services: Services, shop_id: int, wanted: Wanted, words: str, after: Place = START) -> Found:
    """Words are found as they were written, in one message; capitals do not matter."""
    looked_for = re.compile(re.escape(words), re.IGNORECASE)
    with services.db.reading() as connection:
        if len(words) >= SHORTEST_INDEXED and _is_rare(connection, shop_id, words):
            return _indexed(connection, shop_id, wanted, words, after, looked_for)
    return _walked(services, shop_id, wanted, looked_for, after)


def _is_rare(connection: Connection, shop_id: int, words: str) -> bool:
    some = _matching(connection, words).limit(MOST_HITS + 1).subquery()
    return connection.execute(select(func.count()).select_from(some), {"shop": shop_id}).scalar_one() <= MOST_HITS


def _matching(connection: Connection, words: str) -> Select:
    if connection.dialect.name == "sqlite":
        phrase = '"' + words.replace('"', '""') + '"'
        matches = text("message_search MATCH :phrase").bindparams(phrase=phrase)
        return select(_INDEX.c.conversation_id, _INDEX.c.seq).where(matches)
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", words) + "%"
    said = messages.c.text.ilike(pattern, escape="\\")
    return select(messages.c.conversation_id, messages.c.seq).where(messages.c.shop_id == bindparam("shop"), said)


def _indexed(
    connection: Connection, shop_id: int, wanted: Wanted, words: str, after: Place, looked_for: re.Pattern[str]
) -> Found:
    matching = _matching(connection, words)
    if connection.dialect.name == "sqlite":
        matching = matching.where(_INDEX.c.shop_id == bindparam("shop"))
    place, seq = matching.selected_columns
    latest = matching.with_only_columns(place.label("found"), func.max(seq).label("hit")).group_by(place).subquery()
    said = and_(messages.c.shop_id == C.shop_id, messages.c.conversation_id == C.id, messages.c.seq == latest.c.hit)
    query = (
        select(*COLUMNS, latest.c.hit, messages.c.text, messages.c.role)
        .select_from(WITH_STAFF.join(latest, latest.c.found == C.id).join(messages, said))
        .where(MINE, AFTER, WITHIN, VIEWS[wanted.view])
        .order_by(C.active_at.desc(), C.id.desc())
        .limit(PAGE + 1)
    )
    rows = connection.execute(query, named(shop_id, wanted, after)).all()
    hits = [Hit(row, row.hit, row.role, pieces_of(row.text, looked_for)) for row in rows]
    return _found(hits)


def _found(hits: Sequence[Hit]) -> Found:
    last = hits[PAGE - 1].row if len(hits) > PAGE else None
    return Found(hits[:PAGE], Place(last.active_at, last.id) if last is not None else None)


def _walked(services: Services, shop_id: int, wanted: Wanted, looked_for: re.Pattern[str], after: Place) -> Found:
    end, hits = time.monotonic() + WALK_SECONDS, list[Hit]()
    for rows, said in _strides(services, shop_id, wanted, after):
        hits += [hit for row in rows if (hit := _latest_hit(row, said.get(row.id, []), looked_for))]
        if len(hits) > PAGE:
            return _found(hits)
        if time.monotonic() > end and len(rows) == STRIDE:
            return Found(hits, Place(rows[-1].active_at, rows[-1].id), stopped=True)
        gevent.sleep(0)
    return Found(hits, None)


def _strides(
    services: Services, shop_id: int, wanted: Wanted, after: Place
) -> Iterator[tuple[Sequence[Row], dict[str, list[Row]]]]:
    """Conversations with their messages, newest first, so many at a time."""
    query = select(*COLUMNS).select_from(WITH_STAFF).where(MINE, AFTER, WITHIN, VIEWS[wanted.view])
    query = query.order_by(C.active_at.desc(), C.id.desc()).limit(STRIDE)
    rows: Sequence[Row] = ()
    while not rows or len(rows) == STRIDE:
        with services.db.reading() as connection:
            rows = connection.execute(query, named(shop_id, wanted, after)).all()
            said = _messages_of(connection, shop_id, [row.id for row in rows])
        if not rows:
            return
        yield rows, said
        after = Place(rows[-1].active_at, rows[-1].id)


def _messages_of(connection: Connection, shop_id: int, ids: Sequence[str]) -> dict[str, list[Row]]:
    query = select(messages.c.conversation_id, messages.c.seq, messages.c.role, messages.c.text)
    query = query.where(messages.c.shop_id == shop_id, messages.c.conversation_id.in_(ids)).order_by(
        messages.c.conversation_id, messages.c.seq.desc()
    )
    found: dict[str, list[Row]] = {}
    for row in connection.execute(query):
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _latest_hit(row: Row, said: Sequence[Row], looked_for: re.Pattern[str]) -> Hit | None:
    for message in said:
        if looked_for.search(message.text):
            return Hit(row, message.seq, message.role, pieces_of(message.text, looked_for))
    return None


def pieces_of(said: str, looked_for: re.Pattern[str]) -> list[Piece]:
    """An excerpt around the first place where the words stand, cut so that each place is a piece of its own."""
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
