"""Parts of a reply: products of the sample shop, and a scripted model that has them shown."""

import json
from collections.abc import Sequence
from typing import Any

from backend.dev.storefront.sample_shop import CURRENCY, Catalog, Thing, catalog
from tests.support.scripted_model import ScriptedModel

Part = dict[str, Any]


def products(*handles: str, language: str = "en") -> Part:
    """As the shop's records have them."""
    goods = catalog(language)
    items = [product(goods, handle) for handle in handles]
    return {"type": "products", "items": items}


def product(goods: Catalog, known_as: str, **other: Any) -> dict[str, Any]:
    """One item; `other` fields take the place of the shop's own."""
    found = goods.find_product(known_as)
    assert found, f"the sample shop has no {known_as}"

    options = found["options_with_values"]
    variants = found["variants"]
    item = {
        "id": f"gid://shopify/Product/{found['id']}",
        "handle": known_as,
        "title": found["title"],
        "url": f"/products/{known_as}",
        "image": {"url": f"/cdn/shop/0/assets/{found['image']}", "alt": ""},
        "price": money(found["price"]),
        "compareAtPrice": money(found["compare_at_price"]),
        "available": found["available"],
        "options": list(map(_option, options)),
        "variants": list(map(_variant, variants)),
    }
    return item | other


def money(cents: int | None) -> dict[str, str] | None:
    if cents is None:
        return None
    return {"amount": f"{cents / 100:.2f}", "currency": CURRENCY}


def will_show(
    ai: ScriptedModel,
    parts: Sequence[Part],
    when: str,
    answer: str,
    gap_ms: int = 0,
) -> None:
    """The model calls the tool for a message that contains `when`, and then says `answer`, a word
    after each gap.
    """
    function = {
        "name": "show_parts",
        "arguments": json.dumps({"parts": parts}),
    }
    call = {
        "index": 0,
        "id": "call-1",
        "type": "function",
        "function": function,
    }
    called = _event({"tool_calls": [call]}, None)
    ended = _event({}, "tool_calls")

    ai.will_say(answer, when=when, gap_ms=gap_ms)
    ai.script(
        when=when,
        times=1,
        content_type="text/event-stream",
        body=f"{called}{ended}data: [DONE]\n\n",
    )


def _event(delta: dict[str, Any], finish: str | None) -> str:
    choice = {
        "index": 0,
        "delta": delta,
        "finish_reason": finish,
    }
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk)}\n\n"


def _option(option: Thing) -> dict[str, Any]:
    return {"name": option["name"], "values": list(option["values"])}


def _variant(variant: Thing) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/ProductVariant/{variant['id']}",
        "title": variant["title"],
        "price": money(variant["price"]),
        "compareAtPrice": money(variant["compareAt"]),
        "available": variant["available"],
        "options": list(variant["options"]),
    }
