"""What an answer of the Admin API means: its data, or an error with a name; what it cost."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from backend.errors import (
    ChangeRefused,
    ChatError,
    QueryRejected,
    ScopeMissing,
    ShopifyThrottled,
    ShopifyUnavailable,
    ShopInactive,
    TokenRefused,
)
from backend.shopify.access_check import DEAD_TOKEN
from backend.shopify.throttle import MOST_PAUSE_SECONDS, Cost

Fields = dict[str, Any]

# A shop that has not paid, and one that Shopify has closed for now.
INACTIVE = (402, 423)
TOO_MANY = 429
# Where Shopify does not say for how long.
USUAL_PAUSE_SECONDS = 1.0
SCOPE = re.compile(r"\b(?:read|write)_[a-z_]{1,60}\b")
CODE = re.compile(r"[A-Za-z_]{1,40}")
UNNAMED = "unnamed"
MOST_NAMED, MOST_CHARACTERS = 10, 80


@dataclass(frozen=True, slots=True)
class Answer:
    """As it came. Whatever stands in it may be people's, so it is never shown."""

    status: int
    content: bytes = field(repr=False)
    retry_after: str = ""


Points = Annotated[float, Meta(ge=-1e9, le=1e9)]
MorePoints = Annotated[float, Meta(gt=0, le=1e9)]


class _ThrottleStatus(msgspec.Struct, rename="camel"):
    maximum_available: MorePoints
    currently_available: Points
    restore_rate: MorePoints


class _QueryCost(msgspec.Struct, rename="camel"):
    requested_query_cost: Points
    throttle_status: _ThrottleStatus


class _Extensions(msgspec.Struct):
    cost: _QueryCost


class _Told(msgspec.Struct):
    """Of a whole answer, what it has cost; all the rest is passed over."""

    extensions: _Extensions


def read_data(answer: Answer) -> Fields:
    """All that was asked for: an answer in which a part is missing is an error.

    Raises TokenRefused, ScopeMissing, ShopInactive, ShopifyThrottled, ShopifyUnavailable,
    QueryRejected, ChangeRefused.
    """
    body = _read_object(answer.content)
    if answer.status != 200:
        raise _error_of_status(answer, body)
    if errors := body.get("errors"):
        raise _error_of_codes(errors)

    data = body.get("data")
    if not isinstance(data, dict):
        raise ShopifyUnavailable
    _refuse_user_errors(data)
    return data


def read_cost(answer: Answer) -> Cost | None:
    """None where an answer does not tell, or tells what cannot be."""
    try:
        told = msgspec.json.decode(answer.content, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None

    cost = told.extensions.cost
    status = cost.throttle_status
    return Cost(
        requested=cost.requested_query_cost,
        available=status.currently_available,
        maximum=status.maximum_available,
        restore_rate=status.restore_rate,
    )


def read_pause(answer: Answer) -> float:
    """For how many seconds Shopify does not want to be asked."""
    try:
        seconds = float(answer.retry_after)
    except ValueError:
        return USUAL_PAUSE_SECONDS

    if not 0 <= seconds <= MOST_PAUSE_SECONDS:
        return USUAL_PAUSE_SECONDS
    return seconds


def _read_object(content: bytes) -> Fields:
    """Empty for what is no JSON object."""
    try:
        body = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _error_of_status(answer: Answer, body: Fields) -> ChatError:
    """What is not in Shopify's own words says nothing about the shop: something stood between."""
    said = str(body.get("errors", ""))
    if answer.status in INACTIVE:
        return ShopInactive()
    if answer.status == TOO_MANY:
        pause = read_pause(answer)
        return ShopifyThrottled(math.ceil(pause))
    if answer.status == 400 and said:
        return QueryRejected("bad_request")
    if answer.status in (401, 403):
        return _error_of_refusal(said)
    return ShopifyUnavailable()


def _error_of_refusal(said: str) -> ChatError:
    if DEAD_TOKEN in said:
        return TokenRefused("invalid_token")
    if "scope" in said:
        return ScopeMissing(_name_scopes([said]))
    return ShopifyUnavailable()


def _error_of_codes(errors: Any) -> ChatError:
    """What keeps us from asking at all comes before what is wrong with a field."""
    listed = errors if isinstance(errors, list) else []
    problems = [problem for problem in listed if isinstance(problem, dict)]
    codes = [_code_of(problem) for problem in problems]

    if "THROTTLED" in codes:
        return ShopifyThrottled(math.ceil(USUAL_PAUSE_SECONDS))
    if "SHOP_INACTIVE" in codes:
        return ShopInactive()
    if "ACCESS_DENIED" in codes:
        return ScopeMissing(_name_denied(problems))
    if "INTERNAL_SERVER_ERROR" in codes or "TIMEOUT" in codes:
        return ShopifyUnavailable()
    return QueryRejected(codes[0] if codes else UNNAMED)


def _code_of(problem: Fields) -> str:
    extensions = problem.get("extensions")
    if isinstance(extensions, dict) and extensions.get("code"):
        return _read_code(extensions["code"])
    return "THROTTLED" if problem.get("message") == "Throttled" else UNNAMED


def _read_code(told: Any) -> str:
    """A word of Shopify's; sentences may be about people."""
    is_code = isinstance(told, str) and CODE.fullmatch(told)
    return told if is_code else UNNAMED


def _name_denied(problems: Iterable[Fields]) -> str:
    """The scopes that Shopify names, else the fields of ours that it has left out."""
    denied = [each for each in problems if _code_of(each) == "ACCESS_DENIED"]
    texts = [_text_of(each) for each in denied]
    named = _name_scopes(texts)
    if named:
        return named

    paths = [_dotted(each.get("path")) for each in denied]
    return _join_some(paths)


def _text_of(problem: Fields) -> str:
    """Where Shopify may have named a scope."""
    extensions = problem.get("extensions")
    return f"{extensions} {problem.get('message')}"


def _name_scopes(texts: Iterable[str]) -> str:
    everything = " ".join(texts)
    return _join_some(SCOPE.findall(everything))


def _join_some(names: Iterable[str]) -> str:
    """Each once, and not too many."""
    known = list(dict.fromkeys(names))
    return ", ".join(known[:MOST_NAMED])


def _refuse_user_errors(data: Fields) -> None:
    changes = [each for each in data.values() if isinstance(each, dict)]
    for change in changes:
        listed = change.get("userErrors")
        if isinstance(listed, list) and listed:
            some = listed[:MOST_NAMED]
            problems = tuple(_name_problem(each) for each in some)
            raise ChangeRefused(problems)


def _name_problem(user_error: Any) -> str:
    if not isinstance(user_error, dict):
        return UNNAMED
    code = _read_code(user_error.get("code"))
    where = _dotted(user_error.get("field"))
    return f"{code} {where}".strip()


def _dotted(path: Any) -> str:
    """`orders.nodes.0.email`; the names are those of our own documents."""
    if not isinstance(path, list):
        return ""
    words = [str(part) for part in path]
    return ".".join(words)[:MOST_CHARACTERS]
