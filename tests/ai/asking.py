"""A model's server with recorded answers, the client that asks it, and what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backend.ai.chat_request import ModelOptions
from backend.ai.openai_chat import OpenAIChat
from backend.ai.provider import ChatMessage, Finish, Piece
from backend.errors import AssistantError
from tests.support.replayed_answers import Answer, ReplayServer, spoken

SECRET_WORDS = "my canary sings at noon"
QUESTION = [
    ChatMessage("system", "You help shoppers."),
    ChatMessage("user", SECRET_WORDS),
]
HI = spoken("We have ", "mugs.")


@contextmanager
def asking(
    *answers: bytes | Answer, model: str = "model", **options: Any
) -> Iterator[tuple[OpenAIChat, ReplayServer]]:
    with ReplayServer(*answers) as server:
        chat = OpenAIChat(
            "the-key", f"{server.base}/v1", model, ModelOptions(**options)
        )
        yield chat, server
        chat.close()


def heard(chat: OpenAIChat) -> list[Piece]:
    return list(chat.stream(QUESTION, (), seconds=20))


def said(chat: OpenAIChat) -> str:
    """The words of a whole reply, however they came."""
    *words, finish = heard(chat)
    assert finish == Finish()
    return "".join(word for word in words if isinstance(word, str))


def failed(chat: OpenAIChat) -> AssistantError:
    with pytest.raises(AssistantError) as error:
        heard(chat)
    return error.value
