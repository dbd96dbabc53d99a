"""What a message shows besides its words: cards, sources, an order, a form. Kept as JSON.

A part has an `id`, a `type` and `at`, the offset in the words at which it stands (UTF-16 units);
`docs/schemas` has the further fields of each type.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Part = dict[str, Any]

LABELS = {
    "products": "Products",
    "sources": "Sources",
    "order": "Order",
    "form": "Form",
    "person": "Person",
}
OTHER_LABEL = "Shown"
# What a `person` part says of the people in a conversation, not of one that may come.
GAVE_UP = "gave_up"
EVENTS = frozenset({"joined", "returned", "asked_back", GAVE_UP})


def place_part(parts: Sequence[Part], part: Part) -> list[Part]:
    """`parts` with one more; one that has the same id is replaced where it is in the list."""
    if all(known["id"] != part["id"] for known in parts):
        return [*parts, part]

    return [part if known["id"] == part["id"] else known for known in parts]


def is_event(part: Part) -> bool:
    """Whether its message tells what has happened, and nobody's words."""
    return part.get("type") == "person" and part.get("state") in EVENTS


def is_given_up(part: Part) -> bool:
    """Whether it tells that nobody has come."""
    return is_event(part) and part["state"] == GAVE_UP


def label_of(part: Part) -> str:
    """As people of the shop read it."""
    kind = part.get("type")
    return LABELS.get(kind, OTHER_LABEL) if isinstance(kind, str) else OTHER_LABEL


def objects_of(fields: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Those of a list in it; what was read back from a file may be anything."""
    value = fields.get(key)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]
