"""A shopper's talk with the rules assistant, through the real loop, with tools whose answers a test
has written down.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.ai.provider import ChatMessage, ToolCall, ToolDescription, ToolResult
from backend.assistant import loop
from backend.assistant.costs import Costs
from backend.assistant.loop import Means
from backend.assistant.rules import RulesAssistant
from backend.shops.settings import DEFAULTS, Settings
from backend.tools.toolbox import ToolContext

LAMPS: list[dict[str, Any]] = [
    {
        "handle": f"harbour-lamp-{number}",
        "title": f"Harbour Lamp {number}",
        "price": {"amount": "129.00", "currency": "EUR"},
        "available": True,
    }
    for number in range(1, 7)
]
LAMP: dict[str, Any] = LAMPS[0] | {
    "description": (
        "A lamp for long evenings. Its foot is solid oak. It is 40 cm tall. Now only €129!"
    ),
    "options": [
        {"name": "Colour", "values": ["Blue", "Sand"]},
        {"name": "Title", "values": ["Default Title"]},
    ],
}
POLICY: dict[str, Any] = {
    "title": "Shipping and returns",
    "url": "/policies/all",
    "text": (
        "We ship within 2 days. Shipping to Norway costs €9. Returns are free for 30 days."
        " We accept PayPal and cards. Our store is open from 9 to 17. The warranty is 2 years."
        " Students get a discount of 10 %."
    ),
}
ORDER: dict[str, Any] = {
    "name": "#1042",
    "status": "fulfilled",
    "placedAt": "2026-11-20T10:00:00Z",
    "fulfilments": [
        {
            "status": "in_transit",
            "company": "DHL",
            "number": "0034",
            "url": "https://example.com/0034",
        }
    ],
}
NOT_NOW = "This took too long. Answer without it."

Facts = Mapping[str, Any] | str
Script = Facts | Callable[[dict[str, Any]], Facts]


@dataclass(slots=True)
class ScriptedTools:
    """Each tool says what its script has for it. `calls` are the names and arguments."""

    scripts: Mapping[str, Script]
    calls: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def descriptions(self) -> Sequence[ToolDescription]:
        return [ToolDescription(name, "", {}) for name in self.scripts]

    def may_run_beside(self, name: str) -> bool:
        return False

    def call(self, context: ToolContext, call: ToolCall) -> ToolResult:
        arguments = json.loads(call.arguments)
        self.calls[call.id] = (call.name, arguments)

        script = self.scripts[call.name]
        facts = script(arguments) if callable(script) else script
        text = facts if isinstance(facts, str) else json.dumps(facts)
        return ToolResult(call.id, text)


@dataclass(slots=True)
class RulesTalk:
    """One conversation; each `ask` is a turn of its own."""

    scripts: Mapping[str, Script]
    locale: str | None = None
    page: Mapping[str, Any] | None = None
    settings: Settings = DEFAULTS
    reason: str | None = None
    messages: list[ChatMessage] = field(
        default_factory=lambda: [ChatMessage("system", "Help.")]
    )
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    costs: Costs = field(default_factory=Costs)

    def ask(self, text: str) -> str:
        """What is answered; `calls` are those of this turn."""
        self.messages.append(ChatMessage("user", text))
        tools = ScriptedTools(self.scripts)
        nothing: Any = None
        context = ToolContext(nothing, 1, "c" * 32, time.monotonic() + 30)
        model = RulesAssistant(self.locale, self.page, self.settings, self.reason)

        means = Means(model, tools, self.costs)
        steps = list(loop.answer(means, self.messages, context))
        answer = "".join(step for step in steps if isinstance(step, str))
        self.calls = list(tools.calls.values())
        if answer:
            self.messages.append(ChatMessage("assistant", answer))
        return answer

    @property
    def called(self) -> list[str]:
        return [name for name, _ in self.calls]


def whole_store() -> dict[str, Script]:
    """Every tool of a store that has something to answer."""
    return {
        "search_products": _search,
        "show_products": _show,
        "get_product": {"product": LAMP},
        "read_policies": {"passages": [POLICY]},
        "check_order": _check,
        "ask_for_a_person": {"state": "requested", "hours": None},
    }


def _search(arguments: dict[str, Any]) -> Facts:
    return {"products": LAMPS[: arguments["limit"]], "found": len(LAMPS)}


def _show(arguments: dict[str, Any]) -> Facts:
    return {"shown": arguments["handles"]}


def _check(arguments: dict[str, Any]) -> Facts:
    needs = [name for name in ("number", "email") if not arguments.get(name)]
    if needs:
        return {"found": False, "needs": needs}
    return {"found": True, "order": ORDER}
