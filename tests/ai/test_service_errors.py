"""What a service's refusal is called here, and that no word of a shopper gets into its reason."""

import pytest

from backend.ai.service_errors import named
from backend.errors import (
    AssistantBusy,
    AssistantRefused,
    AssistantUnavailable,
    ChatError,
    ConversationTooLong,
)


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
