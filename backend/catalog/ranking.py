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
# A product that answers less of a question than this is no answer.
LEAST_SCORE = 0.4
NO_SIZE, OTHER_AUDIENCE = 0.3, 0.15
# What a word is worth that the lexicon does not know: beside a thing that it does know, little.
UNKNOWN_BESIDE_THING, RARE_BESIDE_THING, COMMONEST = 0.4, 0.8, 0.4

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
    counts = [
        _count_of_word(unit, frequency, products, has_thing)
        if _is_unknown(unit)
        else unit.importance
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
    return max(0.0, share - _objections(asked.units, fits, terms))


def _fit(unit: Unit, terms: Mapping[str, int]) -> float:
    best = max(
        (
            well * (LEAST_FIT + (1 - LEAST_FIT) * terms[term] / MOST_WEIGHT)
            for term, well in unit.answers.items()
            if term in terms
        ),
        default=0.0,
    )
    return best and best * (1 - LITERAL_SHARE) + LITERAL_SHARE * _literal(unit, terms)


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


def _count_of_word(
    unit: Unit, frequency: Frequency, products: int, has_thing: bool
) -> float:
    """The rarer a word, the more it says."""
    known = [count for term in unit.answers if (count := frequency(term))]
    if not known:
        return UNKNOWN_BESIDE_THING if has_thing else unit.importance
    if has_thing:
        return RARE_BESIDE_THING

    rarity = math.log(products / max(known)) / math.log(products) if products > 1 else 1
    return unit.importance * min(1.0, COMMONEST + rarity)
