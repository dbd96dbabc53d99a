"""An order's lines as they are read, asked about and kept in a run's answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import msgspec

from backend.catalog.products import Product, Variant, number_of

MOST_WORDS = 200
MOST_CANDIDATES = 5
LEAST_QUANTITY, MOST_QUANTITY = 1, 100_000
MOST_LINES = 200


class Ask(StrEnum):
    """What a line leaves open."""

    PRODUCT = "product"
    VARIANT = "variant"
    NO_VARIANT = "no_variant"
    QUANTITY = "quantity"
    SOLD_OUT = "sold_out"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class ProductRef:
    """`id` is Shopify's number."""

    id: int
    handle: str
    title: str

    @classmethod
    def from_product(cls, product: Product) -> Self:
        return cls(product.number, product.handle, product.title)


@dataclass(frozen=True, slots=True)
class VariantRef:
    """`title` is empty where the product has no options."""

    id: int
    title: str

    @classmethod
    def from_variant(cls, variant: Variant) -> Self:
        return cls(number_of(variant.id), variant.title)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have been meant, for the question back."""

    product: ProductRef
    variant: VariantRef | None
    available: bool

    @classmethod
    def from_product(
        cls,
        product: Product,
        variant: Variant | None = None,
    ) -> Self:
        offered = variant or product
        return cls(
            ProductRef.from_product(product),
            VariantRef.from_variant(variant) if variant else None,
            offered.available,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """`words` as the shopper wrote them; `quantity` is None when it was not said, or vaguely.

    Without `asks` it is settled.
    """

    words: str
    quantity: int | None = None
    product: ProductRef | None = None
    variant: VariantRef | None = None
    asks: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_settled(self) -> bool:
        return not self.asks


def title_of_line(line: Line) -> str:
    """What it turned out to mean, else what was written; such as "Remote control, Black"."""
    if line.product is None:
        return line.words
    return title_of_goods(line.product, line.variant)


def title_of_goods(product: ProductRef, variant: VariantRef | None) -> str:
    if variant is None or not variant.title:
        return product.title
    return f"{product.title}, {variant.title}"


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """How many of one thing a shop sells at once, and how many lines are read."""

    least: int = LEAST_QUANTITY
    most: int = MOST_QUANTITY
    lines: int = MOST_LINES


def asks_of_quantity(
    quantity: int | None,
    limits: OrderLimits,
) -> tuple[str, ...]:
    if quantity is None:
        return (Ask.QUANTITY.value,)
    if quantity < limits.least:
        return (Ask.TOO_FEW.value,)
    if quantity > limits.most:
        return (Ask.TOO_MANY.value,)
    return ()


def with_asks(line: Line, *asks: str) -> Line:
    """The line, asking these as well."""
    together = dict.fromkeys([*line.asks, *asks])
    return replace(line, asks=tuple(together))


def encode_lines(lines: Sequence[Line]) -> str:
    return msgspec.json.encode(lines).decode()


def decode_lines(stored: str) -> tuple[Line, ...]:
    """Raises msgspec.ValidationError for what never was one."""
    return msgspec.json.decode(stored, type=tuple[Line, ...])
