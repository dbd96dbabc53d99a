"""What is true in a conversation before its next answer: what the merchant has set, what staff and
the assistant have said and shown, and weakly what the shopper says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backend.assistant.facts import Facts
from backend.chat.messages import Message, Role
from backend.shops.directory import Shop
from backend.store.parts import objects_of

# What a model is reminded of: "the second one" is mostly among the last.
MOST_SHOWN = 12


def collect(
    shop: Shop,
    said: Sequence[Message],
    page: Mapping[str, Any] | None,
) -> Facts:
    """What the assistant has said before has passed the guard itself, and what it has shown was
    found by tools. Of the page only its address counts: its title is the browser's word.
    """
    facts = Facts([shop.domain])
    if page and page.get("url"):
        facts.add_page(page["url"])
    facts.add_settings(shop.settings)
    for message in said:
        if message.role is Role.SHOPPER:
            facts.add_shopper_text(message.text)
            continue
        facts.add_text(message.text)
        for part in message.parts or ():
            facts.add_part(part)
    return facts


def list_shown_products(newest_first: Sequence[Message]) -> list[str]:
    """Title and handle of those that have been shown, the latest last, each once."""
    shown: dict[str, str] = {}
    for item in _items_shown(newest_first):
        title, handle = item.get("title"), item.get("handle")
        if title and handle:
            shown.setdefault(str(handle), f"{title} ({handle})")

    latest = list(shown.values())[:MOST_SHOWN]
    return latest[::-1]


def _items_shown(newest_first: Sequence[Message]) -> Iterator[Mapping[str, Any]]:
    """The latest first."""
    for message in newest_first:
        for part in message.parts or ():
            if part["type"] == "products":
                yield from reversed(objects_of(part, "items"))
