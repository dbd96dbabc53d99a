"""Tools as a model calls them: found by file, their arguments checked, their time limited, their
mistakes told to the model in words that it can act on.
"""

import importlib
import pkgutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from types import ModuleType
from typing import Any, Literal

import gevent
import msgspec

from backend import tools as tools_package
from backend.ai.provider import ToolCall, ToolDescription, ToolResult
from backend.flows.model_items import ModelItem
from backend.logs import logger
from backend.services import Services
from backend.store.limits import Ask, Limit
from backend.store.parts import Part

# What a model reads of one result; more would push the conversation out of its window.
MOST_RESULT_CHARACTERS = 12_000
TOO_OFTEN = "This was called too often. Answer with what you have."
# Of one tool, in one minute: what a shop's shoppers may cost others.
CALLS_OF_SHOP = Limit(times=1_200, seconds=60)
CALLS_OF_CONVERSATION = Limit(times=60, seconds=60)
CUT_MARK = " … (there is more, left out here)"
# A name that nobody has may be as long as a model likes to write.
MOST_NAME_CHARACTERS = 64


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """What a tool is called with; a field's `Meta(description=…)` is for the model."""


@dataclass(frozen=True, slots=True)
class CalledPerson:
    """That a person of the shop was called: `requested`, with how many minutes it usually takes
    where that is known, or `away` until the `hours`; `callback` when the shop calls back who asks
    for it, `email` when an address may be left.
    """

    state: Literal["requested", "away"]
    hours: str | None
    callback: bool = False
    email: bool = False
    usual_wait: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """As a model reads them, and as a part shows them."""
        told: dict[str, Any] = {
            "state": self.state,
            "hours": self.hours,
            "callback": self.callback,
        }
        if self.email:
            told["email"] = True
        if self.usual_wait is not None:
            told["usual_wait"] = self.usual_wait
        return told


@dataclass(frozen=True, slots=True)
class FormWish:
    """Which form is to be begun, and what was understood of the shopper's words for it; what is
    blank was not said.
    """

    flow: str
    items: Sequence[ModelItem] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class StartedForm:
    """`open` with its first question and the form, `other_open` while another one is, or `off`."""

    state: Literal["open", "other_open", "off"]
    say: str = ""
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom a tool runs. `until` is when the turn's time is over, by `time.monotonic`.

    What the server knows itself stands here: no argument names a shop or a customer. `call_person`
    marks the conversation for the staff, `find_customer` tells whose it is when its shopper is
    signed in, `start_form` begins a form in it. `called` counts the turn's calls of each tool.
    """

    services: Services
    shop_id: int
    conversation_id: str
    until: float
    locale: str | None = None
    page: Mapping[str, Any] | None = None
    find_customer: Callable[[], str | None] | None = None
    call_person: Callable[[], CalledPerson] | None = None
    start_form: Callable[[FormWish], StartedForm] | None = None
    called: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool gives back: facts or text for the model, and parts for the shopper to see.

    A part has its `type` and fields. With an `id` of its own it replaces the one shown before.
    """

    facts: Mapping[str, Any] | str
    parts: Sequence[Part] = ()


class ToolMistake(Exception):
    """A call that cannot be done as it was asked for; the text tells the model what to change."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that the model may do. One that is `read_only` may run beside others; more than
    `per_turn` calls in one turn are not run.
    """

    name: str
    purpose: str
    arguments: type[Arguments]
    run: Callable[[ToolContext, Any], Found]
    seconds: float = 5.0
    read_only: bool = True
    per_turn: int = 6


@dataclass(slots=True)
class Toolbox:
    """The tools that a model is offered."""

    tools: Sequence[Tool] = ()
    descriptions: Sequence[ToolDescription] = ()
    _by_name: dict[str, Tool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {tool.name: tool for tool in self.tools}
        self.descriptions = [_description_of(tool) for tool in self.tools]

    def may_run_beside(self, name: str) -> bool:
        tool = self._by_name.get(name)
        return tool is None or tool.read_only

    def call(self, context: ToolContext, call: ToolCall) -> ToolResult:
        """Run one call, within the tool's time and the turn's. Raises nothing of the tool's."""
        tool = self._by_name.get(call.name)
        if tool is None:
            return ToolResult(call.id, self._unknown(call.name))

        if _is_too_often(context, tool):
            return ToolResult(call.id, TOO_OFTEN)

        limit = gevent.Timeout(min(tool.seconds, _seconds_left(context)))
        try:
            with limit:
                found = tool.run(context, _read_arguments(tool, call.arguments))
            return ToolResult(call.id, _text_of(found.facts), tuple(found.parts))
        except ToolMistake as mistake:
            return ToolResult(call.id, str(mistake))
        except gevent.Timeout as over:
            if over is not limit:
                raise
            logger().warning("a tool took too long", tool=tool.name)
            return ToolResult(call.id, "This took too long. Answer without it.")
        except Exception:  # One of three: the model is told, and answers without.
            logger().exception("tool broke", tool=tool.name)
            return ToolResult(call.id, "This does not work now. Answer without it.")

    def _unknown(self, name: str) -> str:
        known = ", ".join(self._by_name) or "none"
        return f"There is no tool {name[:MOST_NAME_CHARACTERS]!r}. There are: {known}."


def find_tools(package: ModuleType = tools_package) -> list[Tool]:
    """`TOOL` of each module in `package` that has one, by name."""
    found = []
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        tool = getattr(module, "TOOL", None)
        if isinstance(tool, Tool):
            found.append(tool)

    return sorted(found, key=attrgetter("name"))


def _is_too_often(context: ToolContext, tool: Tool) -> bool:
    """Counts this call as well."""
    context.called[tool.name] += 1
    if context.called[tool.name] > tool.per_turn:
        return True

    refused = context.services.limits.refused(_limits_of(context, tool))
    if refused:
        logger().warning("a tool is called too often", tool=tool.name)
    return refused is not None


def _limits_of(context: ToolContext, tool: Tool) -> list[Ask]:
    return [
        (f"tool:{tool.name}:{context.conversation_id}", CALLS_OF_CONVERSATION),
        (f"tool:{tool.name}:shop:{context.shop_id}", CALLS_OF_SHOP),
    ]


def _seconds_left(context: ToolContext) -> float:
    return max(0.001, context.until - time.monotonic())


def _description_of(tool: Tool) -> ToolDescription:
    (schema,), components = msgspec.json.schema_components(
        [tool.arguments], ref_template="#/$defs/{name}"
    )
    name = schema["$ref"].rpartition("/")[2]
    arguments = components.pop(name)
    if components:
        arguments["$defs"] = components
    return ToolDescription(tool.name, tool.purpose, _without_titles(arguments))


def _without_titles(schema: Any) -> Any:
    """The names of our classes say nothing to a model."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema

    return {
        name: _without_titles(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }


def _read_arguments(tool: Tool, text: str) -> Arguments:
    """Raises ToolMistake, in words of which the model can make something."""
    try:
        value = msgspec.json.decode(text or "{}")
        # Some models write their JSON as a string of JSON.
        if isinstance(value, str):
            value = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ToolMistake("The arguments are not whole JSON. Call again.") from None

    try:
        return msgspec.convert(value, tool.arguments, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ToolMistake(f"The arguments are wrong: {error}. Call again.") from None


def _text_of(facts: Mapping[str, Any] | str) -> str:
    text = facts if isinstance(facts, str) else msgspec.json.encode(facts).decode()
    if len(text) <= MOST_RESULT_CHARACTERS:
        return text
    return text[:MOST_RESULT_CHARACTERS] + CUT_MARK
