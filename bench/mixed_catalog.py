"""A catalog of any size, made of a smaller one: its products with each other's words, with prices
and article numbers of their own.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Fields = dict[str, Any]

FIRST_PRODUCT, FIRST_VARIANT = 8_800_000_000_000, 46_000_000_000_000
# A title takes another's first word this often.
MIXED_TITLES = 0.7
LOWEST, HIGHEST = 0.6, 1.6
SEED = 7


def read_export(path: Path) -> list[tuple[Fields, list[Fields]]]:
    """Each product of an export with its variants."""
    found: list[tuple[Fields, list[Fields]]] = []
    with path.open() as lines:
        for line in lines:
            fields = json.loads(line)
            if "__parentId" in fields:
                found[-1][1].append(fields)
            else:
                found.append((fields, []))
    return found


def iter_products(path: Path) -> Iterator[Fields]:
    """The same without the variants, and one at a time."""
    with path.open() as lines:
        for line in lines:
            fields = json.loads(line)
            if "__parentId" not in fields:
                yield fields


def write_mixed(source: Path, target: Path, number: int) -> None:
    """So many products as the lines of an export; each time the same."""
    known = read_export(source)
    drawn = random.Random(SEED)

    with target.open("w") as file:
        for place in range(number):
            product, variants = known[place % len(known)]
            other, _ = drawn.choice(known)
            mixed = _mix(product, other, place, drawn)
            factor = drawn.uniform(LOWEST, HIGHEST)
            for line in _lines(mixed, variants, place, factor):
                file.write(json.dumps(line) + "\n")


def _mix(product: Fields, other: Fields, place: int, drawn: random.Random) -> Fields:
    title = product["title"]
    if drawn.random() < MIXED_TITLES:
        _, _, rest = title.partition(" ")
        first, _, _ = other["title"].partition(" ")
        title = f"{first} {rest}".strip()

    return product | {
        "id": f"gid://shopify/Product/{FIRST_PRODUCT + place}",
        "handle": f"{product['handle']}-{place}",
        "title": title,
        "description": _join_halves(product["description"], other["description"]),
    }


def _join_halves(one: str, other: str) -> str:
    """The first sentences of one, the last of the other."""
    begun, ended = one.split(". "), other.split(". ")
    return ". ".join([*begun[: len(begun) // 2], *ended[len(ended) // 2 :]])


def _lines(
    product: Fields, variants: list[Fields], place: int, factor: float
) -> Iterator[Fields]:
    yield product
    for position, variant in enumerate(variants):
        number = FIRST_VARIANT + place * 1_000 + position
        sku = variant["sku"] or "X"
        price = float(variant["price"]) * factor

        yield variant | {
            "id": f"gid://shopify/ProductVariant/{number}",
            "__parentId": product["id"],
            "sku": f"{sku}-{place}",
            "price": f"{price:.2f}",
        }
