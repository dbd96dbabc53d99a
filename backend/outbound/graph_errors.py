"""What an error of Facebook's Graph API means for a Page, by its number: developers.facebook.com,
Graph API, "Handling errors". Its sentences are told to nobody; they may quote people.
"""

from typing import Any

import msgspec

from backend.errors import (
    ChatError,
    PageBlocked,
    PagePermissionMissing,
    PagePostGone,
    PagePostRepeated,
    PageRefused,
    PageTokenRefused,
    PageUnavailable,
)

TOKEN = frozenset({102, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
# The last two are those of Pages and of what businesses call.
TOO_MANY = frozenset({4, 17, 32, 341, 613, 80_001, 80_002})
PASSING = frozenset({1, 2})
BLOCKED, REPEATED, INVALID = 368, 506, 100
GONE = frozenset({33, 803})
GONE_SUBCODE = 33
# Facebook counts calls over an hour, and says of none how long to wait.
PAUSE_SECONDS = 900


class GraphError(msgspec.Struct):
    """As much of it as anybody here goes by."""

    code: int = 0
    error_subcode: int | None = None
    is_transient: bool | None = None


class _Refusal(msgspec.Struct):
    error: GraphError


def read_refusal(status: int, body: bytes) -> ChatError:
    """The error for an answer that is none of 2xx, or has an error in it all the same."""
    try:
        found = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeError):
        return PageUnavailable(f"answered_{status}")
    return name_error(found, status)


def name_error(found: GraphError, status: int) -> ChatError:
    number = found.code

    if number in TOKEN:
        return PageTokenRefused(number)
    if number in PERMISSION:
        return PagePermissionMissing(number)
    if number in TOO_MANY:
        return PageUnavailable(f"graph_{number}", PAUSE_SECONDS)
    if number in PASSING or found.is_transient or status >= 500:
        return PageUnavailable(f"graph_{number}")
    return _name_refusal(number, found.error_subcode)


def _name_refusal(number: int, subcode: int | None) -> PageRefused:
    """What will not be otherwise if it is asked again."""
    is_unknown = number == INVALID and subcode == GONE_SUBCODE
    if number in GONE or is_unknown:
        return PagePostGone(number)
    if number == REPEATED:
        return PagePostRepeated(number)
    if number == BLOCKED:
        return PageBlocked(number)
    return PageRefused(number)


def has_error(answer: Any) -> bool:
    return not isinstance(answer, dict) or "error" in answer
