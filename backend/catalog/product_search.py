"""A shop's products for what a shopper writes, the best first.

Only the index is read until the few that are shown are known. Whatever the database, the same
numbers are read in the same order, so the answer is the same.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import regex
from sqlalchemy import Connection

from backend.catalog import postings, product_records, ranking, spellings
from backend.catalog.amounts import Bounds
from backend.catalog.folding import fold, is_unspaced
from backend.catalog.lexicon import Kind
from backend.catalog.postings import Gain, Place, Shelf, Wanted
from backend.catalog.product_records import Offer
from backend.catalog.products import THOUSANDTHS, Product
from backend.catalog.question import VAGUE, Question, Unit, read_question
from backend.catalog.ranking import Asked
from backend.catalog.term_keys import key_of, weight_of

MOST_RESULTS = 24
# Of the products that the rarest part of a question fits, so many of the best are looked at by the
# database; and so many of those exactly, also where many do not cost what is asked for.
CANDIDATES, FINALISTS, WITHIN_BOUNDS = 8_000, 150, 2_000
# What a part of a question may gain, as a whole number: databases add those alike.
POINTS = 1_000
# What can be bought comes before what fits as well.
AVAILABLE = 0.005
# What leaves open which thing is wanted.
OPEN_KINDS = (Kind.USE, Kind.QUALITY, Kind.AUDIENCE)
# Terms that say whom a product is for, whether asked for or not.
AUDIENCES = ("#men", "#women")


@dataclass(frozen=True, slots=True)
class Query:
    """`languages` are the shopper's and the shop's, the likeliest first. At most `limit` products
    are wanted; `products` is how many the shop has.
    """

    text: str
    languages: Sequence[str]
    limit: int = 6
    products: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """`found` is how many there are, as far as was looked; `mended` what was understood in place of
    what was written, when that was something else.
    """

    products: Sequence[Product] = ()
    found: int = 0
    mended: str | None = None


def search_products(connection: Connection, shop_id: int, query: Query) -> Results:
    """Nothing rather than something that was not asked for."""
    place = Place(shop_id, Shelf.PRODUCTS)
    question = read_question(query.text, query.languages)
    index = _Index(connection, place, question)

    if numbered := index.list_numbered():
        return _results(connection, shop_id, numbered, query)

    mended = _mend(index, query)
    if mended is not None:
        question = read_question(mended, query.languages)
        index = _Index(connection, place, question)

    ranked = _rank(index, query.products)
    if question.bounds and (generic := _generic_units(question)):
        gifts = _Index(connection, place, replace(question, units=generic))
        ranked = list(dict.fromkeys([*ranked, *_rank(gifts, query.products)]))
    if not ranked and question.bounds and _is_vague(question):
        ranked = _list_within(index)
    return _results(connection, shop_id, ranked, query, mended)


def _results(
    connection: Connection,
    shop_id: int,
    ranked: Sequence[int],
    query: Query,
    mended: str | None = None,
) -> Results:
    wanted = ranked[: min(query.limit, MOST_RESULTS)]
    products = product_records.list_products(connection, shop_id, wanted)
    return Results(products, len(ranked), mended)


class _Index:
    """The index of a shop as one question asks it."""

    def __init__(
        self, connection: Connection, place: Place, question: Question
    ) -> None:
        self.connection = connection
        self.place = place
        self.question = question

        named = {*question.numbers, *AUDIENCES}
        for unit in question.units:
            named |= _terms_of(unit)
        self._names = {key_of(term): term for term in named}
        self._uses = postings.count_items(connection, place, self._names)

    def uses(self, term: str) -> int:
        """How many products have it."""
        return self._uses.get(key_of(term), 0)

    def keys_of(self, unit: Unit) -> list[int]:
        """Of the terms that answer it and that some product has, those that answer best first. What
        answers worse is left out when enough have better ones.
        """
        known = [term for term in unit.answers if self.uses(term)]
        known.sort(key=_Closeness(unit))

        keys: list[int] = []
        total = 0
        for term in known:
            if total > CANDIDATES:
                break
            keys.append(key_of(term))
            total += self.uses(term)
        return keys

    def total_uses(self, keys: Sequence[int]) -> int:
        return sum(self._uses[key] for key in keys)

    def name_of(self, key: int) -> str:
        return self._names[key]

    def known_keys(self) -> list[int]:
        return list(self._uses)

    def list_numbered(self) -> list[int]:
        """Products with an article number of the question, those with most of them first."""
        keys = [key_of(term) for term in self.question.numbers if self.uses(term)]
        if not keys:
            return []

        matches: dict[int, int] = defaultdict(int)
        for _, item_id, _ in postings.list_all(self.connection, self.place, keys):
            matches[item_id] += 1
        return sorted(matches, key=_MostFirst(matches))


@dataclass(frozen=True, slots=True)
class _Closeness:
    """Sorts terms: those that answer a unit best first, then by name."""

    unit: Unit

    def __call__(self, term: str) -> tuple[float, str]:
        return -self.unit.answers[term], term


@dataclass(frozen=True, slots=True)
class _MostFirst:
    """Sorts items by a number that each has, then by their own."""

    numbers: Mapping[int, float]

    def __call__(self, item_id: int) -> tuple[float, int]:
        return -self.numbers[item_id], item_id


def _terms_of(unit: Unit) -> set[str]:
    literal = {stem for stems in unit.literal for stem in stems}
    return literal | set(unit.answers)


def _mend(index: _Index, query: Query) -> str | None:
    """The question with mistyped words as the shop writes them; None when there are none."""
    asked = fold(query.text)
    mended = asked
    shop_id = index.place.shop_id
    for unit in index.question.units:
        if not _is_unknown_here(unit, index):
            continue
        meant = spellings.find_meant(
            index.connection, shop_id, unit.text, query.languages
        )
        if meant is not None:
            mended = _replace_word(mended, unit.text, meant)
    return None if mended == asked or _is_half(mended, index, query) else mended


def _is_half(mended: str, index: _Index, query: Query) -> bool:
    """Whether words are left that nobody here knows: then what was mended was meant otherwise."""
    question = read_question(mended, query.languages)
    mended_index = _Index(index.connection, index.place, question)
    return any(_is_unknown_here(unit, mended_index) for unit in question.units)


def _is_unknown_here(unit: Unit, index: _Index) -> bool:
    """A word that neither the lexicon nor the shop knows."""
    if unit.kind is not None or unit.is_size or any(map(str.isdigit, unit.text)):
        return False
    return not is_unspaced(unit.text) and not index.keys_of(unit)


def _replace_word(text: str, word: str, by: str) -> str:
    return regex.sub(rf"(?<!\w){regex.escape(word)}(?!\w)", by, text)


def _rank(index: _Index, products: int) -> list[int]:
    """Items that answer the question, the best first."""
    asked = ranking.weigh_question(index.question, index.uses, products)
    finalists = _list_finalists(index, asked)
    offers = _admitted_offers(index, finalists)
    weights = _read_weights(index, offers)

    scores = {}
    for item_id, offer in offers.items():
        score = ranking.score(asked, weights[item_id])
        if score:
            scores[item_id] = score + AVAILABLE * offer.available
    return sorted(scores, key=_MostFirst(scores))


def _list_finalists(index: _Index, asked: Asked) -> list[int]:
    """Items that may be among the best, by their terms alone."""
    gains = [
        Gain(key, part, round(POINTS * count * unit.answers[index.name_of(key)]))
        for part, (unit, count) in enumerate(
            zip(asked.units, asked.counts, strict=True)
        )
        for key in index.keys_of(unit)
    ]
    wanted = _choose_candidates(index, gains)
    if wanted is None:
        return []
    most = WITHIN_BOUNDS if index.question.bounds else FINALISTS
    return postings.list_top(index.connection, index.place, wanted, most)


def _choose_candidates(index: _Index, gains: Sequence[Gain]) -> Wanted | None:
    """All of the things in a question must fit: the rarest of them leaves least to look at. Without
    any, one of the parts must.
    """
    things = [unit for unit in index.question.units if unit.kind is Kind.THING]
    drivers = [min(things, key=_Rarity(index))] if things else index.question.units
    listed = [index.keys_of(unit) for unit in drivers]
    if not any(listed):
        return None

    keys = [key for of_unit in listed for key in of_unit]
    if index.total_uses(keys) <= CANDIDATES:
        return Wanted(gains, all_of=set(keys))

    share = CANDIDATES // len(drivers)
    items = {
        item_id for of_unit in listed for item_id in _best_of(index, of_unit, share)
    }
    return Wanted(gains, among=items)


@dataclass(frozen=True, slots=True)
class _Rarity:
    index: _Index

    def __call__(self, unit: Unit) -> int:
        return self.index.total_uses(self.index.keys_of(unit))


def _best_of(index: _Index, keys: Sequence[int], most: int) -> set[int]:
    """Of very many items those that the terms fit best."""
    items: set[int] = set()
    for key in keys:
        left = most - len(items)
        if left <= 0:
            break
        best = postings.list_best(index.connection, index.place, key, left)
        items.update(item_id for item_id, _ in best)
    return items


def _admitted_offers(index: _Index, items: Sequence[int]) -> dict[int, Offer]:
    """The best of those that cost what the question allows."""
    shop_id, bounds = index.place.shop_id, index.question.bounds
    offers = product_records.list_offers(index.connection, shop_id, items)
    admitted = [
        item_id
        for item_id in items
        if item_id in offers and _admits(bounds, offers[item_id])
    ]
    return {item_id: offers[item_id] for item_id in admitted[:FINALISTS]}


def _admits(bounds: Bounds, offer: Offer) -> bool:
    if not bounds:
        return True
    lowest, highest = Decimal(offer.lowest), Decimal(offer.highest)
    return bounds.admit(lowest / THOUSANDTHS, highest / THOUSANDTHS)


def _read_weights(index: _Index, items: Collection[int]) -> dict[int, dict[str, int]]:
    """How well each term of the question fits each item that it fits."""
    keys = index.known_keys()
    rows = postings.list_among(index.connection, index.place, keys, items)

    weights: dict[int, dict[str, int]] = {item_id: {} for item_id in items}
    for key, item_id, rank in rows:
        weights[item_id][index.name_of(key)] = weight_of(rank)
    return weights


def _is_vague(question: Question) -> bool:
    """Whether it names nothing that a product must be: all that is left are bounds of price."""
    return all(unit.kind is Kind.USE for unit in question.units)


def _generic_units(question: Question) -> list[Unit]:
    """What asks for something to give, whatever that is: of such things more than the best are
    shown. None where it says what the thing must be.
    """
    if any(unit.kind not in OPEN_KINDS for unit in question.units):
        return []
    vague = min(VAGUE.values())
    return [unit for unit in question.units if unit.importance <= vague]


def _list_within(index: _Index) -> list[int]:
    shop_id, bounds = index.place.shop_id, index.question.bounds
    return product_records.list_within(index.connection, shop_id, bounds, MOST_RESULTS)
