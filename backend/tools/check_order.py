"""Where an order is: a signed-in customer's own, or anybody's by its number and e-mail address."""

from collections.abc import Mapping
from typing import Annotated, Any

import regex
from msgspec import Meta

from backend.shops import admin_access
from backend.store.limits import Limit
from backend.store.parts import Part
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext

SCOPE = "read_orders"
MOST_NUMBER, MOST_EMAIL = 40, 254
EMAIL = regex.compile(r"[^\s@\"'\\]+@[^\s@\"'\\]+\.[^\s@\"'\\]+")
NUMBER = regex.compile(r"#?[\p{L}\d][\p{L}\d._/-]{0,38}")
# Whoever guesses numbers and addresses is stopped early: in a conversation, and in the whole shop.
GUESSES, GUESSES_OF_SHOP = Limit(times=6, seconds=600), Limit(times=120, seconds=600)
PATIENCE_SECONDS = 2.0
# One answer for a wrong address, a wrong number and no such order: a stranger must not learn that
# an order exists.
NONE: Mapping[str, Any] = {"found": False}


class Wanted(Arguments):
    number: Annotated[
        str,
        Meta(max_length=MOST_NUMBER, description="The order's number, such as #1042."),
    ] = ""
    email: Annotated[
        str,
        Meta(
            max_length=MOST_EMAIL,
            description="The address it was placed with; not for signed-in shoppers.",
        ),
    ] = ""


def check_order(context: ToolContext, wanted: Wanted) -> Found:
    if not admin_access.granted(context.services, context.shop_id, SCOPE):
        return Found({"found": False, "unavailable": True})

    customer_id = context.find_customer() if context.find_customer else None
    if customer_id is not None:
        orders = _list_own(context, customer_id)
        return _answer(_choose(orders, wanted.number))

    number, email = wanted.number.strip(), wanted.email.strip()
    needs = [
        name for name, given in (("number", number), ("email", email)) if not given
    ]
    if needs:
        return Found({"found": False, "needs": needs})
    return _answer(_find_of_guest(context, number, email))


def _list_own(context: ToolContext, customer_id: str) -> list[dict[str, Any]]:
    """The newest first. The id is Shopify's own word, so it is a number."""
    query = f"customer_id:{int(customer_id)}"
    return _ask(context, "orders", query)


def _choose(orders: list[dict[str, Any]], number: str) -> dict[str, Any] | None:
    """The one with that number; the newest when none was named."""
    if not number.strip():
        return orders[0] if orders else None
    same = [order for order in orders if _same_number(order["name"], number)]
    return same[0] if same else None


def _find_of_guest(
    context: ToolContext, number: str, email: str
) -> dict[str, Any] | None:
    if not (NUMBER.fullmatch(number) and EMAIL.fullmatch(email)):
        return None
    if _guesses_too_much(context):
        return None

    name = number.lstrip("#")
    found = _ask(context, "guest_orders", f'name:"{name}" AND email:"{email}"')
    same = [order for order in found if _is_theirs(order, number, email)]
    return same[0] if same else None


def _guesses_too_much(context: ToolContext) -> bool:
    asks = [
        (f"orders:{context.conversation_id}", GUESSES),
        (f"orders:shop:{context.shop_id}", GUESSES_OF_SHOP),
    ]
    return context.services.limits.refused(asks) is not None


def _is_theirs(order: Mapping[str, Any], number: str, email: str) -> bool:
    """Looked at again here: what a search finds is only like what was sought."""
    theirs = order.get("email")
    if not isinstance(theirs, str) or theirs.casefold() != email.casefold():
        return False
    return _same_number(order["name"], number)


def _same_number(name: str, number: str) -> bool:
    return name.strip().lstrip("#").casefold() == number.strip().lstrip("#").casefold()


def _ask(context: ToolContext, document: str, query: str) -> list[dict[str, Any]]:
    answered = admin_access.ask_shop(
        context.services, context.shop_id, document, {"query": query}, PATIENCE_SECONDS
    )
    return list(answered["orders"]["nodes"])


def _answer(order: Mapping[str, Any] | None) -> Found:
    if order is None:
        return Found(NONE)
    part = _as_part(order)
    told = {name: part[name] for name in ("name", "status", "placedAt", "fulfilments")}
    return Found({"found": True, "order": told}, [part])


def _as_part(order: Mapping[str, Any]) -> Part:
    return {
        "type": "order",
        "name": order["name"],
        "status": _status_of(order),
        "placedAt": order["processedAt"],
        "fulfilments": [
            fulfilment
            for each in order["fulfillments"]
            for fulfilment in _fulfilments_of(each)
        ],
        "items": [
            {"title": item["title"], "quantity": item["currentQuantity"]}
            for item in order["lineItems"]["nodes"]
            if item["currentQuantity"] > 0
        ],
    }


def _status_of(order: Mapping[str, Any]) -> str:
    if order["cancelledAt"]:
        return "cancelled"
    return str(order["displayFulfillmentStatus"]).lower()


def _fulfilments_of(fulfilment: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """One for each parcel; one without a number where no tracking is known."""
    status = str(fulfilment["displayStatus"] or "fulfilled").lower()
    parcels = fulfilment["trackingInfo"] or [{}]
    return [
        {
            "status": status,
            "company": parcel.get("company"),
            "number": parcel.get("number"),
            "url": _https_or_none(parcel.get("url")),
        }
        for parcel in parcels
    ]


def _https_or_none(url: str | None) -> str | None:
    return url if url and url.startswith("https://") else None


TOOL = Tool(
    name="check_order",
    purpose=(
        "Look up where an order is. Signed-in shoppers need nothing more; others need the order's"
        " number and the e-mail address it was placed with: ask for both."
    ),
    arguments=Wanted,
    run=check_order,
    seconds=8.0,
    per_turn=2,
)
