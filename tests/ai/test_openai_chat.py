"""What goes out to a model's server, where it goes, how often, and what its refusals are called."""

import json
import socket
import threading
import time
from typing import Any

import pytest

from backend.ai.chat_request import ModelOptions
from backend.ai.openai_chat import OpenAIChat, address_of, is_openais_own
from backend.ai.provider import (
    Finish,
    TakeBack,
)
from backend.errors import (
    AssistantBusy,
    AssistantTimeout,
    AssistantUnavailable,
)
from tests.ai.asking import HI, QUESTION, asking, failed, heard, said
from tests.support.pace import soon
from tests.support.replayed_answers import ReplayServer, refusal, spoken

# What is sent


@pytest.mark.parametrize(
    "address, is_own",
    [
        ("https://api.openai.com/v1", True),
        ("https://API.OpenAI.com:443/v1/", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://us.api.openai.com./v1", True),
        ("https://api.openai.com.example/v1", False),
        ("https://notapi.openai.com/v1", False),
        ("https://generativelanguage.googleapis.com/v1beta/openai", False),
        ("https://api.mistral.ai/v1", False),
        ("http://127.0.0.1:4000/api.openai.com/v1", False),
        ("https://api.openai.com@gateway.example/v1", False),
        ("https://tide.openai.azure.com/openai/v1", False),
    ],
)
def test_only_openais_own_host_is_told_not_to_store(address: str, is_own: bool) -> None:
    chat = OpenAIChat("key", address, "model", ModelOptions(max_tokens=500))
    sent = json.loads(chat.body(QUESTION))
    chat.close()

    assert is_openais_own(address) is is_own
    assert sent.get("store") is (False if is_own else None)
    assert sent.get("max_completion_tokens" if is_own else "max_tokens") == 500


def test_nothing_is_sent_that_nobody_has_set() -> None:
    with asking(HI) as (chat, server):
        assert said(chat) == "We have mugs."

    [asked] = server.asked
    assert asked.json.keys() == {"model", "messages", "stream", "stream_options"}
    assert asked.headers["authorization"] == "Bearer the-key"


def test_effort_and_limit_are_sent_when_they_are_set() -> None:
    with asking(HI, reasoning_effort="low", max_tokens=900) as (chat, server):
        heard(chat)

    sent = server.asked[0].json
    assert (sent["reasoning_effort"], sent["max_tokens"]) == ("low", 900)


def test_azure_gets_its_own_address_and_its_own_form_of_the_key() -> None:
    with ReplayServer(HI) as server:
        chat = OpenAIChat(
            "the-key", server.base, "mugs-4o", ModelOptions(api_version="2024-10-21")
        )
        heard(chat)
        chat.close()

    [asked] = server.asked
    assert (
        asked.path
        == "/openai/deployments/mugs-4o/chat/completions?api-version=2024-10-21"
    )
    assert asked.headers["api-key"] == "the-key"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    "given, asked",
    [
        (
            "https://tide.openai.azure.com",
            "https://tide.openai.azure.com/openai/deployments/mugs",
        ),
        (
            "https://tide.openai.azure.com/openai/",
            "https://tide.openai.azure.com/openai/deployments/mugs",
        ),
        (
            "https://tide.openai.azure.com/openai/v1/",
            "https://tide.openai.azure.com/openai/v1",
        ),
        (
            "https://gw.example/openai/deployments/cups",
            "https://gw.example/openai/deployments/cups",
        ),
    ],
)
def test_azures_addresses_are_understood_as_people_paste_them(
    given: str, asked: str
) -> None:
    assert address_of(given, "mugs", "2024-10-21") == asked


# Where it goes, and how often


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_nobodys_words_elsewhere(status: int) -> None:
    with ReplayServer(HI) as elsewhere:
        there = f"Location: {elsewhere.base}/v1/chat/completions"
        with asking(refusal(status, {}, there)) as (chat, server):
            error = failed(chat)

    assert isinstance(error, AssistantUnavailable)
    assert "OPENAI_BASE_URL" in error.check
    assert (len(server.asked), len(elsewhere.asked)) == (1, 0)


