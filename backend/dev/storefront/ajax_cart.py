"""Shopify's Ajax API as far as storefronts use it: the cart of this browser, one product, search
suggestions.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from backend.dev.storefront.sample_shop import CURRENCY, Catalog, Thing
from backend.dev.storefront.sample_visitor import (
    CartLine,
    Visitor,
    read_visitor,
    remember_cart,
)
from backend.dev.storefront.theme_liquid import liquid_environment

THEME = Path(__file__).with_name("theme")
# What of the theme is rendered anew with the cart: the snippets of these names.
SECTIONS = ("cart-badge", "cart-drawer")
# As many as there are of one thing.
MOST_OF_ONE = 20
ATTRIBUTE = re.compile(r"attributes\[(.+)\]")

Fields = dict[str, Any]

ajax = Blueprint("ajax", __name__)


class CartError(Exception):
    """The cart stays as it is."""

    def __init__(self, status: int, description: str) -> None:
        self.status, self.description = status, description


@ajax.errorhandler(CartError)
def refuse(error: CartError) -> tuple[Response, int]:
    body = {
        "status": error.status,
        "message": "Cart Error",
        "description": error.description,
    }
    return jsonify(body), error.status


@ajax.get("/cart.js")
@ajax.get("/cart.json")
def show_cart() -> Response:
    return jsonify(cart_totals(read_visitor()))


@ajax.post("/cart/add.js")
def add() -> Response:
    visitor = read_visitor()
    asked = _asked_fields()
    cart, added = list(visitor.cart), []
    for item in asked.get("items") or [asked]:
        line = _wanted_line(visitor.catalog, item)
        cart = _with_line(cart, line)
        added.append(_line_fields(visitor.catalog, line))

    answer = {"items": added} if "items" in asked else added[0]
    changed = replace(visitor, cart=tuple(cart))
    answer |= _render_sections(changed, asked.get("sections", ""))
    return remember_cart(jsonify(answer), cart)


@ajax.post("/cart/change.js")
def change() -> Response:
    """By line key or variant id; quantity 0 takes it out."""
    visitor = read_visitor()
    asked = _asked_fields()
    wanted = str(asked.get("id"))
    quantity = _read_number(asked.get("quantity"), "quantity")

    meant = [
        line for line in visitor.cart if wanted in (line.key, str(line.variant_id))
    ]
    if not meant:
        raise CartError(404, "no valid id or line parameter")

    changed = [
        replace(line, quantity=quantity) if line in meant else line
        for line in visitor.cart
    ]
    left = tuple(line for line in changed if line.quantity > 0)
    changed_visitor = replace(visitor, cart=left)
    return remember_cart(jsonify(cart_totals(changed_visitor)), left)


@ajax.post("/cart/update.js")
def update() -> Response:
    """Attributes alone, as a form names them: `attributes[gift]`."""
    attributes = _read_attributes()
    for name, value in _asked_fields().items():
        if found := ATTRIBUTE.fullmatch(name):
            attributes[found[1]] = value

    cart = cart_totals(read_visitor())
    response = jsonify(cart | {"attributes": attributes})
    kept = quote(json.dumps(attributes))
    response.set_cookie("sample_attributes", kept, samesite="Lax")
    return response


@ajax.post("/cart/clear.js")
def clear() -> Response:
    emptied = replace(read_visitor(), cart=())
    return remember_cart(jsonify(cart_totals(emptied)), ())


@ajax.post("/cart/add")
def add_by_form() -> AnyResponse:
    return _back_to_cart(add())


@ajax.post("/cart/change")
def change_by_form() -> AnyResponse:
    return _back_to_cart(change())


@ajax.get("/products/<handle>.js")
def product(handle: str) -> tuple[Response, int]:
    found = read_visitor().catalog.find_product(handle)
    if not found:
        return jsonify({"status": 404}), 404
    return jsonify(_product_fields(found)), 200


@ajax.get("/search/suggest.json")
def suggest() -> Response:
    catalog = read_visitor().catalog
    wanted = _read_number(request.args.get("resources[limit]", 10), "limit")
    limit = min(10, max(1, wanted))
    found = catalog.search(request.args.get("q", ""))[:limit]

    products = [_suggestion_fields(one) for one in found]
    return jsonify({"resources": {"results": {"products": products}}})


def cart_totals(visitor: Visitor) -> Fields:
    """The cart as `cart.js` and Liquid's `cart` show it."""
    items = [_line_fields(visitor.catalog, line) for line in visitor.cart]
    total = sum(item["line_price"] for item in items)

    return {
        "token": "sample",
        "note": "",
        "attributes": _read_attributes(),
        "total_price": total,
        "original_total_price": total,
        "item_count": sum(item["quantity"] for item in items),
        "items": items,
        "requires_shipping": bool(items),
        "currency": CURRENCY,
    }


