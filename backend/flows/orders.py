"""The lines of an order as they were read: what was written, what it means, what is still to be
asked.
"""

import msgspec


class ProductRef(msgspec.Struct, frozen=True):
    """A product of the catalog by Shopify's number."""

    id: int
    handle: str
    title: str


class VariantRef(msgspec.Struct, frozen=True):
    """The title is blank where a product comes in one way only."""

    id: int
    title: str


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a line may mean."""

    product: ProductRef
    variant: VariantRef | None = None
    available: bool = True


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """`asks` names what is open: product, variant, no_variant, quantity, sold_out, too_few,
    too_many; a line without any is settled.
    """

    words: str
    quantity: int | None = None
    product: ProductRef | None = None
    variant: VariantRef | None = None
    asks: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
