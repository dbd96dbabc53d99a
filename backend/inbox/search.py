"""Search: conversations that have all the words, newest first, each with its place that fits best.

Rare words come from the index. For words that are everywhere, which would be slow there, it walks
back from the newest conversation; the walk stops after a moment and can be continued.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import gevent
from sqlalchemy import Connection, select

from backend.flows.runs import Sealing
from backend.inbox import access_log, search_spelling
from backend.inbox.access_log import What
from backend.inbox.conversation_list import (
    COLUMNS,
    PAGE,
    START,
    WITH_STAFF,
    C,
    Cursor,
    InboxFilter,
    InboxRow,
    next_after,
)
from backend.inbox.search_excerpts import Piece, pieces_of
from backend.inbox.search_mentions import Mention, Where, list_mentions, terms_in
from backend.inbox.search_reading import (
    Stretch,
    find_rare,
    list_matching,
    read_stretch,
)
from backend.inbox.search_spelling import allowed_mistakes
from backend.inbox.search_terms import Term, read_terms
from backend.services import Services
from backend.shops.directory import Shop
from backend.shops.staff import Staff
from backend.store.tables import messages

# The walk: how long it may take, and how many conversations it reads at once while nobody else can
# work.
WALK_SECONDS = 0.1
STRIDE = 250
# What is shown where a conversation has several places with as many words.
ORDER = (
    *(Where.CUSTOMER, Where.ADDRESS, Where.FORM),
    *(Where.LABEL, Where.NOTE, Where.MESSAGE),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation, and its place that fits best, the latest of several: a message's `seq` and
    `role`, its text, a note's or the label in pieces.
    """

    row: InboxRow
    where: Where
    seq: int = 0
    role: str = ""
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is where to look on; when `stopped` the page is short because looking took long
    enough. `instead` is what was looked for, when nothing has the words as they were typed.
    """

    hits: Sequence[Hit]
    next: Cursor | None
    stopped: bool = False
    instead: str = ""


class _Search(NamedTuple):
    shop_id: int
    wanted: InboxFilter
    terms: Sequence[Term]
    mentions: Mapping[str, Sequence[Mention]]
    # By term the conversations that have it, where they are few.
    rare: Mapping[Term, set[str]]

    def stretch(self, after: Cursor, size: int) -> Stretch:
        among: Collection[str] | None = None
        if self.rare:
            among = set.intersection(*self.rare.values())
        return Stretch(self.shop_id, self.wanted, after, size, among)

    def list_missing(self) -> list[Term]:
        return [term for term, ids in self.rare.items() if not ids]


def search_as(
    services: Services, staff: Staff, wanted: InboxFilter, words: str, after: Cursor
) -> Found:
    """What `search` finds, for somebody of the staff: logged, once for all its pages."""
    found = search(services, staff.shop, wanted, words, after)

    if after == START:
        access_log.note_access(services, staff.shop.id, staff.user_id, What.SEARCHED)
    return found


def search(
    services: Services,
    shop: Shop,
    wanted: InboxFilter,
    words: str,
    after: Cursor = START,
) -> Found:
    """Words in any order, in any of a conversation's messages, notes and labels; case, accents and
    the ends of words do not matter. Raises Invalid.
    """
    begun = _begin(services, shop, wanted, read_terms(words))

    missing = begun.list_missing()
    if not missing:
        return _walk_back(services, begun, after)

    mistyped = [term.word for term in missing]
    if not all(map(allowed_mistakes, mistyped)):
        return Found([], None)
    return _search_meant(services, shop, begun, mistyped, after)


def _begin(
    services: Services, shop: Shop, wanted: InboxFilter, terms: Sequence[Term]
) -> _Search:
    sealing = Sealing.of(services.config, shop.session_key)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    rare: dict[Term, set[str]] = {}

    with services.db.reading() as connection:
        for mention in list_mentions(connection, sealing, shop, terms):
            mentions[mention.conversation_id].append(mention)

        for term in terms:
            ids = find_rare(connection, shop.id, term)
            if ids is not None:
                rare[term] = ids | _ids_with(term, mentions)

    return _Search(shop.id, wanted, terms, mentions, rare)


def _ids_with(term: Term, mentions: Mapping[str, Iterable[Mention]]) -> set[str]:
    return {
        conversation_id
        for conversation_id, theirs in mentions.items()
        if any(term in mention.terms for mention in theirs)
    }


def _search_meant(
    services: Services,
    shop: Shop,
    begun: _Search,
    mistyped: Sequence[str],
    after: Cursor,
) -> Found:
    """With the nearest words in place of those that nobody has written."""
    everywhere = replace(begun.stretch(after, 1), among=None)
    meant = search_spelling.find_meant(services, everywhere, mistyped)
    if len(meant.words) < len(mistyped):
        return Found([], meant.next, stopped=meant.next is not None)

    instead = " ".join(meant.words.get(term.word, term.written) for term in begun.terms)
    corrected = _begin(services, shop, begun.wanted, read_terms(instead))
    found = _walk_back(services, corrected, after)
    return replace(found, instead=instead)


def _walk_back(services: Services, search: _Search, after: Cursor) -> Found:
    end = time.monotonic() + WALK_SECONDS
    hits: list[Hit] = []
    at: Cursor | None = after
    size = min(PAGE + 1, STRIDE)

    while at is not None and len(hits) <= PAGE:
        with services.db.reading() as connection:
            stride = read_stretch(connection, search.stretch(at, size))
            ids = [place.id for place in stride]
            hits += _list_hits(connection, search, ids)

        at = stride[-1] if len(stride) == size else None
        if at is not None and len(hits) <= PAGE and time.monotonic() > end:
            return Found(hits, at, stopped=True)
        size = min(2 * size, STRIDE)
        gevent.sleep(0)

    return Found(hits[:PAGE], next_after([hit.row for hit in hits]))


def _list_hits(
    connection: Connection, search: _Search, ids: Sequence[str]
) -> list[Hit]:
    """Of these conversations those that have all the terms, in the same order; one more than a
    page.
    """
    places = _list_places(connection, search, ids)
    best = {
        id_: max(places[id_], key=_fit)
        for id_ in ids
        if _has_all(places[id_], search.terms)
    }
    shown = list(best)[: PAGE + 1]

    rows = _read_rows(connection, search.shop_id, shown)
    said = _read_messages(connection, search.shop_id, [best[id_] for id_ in shown])
    hits = []
    for id_ in shown:
        role, text = said.get(id_, ("", best[id_].text))
        pieces = pieces_of(text, search.terms)
        hits.append(Hit(rows[id_], best[id_].where, best[id_].seq, role, pieces))
    return hits


def _list_places(
    connection: Connection, search: _Search, ids: Sequence[str]
) -> Mapping[str, list[Mention]]:
    places: dict[str, list[Mention]] = defaultdict(list)

    for id_ in ids:
        places[id_] += search.mentions.get(id_, ())
    for found in list_matching(connection, search.shop_id, ids, search.terms):
        terms = terms_in(found.searched, search.terms)
        mention = Mention(found.conversation_id, Where.MESSAGE, terms, found.seq)
        places[found.conversation_id].append(mention)
    return places


def _has_all(places: Iterable[Mention], terms: Sequence[Term]) -> bool:
    found: set[Term] = set()
    for place in places:
        found |= place.terms
    return len(found) == len(terms)


def _fit(place: Mention) -> tuple[int, int, int]:
    return len(place.terms), ORDER.index(place.where), place.seq


def _read_rows(
    connection: Connection, shop_id: int, ids: Sequence[str]
) -> dict[str, InboxRow]:
    query = (
        select(*COLUMNS)
        .select_from(WITH_STAFF)
        .where(C.shop_id == shop_id, C.id.in_(ids))
    )
    return {row.id: InboxRow.from_row(row) for row in connection.execute(query)}


def _read_messages(
    connection: Connection, shop_id: int, places: Iterable[Mention]
) -> dict[str, tuple[str, str]]:
    """By conversation the role and the text of its message."""
    seqs = {
        place.conversation_id: place.seq
        for place in places
        if place.where is Where.MESSAGE
    }
    columns = (
        messages.c.conversation_id,
        messages.c.seq,
        messages.c.role,
        messages.c.text,
    )
    query = select(*columns).where(
        messages.c.shop_id == shop_id,
        messages.c.conversation_id.in_(seqs),
        messages.c.seq.in_(set(seqs.values())),
    )

    rows = connection.execute(query) if seqs else ()
    return {id_: (role, text) for id_, seq, role, text in rows if seqs[id_] == seq}
