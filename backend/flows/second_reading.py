"""An order read twice, by code and by a model: where both agree, or one alone has found what the
catalog bears out, the line is taken; where they differ the shopper is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backend.catalog.folding import fold, words
from backend.catalog.products import Product
from backend.flows.matching import Match
from backend.flows.model_items import CheckedItem, ModelItem, check_items
from backend.flows.open_lines import OpenLine
from backend.flows.orders import (
    MOST_CANDIDATES,
    Ask,
    Candidate,
    Line,
    OrderLimits,
    asks_of_quantity,
)
from backend.flows.shelf import Shelf

USUAL = OrderLimits()
# Of the words of two readings of one line so many are the same.
LEAST_SHARED = 0.5
SAME_PRODUCT, SAME_VARIANT, SAME_QUANTITY = 2.0, 0.5, 0.25
OF_QUANTITY = (Ask.QUANTITY, Ask.TOO_FEW, Ask.TOO_MANY)

Pair = tuple[Line | None, CheckedItem | None]


def compare(
    shelf: Shelf,
    lines: Sequence[Line],
    items: Sequence[ModelItem],
    limits: OrderLimits = USUAL,
) -> tuple[Line, ...]:
    """The lines of code, in their order, as far as the model bears them out; then what only the
    model has found.
    """
    checked = check_items(shelf, items)
    joined = [
        _join(line, item, limits)
        for line, item in _pairs(
            lines,
            checked,
        )
    ]
    return tuple(joined[: limits.lines])


def _pairs(
    lines: Sequence[Line],
    checked: Sequence[CheckedItem],
) -> Iterator[Pair]:
    """The surest pairs first, so that a line of which the model says nothing does not take its
    neighbour's item.
    """
    sure = sorted(_likely_pairs(lines, checked), reverse=True)
    item_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, earlier_line, earlier_item in sure:
        at, item = -earlier_line, -earlier_item
        if at not in item_of and item not in taken:
            item_of[at] = item
            taken.add(item)

    for at, line in enumerate(lines):
        yield line, checked[item_of[at]] if at in item_of else None
    for item, left in enumerate(checked):
        if item not in taken:
            yield None, left


def _likely_pairs(
    lines: Sequence[Line],
    checked: Sequence[CheckedItem],
) -> Iterator[tuple[float, int, int]]:
    """How alike they are, and the places of both, counted down so that what comes first wins."""
    words_of = [set(words(fold(each.item.words))) for each in checked]
    for at, line in enumerate(lines):
        ours = set(words(fold(line.words)))
        for place, item in enumerate(checked):
            alike = _alike(line, item, _shared(ours, words_of[place]))
            if alike >= LEAST_SHARED:
                yield alike, -at, -place


def _shared(ours: set[str], theirs: set[str]) -> float:
    return len(ours & theirs) / max(len(ours | theirs), 1)


def _alike(line: Line, checked: CheckedItem, shared: float) -> float:
    """How surely a model's item is about a line."""
    if line.product and checked.product:
        is_same = line.product.id == checked.product.number
        if not is_same and shared < LEAST_SHARED:
            return 0
        shared += SAME_PRODUCT * is_same
    if line.variant and checked.variant:
        shared += SAME_VARIANT * (line.variant.title == checked.variant.title)
    return shared + SAME_QUANTITY * (line.quantity == checked.item.quantity)


def _join(
    line: Line | None,
    checked: CheckedItem | None,
    limits: OrderLimits,
) -> Line:
    if line is None:
        assert checked is not None, "a pair has one of the two"
        return _of_model(checked, limits)
    if checked is None:
        return line

    line = _with_quantity(line, checked, limits)
    if checked.product is None:
        return line
    if line.product is None:
        return _with_product(line, checked, limits)
    if line.product.id != checked.product.number:
        return _asking_product(line, [checked.product])
    return _with_variant(line, checked)


def _of_model(checked: CheckedItem, limits: OrderLimits) -> Line:
    """A line that code has not found."""
    item = checked.item
    quantity = item.quantity if checked.tells_quantity else None
    named = checked.product if checked.is_borne_out else None
    fits = [checked.product] if checked.product else list(checked.match.fits)

    match = Match(named, tuple(fits))
    line = OpenLine(
        item.words,
        match,
        quantity,
        quantity is not None,
        checked.said,
    )
    return line.close(limits)


def _with_quantity(line: Line, checked: CheckedItem, limits: OrderLimits) -> Line:
    told = checked.item.quantity
    if told is None or told == line.quantity:
        return line
    if line.quantity is None and not checked.tells_quantity:
        return line

    quantity = told if line.quantity is None else None
    others = [ask for ask in line.asks if ask not in OF_QUANTITY]
    asks = (*others, *asks_of_quantity(quantity, limits))
    return replace(line, quantity=quantity, asks=asks)


def _with_product(line: Line, checked: CheckedItem, limits: OrderLimits) -> Line:
    """The model's product, where the shopper's words name it; else it is offered first."""
    assert checked.product is not None
    if not checked.is_borne_out:
        return _asking_product(line, [checked.product])

    match = Match(checked.product, (checked.product,))
    taken = OpenLine(
        line.words, match, line.quantity, line.quantity is not None, checked.said
    )
    return taken.close(limits)


def _asking_product(line: Line, products: Sequence[Product]) -> Line:
    offered = [Candidate.from_product(product) for product in products]
    if line.product is not None:
        offered.insert(
            0,
            Candidate(line.product, line.variant, True),
        )
    known = {candidate.product.id for candidate in offered}
    offered += [each for each in line.candidates if each.product.id not in known]

    quantities = [ask for ask in line.asks if ask in OF_QUANTITY]
    return replace(
        line,
        product=None,
        variant=None,
        asks=(Ask.PRODUCT.value, *quantities),
        candidates=tuple(offered[:MOST_CANDIDATES]),
    )


def _with_variant(line: Line, checked: CheckedItem) -> Line:
    """Another variant than code's is asked about; one that code has not found as well."""
    product, theirs = checked.product, checked.variant
    if product is None or theirs is None or line.variant is None:
        return line
    if line.variant.title == theirs.title:
        return line

    ours = [each for each in product.variants if each.title == line.variant.title]
    offered = [
        Candidate.from_product(
            product,
            each,
        )
        for each in [*ours, theirs]
    ]
    others = [ask for ask in line.asks if ask in OF_QUANTITY]
    return replace(
        line, variant=None, asks=(Ask.VARIANT.value, *others), candidates=tuple(offered)
    )
