"""What a message shows besides its words: cards, sources, an order, a form. Kept as JSON.

A part has an `id`, a `type` and `at`, the offset in the words at which it stands (UTF-16 units);
`docs/schemas` has the further fields of each type.
"""

from collections.abc import Sequence
from typing import Any

Part = dict[str, Any]

# As people of the shop read them, wherever parts are not drawn.
LABELS = {
    "products": "Products",
    "sources": "Sources",
    "order": "Order",
    "form": "Form",
    "person": "Person",
}
OTHER_LABEL = "Shown"


def place_part(parts: Sequence[Part], part: Part) -> list[Part]:
    """`parts` with one more; one that has the same id is replaced where it is in the list."""
    if all(known["id"] != part["id"] for known in parts):
        return [*parts, part]

    return [part if known["id"] == part["id"] else known for known in parts]


def label_of(part: Part) -> str:
    return LABELS.get(part["type"], OTHER_LABEL)


def titles_of(part: Part) -> list[str]:
    """What its things are called: the words of a part, where nothing else of it is shown."""
    named = [part.get("name"), part.get("state") if part["type"] == "person" else None]
    named += [item.get("title") for item in _objects(part.get("items"))]
    named += [field.get("label") for field in _objects(part.get("fields"))]
    return [name for name in named if isinstance(name, str) and name]


def items_of(part: Part) -> list[dict[str, Any]]:
    """What a list of products or sources has; nothing, where that is no list."""
    return _objects(part.get("items"))


def describe_part(part: Part) -> str:
    """In one line."""
    titles = ", ".join(titles_of(part))
    return f"{label_of(part)}: {titles}" if titles else label_of(part)


def _objects(value: Any) -> list[dict[str, Any]]:
    """Those of a list; what was read back from a file may be anything."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]
