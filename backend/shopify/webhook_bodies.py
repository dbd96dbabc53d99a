"""What a webhook's body may be: a JSON object that nothing else signed with the same key can be.

The client secret also signs id tokens, the embedded page's address and the app proxy's queries, in
part bytes of the caller's choice: `docs/security.md` has the table of who accepts which.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import msgspec

from backend.errors import WebhookRefused
from backend.shopify.shop_domains import is_shop_domain

Body = dict[str, Any]

# Both forms made of `name=value` have such pairs, and the webhooks that we are sent have none.
PAIR = re.compile(
    rb"(shop|host|timestamp|path_prefix|logged_in_customer_id)=", re.IGNORECASE
)
# Where a body names its shop, however deep.
SHOP_FIELDS = frozenset({"shop_domain", "myshopify_domain", "domain"})

# Only a product's number is asked for: a merchant's own words may have such pairs in a link.
OF_PRODUCTS = ("products/create", "products/update", "products/delete")

CUSTOMER_FIELDS = ("id", "email", "phone")
# Of the longest address that mail knows.
MOST_CONTACT_CHARACTERS = 320


def read_webhook_body(body: bytes, topic: str, shop: str) -> Body:
    """The body of one webhook for the shop that its header names. Raises WebhookRefused, also for
    another shop's.
    """
    payload = _read_object(body)

    if any(named != shop for named in _named_shops(payload)):
        raise WebhookRefused("another_shop")
    is_of_topic = SHAPES.get(topic, _is_anything)
    if not is_of_topic(payload):
        raise WebhookRefused("shape")
    return payload


def _read_object(body: bytes) -> Body:
    # A signed query begins with its least name, so no later than with `shop`: `{` comes after every
    # letter.
    if not (body.startswith(b"{") and body.endswith(b"}")):
        raise WebhookRefused("no_object")
    if PAIR.search(body):
        raise WebhookRefused("reads_as_query")

    try:
        # One reader is strict about bytes and numbers, the other shows a name that is there twice.
        msgspec.json.decode(body)
        payload = json.loads(
            body, object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise WebhookRefused("no_object") from error

    return cast(Body, payload)


def _unique(pairs: Sequence[tuple[str, Any]]) -> Body:
    payload = dict(pairs)
    if len(payload) != len(pairs):
        raise ValueError("a name is there twice")
    return payload


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _named_shops(value: Any) -> Iterator[str]:
    """Every permanent domain under a name that means one. Shopify's samples have null there, and
    `{shop}.…`.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.casefold() in SHOP_FIELDS and isinstance(inner, str):
                yield from filter(is_shop_domain, [_folded(inner)])
            else:
                yield from _named_shops(inner)

    elif isinstance(value, list):
        for inner in value:
            yield from _named_shops(inner)


def _folded(domain: str) -> str:
    return domain.strip().rstrip(".").lower()


def _is_anything(_: Body) -> bool:
    return True


def _is_of_a_shop(payload: Body) -> bool:
    return not SHOP_FIELDS.isdisjoint(payload) and "customer" not in payload


def _is_about_shop(payload: Body) -> bool:
    return "shop_domain" in payload and "customer" not in payload


def _is_about_customer(payload: Body) -> bool:
    customer = payload.get("customer")
    if "shop_domain" not in payload or not isinstance(customer, dict):
        return False
    return all(_is_plain(customer.get(name)) for name in CUSTOMER_FIELDS)


def _is_scopes(payload: Body) -> bool:
    current = payload.get("current")
    return isinstance(current, list) and all(
        isinstance(scope, str) for scope in current
    )


def _is_plain(value: Any) -> bool:
    """A short text, a number or nothing; PostgreSQL takes no NUL, and nobody's address has one."""
    if value is None or isinstance(value, int):
        return True
    return (
        isinstance(value, str)
        and len(value) <= MOST_CONTACT_CHARACTERS
        and "\0" not in value
    )


def _is_product(payload: Body) -> bool:
    number = payload.get("id")
    # True is a number as well, to Python.
    if not isinstance(number, int) or isinstance(number, bool):
        return False
    return 0 < number < 2**63


# A body that was signed for one topic is not another's: the topic stands in a header, which nobody
# has signed.
SHAPES: dict[str, Callable[[Body], bool]] = {
    "app/uninstalled": _is_of_a_shop,
    "app/scopes_update": _is_scopes,
    "customers/data_request": _is_about_customer,
    "customers/redact": _is_about_customer,
    "shop/redact": _is_about_shop,
    **dict.fromkeys(OF_PRODUCTS, _is_product),
}
