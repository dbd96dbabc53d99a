"""What the rest of the app may rely on between us and a model."""

from backend.ai.provider import Finish, NoTools, ToolCall


def test_without_tools_a_call_is_answered_all_the_same() -> None:
    """A model may make up a tool; a call without a result would end the conversation."""
    tools = NoTools()

    result = tools.call(None, ToolCall("call_1", "find_mugs", "{}"))

    assert list(tools.descriptions) == []
    assert (result.call_id, result.parts) == ("call_1", ())
    assert "find_mugs" in result.text


def test_a_step_is_whole_unless_it_says_why_it_is_not() -> None:
    assert Finish() == Finish(cut=None)
    assert Finish() != Finish("length")
