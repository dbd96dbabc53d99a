"""What people and the assistant have said, as parts that a template can draw, with the links that
may be followed.
"""

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from backend.chat.markdown import parse_markdown
from backend.chat.markdown_inline import Node, parse_plain
from backend.shops.addresses import normal

# Whatever else ends is followed by a space.
WITHIN_WORDS = {"text", "code", "strong", "em", "del", "link"}


def blocks(said: str, shop: str, known: Collection[str] = ()) -> list[Node]:
    """The assistant's Markdown. `shop` is its domain; `known` are the links that its merchant has
    written.
    """
    found = parse_markdown(said)
    _judge_links(found, shop, known)
    return found


def addresses(said: str) -> list[Node]:
    """What staff wrote: text, in which each address of the web is a link."""
    found = parse_plain(said)
    for link in found:
        if link["kind"] == "link":
            link["href"] = normal(link["href"])
    return found


def known_addresses(said: str, shop: str, known: Collection[str] = ()) -> list[Node]:
    """What a shopper wrote: text, in which addresses of the shop, and those that its merchant has
    written, are links. A stranger leads nobody of the staff anywhere else.
    """
    found = parse_plain(said)
    _judge_links(found, shop, known)
    return found


def plain(said: str) -> str:
    """The assistant's Markdown without signs, in one line."""
    return " ".join("".join(_words_of(parse_markdown(said))).split())


def _judge_links(part: Any, shop: str, known: Collection[str]) -> None:
    """Leave an empty `href` where nobody should be led. Nodes stand inside each other a few times
    at most.
    """
    if isinstance(part, dict):
        if "href" in part:
            part["href"] = _resolve_address(part["href"], shop, known)
        part = part.values()

    for inner in part:
        if isinstance(inner, (dict, list)):
            _judge_links(inner, shop, known)


def _resolve_address(address: str, shop: str, known: Collection[str]) -> str:
    """Models make addresses up, and shoppers make models do so: only the shop, and what its
    merchant has written.
    """
    if address.startswith("/") and not address.startswith("//"):
        address = f"https://{shop}{address}"

    link = normal(address)
    is_own = link.startswith("https://") and urlsplit(link).netloc == shop
    return link if is_own or link in known else ""


def _words_of(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from _words_of(inner)
            yield " " if isinstance(inner, list) else ""
        return

    # A rule and an empty fence are something, too.
    yield part.get("text") or ("—" if part["kind"] in ("rule", "code") else "")
    for inner in part.values():
        if isinstance(inner, list):
            yield from _words_of(inner)
    yield "" if part["kind"] in WITHIN_WORDS else " "
