"""The shapes of OpenAI's Chat Completions: answers, chunks of answers, errors."""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from backend.ai.provider import ToolCall

ERRORS = {
    400: (
        "invalid_request_error",
        None,
        "The request is not one that this model understands.",
    ),
    401: (
        "invalid_request_error",
        "invalid_api_key",
        "No valid API key came with the request.",
    ),
    403: (
        "invalid_request_error",
        "unsupported_country_region_territory",
        "Not available from here.",
    ),
    404: (
        "invalid_request_error",
        "model_not_found",
        "There is no such model or address.",
    ),
    429: (
        "requests",
        "rate_limit_exceeded",
        "Too many requests. Please try again later.",
    ),
    500: (
        "server_error",
        None,
        "The server had an error while answering. Please try again.",
    ),
    503: (
        "service_unavailable_error",
        None,
        "The server is overloaded. Please try again later.",
    ),
}


def error_body(
    status: int, message: str = "", param: str | None = None
) -> dict[str, Any]:
    usual = ERRORS[500 if status >= 500 else 400]
    kind, code, text = ERRORS.get(status, usual)

    error = {"message": message or text, "type": kind, "param": param, "code": code}
    return {"error": error}


class Completion:
    """One answer to one request body, whole or in chunks."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.id = f"chatcmpl-{secrets.token_urlsafe(22)}"
        self._created = int(time.time())
        self._model = asked["model"]
        self._counts_usage = bool(
            (asked.get("stream_options") or {}).get("include_usage")
        )
        self._prompt_tokens = len(json.dumps(asked["messages"])) // 4

    def whole(
        self, pieces: Sequence[str], finish: str, calls: Sequence[ToolCall] = ()
    ) -> bytes:
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(pieces),
            "refusal": None,
            "annotations": [],
        }
        if calls:
            message["tool_calls"] = [_call(call) for call in calls]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": finish,
        }

        body = self._common_fields("chat.completion")
        body |= {"choices": [choice], "usage": self._count_usage(len(pieces))}
        return json.dumps(body).encode()

    def opening(self) -> bytes:
        return self._delta_event({"role": "assistant", "content": "", "refusal": None})

    def words(self, text: str) -> bytes:
        return self._delta_event({"content": text})

    def calls(self, calls: Sequence[ToolCall]) -> bytes:
        """Each whole in a delta of its own."""
        deltas = [
            {"tool_calls": [{"index": index} | _call(call)]}
            for index, call in enumerate(calls)
        ]
        return b"".join(map(self._delta_event, deltas))

    def closing(self, finish: str, tokens: int) -> bytes:
        closing = self._delta_event({}, finish)
        if self._counts_usage:
            fields = self._common_fields("chat.completion.chunk")
            closing += event(
                fields | {"choices": [], "usage": self._count_usage(tokens)}
            )
        return closing + b"data: [DONE]\n\n"

    def _delta_event(
        self, delta: Mapping[str, Any], finish: str | None = None
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self._counts_usage else {}
        return event(
            self._common_fields("chat.completion.chunk") | {"choices": [choice]} | usage
        )

    def _common_fields(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self._created,
            "model": self._model,
            "service_tier": "default",
            "system_fingerprint": "fp_sample",
        }

    def _count_usage(self, tokens: int) -> dict[str, Any]:
        return {
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": tokens,
            "total_tokens": self._prompt_tokens + tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


def _call(call: ToolCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }


def event(value: Mapping[str, Any]) -> bytes:
    """Characters go out as UTF-8, not as escapes, so that a cut can fall inside one."""
    return (
        b"data: "
        + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        + b"\n\n"
    )
