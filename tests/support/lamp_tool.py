"""A tool for tests: it knows one lamp, and shows it."""

from typing import Annotated, Any

from msgspec import Meta

from backend.store.parts import Part
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext

LAMP: dict[str, Any] = {
    "id": "gid://shopify/Product/7",
    "handle": "harbour-lamp",
    "title": "Harbour Lamp",
    "url": "/products/harbour-lamp",
    "image": None,
    "price": {"amount": "129.00", "currency": "EUR"},
    "compareAtPrice": None,
    "available": True,
    "options": [],
    "variants": [],
}


class LampQuery(Arguments):
    words: Annotated[str, Meta(description="What is looked for.", max_length=80)]
    most: Annotated[int, Meta(ge=1, le=5)] = 3


def lamps(**more: Any) -> Part:
    return {"type": "products", "items": [LAMP]} | more


def find_lamps(context: ToolContext, query: LampQuery) -> Found:
    return Found({"found": [LAMP["title"]], "for": query.words}, [lamps()])


FIND_LAMPS = Tool("find_lamps", "Finds lamps of the store.", LampQuery, find_lamps)
