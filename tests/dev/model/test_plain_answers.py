"""Refusals of the scripted model carry what a client goes by."""

import json
from collections.abc import Coroutine, Mapping

import pytest

from backend.dev.model.plain_answers import refuse_request, send_error, send_json

Sent = tuple[int, Mapping[str, str], object]


class Line:
    """What would go out to a client."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    async def send_whole(
        self, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.sent.append((status, headers, json.loads(body)))


def finish(coroutine: Coroutine[None, None, None]) -> None:
    """Nothing in it waits: where a browser is open, its loop runs in this thread already."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


def test_a_refusal_has_a_kind_and_says_when_to_come_again() -> None:
    line = Line()

    finish(refuse_request(line, 429, retry_after="7"))  # type: ignore[arg-type]

    [(status, headers, body)] = line.sent
    assert (status, headers["Retry-After"]) == (429, "7")
    assert isinstance(body, dict)
    assert body["error"]["code"] == "rate_limit_exceeded"


def test_what_is_sent_is_json() -> None:
    line = Line()

    finish(send_json(line, {"open": 0}))  # type: ignore[arg-type]
    finish(send_error(line, 400, {"error": {}}))  # type: ignore[arg-type]

    assert [(status, body) for status, _, body in line.sent] == [
        (200, {"open": 0}),
        (400, {"error": {}}),
    ]
    assert all("Retry-After" not in headers for _, headers, _ in line.sent)
