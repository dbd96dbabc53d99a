"""A store's own catalog as Shopify offers it to everybody through UCP, at
`/stores/<shop>/api/ucp/mcp`: JSON-RPC, over what the shop sells.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from backend.dev.shopify.admin_api import find_store, with_faults
from backend.dev.storefront.sample_shop import CURRENCY

Record = dict[str, Any]
Fields = Mapping[str, Any]
Tool = Callable[[str, Fields], Record]

VERSION = "2026-08-25"
CAPABILITY = "dev.ucp.shopping.catalog"
USUAL_LIMIT, MOST_LIMIT = 10, 250
WORD = re.compile(r"\w+")
# How much a word counts, by where it stands.
IN_TITLE, IN_TAGS, IN_DESCRIPTION = 5, 3, 1

INVALID_REQUEST = -32600
NO_METHOD = -32601
INVALID_PARAMS = -32602
NO_PROFILE = -32001

ucp_endpoint = Blueprint("ucp_endpoint", __name__)


class RpcError(Exception):
    """An error of the protocol; `word` is UCP's own for it."""

    def __init__(
        self,
        code: int,
        message: str,
        word: str = "",
        status: int = 200,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.word = word
        self.status = status

    def as_record(self) -> Record:
        told: Record = {
            "code": self.code,
            "message": str(self),
        }
        if self.word:
            told["data"] = {"code": self.word}
        return told


@ucp_endpoint.post("/stores/<shop>/api/ucp/mcp")
def ucp_call(shop: str) -> Response:
    answer = partial(_answer_call, shop)
    return with_faults(shop, "ucp", answer)


def _answer_call(shop: str) -> Response:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        asked = {}
    answer: Record = {
        "jsonrpc": "2.0",
        "id": asked.get("id"),
    }

    status = 200
    try:
        content = _call_tool(shop, asked)
    except RpcError as error:
        status = error.status
        answer["error"] = error.as_record()
    else:
        answer["result"] = _as_result(content)

    response = jsonify(answer)
    response.status_code = status
    return response


def _as_result(content: Record) -> Record:
    """Once for programs, and once more as text for models."""
    text = json.dumps(content, ensure_ascii=False)
    part = {"type": "text", "text": text}
    return {
        "content": [part],
        "structuredContent": content,
        "isError": False,
    }


def _call_tool(shop: str, asked: Fields) -> Record:
    if asked.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid Request")
    if asked.get("method") != "tools/call":
        raise RpcError(NO_METHOD, "Method not found")

    params = asked.get("params") or {}
    arguments = params.get("arguments") or {}
    _require_profile(arguments)

    name = params.get("name")
    if name not in TOOLS:
        raise RpcError(INVALID_PARAMS, "Unknown tool")
    catalog = arguments.get("catalog") or {}
    return TOOLS[name](shop, catalog)


def _require_profile(arguments: Fields) -> None:
    """Shopify fetches it; here it is enough that it has an address."""
    meta = arguments.get("meta") or {}
    agent = meta.get("ucp-agent") or {}
    profile = str(agent.get("profile"))

    address = urlsplit(profile)
    is_web = address.scheme in ("http", "https")
    if not is_web or not address.hostname:
        raise RpcError(
            NO_PROFILE,
            "UCP discovery failed",
            word="invalid_profile_url",
            status=422,
        )


def _search(shop: str, catalog: Fields) -> Record:
    query = catalog.get("query")
    if not isinstance(query, str):
        raise RpcError(INVALID_PARAMS, "Missing: catalog.query")
    pagination = catalog.get("pagination") or {}
    wanted = int(pagination.get("limit", USUAL_LIMIT))
    limit = min(wanted, MOST_LIMIT)

    found = _rank(shop, query)
    page = {
        "has_next_page": len(found) > limit,
        "total_count": len(found),
    }
    return {
        "ucp": _envelope("search"),
        "products": list(map(_as_product, found[:limit])),
        "pagination": page,
    }


def _get(shop: str, catalog: Fields) -> Record:
    gid = catalog.get("id")
    for product in _list_shown(shop):
        if product["id"] == gid:
            return {
                "ucp": _envelope("lookup"),
                "product": _as_product(product),
            }

    message = {
        "type": "error",
        "code": "not_found",
        "content": "There is no such product.",
        "severity": "recoverable",
    }
    return {
        "ucp": _envelope("lookup", "error"),
        "messages": [message],
    }


TOOLS: dict[Any, Tool] = {
    "search_catalog": _search,
    "get_product": _get,
}


def _envelope(capability: str, status: str = "success") -> Record:
    name = f"{CAPABILITY}.{capability}"
    known = {"version": VERSION}
    return {
        "version": VERSION,
        "status": status,
        "capabilities": {name: [known]},
    }


def _list_shown(shop: str) -> Iterator[Record]:
    products = find_store(shop).products
    for product in products.values():
        is_active = product["status"] == "ACTIVE"
        if is_active and product["onlineStoreUrl"]:
            yield product


def _rank(shop: str, query: str) -> list[Record]:
    """Those with any of the words, the best first."""
    wanted = _words_of(query)
    score = partial(_score, wanted)
    found = filter(score, _list_shown(shop))
    return sorted(found, key=score, reverse=True)


def _score(wanted: set[str], product: Record) -> int:
    named = f"{product['title']} {product['handle']}"
    tagged = " ".join([product["productType"], *product["tags"]])
    described = product["description"]

    return (
        IN_TITLE * len(wanted & _words_of(named))
        + IN_TAGS * len(wanted & _words_of(tagged))
        + IN_DESCRIPTION * len(wanted & _words_of(described))
    )


def _words_of(text: str) -> set[str]:
    folded = text.casefold()
    return set(WORD.findall(folded))


def _as_product(product: Record) -> Record:
    variants = list(map(_as_variant, product["variants"]))
    prices = [variant["price"] for variant in variants]
    prices.sort(key=_amount_of)

    return {
        "id": product["id"],
        "handle": product["handle"],
        "title": product["title"],
        "description": {"plain": product["description"]},
        "url": product["onlineStoreUrl"],
        "categories": _categories(product),
        "price_range": {"min": prices[0], "max": prices[-1]},
        "media": _media(product),
        "options": list(map(_as_option, product["options"])),
        "variants": variants,
        "tags": product["tags"],
    }


def _as_variant(variant: Record) -> Record:
    told = {
        "id": variant["id"],
        "sku": variant["sku"],
        "title": variant["title"],
        "description": {"plain": variant["title"]},
        "price": _money(variant["price"]),
        "availability": {"available": variant["availableForSale"]},
        "options": list(map(_as_choice, variant["selectedOptions"])),
    }

    before = variant["compareAtPrice"]
    if before:
        told["list_price"] = _money(before)
    return told


def _as_choice(option: Record) -> Record:
    return {
        "name": option["name"],
        "label": option["value"],
    }


def _as_option(option: Record) -> Record:
    labels = [{"label": value} for value in option["values"]]
    return {"name": option["name"], "values": labels}


def _categories(product: Record) -> list[Record]:
    name = product["productType"]
    if not name:
        return []
    own = {"value": name, "taxonomy": "merchant"}
    return [own]


def _media(product: Record) -> list[Record]:
    media = product["featuredMedia"]
    if media is None:
        return []

    image = media["image"]
    told = {
        "type": "image",
        "url": image["url"],
        "alt_text": image["altText"],
    }
    return [told]


def _money(amount: str) -> Record:
    """The sample's currency has cents."""
    cents = Decimal(amount) * 100
    return {
        "amount": int(cents),
        "currency": CURRENCY,
    }


def _amount_of(money: Record) -> int:
    amount: int = money["amount"]
    return amount
