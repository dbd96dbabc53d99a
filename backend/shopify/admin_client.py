"""Asks a shop's Admin API: one document, one whole answer, and no faster than Shopify allows."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2
import msgspec

from backend.config import Config
from backend.errors import QueryRejected, ShopifyThrottled, ShopifyUnavailable
from backend.logs import logger
from backend.shopify import admin_answers, https
from backend.shopify.admin_answers import TOO_MANY, Answer, Fields
from backend.shopify.admin_operations import document, is_change
from backend.shopify.api_version import admin_path
from backend.shopify.throttle import Throttle

Variables = Mapping[str, Any]

# For each piece of an answer, and for all of it.
SILENCE = httpx2.Timeout(10, connect=3)
MOST_SECONDS = 30
# Fifty products with a hundred variants each take a tenth of it.
MOST_BYTES = 16 * 1024 * 1024
NOT_ANSWERED = (
    httpx2.RemoteProtocolError,
    httpx2.ReadError,
    httpx2.WriteError,
)

_throttle = Throttle()


@dataclass(frozen=True, slots=True)
class Access:
    """The shop that is asked, and the token that lets us in."""

    shop: str
    token: str = field(repr=False)


def ask(
    config: Config,
    access: Access,
    name: str,
    variables: Variables,
    patience: float = 0.0,
) -> Fields:
    """The data of the answer, all of it. It waits for room, and asks again when it was throttled,
    for `patience` seconds in all; the network comes on top. So never call it inside a transaction.

    Raises TokenRefused, ScopeMissing, ShopInactive, ShopifyThrottled, ShopifyUnavailable,
    QueryRejected, ChangeRefused.
    """
    address = _find_address(config, access.shop)
    until = _throttle.deadline(patience)

    while True:
        with _throttle.turn(address, name, until):
            request = _build_request(address, access, name, variables)
            answer = _send(request, is_change(name))
        _learn_cost(address, name, answer)

        try:
            return admin_answers.read_data(answer)
        except ShopifyThrottled:
            _note_refusal(address, name, answer)
        except QueryRejected as error:
            logger().error("Shopify rejects a query", query=name, because=error.because)
            raise


def _find_address(config: Config, shop: str) -> str:
    origin = config.shopify_origin.replace("{shop}", shop)
    return f"{admin_path(origin)}/graphql.json"


def _learn_cost(address: str, name: str, answer: Answer) -> None:
    cost = admin_answers.read_cost(answer)
    if cost is not None:
        _throttle.learn(address, name, cost)


def _note_refusal(address: str, name: str, answer: Answer) -> None:
    if answer.status == TOO_MANY:
        pause = admin_answers.read_pause(answer)
        _throttle.close(address, pause)
    else:
        _throttle.refuse(address, name)


def _build_request(
    address: str,
    access: Access,
    name: str,
    variables: Variables,
) -> httpx2.Request:
    question = {
        "query": document(name),
        "variables": variables,
    }
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-Shopify-Access-Token": access.token,
    }

    content = msgspec.json.encode(question)
    client = _client()
    return client.build_request("POST", address, content=content, headers=headers)


def _send(request: httpx2.Request, only_once: bool) -> Answer:
    """A connection that was kept open may be closed in the very moment of asking: then it is asked
    again, unless that might do something twice.
    """
    with _errors_named():
        try:
            return _post(request)
        except NOT_ANSWERED:
            if only_once:
                raise
        return _post(request)


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except httpx2.RequestError as error:
        raise ShopifyUnavailable from error


def _post(request: httpx2.Request) -> Answer:
    client = _client()
    response = client.send(request, stream=True, follow_redirects=False)
    try:
        content = _read_within(response)
    finally:
        response.close()

    retry_after = response.headers.get("Retry-After", "")
    return Answer(response.status_code, content, retry_after)


def _read_within(response: httpx2.Response) -> bytes:
    """The body, if it is not too long and does not take too long."""
    ends_at = time.monotonic() + MOST_SECONDS
    try:
        return https.read_body(response, MOST_BYTES, ends_at)
    except https.BodyTooLong as error:
        raise QueryRejected("answer_too_long") from error


@cache
def _client() -> httpx2.Client:
    """One for the process: a connection that is open already saves two journeys to Shopify."""
    return https.lasting_client(SILENCE)