def silent_until_left(connection: Any) -> None:
    connection.request.settimeout(10)
    connection.rfile.read(1)


def test_a_server_that_takes_its_time_is_not_asked_twice() -> None:
    """The socket's own patience ends first here, as nothing else stops a process that is not
    gevent's.
    """
    with asking(silent_until_left, first_seconds=0.2, gap_seconds=0.2) as (
        chat,
        server,
    ):
        chat._client.timeout = chat._client._client.timeout = 0.3
        error = failed(chat)

    assert isinstance(error, AssistantTimeout)
    assert len(server.asked) == 1


def test_no_socket_gives_up_before_we_do() -> None:
    for first, gap in ((45, 15), (5, 300), (600, 600)):
        chat = OpenAIChat(
            "key",
            "https://api.openai.com/v1",
            "model",
            ModelOptions(first_seconds=first, gap_seconds=gap),
        )
        assert chat._client.timeout.read > max(first, gap)  # type: ignore[union-attr, operator]
        chat.close()


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_passes_is_asked_for_once_more(status: int) -> None:
    with asking(refusal(status, {"error": {"message": "later"}}), HI) as (chat, server):
        assert heard(chat)[-1] == Finish()

    assert len(server.asked) == 2


def test_a_connection_that_is_closed_without_an_answer_can_be_asked_again() -> None:
    with asking(b"", HI) as (chat, server):
        assert said(chat) == "We have mugs."

    assert len(server.asked) == 2


# Reasoning that nothing opens


def test_what_was_shown_of_reasoning_is_taken_back_and_the_next_time_not_shown() -> (
    None
):
    """Nobody can know it the first time: what comes looks like any reply until its end is
    marked.
    """
    may_go_on = threading.Event()

    def hesitates(connection: Any) -> None:
        whole = spoken("They want a mug. ", "Be brief.</think>", "We have mugs.")
        first, last = whole.split(
            b'data: {"choices": [{"index": 0, "delta": {"content": "Be'
        )
        connection.wfile.write(first)
        may_go_on.wait(10)
        connection.wfile.write(
            b'data: {"choices": [{"index": 0, "delta": {"content": "Be' + last
        )

    with asking(hesitates) as (chat, _):
        pieces = []
        for piece in chat.stream(QUESTION, (), seconds=20):
            pieces.append(piece)
            may_go_on.set()
        assert pieces[0] == "They want a mug. "
        assert pieces[1:] == [TakeBack(), "We have mugs.", Finish()]

        assert heard(chat) == ["We have mugs.", Finish()]


def test_a_model_known_for_it_is_held_back_until_its_server_shows_that_it_need_not() -> (
    None
):
    with asking(spoken("We have ", "mugs."), model="deepseek-r1:8b") as (chat, _):
        assert chat._is_unopened
        assert said(chat) == "We have mugs."
        assert not chat._is_unopened


def test_a_reply_that_says_that_it_is_over_needs_no_end_of_its_stream() -> None:
    """No [DONE], and the connection stays open."""

    def stays(connection: Any) -> None:
        connection.wfile.write(HI.removesuffix(b"data: [DONE]\n\n"))
        silent_until_left(connection)

    with asking(stays) as (chat, _):
        chat._client.timeout = chat._client._client.timeout = 0.3
        began = time.monotonic()
        assert said(chat) == "We have mugs."

    assert time.monotonic() - began < soon(5)


def test_a_port_that_nobody_listens_on_is_no_secret_to_the_operator() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    chat = OpenAIChat("key", f"http://127.0.0.1:{port}/v1", "model")
    error = failed(chat)
    chat.close()

    assert isinstance(error, AssistantBusy)
    assert "OPENAI_BASE_URL" in error.check
