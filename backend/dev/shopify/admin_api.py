"""Shopify's token endpoint and Admin GraphQL API, as far as the app calls them, for any shop below
`/stores/<shop>`.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_questions import answer_question
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.dev.shopify.admin_tokens import AppAccounts, BadGrant
from backend.dev.shopify.app_proxy import BROWSER, no_answer
from backend.dev.shopify.pretend_tokens import BadIdToken, read_id_token
from backend.dev.storefront.sample_shop import CURRENCY

Fields = dict[str, Any]
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
# A document of the app asks for one thing.
ASKED_FIELD = re.compile(r"\{\s*(\w+)")
NO_REFRESH_TOKEN = "This request requires an active refresh_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"

admin_api = Blueprint("admin_api", __name__, url_prefix="/stores/<shop>/admin")


class Refused(Exception):
    """An OAuth error by its name; Shopify answers all of them with 400."""

    def __init__(self, name: str, description: str = "") -> None:
        super().__init__(name)
        self.body = {
            "error": name,
            "error_description": description or name,
        }


@admin_api.errorhandler(Refused)
def refuse(refused: Refused) -> tuple[Response, int]:
    return jsonify(refused.body), 400


def accounts() -> AppAccounts:
    """Of the app that this Shopify serves."""
    found = current_app.extensions["accounts"]
    assert isinstance(found, AppAccounts)
    return found


def stores() -> AdminStores:
    """What each shop has."""
    found = current_app.extensions["admin_stores"]
    assert isinstance(found, AdminStores)
    return found


def find_store(shop: str) -> AdminStore:
    base = request.host_url.rstrip("/")
    return stores().of(shop, base)


@admin_api.post("/oauth/access_token")
def access_token(shop: str) -> Response:
    asked = request.get_json(silent=True) or request.form.to_dict()
    is_refresh = asked.get("grant_type") == "refresh_token"
    kind = "refresh" if is_refresh else "exchange"

    answer = partial(_grant_tokens, shop, kind, asked)
    return with_faults(shop, kind, answer)


@admin_api.post("/api/<version>/graphql.json")
def graphql(shop: str, version: str) -> Response:
    asked = request.get_json(silent=True) or {}
    query = str(asked.get("query", ""))
    field = ASKED_FIELD.search(query)
    operation = field[1] if field else ""

    answer = partial(_answer_graphql, shop, version)
    return with_faults(shop, "graphql", answer, operation)


@dataclass(frozen=True)
class Outage:
    status: int
    body: str
    content_type: str = "text/html; charset=utf-8"
    retry_after: str = ""

    def response(self) -> Response:
        response = Response(
            self.body,
            self.status,
            content_type=self.content_type,
        )
        if self.retry_after:
            response.headers["Retry-After"] = self.retry_after
        return response


def _errors_json(errors: Any) -> str:
    return json.dumps({"errors": errors})


THROTTLED = [
    {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED"},
    }
]
MERCHANT_APPROVAL = "This action requires merchant approval for a scope"
OUTAGES = {
    "frozen": Outage(402, _errors_json("This shop's plan is frozen")),
    "locked": Outage(423, _errors_json("This shop is locked")),
    "forbidden": Outage(403, _errors_json(MERCHANT_APPROVAL)),
    # Something between us and Shopify, which knows nothing of tokens.
    "stranger": Outage(401, "<html><body>401 Authorization Required</body></html>"),
    "busy": Outage(429, _errors_json("Too many requests"), retry_after="2"),
    "down": Outage(502, "<html><body>502 Bad Gateway</body></html>"),
    "throttled": Outage(200, _errors_json(THROTTLED), "application/json"),
}


def with_faults(
    shop: str,
    call: str,
    answer: Callable[[], Response],
    operation: str = "",
) -> Response:
    """The answer, or what goes wrong in its place; the call is noted."""
    known = accounts()
    fault = known.next_fault(call, shop, operation)
    noted = {
        "shop": shop,
        "call": call,
        "operation": operation,
        "fault": fault,
        "at": time.time(),
    }
    known.calls.append(noted)

    if fault == "lost":
        answer()
        browser = request.environ[BROWSER]
        return Response(no_answer(browser))
    if fault == "invalid_grant":
        raise Refused("invalid_grant", NO_REFRESH_TOKEN)
    if fault in OUTAGES:
        outage = OUTAGES[fault]
        return outage.response()
    return answer()


def _grant_tokens(shop: str, kind: str, asked: Fields) -> Response:
    known = accounts()
    client = (asked.get("client_id"), asked.get("client_secret"))
    if client != (known.client_id, known.secret):
        raise Refused("invalid_client", "Unknown client or wrong secret.")
    if not known.of(shop).installed:
        raise Refused("invalid_client", "The app is not installed in this shop.")

    grant = _refresh_tokens if kind == "refresh" else _exchange_token
    granted = grant(shop, asked)
    return jsonify(granted)


def _refresh_tokens(shop: str, asked: Fields) -> Fields:
    known = accounts()
    try:
        refresh_token = str(asked.get("refresh_token"))
        tokens = known.refresh(shop, refresh_token)
    except BadGrant as error:
        raise Refused("invalid_grant", NO_REFRESH_TOKEN) from error

    return tokens.as_answer(granted_scopes(shop))


def _exchange_token(shop: str, asked: Fields) -> Fields:
    known = accounts()
    grant_type = asked.get("grant_type")
    subject_type = asked.get("subject_token_type")
    if grant_type != EXCHANGE or subject_type != ID_TOKEN:
        raise Refused("unsupported_grant_type")

    token = str(asked.get("subject_token"))
    try:
        claims = read_id_token(token, known.secret, known.client_id)
    except BadIdToken as error:
        raise Refused("invalid_subject_token", str(error)) from error

    if claims["dest"] != f"https://{shop}":
        raise Refused("invalid_subject_token", "The token is for another shop.")
    if asked.get("requested_token_type") == ONLINE:
        return known.issue_online(shop, granted_scopes(shop))

    is_offline = asked.get("requested_token_type") == OFFLINE
    is_expiring = str(asked.get("expiring")) == "1"
    if not is_offline or not is_expiring:
        raise Refused("invalid_request", "Public apps get expiring offline tokens.")

    tokens = known.issue(shop)
    return tokens.as_answer(granted_scopes(shop))


def granted_scopes(shop: str) -> str:
    """All that the app asks for and what was granted later, unless the shop was told otherwise."""
    chosen = find_store(shop).scopes
    if chosen is not None:
        return chosen

    known = accounts()
    return known.of(shop).granted or known.scopes


def _answer_graphql(shop: str, version: str) -> Response:
    token = request.headers.get("X-Shopify-Access-Token", "")
    if not accounts().accepts(shop, token):
        body = _errors_json("[API] Invalid API key or access token")
        return Response(body, 401)

    asked = request.get_json()
    query = str(asked.get("query", ""))
    variables = asked.get("variables") or {}
    viewer = Viewer(granted_scopes(shop), CURRENCY)

    told = answer_question(find_store(shop), viewer, query, variables)
    answer = jsonify(told)
    answer.headers["X-Shopify-API-Version"] = version
    return answer
