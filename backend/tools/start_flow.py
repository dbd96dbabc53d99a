"""A form in the chat: an order of many things, or a callback. What the model has understood is
filled in where code bears it out.
"""

from typing import Annotated, Literal

from msgspec import Meta

from backend.flows.model_items import ModelItem
from backend.tools.toolbox import (
    Arguments,
    FormWish,
    Found,
    Tool,
    ToolContext,
    ToolMistake,
)

MOST_ITEMS, MOST_CHARACTERS = 200, 200
NOT_HERE = "No form can be begun from here."

Said = Annotated[str, Meta(max_length=MOST_CHARACTERS)]


class Wanted(Arguments):
    flow: Annotated[
        Literal["bulk_order", "callback_request"],
        Meta(
            description="bulk_order: buying many things. callback_request: being called."
        ),
    ]
    items: Annotated[
        tuple[ModelItem, ...],
        Meta(
            max_length=MOST_ITEMS,
            description="Of an order: each thing that the shopper names, none that they do not.",
        ),
    ] = ()
    name: Said = ""
    phone: Said = ""
    email: Said = ""
    when: Annotated[
        str,
        Meta(
            max_length=MOST_CHARACTERS,
            description="When to call, in the shopper's words.",
        ),
    ] = ""


def start_flow(context: ToolContext, wanted: Wanted) -> Found:
    if context.start_form is None:
        raise ToolMistake(NOT_HERE)

    wish = FormWish(
        flow=wanted.flow,
        items=wanted.items,
        name=wanted.name,
        phone=wanted.phone,
        email=wanted.email,
        when=wanted.when,
    )
    started = context.start_form(wish)
    facts = {"state": started.state, "say": started.say}
    return Found(facts, [started.part] if started.part else [])


TOOL = Tool(
    name="start_flow",
    purpose=(
        "Begin a form in the chat, or fill in one that is open: a bulk order (many pieces, several"
        " things, a list) or a callback (the shopper wants to be called). Then say what `say` has,"
        " in the shopper's language, and nothing else: the form asks for the rest. off = this store"
        " does not offer it; other_open = another form is open."
    ),
    arguments=Wanted,
    run=start_flow,
    seconds=15.0,
    read_only=False,
    per_turn=1,
)
