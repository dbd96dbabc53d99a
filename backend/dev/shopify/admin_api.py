"""Shopify's token endpoint and Admin GraphQL API, as far as the app calls them, for any shop below
`/stores/<shop>`.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from backend.dev.shopify.admin_tokens import AppAccounts, BadGrant
from backend.dev.shopify.app_proxy import BROWSER, no_answer
from backend.dev.shopify.pretend_tokens import BadIdToken, read_id_token
from backend.dev.storefront.sample_shop import CURRENCY, DOMAIN, NAME

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

admin_api = Blueprint("admin_api", __name__, url_prefix="/stores/<shop>/admin")


class Refused(Exception):
    """An OAuth error by its name; Shopify answers all of them with 400."""

    def __init__(self, name: str, description: str = "") -> None:
        super().__init__(name)
        self.body = {"error": name, "error_description": description or name}


@admin_api.errorhandler(Refused)
def refuse(refused: Refused) -> tuple[Response, int]:
    return jsonify(refused.body), 400


def accounts() -> AppAccounts:
    """Of the app that this Shopify serves."""
    found = current_app.extensions["accounts"]
    assert isinstance(found, AppAccounts)
    return found


@admin_api.post("/oauth/access_token")
def access_token(shop: str) -> Response:
    asked = request.get_json(silent=True) or request.form.to_dict()
    kind = "refresh" if asked.get("grant_type") == "refresh_token" else "exchange"
    return _with_faults(shop, kind, lambda: _granted(shop, kind, asked))


@admin_api.post("/api/<version>/graphql.json")
def graphql(shop: str, version: str) -> Response:
    return _with_faults(shop, "graphql", lambda: _asked_graphql(shop, version))


def _with_faults(shop: str, call: str, answer: Callable[[], Response]) -> Response:
    known = accounts()
    fault = known.next_fault(call)
    known.calls.append({"shop": shop, "call": call, "fault": fault, "at": time.time()})
    if fault == "lost":
        answer()
        return Response(no_answer(request.environ[BROWSER]))
    if fault in ("frozen", "locked", "forbidden"):
        return Response(json.dumps({"errors": OUTAGES[fault][1]}), OUTAGES[fault][0])
    if fault == "stranger":
        # Something between us and Shopify, which knows nothing of tokens.
        return Response(
            "<html><body>401 Authorization Required</body></html>",
            401,
            content_type="text/html",
        )
    if fault == "invalid_grant":
        raise Refused("invalid_grant", "This request requires an active refresh_token")
    if fault == "busy":
        return Response(
            json.dumps({"errors": "Too many requests"}), 429, {"Retry-After": "2"}
        )
    if fault == "down":
        return Response(
            "<html><body>502 Bad Gateway</body></html>", 502, content_type="text/html"
        )
    if fault == "throttled":
        return jsonify(
            {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
        )
    return answer()


def _granted(shop: str, kind: str, asked: dict[str, Any]) -> Response:
    known = accounts()
    if (
        asked.get("client_id") != known.client_id
        or asked.get("client_secret") != known.secret
    ):
        raise Refused("invalid_client", "Unknown client or wrong secret.")
    if not known.of(shop).installed:
        raise Refused("invalid_client", "The app is not installed in this shop.")
    return jsonify(
        _refreshed(shop, asked) if kind == "refresh" else _exchanged(shop, asked)
    )


def _refreshed(shop: str, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return (
            accounts()
            .refresh(shop, str(asked.get("refresh_token")))
            .as_answer(accounts().scopes)
        )
    except BadGrant as error:
        raise Refused(
            "invalid_grant", "This request requires an active refresh_token"
        ) from error


def _exchanged(shop: str, asked: dict[str, Any]) -> dict[str, Any]:
    known = accounts()
    if (
        asked.get("grant_type") != EXCHANGE
        or asked.get("subject_token_type") != ID_TOKEN
    ):
        raise Refused("unsupported_grant_type")
    try:
        claims = read_id_token(
            str(asked.get("subject_token")), known.secret, known.client_id
        )
    except BadIdToken as error:
        raise Refused("invalid_subject_token", str(error)) from error
    if claims["dest"] != f"https://{shop}":
        raise Refused("invalid_subject_token", "The token is for another shop.")
    if (
        asked.get("requested_token_type") != OFFLINE
        or str(asked.get("expiring")) != "1"
    ):
        raise Refused("invalid_request", "Public apps get expiring offline tokens.")
    return known.issue(shop).as_answer(known.scopes)


def _asked_graphql(shop: str, version: str) -> Response:
    if not accounts().accepts(shop, request.headers.get("X-Shopify-Access-Token", "")):
        return Response(
            json.dumps({"errors": "[API] Invalid API key or access token"}), 401
        )
    asked = str(request.get_json().get("query", ""))
    root = re.match(r"\s*(?:query\b[^{]*)?\{\s*(\w+)", asked)
    if root is None or root[1] not in ANSWERS:
        return jsonify(
            {
                "errors": [
                    {
                        "message": f"The sample does not know {root[1] if root else asked!r}"
                    }
                ]
            }
        )
    cost = {"requestedQueryCost": 1, "actualQueryCost": 1, "throttleStatus": THROTTLE}
    answer = jsonify(
        {"data": {root[1]: ANSWERS[root[1]](shop)}, "extensions": {"cost": cost}}
    )
    answer.headers["X-Shopify-API-Version"] = version
    return answer


def _shop(shop: str) -> dict[str, Any]:
    name = NAME if shop == DOMAIN else shop.partition(".")[0].title()
    return {
        "id": "gid://shopify/Shop/70001",
        "name": name,
        "myshopifyDomain": shop,
        "currencyCode": CURRENCY,
        "email": f"owner@{shop}",
    }


OUTAGES = {
    "frozen": (402, "This shop's plan is frozen"),
    "locked": (423, "This shop is locked"),
    "forbidden": (403, "This action requires merchant approval for a scope"),
}
THROTTLE = {
    "maximumAvailable": 2000.0,
    "currentlyAvailable": 1999,
    "restoreRate": 100.0,
}
# Root fields that the app asks for; each gives all that a query may choose from.
ANSWERS: dict[str, Callable[[str], dict[str, Any]]] = {"shop": _shop}
