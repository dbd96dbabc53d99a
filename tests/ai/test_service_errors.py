"""What a service's refusals are called, and what its operator reads of them."""

from typing import Any

import pytest

from backend.ai import openai_chat
from backend.ai.service_errors import named
from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantUnavailable,
    ChatError,
    ConversationTooLong,
)
from tests.ai.asking import SECRET_WORDS, asking, failed
from tests.support.replayed_answers import refusal

TOO_LONG = (
    "This model's maximum context length is 8192 tokens. However, your messages resulted in"
    " 9000 tokens."
)
REFUSALS: list[tuple[int, Any, type[AssistantError]]] = [
    (
        400,
        {"error": {"code": "context_length_exceeded", "message": TOO_LONG}},
        ConversationTooLong,
    ),
    (
        400,
        {
            "object": "error",
            "message": TOO_LONG,
            "type": "BadRequestError",
            "code": 400,
        },
        ConversationTooLong,
    ),
    (
        400,
        {
            "error": {
                "type": "exceed_context_size_error",
                "message": "the request exceeds",
            }
        },
        ConversationTooLong,
    ),
    (
        400,
        [
            {
                "error": {
                    "code": 400,
                    "message": "The input token count (9000) exceeds the maximum",
                }
            }
        ],
        ConversationTooLong,
    ),
    (
        400,
        {
            "error": {
                "type": "invalid_request_error",
                "message": "prompt is too long: 9000",
            }
        },
        ConversationTooLong,
    ),
    (
        422,
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192"
        },
        ConversationTooLong,
    ),
    (413, {}, ConversationTooLong),
    (
        400,
        {
            "error": {
                "code": "content_filter",
                "param": "prompt",
                "message": "content management",
            }
        },
        AssistantRefused,
    ),
    (
        400,
        {
            "error": {
                "code": None,
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        AssistantRefused,
    ),
    (
        403,
        {"error": {"code": 403, "message": "Your input was flagged", "metadata": {}}},
        AssistantRefused,
    ),
    (
        400,
        {
            "error": {
                "code": "data_inspection_failed",
                "message": "inappropriate content",
            }
        },
        AssistantRefused,
    ),
    (
        400,
        {"error": {"message": "messages: text content blocks must be non-empty"}},
        AssistantRefused,
    ),
    (
        422,
        {"detail": [{"loc": ["body", "messages", 1, "content"], "msg": "too short"}]},
        AssistantRefused,
    ),
    (
        422,
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "x"], "msg": "Extra inputs"}
            ]
        },
        AssistantUnavailable,
    ),
    (
        400,
        {"error": {"code": "unsupported_parameter", "param": "max_tokens"}},
        AssistantUnavailable,
    ),
    (
        400,
        {
            "error": {
                "message": "Invalid model name passed in model=gpt",
                "param": "model",
            }
        },
        AssistantUnavailable,
    ),
    (401, {"error": {"code": "invalid_api_key"}}, AssistantUnavailable),
    (402, {"error": {"message": "Insufficient Balance"}}, AssistantUnavailable),
    (
        403,
        {"error": {"code": "unsupported_country_region_territory"}},
        AssistantUnavailable,
    ),
    (404, {"error": {"code": "model_not_found"}}, AssistantUnavailable),
    (404, {"detail": "Not Found"}, AssistantUnavailable),
    (
        429,
        {
            "error": {
                "code": "insufficient_quota",
                "message": "You exceeded your current quota",
            }
        },
        AssistantUnavailable,
    ),
    (429, {"error": {"code": "rate_limit_exceeded"}}, AssistantBusy),
    (500, {"error": {"type": "server_error"}}, AssistantBusy),
    (529, {"type": "error", "error": {"type": "overloaded_error"}}, AssistantBusy),
]


@pytest.mark.parametrize("status, body, kind", REFUSALS)
def test_whose_fault_it_is_decides_what_it_is_called(
    status: int, body: Any, kind: type[AssistantError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_chat, "PAUSE_SECONDS", 0.001)
    with asking(refusal(status, body)) as (chat, server):
        error = failed(chat)

    assert type(error) is kind
    assert error.is_outage is (kind is AssistantBusy)
    assert len(server.asked) == (2 if kind is AssistantBusy else 1)
    assert f"status {status}" in error.because


def test_the_operator_reads_the_services_own_words_and_nobody_elses() -> None:
    """A service that repeats what it was sent, everywhere."""
    told = {
        "code": "canary",
        "type": SECRET_WORDS,
        "param": "messages.[1].content",
        "message": SECRET_WORDS,
    }
    with asking(refusal(400, {"error": told})) as (chat, _):
        error = failed(chat)

    assert error.because == "status 400"
    assert "canary" not in str(error) + error.check + error.say

    with asking(
        refusal(
            404, {"error": {"code": "model_not_found", "type": "invalid_request_error"}}
        )
    ) as (chat, _):
        error = failed(chat)
    assert (
        error.because == "status 404, code model_not_found, type invalid_request_error"
    )
    assert "OPENAI_MODEL" in error.check


@pytest.mark.parametrize(
    "status, body, kind",
    [
        (429, {"error": {"code": "rate_limit_exceeded"}}, AssistantBusy),
        (429, {"error": {"code": "insufficient_quota"}}, AssistantUnavailable),
        (401, {"error": {"message": "Incorrect API key"}}, AssistantUnavailable),
        (404, "<html>", AssistantUnavailable),
        (302, {}, AssistantUnavailable),
        (503, {}, AssistantBusy),
        (400, {"error": {"code": "context_length_exceeded"}}, ConversationTooLong),
        (413, {}, ConversationTooLong),
        (400, {"error": {"code": "content_filter"}}, AssistantRefused),
        (400, {"error": {"code": "unsupported_parameter"}}, AssistantUnavailable),
        (None, {"error": {"code": 429}}, AssistantBusy),
    ],
)
def test_each_refusal_has_one_name(
    status: int | None, body: object, kind: type[ChatError]
) -> None:
    assert type(named(status, body)) is kind


def test_a_reason_holds_the_services_own_words_alone() -> None:
    asked = b'{"content": "canary-7f3a"}'
    body = {"error": {"code": "canary-7f3a", "type": "Ben wrote: hello"}}

    because = str(named(400, body, asked).args)

    assert "status 400" in because
    assert "canary" not in because
    assert "hello" not in because
