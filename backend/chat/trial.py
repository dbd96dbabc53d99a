"""A merchant tries the assistant with settings that may not be saved yet: the loop, the tools and
the catalog that shoppers have, with nothing kept, counted or started.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from backend.ai.openai_chat import NoModel
from backend.ai.provider import TakeBack, ToolCall, ToolDescription, ToolResult, Tools
from backend.assistant import loop, prompts, transcript
from backend.assistant.loop import Means, Shown, Step
from backend.assistant.prompts import Occasion
from backend.assistant.rules import RulesAssistant
from backend.chat import conversation_facts
from backend.chat.messages import Message, MessageStatus, Role
from backend.clock import now_ms
from backend.errors import AssistantError, AssistantSilent, TooManyMessages
from backend.model_settings import WithoutModel
from backend.services import Services
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.limits import Limit
from backend.store.parts import Part
from backend.tools.toolbox import ToolContext

# For a reply; the rules answer in what the model has left of it.
SECONDS, MODEL_SECONDS = 25.0, 20.0
# It is the operator's model that is asked, and no budget of the shop's counts it.
OF_ONE, OF_SHOP = Limit(times=10, seconds=60), Limit(times=300, seconds=86_400)
MOST_SAID, MOST_CHARACTERS = 40, 8_000


@dataclass(frozen=True, slots=True)
class Trial:
    """`said` is the talk so far, the latest last: the shopper's words and the assistant's by
    turns, beginning and ending with the shopper's.
    """

    staff: Staff
    chosen: Settings
    said: Sequence[str]
    locale: str = "en"


@dataclass(slots=True)
class TrialReply:
    """As a shopper would have it."""

    text: str = ""
    parts: list[Part] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.parts

    def take(self, step: Step) -> None:
        match step:
            case str():
                self.text += step
            case Shown(part):
                others = [each for each in self.parts if each["id"] != part["id"]]
                self.parts = [*others, part]
            case TakeBack():
                self.text, self.parts = "", []


class ReadOnlyTools:
    """Of some tools those that change nothing: nobody is called, and no form begins."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.descriptions: Sequence[ToolDescription] = [
            each for each in tools.descriptions if tools.may_run_beside(each.name)
        ]

    def may_run_beside(self, name: str) -> bool:
        return True

    def call(self, context: ToolContext, call: ToolCall) -> ToolResult:
        if not self._tools.may_run_beside(call.name):
            return ToolResult(call.id, "This cannot be done while trying things out.")
        return self._tools.call(context, call)


def answer(services: Services, trial: Trial) -> TrialReply:
    """By the model, and where that does not answer, by the rules. Raises TooManyMessages, and an
    AssistantError where nobody answers.
    """
    _refuse_haste(services, trial.staff)
    until = time.monotonic() + SECONDS
    is_without_model = isinstance(services.ai, NoModel)
    has_rules = services.config.without_model == WithoutModel.RULES
    if is_without_model and has_rules:
        return _ask_rules(services, trial, until, None)

    try:
        return _ask_model(services, trial)
    except AssistantError as error:
        if not has_rules:
            raise
        return _ask_rules(services, trial, until, error.code)


def _refuse_haste(services: Services, staff: Staff) -> None:
    shop_id = staff.shop.id
    asks = [
        (f"trial:{shop_id}:{staff.user_id}", OF_ONE),
        (f"trial:{shop_id}", OF_SHOP),
    ]
    used_up = services.limits.refused(asks)
    if used_up:
        raise TooManyMessages(used_up.left_of_window())


def _ask_model(services: Services, trial: Trial) -> TrialReply:
    shop = replace(trial.staff.shop, settings=trial.chosen)
    facts = conversation_facts.collect(shop, _as_messages(trial), None)
    means = Means(services.ai, ReadOnlyTools(services.tools), facts=facts)

    with services.breaker.guarding(str(shop.id)):
        return _hear(services, trial, means, time.monotonic() + MODEL_SECONDS)


def _ask_rules(
    services: Services, trial: Trial, until: float, reason: str | None
) -> TrialReply:
    rules = RulesAssistant(trial.locale, None, trial.chosen, reason)
    means = Means(rules, ReadOnlyTools(services.tools))
    return _hear(services, trial, means, until)


def _hear(services: Services, trial: Trial, means: Means, until: float) -> TrialReply:
    said = transcript.within_budget(_as_messages(trial))
    told = prompts.instructions(_occasion_of(trial), trial.chosen)
    messages = transcript.for_model(told, said)

    reply = TrialReply()
    steps = loop.answer(means, messages, _context_of(services, trial, until))
    with contextlib.closing(steps):
        for step in steps:
            reply.take(step)

    if reply.is_empty:
        raise AssistantSilent("an empty answer")
    return reply


def _occasion_of(trial: Trial) -> Occasion:
    shop = trial.staff.shop
    return Occasion(
        shop=shop.name or shop.domain,
        locale=trial.locale,
        page=None,
        question=trial.said[-1],
        now=now_ms(),
    )


def _context_of(services: Services, trial: Trial, until: float) -> ToolContext:
    """Without a customer, and without anybody who could be called."""
    staff = trial.staff
    who = f"trial-{staff.user_id}"
    return ToolContext(services, staff.shop.id, who, until, locale=trial.locale)


def _as_messages(trial: Trial) -> list[Message]:
    """The newest first, as if they were stored."""
    return [
        Message(
            shop_id=trial.staff.shop.id,
            conversation_id="",
            seq=seq,
            id="",
            role=Role.ASSISTANT if seq % 2 else Role.SHOPPER,
            text=text,
            status=MessageStatus.ANSWERED,
            at=0,
        )
        for seq, text in reversed(list(enumerate(trial.said)))
    ]
