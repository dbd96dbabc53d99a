"""Calls of tools are put together from whatever fragments a server sends them in."""

from typing import Any

import pytest

from backend.ai.provider import ToolCall
from backend.ai.tool_calls import MOST_CALLS, MOST_CHARACTERS, GrowingCalls

MUGS = '{"words": "mugs"}'
CUPS = '{"words": "cups"}'


def called(*fragments: Any) -> list[ToolCall]:
    calls = GrowingCalls()
    for fragment in fragments:
        calls.add(fragment)
    return calls.whole()


def function(name: str = "", arguments: Any = "", **more: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **more}


def test_a_call_in_pieces_is_one_call() -> None:
    found = called(
        [function("find", "", id="a", index=0)],
        [function(arguments=MUGS[:5], index=0)],
        [function(arguments=MUGS[5:], index=0)],
    )

    assert found == [ToolCall("a", "find", MUGS)]


def test_pieces_of_two_calls_do_not_mix() -> None:
    found = called(
        [function("find", MUGS[:5], id="a", index=0)],
        [function("find", CUPS[:5], id="b", index=1)],
        [function(arguments=MUGS[5:], index=0), function(arguments=CUPS[5:], index=1)],
    )

    assert found == [ToolCall("a", "find", MUGS), ToolCall("b", "find", CUPS)]


def test_two_whole_calls_of_one_tool_without_number_or_id_are_two() -> None:
    found = called([function("find", MUGS)], [function("find", CUPS)])

    assert found == [ToolCall("call_1", "find", MUGS), ToolCall("call_2", "find", CUPS)]


@pytest.mark.parametrize(
    "fragments",
    [
        # The name again with every piece.
        [function("find", MUGS[:5], index=0), function("find", MUGS[5:], index=0)],
        # The name in pieces.
        [function("fi", "", index=0), function("nd", MUGS, index=0)],
        # An empty object first, the real one then.
        [function("find", "{}", index=0), function("", MUGS, index=0)],
        # All of it once more at the end.
        [function("find", MUGS, index=0), function("", MUGS, index=0)],
        # The object itself, and a number in words.
        [function("find", {"words": "mugs"}, index="0")],
        # As it was before there were several.
        [{"name": "find", "arguments": MUGS}],
    ],
)
def test_servers_own_ways_lead_to_the_same_call(fragments: list[Any]) -> None:
    assert called(*fragments) == [ToolCall("call_1", "find", MUGS)]


def test_what_has_no_name_cannot_be_answered() -> None:
    calls = GrowingCalls()
    calls.add([function(arguments=MUGS, index=0), "nonsense", None])

    assert not calls
    assert calls.whole() == []


def test_a_runaway_model_is_noticed() -> None:
    long, many = GrowingCalls(), GrowingCalls()

    long.add(function("find", "x" * MOST_CHARACTERS, index=0))
    many.add([function("find", MUGS, index=number) for number in range(MOST_CALLS)])
    assert not long.is_too_much
    assert not many.is_too_much

    long.add(function(arguments="x", index=0))
    many.add(function("find", MUGS, index=MOST_CALLS))
    assert long.is_too_much
    assert many.is_too_much
