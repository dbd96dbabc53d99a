"""A tool for tests of the chat's looks: it shows whatever it is told to show."""

from typing import Annotated, Any

from msgspec import Meta

from backend.tools.toolbox import Arguments, Found, Tool, ToolContext

Part = dict[str, Any]
DESCRIBED = Meta(description="Parts as in docs/schemas.")


class Shown(Arguments):
    parts: Annotated[list[Part], DESCRIBED]


def show_parts(context: ToolContext, shown: Shown) -> Found:
    return Found("The shopper sees it.", shown.parts)


TOOL = Tool(
    name="show_parts",
    purpose="Shows parts to the shopper.",
    arguments=Shown,
    run=show_parts,
)
