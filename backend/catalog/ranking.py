"""How well a product answers a question: a number from its terms alone, the same whatever database
they come from.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.catalog.lexicon import Kind
from backend.catalog.question import Question, Unit
from backend.catalog.terms import MOST_WEIGHT

# A term that stands in a product's text alone counts for a little more than half.
LEAST_FIT = 0.5
# So much of a unit's fit is that its very words stand there, beside others that mean the same.
LITERAL_SHARE = 0.12
# A product that answers less of a question than this is no answer; nor is one of which less is left
# when all that speaks against it is taken away.
LEAST_SCORE, LEAST_LEFT = 0.4, 0.25
NO_SIZE, OTHER_AUDIENCE = 0.3, 0.15
# What a word is worth that the lexicon does not know: beside a thing that it does know, little. One
# that the shop does not know either says that something else may be wanted; many of them in a long
# question say that somebody likes to talk.
RARE_BESIDE_THING, COMMONEST = 0.8, 0.4
STRANGE_BESIDE_THING, STRANGE_TOGETHER = 1.5, 2.5

Frequency = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's units, each with what it counts for in this shop."""

    units: Sequence[Unit]
    counts: Sequence[float]

    @property
    def total(self) -> float:
        return sum(self.counts)


def weigh_question(question: Question, frequency: Frequency, products: int) -> Asked:
    """`frequency` tells how many of the shop's products have a term."""
    has_thing = any(unit.kind is Kind.THING for unit in question.units)
    rarity = _Rarity(
        frequency, products, has_thing, _count_strange(question, frequency)
    )
    counts = [
        rarity.count(unit) if _is_unknown(unit) else unit.importance
        for unit in question.units
    ]
    return Asked(question.units, counts)


def score(asked: Asked, terms: Mapping[str, int]) -> float:
    """0 for a product that is no answer; 1 for one that has all in its title, word for word."""
    if not asked.units:
        return 0.0

    fits = [_fit(unit, terms) for unit in asked.units]
    if any(
        unit.kind is Kind.THING and not fit
        for unit, fit in zip(asked.units, fits, strict=True)
    ):
        return 0.0

    reached = sum(count * fit for count, fit in zip(asked.counts, fits, strict=True))
    share = reached / asked.total
    if share < LEAST_SCORE:
        return 0.0

    left = share - _objections(asked.units, fits, terms)
    return left if left >= LEAST_LEFT else 0.0


def _fit(unit: Unit, terms: Mapping[str, int]) -> float:
    best = _best_answer(unit, terms)
    return best and best * (1 - LITERAL_SHARE) + LITERAL_SHARE * _literal(unit, terms)


def _best_answer(unit: Unit, terms: Mapping[str, int]) -> float:
    best = 0.0
    # Whichever is shorter: a product has a few of the question's terms, a unit may have dozens.
    for term in terms.keys() & unit.answers.keys():
        share = LEAST_FIT + (1 - LEAST_FIT) * terms[term] / MOST_WEIGHT
        best = max(best, unit.answers[term] * share)
    return best


def _literal(unit: Unit, terms: Mapping[str, int]) -> float:
    """The share of a unit's very words that stand in the product."""
    if not unit.literal:
        return 1.0
    found = (
        max((terms.get(stem, 0) for stem in stems), default=0) for stems in unit.literal
    )
    return sum(found) / MOST_WEIGHT / len(unit.literal)


def _objections(
    units: Sequence[Unit], fits: Sequence[float], terms: Mapping[str, int]
) -> float:
    """What speaks against a product that fits otherwise."""
    lacks_size = any(
        unit.is_size and not fit for unit, fit in zip(units, fits, strict=True)
    )
    is_for_others = any(_is_for_others(unit, terms) for unit in units)
    return NO_SIZE * lacks_size + OTHER_AUDIENCE * is_for_others


def _is_for_others(unit: Unit, terms: Mapping[str, int]) -> bool:
    for wanted, other in (("#women", "#men"), ("#men", "#women")):
        if unit.answers.get(wanted) == 1.0 and unit.kind is Kind.AUDIENCE:
            return other in terms and wanted not in terms
    return False


def _is_unknown(unit: Unit) -> bool:
    return unit.kind is None and not unit.is_size


def _count_strange(question: Question, frequency: Frequency) -> int:
    """How many of its words neither the lexicon nor the shop knows."""
    unknown = filter(_is_unknown, question.units)
    return sum(not any(map(frequency, unit.answers)) for unit in unknown)


@dataclass(frozen=True, slots=True)
class _Rarity:
    """What words that the lexicon does not know count for in a shop."""

    frequency: Frequency
    products: int
    has_thing: bool
    strange: int

    def count(self, unit: Unit) -> float:
        """The rarer a word, the more it says."""
        known = max(map(self.frequency, unit.answers), default=0)
        if self.has_thing:
            if known:
                return RARE_BESIDE_THING
            return min(STRANGE_BESIDE_THING, STRANGE_TOGETHER / self.strange)

        if not known:
            return unit.importance
        return unit.importance * min(1.0, COMMONEST + self._share_without(known))

    def _share_without(self, known: int) -> float:
        if self.products < 2:
            return 1.0
        return math.log(self.products / known) / math.log(self.products)
