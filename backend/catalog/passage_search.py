"""What a shop's policies, pages and articles say about a question: the passages that share most
with it, the rarer what they share the better.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.catalog import passage_records, postings, sync_state
from backend.catalog.documents import DocumentKind, Passage
from backend.catalog.postings import Gain, Place, Shelf, Wanted
from backend.catalog.question import Question, read_question
from backend.catalog.term_keys import key_of

MOST_PASSAGES = 4
# A passage that shares less than this part of what the whole question could gain is about something
# else.
LEAST_SHARE = 0.25
POINTS = 1_000
# `list_top` counts a term in a title twice as much as the same one in a text.
FULL = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`kinds` are those of documents in which the answer is sought first; none are all."""

    text: str
    languages: Sequence[str]
    kinds: Collection[DocumentKind] = ()


def find_passages(connection: Connection, shop_id: int, asked: Asked) -> list[Passage]:
    """The best first. Of documents of the wanted kinds some always come: whoever asks for the
    return policy is to read it, in whatever words.
    """
    place = Place(shop_id, Shelf.PASSAGES)
    sync = sync_state.find_sync(connection, shop_id)
    gains = _gains(connection, place, asked, sync.passages)

    if asked.kinds:
        own = passage_records.list_of_kind(connection, shop_id, asked.kinds)
        if own:
            return _best_of(connection, place, gains, own)

    best = _list_best(connection, place, gains)
    found = passage_records.list_passages(connection, shop_id, best)
    return _in_order(found, best)[:MOST_PASSAGES]


def _best_of(
    connection: Connection,
    place: Place,
    gains: Sequence[Gain],
    passages: Sequence[Passage],
) -> list[Passage]:
    """Those that share something with the question, then the first of the rest."""
    among = [passage.number for passage in passages]
    wanted = Wanted(gains, among=among)
    best = postings.list_top(connection, place, wanted, MOST_PASSAGES)
    ordered = [*best, *(number for number in among if number not in best)]
    return _in_order(passages, ordered)[:MOST_PASSAGES]


def _in_order(passages: Sequence[Passage], numbers: Sequence[int]) -> list[Passage]:
    known = {passage.number: passage for passage in passages}
    return [known[number] for number in numbers if number in known]


def _list_best(
    connection: Connection, place: Place, gains: Sequence[Gain]
) -> list[int]:
    wanted = Wanted(gains, all_of={gain.term for gain in gains})
    least = LEAST_SHARE * sum(_most_by_part(gains))
    return postings.list_top(connection, place, wanted, MOST_PASSAGES, int(least))


def _most_by_part(gains: Sequence[Gain]) -> Collection[int]:
    """What each part of the question may gain."""
    most: dict[int, int] = {}
    for gain in gains:
        most[gain.part] = max(most.get(gain.part, 0), gain.points * FULL)
    return most.values()


def _gains(
    connection: Connection, place: Place, asked: Asked, passages: int
) -> list[Gain]:
    question = read_question(asked.text, asked.languages)
    uses = postings.count_items(connection, place, _keys_of(question))
    return [
        Gain(key_of(term), part, _points(closeness, uses[key_of(term)], passages))
        for part, unit in enumerate(question.units)
        for term, closeness in unit.answers.items()
        if key_of(term) in uses
    ]


def _keys_of(question: Question) -> set[int]:
    return {key_of(term) for unit in question.units for term in unit.answers}


def _points(closeness: float, uses: int, passages: int) -> int:
    """More for what stands in few passages, of which some may not be counted yet."""
    rarity = math.log(1 + max(passages, uses) / uses)
    return round(POINTS * closeness * rarity)
