"""Which conversations can show that a tool is broken."""

from evals.conversation_files import read_talks
from evals.seeded_faults import uses_tool


def test_a_talk_uses_what_it_expects_to_be_called_or_shown() -> None:
    talks = {talk.name: talk for talk in read_talks()}
    greeting, mug = talks["english 1"], talks["english 3"]

    assert uses_tool(mug, "search_products")
    assert uses_tool(mug, "show_products")
    assert not uses_tool(mug, "check_order")
    assert not uses_tool(greeting, "show_products")
