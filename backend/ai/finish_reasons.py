"""Why a model stopped, in the words of many services; compared in small letters and without the
name of an enum before them.
"""

from backend.ai.provider import Cut

# Where a server has nothing to say it says one of these.
NOTHING = frozenset({"", "null", "none"})

_LENGTH = (
    "length",
    "max_tokens",
    "max_output_tokens",
    "model_length",
    "repetition_truncation",
)
_FILTER = (
    "content_filter",
    "safety",
    "image_safety",
    "recitation",
    "blocklist",
    "refusal",
    "prohibited_content",
    "spii",
    "sensitive",
    "guardrail_intervened",
)
_ERROR = (
    "error",
    "network_error",
    "insufficient_system_resource",
    "abort",
    "timeout",
    "cancelled",
    "canceled",
    "malformed_response",
)
CUTS: dict[str, Cut] = {
    **dict.fromkeys(_LENGTH, "length"),
    **dict.fromkeys(_FILTER, "filter"),
    **dict.fromkeys(_ERROR, "error"),
}


def reason_of(text: str) -> str:
    """`FinishReason.MAX_TOKENS` is `max_tokens`."""
    return text.strip().lower().rpartition(".")[2]


def own_word(reason: str | None) -> str:
    """A service's own word, if it is one, for the operator."""
    is_word = reason and reason.isascii() and reason.replace("_", "").isalnum()
    return reason[:40] if reason and is_word else "none"
