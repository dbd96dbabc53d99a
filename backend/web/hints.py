"""What a browser says of the page around the chat: read as far as it makes sense, and never a
reason to refuse.
"""

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

MOST_URL_CHARACTERS = 2_000
MOST_TITLE_CHARACTERS = 1_000
MOST_SEARCH_CHARACTERS = 200
MOST_IN_CART = 9_999

LOCALE = re.compile(
    r"([A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3})(?:[-_.@].*)?", re.ASCII | re.DOTALL
)
# A number, or the name that Shopify's APIs give to it.
ID = re.compile(r"[A-Za-z0-9_:/.-]{1,64}", re.ASCII)
HANDLE = re.compile(r"[\w-]{1,255}")
COUNTRY, CURRENCY = re.compile("[A-Z]{2}"), re.compile("[A-Z]{3}")
HALVES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
CUT_ESCAPE = re.compile(r"%[0-9A-Fa-f]?$")


def read_page(value: Any) -> dict[str, str] | None:
    """The page without its query, because addresses carry e-mails and tokens there; what is shown
    on it, and how much lies in the cart.
    """
    if not isinstance(value, dict):
        return None

    title = one_line(value.get("title"))
    search = one_line(value.get("search"))
    found = {
        "url": _read_url(value.get("url")),
        "title": title[:MOST_TITLE_CHARACTERS].rstrip(),
        "productId": _read_id(value.get("productId")),
        "variantId": _read_id(value.get("variantId")),
        "handle": _read_handle(value.get("handle")),
        "collection": _read_handle(value.get("collection")),
        "search": search[:MOST_SEARCH_CHARACTERS].rstrip(),
        "cartCount": _read_count(value.get("cartCount")),
        "country": _read_code(value.get("country"), COUNTRY),
        "currency": _read_code(value.get("currency"), CURRENCY),
    }
    return {name: text for name, text in found.items() if text} or None


def read_locale(value: Any) -> str | None:
    """A language tag, also as operating systems write it: `de_AT.UTF-8` is `de_AT`."""
    if not isinstance(value, str):
        return None
    found = LOCALE.fullmatch(value.strip())
    return found[1] if found else None


def _read_url(value: Any) -> str:
    """An address of the web or a path on the storefront; anything else is not where a
    shopper is.
    """
    try:
        parts = urlsplit(one_line(value))
    except ValueError:
        return ""

    if not _is_of_the_web(parts):
        return ""

    host = parts.netloc.rpartition("@")[2]
    bare_parts = parts._replace(query="", fragment="", netloc=host)
    bare = bare_parts.geturl()
    if len(bare) <= MOST_URL_CHARACTERS:
        return bare
    return CUT_ESCAPE.sub("", bare[:MOST_URL_CHARACTERS])


def _is_of_the_web(parts: SplitResult) -> bool:
    if not parts.scheme:
        return not parts.netloc and parts.path.startswith("/")

    host = parts.netloc.rpartition("@")[2]
    return parts.scheme in ("https", "http") and bool(host)


def _read_handle(value: Any) -> str:
    """Of a product or a collection, as it stands in addresses."""
    text = one_line(value)
    return text if HANDLE.fullmatch(text) else ""


def _read_count(value: Any) -> str:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_count and 0 < value <= MOST_IN_CART else ""


def _read_code(value: Any, form: re.Pattern[str]) -> str:
    text = one_line(value).upper()
    return text if form.fullmatch(text) else ""


def _read_id(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 2**63 else ""
    text = one_line(value)
    # A cut number would be another product's, so it is taken whole or not at all.
    return text if ID.fullmatch(text) else ""


def one_line(value: Any) -> str:
    """Without control characters and halves of surrogate pairs; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    whole = HALVES.sub("", value)
    words = CONTROLS.sub(" ", whole).split()
    return " ".join(words)
