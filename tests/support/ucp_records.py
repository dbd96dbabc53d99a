"""Products as stores tell of them through UCP."""

from typing import Any

Fields = dict[str, Any]


def ucp_product(number: int, title: str, **fields: Any) -> Fields:
    """With one variant that can be bought, unless `fields` say otherwise."""
    handle = title.lower().replace(" ", "-").replace("'", "")
    product: Fields = {
        "id": f"gid://shopify/Product/{number}",
        "handle": handle,
        "title": title,
        "description": {"plain": ""},
        "url": f"https://tide.example/products/{handle}",
        "options": [],
        "variants": [ucp_variant(number * 100)],
    }
    return product | fields


def ucp_variant(number: int, **fields: Any) -> Fields:
    variant = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "title": "Default Title",
        "price": {"amount": 3900, "currency": "EUR"},
        "availability": {"available": True},
        "options": [],
    }
    return variant | fields


def found_in_store(*products: Fields, total: int | None = None) -> Fields:
    """What `search_catalog` answers, as JSON-RPC."""
    counted = len(products) if total is None else total
    content = {"products": list(products), "pagination": {"total_count": counted}}
    return {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}


def told_whole(product: Fields | None) -> Fields:
    """What `get_product` answers."""
    content: Fields = {"product": product}
    if product is None:
        content = {"ucp": {"status": "error"}, "messages": [{"code": "not_found"}]}
    return {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}
