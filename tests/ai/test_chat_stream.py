"""What real servers send, byte by byte: `streams/` has each answer as it came, and what is to be
made of it.

Over a real socket through the client, and in the reader alone, cut at every byte.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend.ai.chat_stream import ChatStream
from backend.ai.openai_chat import OpenAIChat
from backend.ai.provider import ChatMessage, Finish, Piece, TakeBack, ToolCall, Usage
from backend.errors import AssistantError
from tests.support.replayed_answers import ReplayServer

RECORDED = sorted((Path(__file__).parent / "streams").glob("*.http"))
NAMES = [path.stem for path in RECORDED]
# Only what never ends is longer: that is cut at so many places.
MOST_CUTS = 4_000
QUESTION = [
    ChatMessage("system", "You help shoppers."),
    ChatMessage("user", "What do you sell?"),
]


def wanted(path: Path) -> dict[str, Any]:
    return json.loads(path.with_suffix(".json").read_text())


def note_more(more: dict[str, Any], piece: Piece) -> None:
    if isinstance(piece, ToolCall):
        more.setdefault("calls", []).append(asdict(piece))
    elif isinstance(piece, Usage):
        more["usage"] = [piece.asked, piece.said]


def outcome(pieces: Iterable[Piece]) -> dict[str, Any]:
    """What a shopper has in the end, how it is marked, what is to be run, and what it cost."""
    text, finish = "", Finish()
    more: dict[str, Any] = {}
    try:
        for piece in pieces:
            match piece:
                case str():
                    text += piece
                case TakeBack():
                    text = ""
                case Finish():
                    finish = piece
                case _:
                    note_more(more, piece)
    except AssistantError as error:
        return {"text": text, "status": "failed", "code": error.code}
    return {"text": text, "status": "partial" if finish.cut else "answered"} | more


def read(*received: bytes, is_held: bool = False) -> dict[str, Any]:
    def pieces() -> Iterator[Piece]:
        stream = ChatStream(is_held)
        for data in received:
            yield from stream.feed(data)
            if stream.is_over:
                break
        yield from stream.close()
        if stream.usage is not None:
            yield stream.usage
        finish = stream.finish()
        if finish.cut is None:
            yield from stream.calls
        yield finish

    return outcome(pieces())


def body_of(path: Path) -> bytes:
    """Without what HTTP itself does to a body, which only a socket shows."""
    head, _, body = path.read_bytes().partition(b"\r\n\r\n")
    if b"-Encoding:" in head:
        pytest.skip("HTTP's own encoding")
    return body


def test_there_are_sixty_of_them_and_each_has_its_outcome() -> None:
    assert len(RECORDED) >= 60
    assert all(
        wanted(path)["status"] in ("answered", "partial", "failed") for path in RECORDED
    )


@pytest.mark.parametrize("path", RECORDED, ids=NAMES)
def test_over_a_real_socket(path: Path) -> None:
    with ReplayServer(path.read_bytes()) as server:
        chat = OpenAIChat("key", f"{server.base}/v1", "model")
        found = outcome(chat.stream(QUESTION, (), seconds=20))
        chat.close()

    assert found == wanted(path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", RECORDED, ids=NAMES)
def test_cut_at_every_byte_it_is_the_same(path: Path) -> None:
    body, whole = body_of(path), wanted(path)

    assert read(body) == whole
    assert read(*(body[at : at + 1] for at in range(len(body)))) == whole
    step = len(body) // MOST_CUTS + 1
    cuts = range(1, len(body), step)
    assert not [at for at in cuts if read(body[:at], body[at:]) != whole]


@pytest.mark.parametrize("path", RECORDED, ids=NAMES)
def test_a_model_that_hides_its_reasoning_badly_changes_nothing_in_the_end(
    path: Path,
) -> None:
    """Whoever has closed reasoning once without opening it is held back until it is clear what is
    what.
    """
    held = read(body_of(path), is_held=True)

    assert held == wanted(path) or (held["text"], held["status"]) == ("", "failed")


def test_an_answer_without_line_ends_does_not_fill_the_memory() -> None:
    piece = b"data: " + b"x" * 65_536

    assert read(*[piece] * 40) == {
        "text": "",
        "status": "failed",
        "code": "upstream_invalid",
    }
