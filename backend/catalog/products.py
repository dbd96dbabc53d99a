"""A product as the catalog keeps it: what is shown of it, and what it is found by. Read from the
shape in which Shopify's Admin API gives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import regex

from backend.catalog import terms
from backend.catalog.folding import fold, is_unspaced, words
from backend.catalog.terms import Field

# Shopify's own limits, and ours where it has none: what is longer is cut.
MOST_TITLE, MOST_DESCRIPTION, MOST_ALT = 255, 2_000, 512
MOST_VARIANTS, MOST_TAGS, MOST_OPTIONS, MOST_VALUES = 250, 250, 3, 100
# Prices are compared in thousandths of a unit: no currency has smaller money.
THOUSANDTHS = Decimal(1000)
HIGHEST_PRICE = Decimal(10) ** 12
# Money as Shopify writes it. In another notation a few figures may mean a million of them.
AMOUNT = regex.compile(r"[0-9]{1,12}(?:\.[0-9]{1,10})?")
# Text without the characters that nobody sees: they may hide words from people.
UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}--[\n\t\u200c\u200d]]", regex.V1)
SHORTEST_SPELLING, LONGEST_SPELLING = 4, 64


class NotAProduct(Exception):
    """What should be a product lacks what every product has."""


class Image(msgspec.Struct, frozen=True):
    url: str
    alt: str = ""


class Option(msgspec.Struct, frozen=True):
    name: str
    values: tuple[str, ...]


class Variant(msgspec.Struct, frozen=True):
    """`options` are its values in the order of the product's options; prices are decimals, as
    written.
    """

    id: str
    title: str
    price: str
    compare_at: str | None
    available: bool
    options: tuple[str, ...] = ()
    sku: str = ""
    barcode: str = ""


class Product(msgspec.Struct, frozen=True):
    """`number` is that of Shopify's gid, `updated_at` in milliseconds since 1970."""

    number: int
    handle: str
    title: str
    currency: str
    variants: tuple[Variant, ...]
    options: tuple[Option, ...] = ()
    image: Image | None = None
    description: str = ""
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    updated_at: int = 0

    @property
    def gid(self) -> str:
        return f"gid://shopify/Product/{self.number}"

    @property
    def url(self) -> str:
        """Below the shop's own root, whatever its domain and the shopper's language."""
        return f"/products/{self.handle}"

    @property
    def available(self) -> bool:
        return any(variant.available for variant in self.variants)

    @property
    def prices(self) -> tuple[int, int]:
        """The lowest and the highest, in thousandths."""
        amounts = [in_thousandths(variant.price) for variant in self.variants]
        return min(amounts), max(amounts)

    @property
    def language(self) -> str:
        return terms.language_of(f"{self.title} {self.description}")


@dataclass(frozen=True, slots=True)
class Priced:
    """What a product costs at least; what it cost before, where that is more."""

    amount: str
    compare_at: str | None


def in_thousandths(amount: str) -> int:
    return int(Decimal(amount) * THOUSANDTHS)


def cheapest(product: Product) -> Priced:
    """Of what can be bought, or of everything when nothing can."""
    buyable = [each for each in product.variants if each.available]
    variants = buyable or product.variants
    lowest = min(variants, key=_price_of)
    return Priced(lowest.price, _compare_at(lowest))


def _price_of(variant: Variant) -> int:
    return in_thousandths(variant.price)


def _compare_at(variant: Variant) -> str | None:
    """A price before that is not higher is none."""
    before = variant.compare_at
    if before is None or in_thousandths(before) <= in_thousandths(variant.price):
        return None
    return before


def find_terms(product: Product) -> dict[str, int]:
    """The terms that it is found by, each with how well it fits, 1 to 100."""
    values = [value for option in product.options for value in option.values]
    fields = [
        Field(product.title, terms.TITLE),
        Field(product.type, terms.TYPE),
        Field(product.vendor, terms.VENDOR),
        Field(product.description, terms.TEXT),
    ]
    fields += [Field(tag, terms.TAG) for tag in product.tags]
    fields += [Field(value, terms.OPTION) for value in values]

    numbers = [variant.sku for variant in product.variants]
    numbers += [variant.barcode for variant in product.variants]
    weights = terms.weigh(fields, product.language)
    return weights | terms.weigh_exact(numbers, values)


def find_spellings(product: Product) -> set[str]:
    """Its names' words as they are written, for shoppers who mistype them."""
    named = [product.title, product.type, product.vendor, *product.tags]
    found = {word for text in named for word in words(fold(text))}
    return {word for word in found if _is_spelt(word)}


