"""What a service's refusal means: whose fault it is, and what its operator can do about it.

Only its status and its own short words for kind and code are ever told: messages repeat what people
wrote.
"""

import re
from typing import Any

from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantUnavailable,
    ConversationTooLong,
)

# A word of the service's own: longer ones, or several, could be somebody's.
_OWN_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_TOO_LONG = re.compile(
    r"context_length|context.?window|context.?size|context.?length|maximum"
    r" context|exceed_context|context limit"
    r"|too many (input )?tokens|(prompt|input|request|conversation)[^.]{0,40} too (long|large)"
    r"|reduce the length|exceeds? the max[^.]{0,40}token|token"
    r" (count|limit)[^.]{0,60}exceed|must be <= \d+"
    r"|longer than the (model|maximum)|string_above_max_length",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"content["
    r" _-]?(filter|management|policy|moderation|safety|risk)|responsibleai|moderat|flagged|safety"
    r"|data_inspection|inappropriate|prohibited|jailbreak|guardrail|sensitive|usage"
    r" polic|violat",
    re.IGNORECASE,
)
# What our own settings ask for, or what we always send: no shopper can help it.
_OURS = re.compile(
    r"unsupported_(parameter|value|model)|unknown_(parameter|model)|unrecognized"
    r"|extra_forbidden|extra (inputs|fields)"
    r"|model_not_found|invalid_?model|no such model|model [^.]{0,80}(not exist|not found|not"
    r" supported|not available)"
    r"|inputs are not permitted|unknown"
    r" (name|field|argument|parameter)|api.?version|invalid_api_key|api key|deployment"
    r"|^(model|store|stream|stream_options|tools|max_tokens|max_completion_tokens"
    r"|reasoning_effort|reasoning|messages\[?0\]?\.role)$",
    re.IGNORECASE | re.MULTILINE,
)
_NO_CREDIT = re.compile(
    r"insufficient[_ ]?(quota|balance|credit|funds)|exceeded your current quota|billing",
    re.IGNORECASE,
)

BASE_URL = "OPENAI_BASE_URL"
CHECKS = {
    401: "OPENAI_API_KEY",
    402: "the account's credit",
    403: "what OPENAI_API_KEY may use, and OPENAI_MODEL",
    404: "OPENAI_BASE_URL, which mostly ends in /v1, and OPENAI_MODEL",
    405: "OPENAI_BASE_URL, which mostly ends in /v1",
    407: "the proxy of this machine",
}
OF_THE_REQUEST = (
    "OPENAI_MODEL, MODEL_REASONING_EFFORT, MODEL_MAX_TOKENS and OPENAI_API_VERSION"
)


def named(status: int | None, body: Any, asked: bytes = b"") -> AssistantError:
    """The error for a status, or for what came within a stream (None). `asked` is what no word of a
    log may repeat.
    """
    told = _fields_of(body)
    status = status or _status_in(told)
    because = _because(status, told, asked)
    text = "\n".join(str(value)[:4000] for value in told.values())

    if _NO_CREDIT.search(text) and status in (None, 400, 402, 403, 429):
        return AssistantUnavailable(because, CHECKS[402])

    may_be_too_long = status in (None, 400, 413, 422, 500)
    if may_be_too_long and (status == 413 or _TOO_LONG.search(text)):
        return ConversationTooLong(because)

    may_be_content = status in (None, 400, 403, 406, 422, 451)
    if may_be_content and _CONTENT.search(text) and not _OURS.search(_kind(told)):
        return AssistantRefused(because)

    return _by_status(status, because, is_ours=bool(_OURS.search(text)))


def _by_status(status: int | None, because: str, is_ours: bool) -> AssistantError:
    """Where the service's words have not told."""
    if status is not None and 300 <= status < 400:
        moved = f"{BASE_URL}: its service has moved, and redirects are not followed"
        return AssistantUnavailable(because, moved)
    if status in CHECKS:
        return AssistantUnavailable(because, CHECKS[status])
    if status is None or status in (408, 409, 425, 429):
        return AssistantBusy(because)
    if status < 300 or status >= 500:
        return AssistantBusy(because)

    if is_ours:
        return AssistantUnavailable(because, OF_THE_REQUEST)
    return AssistantRefused(because)


def _fields_of(body: Any) -> dict[str, Any]:
    """code, type, param and message, wherever the service has put them."""
    if isinstance(body, list):
        body = body[0] if body else {}
    if isinstance(body, dict) and isinstance(body.get("error"), dict | str | list):
        outer, body = body, body["error"]
        if isinstance(body, str):
            body = {
                **outer,
                "error": None,
                "message": body,
                "type": outer.get("error_type"),
            }
    if not isinstance(body, dict):
        return {"message": body} if isinstance(body, str) else {}

    inner = body.get("innererror")
    named_again = inner.get("code") if isinstance(inner, dict) else None
    return {
        "code": body.get("code"),
        "type": body.get("type") or body.get("status"),
        "param": body.get("param"),
        "inner": named_again,
        "message": body.get("message") or body.get("detail") or body.get("details"),
    }


def _status_in(told: dict[str, Any]) -> int | None:
    """Within a stream the code often is the status that it would have been."""
    code = str(told.get("code") or "")
    if code.isascii() and code.isdigit() and len(code) == 3:
        return int(code)
    return 400 if told.get("type") == "invalid_request_error" else None


def _kind(told: dict[str, Any]) -> str:
    return "\n".join(str(told.get(name)) for name in ("code", "type", "param"))


def _because(status: int | None, told: dict[str, Any], asked: bytes) -> str:
    words = [f"status {status}" if status else "an error within the stream"]
    for name in ("code", "type", "param", "inner"):
        value = told.get(name)
        if (
            isinstance(value, str | int)
            and _OWN_WORD.fullmatch(str(value))
            and str(value).encode() not in asked
        ):
            words.append(f"{name} {value}")
    return ", ".join(words)
