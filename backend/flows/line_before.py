"""What a clause says of the goods that the line before it named: their size, their number, another
variant of them, or that the number was wrong.
"""

from collections.abc import Sequence

from backend.catalog.products import Product
from backend.flows import (
    drafts,
    option_values,
    title_fit,
    titles,
    variant_choice,
    variant_values,
)
from backend.flows.drafts import Draft
from backend.flows.matching import Match
from backend.flows.open_lines import OpenLine
from backend.flows.option_values import Value, value_of
from backend.flows.phrases import Wording
from backend.flows.title_cover import Hit
from backend.flows.variant_values import Said


def continues(last: OpenLine, draft: Draft, wording: Wording) -> bool:
    """Whether all that a clause says is about the line before."""
    if last.product is None:
        return not wording.content and draft.is_counted and not draft.said

    return all(_is_told(word, last.product) for word in wording.content)


def _is_told(word: str, product: Product) -> bool:
    """Whether a word is about the product's values, or one of its title."""
    values = option_values.values_of(product)
    if variant_values.may_tell(word, values):
        return True

    title = titles.title_of_product(product)
    return any(word in stems for stems in title.stems)


def describe(last: OpenLine, draft: Draft, said: Said) -> None:
    """A size or a colour without a number."""
    if last.product is None:
        return
    if not variant_choice.choose(last.product, said).said:
        return

    last.add(draft, said)
    if not last.is_counted:
        last.inherited = last.said


def ends_title(draft: Draft, last: OpenLine) -> bool:
    """Whether number and words go on with the name: `6 retro` of Air Jordan 6 Retro."""
    quantity = draft.clause.quantity if draft.clause else None
    if quantity is None or last.product is None or not draft.behind:
        return False

    title = titles.title_of_product(last.product)
    ending = (*quantity.text.split(), draft.behind[0])
    places = range(len(title.words))
    return any(title.words[place : place + len(ending)] == ending for place in places)


def is_correction(draft: Draft, last: OpenLine) -> bool:
    """`no, make that 30`; or the same number in packs."""
    if draft.clause and draft.clause.mends:
        return True
    return _is_in_packs(draft, last)


def _is_in_packs(draft: Draft, last: OpenLine) -> bool:
    packs = [
        int(spec.partition(":")[2])
        for spec in (*draft.said.specs, *last.said.specs)
        if spec.startswith("pack:")
    ]
    if not packs or not draft.quantity or not last.quantity:
        return False
    return draft.quantity * packs[0] == last.quantity


def read_figure(draft: Draft, last: OpenLine) -> Said | None:
    """A number alone, where the line before has one already: one of them is the size. A second size
    is returned, of which the number is still to come.
    """
    has_size = last.choice.said
    if _is_size(last, draft.quantity) and not draft.is_behind:
        size = Said((), (f"size:{draft.quantity}",))
        if has_size:
            return size
        last.add_said(size)
    elif _is_size(last, last.quantity) and not has_size:
        last.add_said(Said((), (f"size:{last.quantity}",)))
        last.quantity = draft.quantity
    elif draft.quantity != last.quantity:
        # Which of the two was meant, nobody knows.
        last.quantity = None

    return None


def _is_size(last: OpenLine, figure: int | None) -> bool:
    """Whether a bare number is one of the sizes of the goods."""
    if last.product is None or figure is None:
        return False

    values = option_values.values_of(last.product)
    return any(
        value_of(value)
        == Value(
            "number",
            str(figure),
        )
        for value in values
    )


def is_repeated(draft: Draft, last: OpenLine, said: Said) -> bool:
    if not said and not drafts.is_again(draft):
        return False
    if last.product is None:
        return True
    return variant_choice.choose(last.product, said).said


def find_again(
    lines: Sequence[OpenLine], draft: Draft, wording: Wording, languages: Sequence[str]
) -> Match | None:
    """Goods of an earlier line, where they are spoken of again: `a few Paris ones`."""
    if not drafts.is_again(draft) or not wording.content:
        return None

    for line in reversed(lines):
        if line.product is None:
            continue
        fit = title_fit.measure(wording, line.product, languages)
        if fit.has_all(Hit.TYPO):
            return Match(
                line.product,
                (line.product,),
                fit.used,
                is_full=True,
            )
    return None


def is_sum(lines: Sequence[OpenLine], line: OpenLine) -> bool:
    """`20 speakers, 12 of them black and 8 white`: the twenty are no line of their own."""
    parts = [each for each in lines if each.follows is line]
    if not parts or line.quantity is None or line.choice.said:
        return False
    return sum(each.quantity or 0 for each in parts) == line.quantity