def _is_spelt(word: str) -> bool:
    if not SHORTEST_SPELLING <= len(word) <= LONGEST_SPELLING:
        return False
    return not is_unspaced(word) and not any(map(str.isdigit, word))


def read_product(node: Mapping[str, Any]) -> Product:
    """A product of the Admin API: of a query, or of a bulk export with its `variants` joined to it.

    Raises NotAProduct.
    """
    try:
        return _read_product(node)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # What is wrong, and nothing of what the shop has written.
        raise NotAProduct(type(error).__name__) from None


def _read_product(node: Mapping[str, Any]) -> Product:
    variants = [_read_variant(each) for each in _nodes(node["variants"])]
    if not variants:
        raise ValueError("a product has variants")

    return Product(
        number=number_of(node["id"]),
        handle=_required(node["handle"], MOST_TITLE),
        title=_required(node["title"], MOST_TITLE),
        currency=_currency(node["priceRangeV2"]["minVariantPrice"]["currencyCode"]),
        variants=tuple(variants[:MOST_VARIANTS]),
        options=tuple(_read_options(node.get("options"))),
        image=_read_image(node.get("featuredMedia")),
        description=_text(node.get("description"), MOST_DESCRIPTION),
        vendor=_text(node.get("vendor"), MOST_TITLE),
        type=_text(node.get("productType"), MOST_TITLE),
        tags=tuple(
            _text(tag, MOST_TITLE) for tag in (node.get("tags") or [])[:MOST_TAGS]
        ),
        updated_at=read_time(node.get("updatedAt")),
    )


def _read_variant(node: Mapping[str, Any]) -> Variant:
    chosen = [
        _text(each["value"], MOST_TITLE) for each in node.get("selectedOptions") or []
    ]
    title = _text(node.get("title"), MOST_TITLE)
    if title == "Default Title":
        # Shopify's name for the one variant of a product without options; nobody sees it.
        title, chosen = "", []

    before = node.get("compareAtPrice")
    return Variant(
        id=_required(node["id"], MOST_TITLE),
        title=title,
        price=_amount(node["price"]),
        compare_at=None if before is None else _amount(before),
        available=bool(node.get("availableForSale")),
        options=tuple(chosen[:MOST_OPTIONS]),
        sku=_text(node.get("sku"), MOST_TITLE),
        barcode=_text(node.get("barcode"), MOST_TITLE),
    )


def _read_options(listed: Sequence[Mapping[str, Any]] | None) -> Iterator[Option]:
    for each in (listed or [])[:MOST_OPTIONS]:
        values = tuple(
            _text(value, MOST_TITLE) for value in each["values"][:MOST_VALUES]
        )
        if values != ("Default Title",):
            yield Option(_text(each["name"], MOST_TITLE), values)


def _read_image(media: Mapping[str, Any] | None) -> Image | None:
    preview = (media or {}).get("preview") or {}
    image = preview.get("image") or {}
    url = image.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    return Image(url[:2048], _text(image.get("altText"), MOST_ALT))


def _nodes(connection: Any) -> Sequence[Mapping[str, Any]]:
    """Of a list, or of a connection in either of its two forms."""
    if isinstance(connection, list):
        return connection
    if "nodes" in connection:
        return list(connection["nodes"])
    return [edge["node"] for edge in connection["edges"]]


def number_of(gid: str) -> int:
    """The number of `gid://shopify/Product/8101`. Raises ValueError."""
    number = int(gid.rpartition("/")[2])
    if not 0 < number < 2**63:
        raise ValueError("a gid's number is positive")
    return number


def read_time(text: str | None) -> int:
    """Milliseconds since 1970 of an ISO 8601 time; 0 for none. Raises ValueError."""
    if not text:
        return 0

    moment = datetime.fromisoformat(text)
    return int(moment.timestamp() * 1000)


def _text(value: Any, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("no text")
    return UNSEEN.sub("", value)[:most].strip()


def _required(value: Any, most: int) -> str:
    text = _text(value, most)
    if not text:
        raise ValueError("a text is missing")
    return text


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not regex.fullmatch(r"[A-Z]{3}", value):
        raise ValueError("no currency")
    return value


def _amount(value: Any) -> str:
    """A decimal in plain figures, below HIGHEST_PRICE."""
    text = str(value)
    if not AMOUNT.fullmatch(text):
        raise ValueError("no price")
    return text
