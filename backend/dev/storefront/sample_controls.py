"""The sample's own switches under `/sample`: how the proxy behaves, who is signed in, what was
forwarded.
"""

from pathlib import Path
from typing import Any, get_args, get_type_hints

from flask import Blueprint, Response, abort, jsonify, request

from backend.dev.shopify.app_proxy import ProxyMode, road
from backend.dev.storefront.sample_visitor import read_visitor, remember_customer

SWITCHES = Path(__file__).with_name("static") / "switches.html"

# How a theme keeps its cart: with Shopify's actions, with the Ajax API and sections, or with plain
# forms. Its scripts read the cookie.
CART_SHAPES = ("actions", "sections", "form")

controls = Blueprint("controls", __name__, url_prefix="/sample")


@controls.get("")
def switches() -> Response:
    return Response(
        SWITCHES.read_text("utf-8"), content_type="text/html; charset=utf-8"
    )


@controls.get("/state")
def state() -> Response:
    visitor = read_visitor()
    how = road().how
    proxy = {"mode": how.mode, "ms": how.ms, "at": how.at}

    return jsonify(
        {
            "proxy": proxy,
            "customer": visitor.customer,
            "consent": visitor.consent,
            "cart": request.cookies.get("sample_cart_shape", CART_SHAPES[0]),
        }
    )


@controls.post("/proxy")
def set_road() -> Response:
    """`{"mode": "stream"|"buffer"|"drop"|"delay"|"html", "ms": 0, "at":
    "request"|"answer"|"body"}`.
    """
    asked = _asked_fields()
    hints = get_type_hints(ProxyMode)

    for name, allowed in hints.items():
        choices = get_args(allowed)
        value = asked.get(name, getattr(ProxyMode, name))
        is_right = value in choices if choices else isinstance(value, int)
        if not is_right:
            abort(Response(f"{name} cannot be {value!r}", 400))

    if unknown := asked.keys() - hints.keys():
        abort(Response(f"unknown: {', '.join(sorted(unknown))}", 400))

    road().how = ProxyMode(**asked)
    return state()


@controls.post("/login")
def log_in() -> Response:
    customer = _asked_fields().get("customer")
    if customer is not None and not str(customer).isdecimal():
        abort(Response("customer is a number or null", 400))
    return remember_customer(
        jsonify({"customer": customer}), customer and int(customer)
    )


@controls.post("/cart")
def set_cart_shape() -> Response:
    shape = _asked_fields().get("shape")
    if shape not in CART_SHAPES:
        abort(Response(f"shape cannot be {shape!r}", 400))

    response = jsonify({"shape": shape})
    response.set_cookie("sample_cart_shape", shape, samesite="Lax")
    return response


@controls.get("/requests")
def list_requests() -> Response:
    return jsonify(list(road().calls))


@controls.delete("/requests")
def forget_requests() -> Response:
    road().calls.clear()
    return jsonify([])


def _asked_fields() -> dict[str, Any]:
    asked = request.get_json()
    return asked if isinstance(asked, dict) else abort(400)
