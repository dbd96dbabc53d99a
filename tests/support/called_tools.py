"""Tools called as a model calls them, with what they tell it and what a shopper sees."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from backend.ai.provider import ToolCall
from backend.services import Services
from backend.store.parts import Part
from backend.tools.toolbox import Tool, Toolbox, ToolContext
from tests.contract.contract_document import is_valid

CONVERSATION = "c" * 32
SECONDS = 30


@dataclass(frozen=True)
class Told:
    """`facts` are what the model reads; `text` the same, or why there are none."""

    text: str
    parts: tuple[Part, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def part(self) -> Part:
        """The only one, in the shape that the contract promises."""
        [part] = self.parts
        assert is_valid(part["type"], part | {"id": "p1", "at": 0}), part
        return part


def context_of(services: Services, shop_id: int, **more: Any) -> ToolContext:
    """Of one turn; `more` are fields of a ToolContext."""
    fields = {"conversation_id": CONVERSATION} | more
    return ToolContext(services, shop_id, until=time.monotonic() + SECONDS, **fields)


def call(tool: Tool, context: ToolContext, **arguments: Any) -> Told:
    asked = ToolCall("call-1", tool.name, json.dumps(arguments))
    result = Toolbox([tool]).call(context, asked)

    facts = {}
    if result.text.startswith("{"):
        facts = json.loads(result.text)
    return Told(result.text, tuple(result.parts), facts)
