"""What is true in a conversation before its next answer: what the merchant has set, what staff and
the assistant have said, and weakly what the shopper says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.assistant.facts import Facts
from backend.chat.messages import Message, Role
from backend.shops.directory import Shop


def collect(
    shop: Shop, said: Sequence[Message], page: Mapping[str, Any] | None
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
