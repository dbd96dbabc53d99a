"""The words of a shop's own names as they are written, and which of them a mistyped word means."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA
from sqlalchemy import Connection, and_, or_, select, text

from backend.catalog import lexicon
from backend.store.tables import catalog_spellings

SHORTEST = 4
# From so many letters on two mistakes are forgiven, else one.
LONG = 7
# Of the shop's words that begin or end alike.
MOST_CANDIDATES = 8_000


def count_words(connection: Connection, shop_id: int, more: Mapping[str, int]) -> None:
    """Add to the number of products that have each word; a negative number takes away."""
    rows = [
        {"shop": shop_id, "number": number, **_columns_of(word)}
        for word, number in sorted(more.items())
    ]
    if rows:
        connection.execute(_COUNT, rows)


def count(words_of_each: Iterable[Collection[str]]) -> Counter[str]:
    return Counter(word for words in words_of_each for word in words)


def find_meant(
    connection: Connection, shop_id: int, word: str, languages: Sequence[str]
) -> str | None:
    """What somebody may have meant who has mistyped a word: one of the shop's, or else one of the
    lexicon's; None when none is near.
    """
    if len(word) < SHORTEST:
        return None

    allowed = 2 if len(word) >= LONG else 1
    near = _nearest(word, _list_alike(connection, shop_id, word, allowed), allowed)
    if near is None and len(word) >= LONG:
        # Short words of any language are one letter from another's.
        near = _nearest(word, _list_known(languages), allowed)
    return near


def _nearest(word: str, known: Iterable[tuple[str, int]], allowed: int) -> str | None:
    """With the fewest mistakes; people seldom mistake the first letter."""
    best: tuple[int, bool, int, str] | None = None
    for each, uses in known:
        distance = OSA.distance(word, each, score_cutoff=allowed)
        if 0 < distance <= allowed:
            mistake = (distance, each[0] != word[0], -uses, each)
            best = min(best or mistake, mistake)
    return best[-1] if best else None


def _list_known(languages: Sequence[str]) -> Iterator[tuple[str, int]]:
    for language in languages:
        for word in lexicon.spelt(language):
            if len(word) >= LONG - 1:
                yield word, 0


def _list_alike(
    connection: Connection, shop_id: int, word: str, allowed: int
) -> list[tuple[str, int]]:
    """Words of about its length with its first letter, its second one, or its end."""
    known = catalog_spellings.c
    shortest, longest = len(word) - allowed, len(word) + allowed
    is_about_as_long = known.length.between(shortest, longest)

    query = (
        select(known.word, known.uses)
        .where(known.shop_id == shop_id, known.uses > 0)
        .where(
            or_(
                and_(known.head.in_([word[0], word[1]]), is_about_as_long),
                and_(known.tail == word[-2:], is_about_as_long),
            )
        )
        .limit(MOST_CANDIDATES)
    )
    return [(each, uses) for each, uses in connection.execute(query)]


def _columns_of(word: str) -> dict[str, str | int]:
    return {
        "word": word,
        "head": word[0],
        "tail": word[-2:],
        "length": len(word),
    }


_COUNT = text(
    "INSERT INTO catalog_spellings (shop_id, word, head, tail, length, uses)"
    " VALUES (:shop, :word, :head, :tail, :length, :number)"
    " ON CONFLICT (shop_id, word)"
    " DO UPDATE SET uses = catalog_spellings.uses + excluded.uses"
)
