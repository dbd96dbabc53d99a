"""Asking the scripted model over HTTP, and reading what it streams."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from tests.support.loopback import loopback
from tests.support.scripted_model import ScriptedModel


def asked(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {
        "model": "scripted",
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        **more,
    }


@contextmanager
def answering(
    ai: ScriptedModel, body: dict[str, Any] | None = None
) -> Iterator[httpx2.Response]:
    headers = {"Authorization": "Bearer any"}
    with loopback.stream(
        "POST", f"{ai.base}/v1/chat/completions", json=body or asked(), headers=headers
    ) as answer:
        yield answer


def whole(ai: ScriptedModel, body: dict[str, Any] | None = None) -> httpx2.Response:
    with answering(ai, body) as answer:
        answer.read()
        return answer


def until_it_breaks(answer: httpx2.Response) -> bytes:
    """What arrived before the connection broke, which it must."""
    received: list[bytes] = []
    with pytest.raises(httpx2.TransportError):
        received.extend(answer.iter_raw())
    return b"".join(received)


def open_answers(ai: ScriptedModel) -> int:
    return int(loopback.get(f"{ai.base}/open").json()["open"])


def events(body: bytes) -> list[dict[str, Any]]:
    """The whole events of a stream, without [DONE]."""
    blocks = body.split(b"\n\n")[:-1]
    return [
        json.loads(block.removeprefix(b"data: "))
        for block in blocks
        if block != b"data: [DONE]"
    ]


def words(body: bytes) -> str:
    choices = [event["choices"][0] for event in events(body) if event["choices"]]
    return "".join(choice["delta"].get("content", "") for choice in choices)
