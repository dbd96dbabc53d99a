"""JSON as compatible servers really send it: text where it may stand, figures where they may stand,
and None for what is none.
"""

import json
from typing import Any

from backend.ai.provider import Usage

# The kinds of content that are words for a shopper; reasoning is none of them.
TEXT_TYPES = ("text", "output_text")
# Where the words of a part are, in the order in which they are looked for.
TEXT_KEYS = ("content", "text", "value", "refusal")
# No model reads or writes more in one step.
MOST_TOKENS = 10_000_000


def read_json(event: bytes) -> Any:
    """JSON as leniently as it can be read; None when it is none."""
    text = event.decode("utf-8", "replace").removeprefix("\ufeff")
    while text.startswith("data:"):
        text = text[5:].strip()

    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def text_in(value: Any) -> str:
    """The text in a delta, a message, or a list of parts; reasoning is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(text_in, value))
    if isinstance(value, dict):
        return _text_of_object(value)

    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""


def _text_of_object(value: dict[str, Any]) -> str:
    if value.get("type", "text") not in TEXT_TYPES:
        return ""

    for key in TEXT_KEYS:
        text = text_in(value.get(key))
        if text:
            return text
    return ""


def usage_in(value: Any) -> Usage | None:
    """What a service has counted; None where it has counted nothing."""
    if not isinstance(value, dict):
        return None

    asked = _tokens(value, "prompt_tokens", "input_tokens")
    said = _tokens(value, "completion_tokens", "output_tokens")
    return Usage(asked, said) if asked else None


def _tokens(value: dict[str, Any], *names: str) -> int:
    for name in names:
        count = value.get(name)
        if isinstance(count, int) and not isinstance(count, bool):
            return count if 0 <= count <= MOST_TOKENS else 0
    return 0
