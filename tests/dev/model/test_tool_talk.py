"""What the scripted model says by itself: nothing that no tool has told it."""

import json
from typing import Any

from backend.dev.model.tool_talk import Speech, speak

SEARCH = {"function": {"name": "search_products", "parameters": {}}}
SHOW = {"function": {"name": "show_products", "parameters": {}}}


def spoken(text: str, *more: dict[str, Any], **fields: Any) -> Speech:
    messages = [{"role": "user", "content": text}, *more]
    return speak({"messages": messages, **fields}, text)


def called(number: int, name: str, **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    calls = [{"id": f"call-{number}", "type": "function", "function": function}]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def found(number: int, **facts: Any) -> dict[str, Any]:
    content = json.dumps(facts)
    return {"role": "tool", "tool_call_id": f"call-{number}", "content": content}


def test_it_looks_for_what_was_asked_before_it_speaks_of_it() -> None:
    (call,) = spoken("Do you have a mug?", tools=[SEARCH, SHOW]).calls

    assert call.name == "search_products"
    assert "mug" in json.loads(call.arguments)["query"].lower()


def test_it_shows_what_was_found() -> None:
    mug = {"handle": "harbour-mug", "title": "Harbour Mug", "available": True}
    asked = called(1, "search_products", query="mug")
    result = found(1, products=[mug], found=1)

    speech = spoken("Do you have a mug?", asked, result, tools=[SEARCH, SHOW])

    (call,) = speech.calls
    assert call.name == "show_products"
    assert json.loads(call.arguments)["handles"] == ["harbour-mug"]


def test_without_tools_it_says_nothing_of_any_shop() -> None:
    speech = spoken("Do you have a mug?")

    assert speech.text
    assert not speech.calls
    assert "mug" not in speech.text.lower()


def test_it_counts_for_whoever_wants_a_long_answer() -> None:
    assert spoken("Count to 12").text == "1 2 3 4 5 6 7 8 9 10 11 12"
