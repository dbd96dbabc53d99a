"""The products of the sample shop as Liquid and the Ajax API show them, from the files in `goods/`.

What is written once there is spelled out here: options with their values, titles of variants.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

Thing = Mapping[str, Any]

GOODS = Path(__file__).with_name("goods")
OPTION_FIELDS = ("option1", "option2", "option3")
# What Shopify says of a product that comes in one version only.
ONLY_OPTION, ONLY_VALUE = "Title", "Default Title"


def read_goods(name: str, language: str) -> Any:
    """One file in one language; English where it has no other words."""
    text = (GOODS / f"{name}.json").read_text("utf-8")
    return _in_language(json.loads(text), language)


def build_product(raw: Thing, collection: str, root: str) -> Thing:
    image = f"{raw['handle']}.svg"
    variants = [_build_variant(variant, image) for variant in raw["variants"]]
    available = [variant for variant in variants if variant["available"]]
    prices = [variant["price"] for variant in variants]
    cheapest = min(variants, key=itemgetter("price"))

    return {
        "gift_card": False,
        "requires_selling_plan": False,
        **raw,
        **_option_fields(raw.get("options", []), variants),
        "collection": collection,
        "url": f"{root}products/{raw['handle']}",
        "image": image,
        "featured_image": image,
        "images": [image],
        "variants": variants,
        "first_available_variant": available[0] if available else None,
        "available": bool(available),
        "price": min(prices),
        "price_varies": len(set(prices)) > 1,
        "compare_at_price": cheapest["compareAt"],
        "selling_plan_groups": _plan_groups(raw.get("selling_plans", [])),
    }


def _build_variant(raw: Thing, image: str) -> Thing:
    values = raw.get("values", [ONLY_VALUE])

    return {
        "available": True,
        "compareAt": None,
        "sku": f"TT-{raw['id']}",
        "barcode": "",
        "requires_shipping": True,
        **raw,
        **dict(zip_longest(OPTION_FIELDS, values)),
        "options": values,
        "title": " / ".join(values),
        "featured_image": image,
    }


def _option_fields(names: Sequence[str], variants: Sequence[Thing]) -> Thing:
    """`option` is the first one's name, and None where there is nothing to choose."""
    shown = names or [ONLY_OPTION]
    with_values = [
        {
            "name": name,
            "position": position,
            "values": _values_of(variants, f"option{position}"),
        }
        for position, name in enumerate(shown, 1)
    ]

    return {
        "option": names[0] if names else None,
        "options": shown,
        "options_with_values": with_values,
        "has_only_default_variant": not names,
    }


def _values_of(variants: Sequence[Thing], field: str) -> list[str]:
    """In the order in which they first appear."""
    return list(dict.fromkeys(variant[field] for variant in variants))


def _plan_groups(plans: Sequence[Thing]) -> list[Thing]:
    """A product of ours has one group of plans at most."""
    if not plans:
        return []
    return [{"id": "subscription", "name": "Subscription", "selling_plans": plans}]


def _in_language(value: Any, language: str) -> Any:
    """The same tree with every {"en": …, "de": …} replaced by one of them."""
    if isinstance(value, dict):
        if "en" in value:
            return value.get(language, value["en"])
        return {key: _in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [_in_language(inner, language) for inner in value]
    return value
