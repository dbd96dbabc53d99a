"""A line while the message is being read: what is known of it may still grow."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.catalog.products import Product, Variant
from backend.flows import variant_choice
from backend.flows.drafts import Draft
from backend.flows.matching import Match
from backend.flows.orders import (
    MOST_CANDIDATES,
    MOST_WORDS,
    Ask,
    Candidate,
    Line,
    OrderLimits,
    ProductRef,
    VariantRef,
    asks_of_quantity,
)
from backend.flows.variant_choice import Choice
from backend.flows.variant_values import Said

NOTHING = Said()


@dataclass(slots=True)
class OpenLine:
    """`inherited` was said of the goods before they were counted; `follows` is the line whose goods
    this one speaks of again. A `tentative` one is none unless a number follows.
    """

    words: str
    match: Match
    quantity: int | None = None
    is_counted: bool = False
    said: Said = NOTHING
    inherited: Said = NOTHING
    known: Variant | None = None
    follows: "OpenLine | None" = None
    is_tentative: bool = False
    is_doubtful: bool = False

    @property
    def product(self) -> Product | None:
        return self.match.product

    @property
    def choice(self) -> Choice:
        if self.known:
            return variant_choice.settled(self.known)
        if self.product is None:
            return Choice(None)
        return variant_choice.choose(self.product, self.said, self.inherited)

    def add(self, draft: Draft, said: Said) -> None:
        """What another clause says of it."""
        self.words = f"{self.words} {draft.text}"[:MOST_WORDS]
        self.add_said(said)

    def add_said(self, said: Said) -> None:
        self.said = Said(
            (*self.said.words, *said.words), (*self.said.specs, *said.specs)
        )

    def close(self, limits: OrderLimits) -> Line:
        product, choice = self.product, self.choice
        asks = asks_of_quantity(self.quantity, limits)
        if product is None or self.is_doubtful:
            asks = (Ask.PRODUCT.value, *asks)

        if self.is_doubtful:
            product = None
        variant = None
        if product and choice.variant and Ask.NO_VARIANT.value not in choice.asks:
            variant = VariantRef.from_variant(choice.variant)
        return Line(
            self.words,
            self.quantity,
            ProductRef.from_product(product) if product else None,
            variant,
            asks if product is None else (*choice.asks, *asks),
            self._candidates(choice),
        )

    def _candidates(self, choice: Choice) -> tuple[Candidate, ...]:
        if self.product is None or self.is_doubtful:
            listed = [
                _offer(
                    each,
                    self.said,
                )
                for each in self.match.fits
            ]
            return tuple(listed[:MOST_CANDIDATES])
        if not choice.asks:
            return ()

        variants = _buyable_first(choice.several or self.product.variants)
        return tuple(
            Candidate.from_product(self.product, variant)
            for variant in variants[:MOST_CANDIDATES]
        )


def _offer(product: Product, said: Said) -> Candidate:
    choice = variant_choice.choose(product, said)
    return Candidate.from_product(product, choice.variant)


def _buyable_first(variants: Sequence[Variant]) -> list[Variant]:
    return sorted(variants, key=_is_gone)


def _is_gone(variant: Variant) -> bool:
    return not variant.available
