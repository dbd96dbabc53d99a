"""Draft orders: an order that a shopper has agreed to in the chat, and that the merchant confirms.

`ask` is whatever asks the shop, such as `admin_access.ask_shop` with its shop filled in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from backend.errors import ShopifyUnavailable
from backend.shopify.admin_operations import quote_value
from backend.shopify.bulk_export import Ask, Fields
from backend.shopify.money import Money, MoneyAnswer

# Without it nothing here works; a right to write is one to read.
SCOPE = "write_draft_orders"

MOST_LINES = 499
# Shopify refuses a longer tag, and a longer note.
MOST_TAG, MOST_NOTE = 40, 5_000
# Shopify names no bound for these: as long as a merchant may want to read.
MOST_KEY, MOST_VALUE = 100, 500
PATH = "gid://shopify"

Kind = TypeVar("Kind")
# Names and values, in the order in which they are to be read.
Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """So many of a variant, by Shopify's number."""

    variant_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class NewDraftOrder:
    """`tag` is how it is found again, so no other order of the shop may have it.

    Of a signed-in customer the e-mail address is not sent: Shopify has one. Without a `currency`
    it is the shop's own. `attributes` are what the merchant reads beside the note.
    """

    tag: str
    lines: tuple[DraftLine, ...]
    note: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    customer_id: int | None = field(default=None, repr=False)
    currency: str | None = None
    attributes: Attributes = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """As Shopify has it. `invoice_url` is where the shopper pays, empty while there is none;
    `warnings` are Shopify's codes.
    """

    id: int
    name: str
    invoice_url: str = field(repr=False)
    status: str
    total: Money | None
    warnings: tuple[str, ...] = ()


class _PriceSet(Struct, rename="camel"):
    presentment_money: MoneyAnswer


class _Warning(Struct, rename="camel"):
    error_code: str


class _Answered(Struct, rename="camel"):
    """A draft order of an answer."""

    id: str
    name: str
    status: str
    tags: list[str]
    invoice_url: str | None = None
    total_price_set: _PriceSet | None = None
    warnings: list[_Warning] = []

    def as_draft_order(self) -> DraftOrder:
        """Raises ValueError."""
        _, _, number = self.id.rpartition("/")
        price = self.total_price_set
        total = price.presentment_money.as_money() if price else None

        return DraftOrder(
            id=int(number),
            name=self.name,
            invoice_url=self.invoice_url or "",
            status=self.status,
            total=total,
            warnings=tuple(each.error_code for each in self.warnings),
        )


class _Created(Struct, rename="camel"):
    draft_order: _Answered


class _Page(Struct):
    nodes: list[_Answered]


def create_draft_order(ask: Ask, order: NewDraftOrder) -> DraftOrder:
    """Asked once only. After ShopifyUnavailable nobody knows whether it was created: look for its
    tag before you ask again, and remember that a search may find it some seconds later.

    Raises ChangeRefused with the fields that Shopify does not accept, ValueError for what no draft
    order can be, and what `ask` raises.
    """
    given = _build_input(order)
    answered = ask("draft_order_create", {"input": given})

    payload = answered.get("draftOrderCreate")
    created = _read(payload, _Created)
    return _as_draft_order(created.draft_order)


def find_draft_order(ask: Ask, tag: str) -> DraftOrder | None:
    """The first with that tag. A new one may be missing for some seconds."""
    query = f"tag:{quote_value(tag)}"
    answered = ask("draft_orders_by_tag", {"query": query})

    page = _read(answered.get("draftOrders"), _Page)
    wanted = tag.casefold()
    for found in page.nodes:
        tags = [each.casefold() for each in found.tags]
        if wanted in tags:
            return _as_draft_order(found)
    return None


def _build_input(order: NewDraftOrder) -> Fields:
    _require_sense(order)
    return {
        "tags": [order.tag],
        "lineItems": [_build_line(line) for line in order.lines],
        **_build_buyer(order),
        **_build_words(order),
        **_build_currency(order),
    }


def _require_sense(order: NewDraftOrder) -> None:
    """Shopify takes a comma for the end of a tag."""
    tag = order.tag
    if not 0 < len(tag) <= MOST_TAG or "," in tag:
        raise ValueError("a tag is short and has no comma")

    lines = len(order.lines)
    if not 0 < lines <= MOST_LINES:
        raise ValueError(f"a draft order has 1 to {MOST_LINES} lines")


def _build_line(line: DraftLine) -> Fields:
    return {
        "variantId": f"{PATH}/ProductVariant/{line.variant_id}",
        "quantity": line.quantity,
    }


def _build_buyer(order: NewDraftOrder) -> Fields:
    """What is not known is left out: an empty address is one that Shopify refuses."""
    buyer: Fields = {}
    if order.customer_id is not None:
        customer = f"{PATH}/Customer/{order.customer_id}"
        buyer["purchasingEntity"] = {"customerId": customer}
    elif order.email:
        buyer["email"] = order.email

    if order.phone:
        buyer["phone"] = order.phone
    return buyer


def _build_words(order: NewDraftOrder) -> Fields:
    words: Fields = {}
    if order.note:
        words["note"] = order.note[:MOST_NOTE]

    attributes = list(_list_attributes(order))
    if attributes:
        words["customAttributes"] = attributes
    return words


def _list_attributes(order: NewDraftOrder) -> Iterator[Mapping[str, str]]:
    for key, value in order.attributes:
        if value:
            yield {
                "key": key[:MOST_KEY],
                "value": value[:MOST_VALUE],
            }


def _build_currency(order: NewDraftOrder) -> Fields:
    """The country's own field is deprecated, so the currency alone says which prices hold."""
    if order.currency is None:
        return {}
    return {"presentmentCurrencyCode": order.currency}


def _read(fields: Any, kind: type[Kind]) -> Kind:
    """Raises ShopifyUnavailable for what is not as the schema has it: nothing is known then."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise ShopifyUnavailable from error


def _as_draft_order(answered: _Answered) -> DraftOrder:
    try:
        return answered.as_draft_order()
    except ValueError as error:
        raise ShopifyUnavailable from error
