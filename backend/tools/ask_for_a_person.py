"""A person of the shop is to look at the conversation."""

from typing import Annotated

from msgspec import Meta

from backend.tools.toolbox import Arguments, Found, Tool, ToolContext, ToolMistake

MOST_CHARACTERS = 200
NOBODY = "Nobody can be asked from here."


class Wanted(Arguments):
    reason: Annotated[
        str, Meta(max_length=MOST_CHARACTERS, description="Why, in a few words.")
    ] = ""


def ask_for_a_person(context: ToolContext, wanted: Wanted) -> Found:
    if context.call_person is None:
        raise ToolMistake(NOBODY)

    facts = context.call_person().facts
    return Found(facts, [{"type": "person", **facts}])


TOOL = Tool(
    name="ask_for_a_person",
    purpose=(
        "Ask a person of the store to answer in this chat: when the shopper wants one, is upset, or"
        " needs what you cannot do. Then say what the state means: requested = somebody will answer"
        " here, usually after usual_wait minutes; away = they will when they are back, at these"
        " hours. With callback you may offer that somebody calls (start_flow)."
    ),
    arguments=Wanted,
    run=ask_for_a_person,
    read_only=False,
    per_turn=1,
)
