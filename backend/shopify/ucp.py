"""Asks a store for its products through UCP, which needs no scope: one question over HTTPS, one
try, little time.

A store answers whoever shows a profile of their own; ours is at PROFILE_PATH.
"""

import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import NamedTuple

import gevent
import httpx2
import msgspec

from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.shopify import https, ucp_answers
from backend.shopify.ucp_answers import Content, Fields, UcpRefused

VERSION = "2026-08-25"
CAPABILITIES = (
    "dev.ucp.shopping.catalog.search",
    "dev.ucp.shopping.catalog.lookup",
    "dev.ucp.shopping.cart",
)
PROFILE_PATH = "/ucp/profile.json"
ENDPOINT_PATH = "/api/ucp/mcp"

# A shopper waits for it: for each piece of an answer, and for all of it.
SECONDS = 1.5
SILENCE = httpx2.Timeout(SECONDS, connect=1)
# Six products with all that a store may say of them are a tenth of it.
MOST_BYTES = 2 * 1024 * 1024
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """For whom is asked, as far as it is known; the names are UCP's. A country is such as CA, a
    language such as fr, a currency such as CAD.
    """

    address_country: str = ""
    language: str = ""
    currency: str = ""

    @property
    def context(self) -> Fields:
        known = asdict(self)
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class AskedStore:
    """The store that is asked, and for whom."""

    config: Config
    shop: str
    buyer: Buyer

    @property
    def address(self) -> str:
        config = self.config
        origin = config.shopify_origin.replace("{shop}", self.shop)
        return f"{origin}{ENDPOINT_PATH}"


class FoundInStore(NamedTuple):
    """The products of the first page as the store tells them, and how many there are."""

    products: list[Fields]
    total: int


def build_profile() -> Fields:
    """What we are to stores: they fetch it from PROFILE_PATH."""
    known = [{"version": VERSION}]
    profile = {
        "version": VERSION,
        "capabilities": dict.fromkeys(CAPABILITIES, known),
    }
    return {"ucp": profile}


def search_catalog(
    store: AskedStore,
    query: str,
    limit: int,
) -> FoundInStore:
    """It waits for the store, so never call it inside a transaction. Raises UcpRefused,
    ShopifyUnavailable.
    """
    catalog = {
        "query": query,
        "context": store.buyer.context,
        "pagination": {"limit": limit},
    }
    told = _call(store, "search_catalog", catalog)
    products = told.products
    if products is None:
        raise ShopifyUnavailable

    counted = told.pagination and told.pagination.total_count
    total = max(counted or 0, len(products))
    return FoundInStore(products, total)


def get_product(store: AskedStore, gid: str) -> Fields | None:
    """With all that the store says of it; None when it has no such product. Waits and raises as
    `search_catalog` does.
    """
    catalog = {
        "id": gid,
        "context": store.buyer.context,
    }

    try:
        told = _call(store, "get_product", catalog)
    except UcpRefused as error:
        if error.because == "not_found":
            return None
        raise
    return told.product


def _call(
    store: AskedStore,
    tool: str,
    catalog: Fields,
) -> Content:
    question = _build_question(store, tool, catalog)
    request = _build_request(store, question)

    try:
        with gevent.Timeout(SECONDS, ShopifyUnavailable):
            status, body = _send(request)
    except httpx2.RequestError as error:
        raise ShopifyUnavailable from error
    return ucp_answers.read_answer(status, body)


def _build_question(
    store: AskedStore,
    tool: str,
    catalog: Fields,
) -> Fields:
    agent = {"profile": f"{store.config.host}{PROFILE_PATH}"}
    arguments = {
        "meta": {"ucp-agent": agent},
        "catalog": catalog,
    }

    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }


def _build_request(store: AskedStore, question: Fields) -> httpx2.Request:
    client = _client()
    return client.build_request(
        "POST",
        store.address,
        content=msgspec.json.encode(question),
        headers=HEADERS,
    )


def _send(request: httpx2.Request) -> tuple[int, bytes]:
    """Its status and its body."""
    ends_at = time.monotonic() + SECONDS
    client = _client()
    response = client.send(
        request,
        stream=True,
        follow_redirects=False,
    )

    try:
        body = https.read_body(response, MOST_BYTES, ends_at)
    except https.BodyTooLong as error:
        raise ShopifyUnavailable from error
    finally:
        response.close()
    return response.status_code, body


@cache
def _client() -> httpx2.Client:
    """One for the process: a connection that is open already saves two journeys to the store."""
    return https.lasting_client(SILENCE)
