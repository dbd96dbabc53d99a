"""Which word somebody may have meant who has mistyped one: the nearest that was said in the shop's
latest conversations.
"""

import time
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import gevent
from rapidfuzz.distance import OSA

from backend.inbox.conversation_list import Cursor
from backend.inbox.search_reading import Stretch, list_words, read_stretch
from backend.services import Services

# One mistake is forgiven from so many letters on, and two.
SHORTEST, LONG = 5, 9
# How long it may look, and through how many conversations at once while nobody else can work.
LOOK_SECONDS = 0.1
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Meant:
    """By mistyped word the one that was meant. `next` is where to look on, when there was more than
    it had time for.
    """

    words: Mapping[str, str]
    next: Cursor | None = None


def find_meant(
    services: Services, stretch: Stretch, mistyped: Collection[str]
) -> Meant:
    """Looks back from the stretch's place until each word has a near one."""
    end = time.monotonic() + LOOK_SECONDS
    near: dict[str, Counter[str]] = {word: Counter() for word in mistyped}
    seen: set[str] = set()
    at: Cursor | None = stretch.after

    while at is not None and not all(near.values()):
        with services.db.reading() as connection:
            places = read_stretch(connection, replace(stretch, after=at, size=AT_ONCE))
            ids = [place.id for place in places]
            said = _count_words(list_words(connection, stretch.shop_id, ids))

        for word, meant in near.items():
            meant.update(_list_near(word, said, seen))
        seen |= said.keys()
        at = places[-1] if len(places) == AT_ONCE else None
        if at is not None and not all(near.values()) and time.monotonic() > end:
            return Meant({}, at)
        gevent.sleep(0)
    return Meant({word: _best(word, meant) for word, meant in near.items() if meant})


def allowed_mistakes(word: str) -> int:
    return (len(word) >= SHORTEST) + (len(word) >= LONG)


def _count_words(texts: Iterable[str]) -> Counter[str]:
    return Counter(" ".join(texts).split())


def _list_near(
    word: str, said: Mapping[str, int], seen: Container[str]
) -> dict[str, int]:
    """Of the words that were not seen before, those that may be meant, and how often each was
    said.
    """
    allowed = allowed_mistakes(word)
    near: dict[str, int] = {}

    for known, uses in said.items():
        if known in seen:
            continue
        for meant in _beginnings(known, len(word), allowed):
            distance = OSA.distance(word, meant, score_cutoff=allowed)
            if 0 < distance <= allowed:
                near[meant] = near.get(meant, 0) + uses
    return near


def _beginnings(known: str, length: int, allowed: int) -> Iterator[str]:
    """The word, and its beginning, which may be all that was typed."""
    if length - allowed <= len(known) <= length + allowed:
        yield known
    if len(known) > length:
        yield known[:length]


def _best(word: str, near: Mapping[str, int]) -> str:
    """With the fewest mistakes; people seldom mistake the first letter."""

    def mistakes(meant: str) -> tuple[int, bool, int, str]:
        distance = OSA.distance(word, meant)
        return distance, meant[0] != word[0], -near[meant], meant

    return min(near, key=mistakes)
