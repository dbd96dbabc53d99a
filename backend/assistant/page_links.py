"""Where a link leads: one way to write each page, mailbox and number, to compare them."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from backend.shops.addresses import normal

# They are there in every store.
EVERYWHERE = frozenset(
    ("/", "/cart", "/account", "/search", "/collections", "/collections/all")
)
LOCALE = re.compile(r"/[a-z]{2}(?:-[a-z]{2})?(?=/|\Z)")
VARIANT = re.compile(r"variant=\d{1,20}")
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DOMAIN = re.compile(r"(?:[a-z\d-]+\.)+[a-z]{2,}(?:[/?#].*)?", re.IGNORECASE)
# What no page has.
NOWHERE = "?"
# Stands for the store while an address is read.
NO_HOST = "own.invalid"


class Page(NamedTuple):
    """`host` is empty for the store's own; `mailto`, `tel` for what is no page."""

    host: str
    path: str
    query: str = ""


def page_of(target: str) -> Page:
    """Where `target` leads, as a browser on the store's own page sees it."""
    target = target.strip()
    lowered = target.lower()

    if MAILBOX.fullmatch(target):
        return Page("mailto", lowered)
    if lowered.startswith(("mailto:", "tel:")):
        contact = normal(target)
        scheme, _, rest = contact.partition(":")
        return Page(scheme or NOWHERE, rest)
    if lowered.startswith("//"):
        return _web_page(f"https:{target}")
    if lowered.startswith(("http://", "https://")):
        return _web_page(target)
    if target.startswith(("/", "#")):
        return _web_page(f"https://{NO_HOST}{target}")
    if DOMAIN.fullmatch(target):
        return _web_page(f"https://{target}")

    is_path = ":" not in target and "\\" not in target
    return _web_page(f"https://{NO_HOST}/{target}") if is_path else Page(NOWHERE, "")


def _web_page(address: str) -> Page:
    try:
        parts = urlsplit(address)
    except ValueError:
        return Page(NOWHERE, "")

    host = (parts.hostname or NOWHERE).removeprefix("www.")
    if "@" in parts.netloc or "\\" in address:
        host = NOWHERE

    own = "" if host == NO_HOST else host
    whole_path = unquote(parts.path).lower()
    path = LOCALE.sub("", whole_path, count=1)
    bare_path = path.rstrip("/")
    return Page(own, bare_path or "/", parts.query)
