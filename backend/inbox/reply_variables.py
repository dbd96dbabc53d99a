"""What stands in curly brackets in a saved reply, such as {{order}}: filled in for a conversation
before it is sent, and never sent as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.chat.messages import Message
from backend.store.parts import objects_of

NAMES = (
    "customer.first_name",
    "order",
    "product.link",
    "agent.name",
    "shop.name",
)
VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
# A greeting does without a name: "Hello {{customer.first_name}}," is "Hello,".
NAMELESS = re.compile(r"[ \t]*\{\{\s*customer\.first_name\s*\}\}")
AT_LINE_START = re.compile(
    r"(?m)^[ \t]*\{\{\s*customer\.first_name\s*\}\}[,;:!]?[ \t]*"
)
OPENING = "{{"
FAULT = "Replace what is in curly brackets before you send"
LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ReplyValues:
    """What is known in one conversation; blank is what is not."""

    first_name: str = ""
    order: str = ""
    product_link: str = ""
    agent_name: str = ""
    shop_name: str = ""

    def as_mapping(self) -> Mapping[str, str]:
        values = (
            self.first_name,
            self.order,
            self.product_link,
            self.agent_name,
            self.shop_name,
        )
        return dict(zip(NAMES, values, strict=True))


def fill_in(text: str, values: ReplyValues) -> str:
    """What nobody knows stays as it stands, so that it is seen; a name alone is left out."""
    if not values.first_name:
        text = NAMELESS.sub("", AT_LINE_START.sub("", text))
    known = values.as_mapping()

    def replace(found: re.Match[str]) -> str:
        return known.get(found[1]) or found[0]

    return VARIABLE.sub(replace, text)


def find_fault(text: str) -> str:
    """As a sentence that names what is not filled in; empty when nothing is."""
    if OPENING not in text:
        return ""

    start = text.index(OPENING)
    end = text.find("}}", start)
    shown = text[start : end + 2] if end > 0 else text[start:]
    if len(shown) > LONGEST_SHOWN:
        shown = f"{shown[:LONGEST_SHOWN]}…"
    return f"{FAULT}: {shown}"


def find_last_order(said: Sequence[Message]) -> str:
    """The name of the order that was shown last, such as #1042."""
    names = [name for name, _ in list_orders(said)]
    return names[-1] if names else ""


def list_orders(said: Sequence[Message]) -> list[tuple[str, str]]:
    """(name, status) of those that were shown, each as it was last, the oldest first."""
    orders: dict[str, str] = {}
    for name, status in _shown_orders(said):
        orders.pop(name, None)
        orders[name] = status
    return list(orders.items())


def find_last_product(said: Sequence[Message]) -> str:
    """The address of the product that was shown last; of several, the first."""
    for message in reversed(said):
        for part in reversed(message.parts or []):
            if part.get("type") != "products":
                continue
            for item in objects_of(part, "items"):
                url = item.get("url")
                if isinstance(url, str) and url:
                    return url
    return ""


def _shown_orders(said: Sequence[Message]) -> Iterator[tuple[str, str]]:
    for message in said:
        for part in message.parts or []:
            name, status = part.get("name"), part.get("status")
            if part.get("type") == "order" and isinstance(name, str):
                yield name, status if isinstance(status, str) else ""