def _asked_fields() -> Mapping[str, Any]:
    return request.get_json() if request.is_json else request.form


def _wanted_line(catalog: Catalog, item: Mapping[str, Any]) -> CartLine:
    variant_id = _read_number(item.get("id"), "id")
    found = catalog.find_variant(variant_id)
    if not found:
        raise CartError(404, "Cannot find variant")

    product, variant = found
    if not variant["available"]:
        raise CartError(422, f"The product '{product['title']}' is already sold out.")

    quantity = _read_number(item.get("quantity", 1), "quantity")
    return CartLine(variant_id, quantity, item.get("properties") or {})


def _read_number(value: Any, name: str) -> int:
    if not str(value).isdecimal():
        raise CartError(400, f"Required parameter missing or invalid: {name}")
    return int(value)


def _with_line(cart: Iterable[CartLine], line: CartLine) -> list[CartLine]:
    others = [one for one in cart if one.key != line.key]
    before = sum(one.quantity for one in cart if one.key == line.key)
    quantity = before + line.quantity
    if quantity > MOST_OF_ONE:
        raise CartError(422, f"You can only add {MOST_OF_ONE} of this to the cart.")

    return [*others, replace(line, quantity=quantity)]


def _render_sections(visitor: Visitor, names: str) -> Fields:
    """Those that were asked for, as the theme has them on its pages; null for others."""
    asked = [name for name in names.split(",") if name]
    if not asked:
        return {}

    catalog = visitor.catalog
    environment = liquid_environment(THEME, catalog.language, str)
    objects = {
        "cart": cart_totals(visitor),
        "routes": {"cart_url": f"{catalog.root}cart"},
    }

    sections: Fields = dict.fromkeys(asked)
    for name in sections.keys() & SECTIONS:
        html = environment.get_template(name).render(**objects)
        sections[name] = f'<div id="shopify-section-{name}">{html}</div>'
    return {"sections": sections}


def _read_attributes() -> Fields:
    kept = request.cookies.get("sample_attributes", "{}")
    return dict(json.loads(unquote(kept)))


def _line_fields(catalog: Catalog, line: CartLine) -> Fields:
    found = catalog.find_variant(line.variant_id)
    assert found, "only known variants get into a cart"
    product, variant = found

    title, variant_title = product["title"], None
    if not product["has_only_default_variant"]:
        variant_title = variant["title"]
        title = f"{title} - {variant_title}"

    return {
        "key": line.key,
        "id": variant["id"],
        "variant_id": variant["id"],
        "product_id": product["id"],
        "quantity": line.quantity,
        "properties": line.properties,
        "title": title,
        "product_title": product["title"],
        "variant_title": variant_title,
        "handle": product["handle"],
        "url": f"{product['url']}?variant={variant['id']}",
        "image": product["featured_image"],
        "price": variant["price"],
        "line_price": variant["price"] * line.quantity,
        "final_price": variant["price"],
        "final_line_price": variant["price"] * line.quantity,
    }


PRODUCT_FIELDS = (
    "id",
    "handle",
    "title",
    "description",
    "vendor",
    "type",
    "tags",
    "price",
    "compare_at_price",
    "available",
    "requires_selling_plan",
    "url",
)


VARIANT_FIELDS = (
    "id",
    "title",
    "options",
    "available",
    "price",
    "sku",
)


def _product_fields(product: Thing) -> Fields:
    shown = {name: product[name] for name in PRODUCT_FIELDS}
    plan = {"requires_selling_plan": product["requires_selling_plan"]}
    variants = [_variant_fields(variant) | plan for variant in product["variants"]]

    return {
        **shown,
        "options": product["options_with_values"],
        "variants": variants,
        "images": product["images"],
    }


def _variant_fields(variant: Thing) -> Fields:
    shown = {name: variant[name] for name in VARIANT_FIELDS}
    return {
        **shown,
        "compare_at_price": variant["compareAt"],
        "selling_plan_allocations": [],
    }


def _suggestion_fields(product: Thing) -> Fields:
    fields = ("id", "handle", "title", "url", "vendor", "available")
    return {
        **{name: product[name] for name in fields},
        "body": product["description"],
        "price": f"{product['price'] / 100:.2f}",
        "image": product["featured_image"],
    }


def _back_to_cart(changed: Response) -> AnyResponse:
    """A form wants a page, with the cart as it is now."""
    answer = redirect(f"{read_visitor().catalog.root}cart", 303)
    for cookie in changed.headers.getlist("Set-Cookie"):
        answer.headers.add("Set-Cookie", cookie)
    return answer
