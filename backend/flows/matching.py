"""Which product a clause names. Only where one clearly fits is it taken; where several do, all of
them are given, the likeliest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.catalog.products import Product
from backend.flows import title_fit
from backend.flows.orders import MOST_CANDIDATES
from backend.flows.phrases import Wording, is_describing
from backend.flows.title_cover import Hit
from backend.flows.title_fit import Fit

# With fewer words than these a product that the words only mean may be meant as well.
FEW_WORDS = 2


@dataclass(frozen=True, slots=True)
class Match:
    """`product` is None where none or several fit; `used` are the words that named it."""

    product: Product | None = None
    fits: tuple[Product, ...] = ()
    used: frozenset[str] = frozenset()
    is_whole: bool = False
    is_full: bool = False


NONE = Match()


def match(
    wording: Wording, products: Iterable[Product], languages: Sequence[str]
) -> Match:
    if not wording.said:
        return NONE

    fits = [title_fit.measure(wording, each, languages) for each in products]
    for choose in (_whole, _full, _meant):
        if found := choose(fits):
            return found
    return _near(fits)


def _whole(fits: Sequence[Fit]) -> Match | None:
    """Whole titles were said: the longest of them, unless another product has more of the words."""
    wholes = [fit for fit in fits if fit.is_whole]
    if not wholes:
        return None

    longest = max(map(_length, wholes))
    best = [fit for fit in wholes if _length(fit) == longest]
    rivals = [
        fit
        for fit in fits
        if fit not in best
        and _rivals(
            fit,
            best[0],
        )
    ]
    return _matched(best, rivals)


def _length(fit: Fit) -> tuple[int, bool, int]:
    """The more of its words were said, and the better, the likelier it is meant."""
    return len(fit.covered), fit.is_exact, -fit.typos


def _rivals(fit: Fit, best: Fit) -> bool:
    """Whether it has more of the words, or is a second title in the same clause."""
    if fit.literal > best.literal:
        return True
    return fit.is_whole and not fit.used & best.used


def _full(fits: Sequence[Fit]) -> Match | None:
    """Every word stands in a title."""
    full = [fit for fit in fits if fit.has_all(Hit.TYPO)]
    if not full:
        return None

    exact = [fit for fit in full if fit.has_all(Hit.LITERAL)]
    best = exact or full
    if not best[0].names_thing:
        return Match(None, _products(full))
    return _matched(best, _doubts(best[0], fits))


def _doubts(
    best: Fit,
    fits: Sequence[Fit],
) -> Sequence[Fit]:
    """What else may be meant by one word, or by two that do not stand together in the title."""
    count = len(best.hits)
    if count > FEW_WORDS:
        return ()
    if (
        count == FEW_WORDS
        and best.is_run
        and not any(
            map(
                is_describing,
                best.used,
            )
        )
    ):
        return ()
    least = Hit.TYPO if count < FEW_WORDS else Hit.FIELD
    return [fit for fit in fits if fit.has_all(least) and fit.literal]


def _meant(fits: Sequence[Fit]) -> Match | None:
    """Every word stands in a title, or means one of its words; some do stand there."""
    meant = [fit for fit in fits if fit.literal >= FEW_WORDS and fit.has_all(Hit.MEANT)]
    if not meant:
        return None

    most = max(fit.literal for fit in meant)
    best = [fit for fit in meant if fit.literal == most]
    if not best[0].names_thing:
        return Match(None, _products(meant))
    rivals = [fit for fit in fits if fit not in best and fit.literal >= most]
    return _matched(best, rivals)


def _matched(
    best: Sequence[Fit],
    rivals: Sequence[Fit],
) -> Match:
    one = best[0]
    others = [fit for fit in rivals if fit not in best]
    if len(best) == 1 and not others:
        return Match(
            one.product,
            (one.product,),
            one.used,
            one.is_whole,
            True,
        )

    return Match(
        None,
        _products([*best, *others]),
        one.used,
        one.is_whole,
        True,
    )


def _products(fits: Iterable[Fit]) -> tuple[Product, ...]:
    listed = [fit.product for fit in fits]
    return tuple(listed[:MOST_CANDIDATES])


def _near(fits: Sequence[Fit]) -> Match:
    """Nothing fits; what has most of the words is offered."""
    near = sorted((fit for fit in fits if fit.literal), key=_nearness)
    if not near:
        return NONE

    most = near[0].literal
    offered = [fit.product for fit in near if fit.literal >= most]
    return Match(None, tuple(offered[:MOST_CANDIDATES]))


def _nearness(fit: Fit) -> tuple[int, int, int]:
    return -fit.literal, fit.missed, fit.product.number
