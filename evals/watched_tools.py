"""The app's tools, each call of them written down; and the faults that are put into them, to see
that the evals notice.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend.ai.provider import ToolCall, ToolDescription, ToolResult
from backend.tools.toolbox import Toolbox, ToolContext

CALLS, FAULT = "calls.jsonl", "fault.json"
AMOUNT = re.compile(r'("amount":")(\d+)')


@dataclass(frozen=True)
class Fault:
    """`kind` is dropped, shifted or leaked, of the tool with that name; `shop` is whose rows are
    leaked.
    """

    kind: str = ""
    tool: str = ""
    shop: int = 0


NONE = Fault()


class WatchedTools:
    """Tools as the assistant sees them. Whoever writes a fault into `folder` breaks one of them,
    until it is taken away.
    """

    def __init__(self, toolbox: Toolbox, folder: Path) -> None:
        self._toolbox = toolbox
        self._calls = folder / CALLS
        self._fault = folder / FAULT

    @property
    def descriptions(self) -> Sequence[ToolDescription]:
        fault = read_fault(self._fault)
        return [
            each
            for each in self._toolbox.descriptions
            if not (fault.kind == "dropped" and each.name == fault.tool)
        ]

    def may_run_beside(self, name: str) -> bool:
        return self._toolbox.may_run_beside(name)

    def call(self, context: ToolContext, call: ToolCall) -> ToolResult:
        fault = read_fault(self._fault)
        is_broken = call.name == fault.tool
        if is_broken and fault.kind == "dropped":
            call = replace(call, name=f"no_{call.name}")

        asked_for = context
        if is_broken and fault.kind == "leaked":
            asked_for = replace(context, shop_id=fault.shop)

        result = self._toolbox.call(asked_for, call)
        if is_broken and fault.kind == "shifted":
            result = replace(result, text=AMOUNT.sub(_dearer, result.text))

        self._note(context, call, result)
        return result

    def _note(self, context: ToolContext, call: ToolCall, result: ToolResult) -> None:
        called: Mapping[str, Any] = {
            "conversation": context.conversation_id,
            "tool": call.name,
            "arguments": call.arguments,
            "text": result.text,
            "parts": list(result.parts),
        }
        line = json.dumps(called, ensure_ascii=False)
        with self._calls.open("a", encoding="utf-8") as calls:
            calls.write(f"{line}\n")


def read_fault(path: Path) -> Fault:
    if not path.exists():
        return NONE
    return Fault(**json.loads(path.read_text("utf-8")))


def _dearer(found: re.Match[str]) -> str:
    return f"{found[1]}{int(found[2]) + 1}"
