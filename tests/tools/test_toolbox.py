"""Whatever a model asks of a tool, it gets an answer that it can act on, and in time."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from gevent.event import Event

from backend.ai.provider import ToolCall, ToolResult
from backend.store.limits import MemoryLimits
from backend.tools.toolbox import (
    CALLS_OF_CONVERSATION,
    CALLS_OF_SHOP,
    CUT_MARK,
    MOST_RESULT_CHARACTERS,
    TOO_OFTEN,
    Arguments,
    Found,
    Tool,
    Toolbox,
    ToolContext,
    ToolMistake,
    find_tools,
)
from tests.support.lamp_tool import FIND_LAMPS, lamps


def context(seconds: float = 5) -> ToolContext:
    services: Any = SimpleNamespace(limits=MemoryLimits())
    return ToolContext(services, 1, "c" * 32, time.monotonic() + seconds)


def called(arguments: str, tool: Tool = FIND_LAMPS, seconds: float = 5) -> ToolResult:
    call = ToolCall("call-1", tool.name, arguments)
    return Toolbox([tool]).call(context(seconds), call)


class NoArguments(Arguments):
    """A tool that needs none."""


def tool_that(run: Any, seconds: float = 5.0) -> Tool:
    return Tool("try_it", "Tries it.", NoArguments, run, seconds)


def test_a_call_brings_facts_for_the_model_and_parts_for_the_shopper() -> None:
    result = called('{"words": "a lamp"}')

    assert result.call_id == "call-1"
    assert result.text == '{"found":["Harbour Lamp"],"for":"a lamp"}'
    assert result.parts == (lamps(),)


def test_a_model_reads_what_each_argument_is_and_which_it_needs() -> None:
    [described] = Toolbox([FIND_LAMPS]).descriptions

    assert (described.name, described.purpose) == (
        "find_lamps",
        "Finds lamps of the store.",
    )
    assert described.arguments == {
        "type": "object",
        "properties": {
            "words": {
                "type": "string",
                "maxLength": 80,
                "description": "What is looked for.",
            },
            "most": {"type": "integer", "minimum": 1, "maximum": 5, "default": 3},
        },
        "required": ["words"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        '{"words": "lamp", "most": 2}',
        '{"words": "lamp", "most": "2"}',
        '"{\\"words\\": \\"lamp\\"}"',
        ' {"words": "lamp"}\n',
    ],
)
def test_arguments_are_read_as_leniently_as_they_can_be(arguments: str) -> None:
    assert "Harbour Lamp" in called(arguments).text


@pytest.mark.parametrize(
    "arguments, told",
    [
        ('{"words": "la', "not whole JSON"),
        ("[" * 9_000, "not whole JSON"),
        ('{"words": 7}', "$.words"),
        ("{}", "`words`"),
        ("", "`words`"),
        ("[1]", "array"),
        ('{"words": "lamp", "most": 9}', "$.most"),
        ('{"words": "lamp", "shop": "otto"}', "`shop`"),
        ('{"words": "' + "x" * 81 + '"}', "$.words"),
    ],
)
def test_a_mistake_is_told_in_words_of_which_the_model_can_make_something(
    arguments: str, told: str
) -> None:
    result = called(arguments)

    assert told in result.text
    assert "Call again." in result.text
    assert result.parts == ()


def test_a_tool_that_does_not_exist_is_answered_with_those_that_do() -> None:
    result = Toolbox([FIND_LAMPS]).call(context(), ToolCall("c", "fly" * 99, "{}"))

    assert "There are: find_lamps." in result.text
    assert len(result.text) < 200


def test_a_tool_says_itself_what_cannot_be_done() -> None:
    def refuse(_: ToolContext, __: Arguments) -> Found:
        raise ToolMistake("Ask for the order's number first.")

    assert called("", tool_that(refuse)).text == "Ask for the order's number first."


def test_what_breaks_is_told_to_the_model_and_raised_to_nobody() -> None:
    def divide(_: ToolContext, __: Arguments) -> Found:
        return Found({"found": 1 / 0})

    assert called("", tool_that(divide)).text.endswith("Answer without it.")


@pytest.mark.parametrize(("tools", "turns"), [(0.01, 60), (60, 0.01), (60, -1)])
def test_nothing_waits_longer_than_the_tool_or_the_turn_may_take(
    tools: float, turns: float
) -> None:
    def wait(_: ToolContext, __: Arguments) -> Found:
        Event().wait()
        return Found("never")

    began = time.monotonic()
    result = called("", tool_that(wait, tools), turns)

    assert "too long" in result.text
    assert time.monotonic() - began < 5


def test_a_long_result_is_cut_and_says_so() -> None:
    def tell(_: ToolContext, __: Arguments) -> Found:
        return Found("x" * 50_000)

    text = called("", tool_that(tell)).text
    assert text == "x" * MOST_RESULT_CHARACTERS + CUT_MARK


def test_in_one_turn_a_tool_is_called_as_often_as_it_says() -> None:
    toolbox, turn = Toolbox([FIND_LAMPS]), context()
    call = ToolCall("c", FIND_LAMPS.name, '{"words": "lamp"}')

    told = [toolbox.call(turn, call).text for _ in range(FIND_LAMPS.per_turn + 2)]

    assert told[FIND_LAMPS.per_turn :] == [TOO_OFTEN] * 2
    assert TOO_OFTEN not in told[: FIND_LAMPS.per_turn]


def test_calls_that_were_wrong_count_as_well() -> None:
    toolbox, turn = Toolbox([FIND_LAMPS]), context()
    wrong = ToolCall("c", FIND_LAMPS.name, "{}")

    told = [toolbox.call(turn, wrong).text for _ in range(FIND_LAMPS.per_turn + 1)]

    assert told[-1] == TOO_OFTEN


def test_another_tool_in_the_same_turn_is_counted_by_itself() -> None:
    ping = tool_that(answer_pong)
    toolbox, turn = Toolbox([FIND_LAMPS, ping]), context()
    for _ in range(FIND_LAMPS.per_turn + 1):
        toolbox.call(turn, ToolCall("c", FIND_LAMPS.name, '{"words": "lamp"}'))

    assert toolbox.call(turn, ToolCall("c", ping.name, "{}")).text == "pong"


def answer_pong(_: ToolContext, __: Arguments) -> Found:
    return Found("pong")


def test_a_conversation_that_calls_a_tool_without_end_is_refused() -> None:
    """A window may end meanwhile, but not twice."""
    first = context()
    told = [
        called_in(replace(first, called=Counter()))
        for _ in range(2 * CALLS_OF_CONVERSATION.times + 1)
    ]

    assert TOO_OFTEN in told
    assert TOO_OFTEN not in told[: CALLS_OF_CONVERSATION.times]
    assert (
        called_in(replace(first, conversation_id="d" * 32, called=Counter())) == "pong"
    )


def test_a_shop_that_calls_a_tool_without_end_does_not_stop_another() -> None:
    first = context()
    told = [
        called_in(replace(first, conversation_id=f"{number:032}", called=Counter()))
        for number in range(2 * CALLS_OF_SHOP.times + 1)
    ]

    assert TOO_OFTEN in told
    assert TOO_OFTEN not in told[: CALLS_OF_SHOP.times]
    assert called_in(replace(first, shop_id=2, called=Counter())) == "pong"


def called_in(turn: ToolContext) -> str:
    ping = tool_that(answer_pong)
    return Toolbox([ping]).call(turn, ToolCall("c", ping.name, "{}")).text


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A folder with a tool, and with a module that is none."""
    folder = tmp_path / "some_tools"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "words.py").write_text("TOOL = 'no tool'")
    (folder / "find_lamps.py").write_text(
        "from tests.support.lamp_tool import FIND_LAMPS as TOOL"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield __import__("some_tools")
    for name in [name for name in sys.modules if name.startswith("some_tools")]:
        del sys.modules[name]


def test_tools_are_found_by_their_files(package: ModuleType) -> None:
    assert find_tools(package) == [FIND_LAMPS]
