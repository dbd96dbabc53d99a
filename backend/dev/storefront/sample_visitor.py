"""Who is looking at the sample storefront: what the sample's own cookies and the address say about
a browser.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Request, Response, request

from backend.dev.storefront.sample_shop import CUSTOMERS, LANGUAGES, Catalog, catalog

CONSENTS = ("granted", "ask", "refused", "absent")
# Quiet; one that fights everybody for everything; one that changes pages and carts by script.
THEMES = ("tide", "maelstrom", "ebb")

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class LanguagePrefix:
    """`/de/…` is the same shop in German. The app proxy is known without a prefix only."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        first, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")

        is_language = first in LANGUAGES and first != "en"
        if is_language and not rest.startswith(("apps/", "sample")):
            environ["sample.language"] = first
            environ["PATH_INFO"] = f"/{rest}"

        return self._app(environ, start_response)


@dataclass(frozen=True)
class CartLine:
    variant_id: int
    quantity: int
    properties: Mapping[str, str]

    @property
    def key(self) -> str:
        """Names a line in the cart: one variant may stand there twice, with other properties."""
        properties = b""
        if self.properties:
            properties = json.dumps(self.properties, sort_keys=True).encode()

        checksum = binascii.crc32(properties)
        return f"{self.variant_id}:{checksum:08x}"


@dataclass(frozen=True)
class Visitor:
    catalog: Catalog
    customer: int | None
    cart: tuple[CartLine, ...]
    consent: str
    theme: str
    settings: Mapping[str, Any]

    @property
    def customer_name(self) -> str:
        if not self.customer:
            return ""
        return CUSTOMERS.get(self.customer, "Guest of the sample")


def read_visitor(asked: Request = request) -> Visitor:
    """`?consent=`, `?theme=` and `?settings=` count at once; `remember` keeps them for the next
    pages.
    """
    customer = asked.cookies.get("sample_customer", "")
    lines = _unpack_value(asked.cookies.get("sample_cart", ""), [])

    return Visitor(
        catalog=catalog(asked.environ.get("sample.language", "en")),
        customer=int(customer) if customer.isdecimal() else None,
        cart=tuple(CartLine(*line) for line in lines),
        consent=_choose_value(asked, "consent", CONSENTS),
        theme=_choose_value(asked, "theme", THEMES),
        settings=_read_settings(asked),
    )


def remember(response: Response, asked: Request = request) -> Response:
    """Keep what the address has switched."""
    for name in ("consent", "theme"):
        if name in asked.args:
            response.set_cookie(f"sample_{name}", asked.args[name], samesite="Lax")
    if "settings" in asked.args:
        response.set_cookie(
            "sample_settings", _pack_value(_read_settings(asked)), samesite="Lax"
        )
    return response


def remember_cart(response: Response, cart: Iterable[CartLine]) -> Response:
    lines = [[line.variant_id, line.quantity, line.properties] for line in cart]
    packed = _pack_value(lines)
    response.set_cookie("sample_cart", packed, samesite="Lax")
    return response


def remember_customer(response: Response, customer: int | None) -> Response:
    if customer is None:
        response.delete_cookie("sample_customer")
    else:
        response.set_cookie("sample_customer", str(customer), samesite="Lax")
    return response


def _choose_value(asked: Request, name: str, choices: Sequence[str]) -> str:
    """By this address or an earlier one; the first choice where none was made."""
    value = asked.args.get(name) or asked.cookies.get(f"sample_{name}", "")
    return value if value in choices else choices[0]


def _read_settings(asked: Request) -> dict[str, Any]:
    """The embed's settings that differ from their defaults, as a merchant would have set them."""
    if "settings" in asked.args:
        return dict(json.loads(asked.args["settings"] or "{}"))
    return dict(_unpack_value(asked.cookies.get("sample_settings", ""), {}))


def _pack_value(value: Any) -> str:
    text = json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _unpack_value(packed: str, otherwise: Any) -> Any:
    """What `_packed` made; anything else counts as nothing."""
    padding = "=" * (-len(packed) % 4)
    try:
        return json.loads(base64.urlsafe_b64decode(packed + padding))
    except ValueError:
        return otherwise
