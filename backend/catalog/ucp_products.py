"""A product as a store tells of it through UCP, read as the Admin API's are: with the same limits,
and nothing else in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from backend.catalog.html_text import html_to_text
from backend.catalog.products import (
    MOST_OPTIONS,
    MOST_VARIANTS,
    NotAProduct,
    Product,
    read_product,
)
from backend.shopify.ucp_answers import Money

Node = dict[str, Any]

# Longer ones are cut again, as text; a page of markup need not be read for that.
MOST_MARKUP = 20_000
# Words of UCP's for what nobody can buy.
NOT_SOLD = frozenset({"out_of_stock", "discontinued"})
OF_THE_MERCHANT = "merchant"


class UcpValue(Struct, frozen=True):
    label: str


class UcpOption(Struct, frozen=True):
    name: str
    values: list[UcpValue]

    def as_node(self) -> Node:
        return {
            "name": self.name,
            "values": [value.label for value in self.values],
        }


class UcpChoice(Struct, frozen=True):
    name: str
    label: str


class UcpAvailability(Struct, frozen=True):
    available: bool | None = None
    status: str | None = None

    @property
    def is_sold(self) -> bool:
        """What a store says nothing of, it sells."""
        if self.available is not None:
            return self.available
        return self.status not in NOT_SOLD


class UcpBarcode(Struct, frozen=True):
    value: str | None = None


class UcpSeller(Struct, frozen=True):
    name: str | None = None


class UcpVariant(Struct, frozen=True):
    """`selected_options` is an older name of its options."""

    id: str
    title: str
    price: Money
    list_price: Money | None = None
    availability: UcpAvailability | None = None
    options: list[UcpChoice] | None = None
    selected_options: list[UcpChoice] | None = None
    sku: str | None = None
    barcodes: list[UcpBarcode] | None = None
    seller: UcpSeller | None = None

    def as_node(self, option_names: Sequence[str]) -> Node:
        before = self.list_price
        availability = self.availability or UcpAvailability()
        barcodes = self.barcodes or [UcpBarcode()]

        return {
            "id": self.id,
            "title": self.title,
            "price": self.price.decimal,
            "compareAtPrice": before and before.decimal,
            "availableForSale": availability.is_sold,
            "selectedOptions": self._chosen(option_names),
            "sku": self.sku,
            "barcode": barcodes[0].value,
        }

    def _chosen(self, option_names: Sequence[str]) -> list[Node]:
        """In the order of the product's options."""
        choices = self.options or self.selected_options or []
        labels = {choice.name: choice.label for choice in choices}
        return [
            {"name": name, "value": labels[name]}
            for name in option_names
            if name in labels
        ]


class UcpDescription(Struct, frozen=True):
    plain: str | None = None
    markdown: str | None = None
    html: str | None = None

    @property
    def text(self) -> str:
        told = self.plain or self.markdown
        if told is not None:
            return told
        markup = self.html or ""
        return html_to_text(markup[:MOST_MARKUP])


class UcpMedia(Struct, frozen=True):
    type: str | None = None
    url: str | None = None
    alt_text: str | None = None

    def as_node(self) -> Node:
        image = {
            "url": self.url,
            "altText": self.alt_text,
        }
        return {"preview": {"image": image}}


class UcpCategory(Struct, frozen=True):
    value: str | None = None
    taxonomy: str | None = None

    @property
    def own_name(self) -> str:
        """The last of `Kitchen > Boards`."""
        *_, name = (self.value or "").split(">")
        return name.strip()


class UcpProduct(Struct, frozen=True):
    """As much of it as we read; what else there is, is nothing to us."""

    id: str
    title: str
    variants: list[UcpVariant]
    handle: str | None = None
    url: str | None = None
    brand: str | None = None
    description: UcpDescription | None = None
    categories: list[UcpCategory] | None = None
    media: list[UcpMedia] | None = None
    options: list[UcpOption] | None = None
    tags: list[str] | None = None

    def as_node(self) -> Node:
        """In the shape of the Admin API."""
        options = (self.options or [])[:MOST_OPTIONS]
        names = [option.name for option in options]
        variants = self.variants[:MOST_VARIANTS]
        description = self.description or UcpDescription()
        price = {"currencyCode": variants[0].price.currency}

        return {
            "id": self.id,
            "handle": self.handle or self._handle_in_address,
            "title": self.title,
            "vendor": self.brand or self._seller,
            "productType": self._type,
            "description": description.text,
            "tags": self.tags,
            "featuredMedia": self._picture,
            "options": [option.as_node() for option in options],
            "variants": [variant.as_node(names) for variant in variants],
            "priceRangeV2": {"minVariantPrice": price},
        }

    @property
    def _handle_in_address(self) -> str:
        """The last part of `https://tide.example/products/harbour-mug`."""
        path = urlsplit(self.url or "").path
        *_, last = path.rstrip("/").split("/")
        return unquote(last)

    @property
    def _seller(self) -> str | None:
        seller = self.variants[0].seller or UcpSeller()
        return seller.name

    @property
    def _type(self) -> str:
        """The merchant's own word; the other taxonomies have numbers."""
        for category in self.categories or []:
            if category.taxonomy == OF_THE_MERCHANT:
                return category.own_name
        return ""

    @property
    def _picture(self) -> Node | None:
        for media in self.media or []:
            if media.type == "image":
                return media.as_node()
        return None


def read_ucp_product(fields: Mapping[str, Any]) -> Product:
    """Raises NotAProduct."""
    try:
        told = msgspec.convert(fields, UcpProduct)
        node = told.as_node()
    except (msgspec.ValidationError, ValueError, IndexError) as error:
        # What is wrong, and nothing of what the shop has written.
        kind = type(error).__name__
        raise NotAProduct(kind) from None
    return read_product(node)


def is_whole(product: Product) -> bool:
    """Whether each value of each option has a variant; lists of products may name a few only."""
    for place, option in enumerate(product.options):
        values = set(option.values)
        for variant in product.variants:
            values -= set(variant.options[place : place + 1])
        if values:
            return False
    return True
