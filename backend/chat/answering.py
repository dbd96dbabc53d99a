"""The answer of one attempt at a turn: by the model, within what the merchant allows, or by the
rules where no model answers; what is said becomes the reply as it comes.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from backend.ai.openai_chat import NoModel
from backend.ai.provider import ChatMessage, Finish, TakeBack, Tools
from backend.assistant import budgets, loop, prompts, transcript
from backend.assistant.budgets import Reservation
from backend.assistant.costs import Costs, expect_step
from backend.assistant.facts import Facts
from backend.assistant.loop import Means, Shown
from backend.assistant.prompts import Occasion
from backend.assistant.rules import RulesAssistant
from backend.chat import (
    conversation_facts,
    conversations,
    form_starts,
    form_turns,
    person_requests,
    turns,
)
from backend.chat.form_turns import FormReply
from backend.chat.live_reply import LiveReply
from backend.chat.store_patience import when_store_is_there
from backend.chat.turns import Attempt, Turn, TurnStatus
from backend.clock import now_ms
from backend.errors import (
    AssistantError,
    AssistantSilent,
    ConversationTooLong,
    Interrupted,
    StoreUnavailable,
)
from backend.logs import logger
from backend.metrics import REPLACED
from backend.model_settings import WithoutModel
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Settings
from backend.store.parts import Part
from backend.tools.toolbox import ToolContext

# What is counted for the merchant: replies without the model, statements that were no facts.
BY_RULES, HELD_BACK = "rules_replies", "facts_held_back"


@dataclass(slots=True)
class Work:
    """An attempt at a turn, what it has said so far, and what that has cost. `reserved` is what is
    to be settled in the end; `called` counts the calls of each tool, whoever has called it.
    """

    services: Services
    attempt: Attempt
    reply: LiveReply
    costs: Costs = field(default_factory=Costs)
    reserved: Reservation | None = None
    called: Counter[str] = field(default_factory=Counter)
    # Statements of the model that were no facts.
    held_back: int = 0

    @property
    def turn(self) -> Turn:
        return self.attempt.turn

    @property
    def form(self) -> Part:
        """The form that the reply shows; empty without any."""
        shown = [part for part in self.reply.parts if part["type"] == "form"]
        return shown[-1] if shown else {}


@dataclass(frozen=True, slots=True)
class Result:
    status: TurnStatus
    code: str | None = None
    because: str | None = None
    # What the operator may look at, when something is set wrongly.
    check: str | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What the model is asked for a turn, and what the merchant had chosen at that moment. `facts`
    are what its answer may state before a tool has told it more; `has_form` when one was open.
    With `is_silent` what is no fact is left out without a word.
    """

    shop_id: int
    messages: Sequence[ChatMessage]
    chosen: Settings
    at: int
    facts: Facts
    tools: Tools
    # Of an answer that may take until a moment of the monotonic clock.
    context: Callable[[float], ToolContext]
    text: str = ""
    has_form: bool = False
    is_silent: bool = False


def answer(work: Work) -> Result:
    """By the form that is open, where it is an answer to it; else by the model, and where that does
    not answer, by the rules.
    """
    if not work.attempt.is_worth_it:
        raise Interrupted("too little time was left")

    until = time.monotonic() + work.attempt.seconds_left
    work.reply.begin()
    services, turn = work.services, work.turn
    asked = when_store_is_there(_read_question, work)
    form = when_store_is_there(form_turns.respond, services, turn, asked.text)
    if form is not None:
        return _answer_form(work, form)

    result = _answer_otherwise(work, asked, until)
    if asked.has_form and not work.form:
        _remind_of_form(work)
    return result


def _answer_form(work: Work, form: FormReply) -> Result:
    work.reply.say(form.text)
    work.reply.show(form.part)
    return Result(TurnStatus.ANSWERED)


def _remind_of_form(work: Work) -> None:
    """What was asked in between is answered, and the form is still there."""
    form = when_store_is_there(form_turns.remind, work.services, work.turn)
    if form is not None:
        work.reply.say(f"\n\n{form.text}")
        work.reply.show(form.part)


def _answer_otherwise(work: Work, asked: Question, until: float) -> Result:
    if isinstance(work.services.ai, NoModel) and _may_use_rules(work):
        return _answer_by_rules(work, asked, until, None)

    try:
        return _result_of(ask_model(work, asked, until))
    except AssistantError as error:
        # What was interrupted is none of the model's.
        is_interrupted = isinstance(error, Interrupted)
        if is_interrupted or not work.reply.is_empty or not _may_use_rules(work):
            raise
        return _answer_by_rules(work, asked, until, error)


def _result_of(finish: Finish) -> Result:
    is_whole = finish.cut is None
    return Result(TurnStatus.ANSWERED, because=finish.cut, is_whole=is_whole)


def _may_use_rules(work: Work) -> bool:
    return work.services.config.without_model == WithoutModel.RULES


def _answer_by_rules(
    work: Work,
    asked: Question,
    until: float,
    error: AssistantError | None,
) -> Result:
    """`error` is why the model does not answer; None when the shop has none."""
    turn = work.turn
    reason = None if error is None else error.code
    rules = RulesAssistant(turn.locale, turn.page, asked.chosen, reason)
    # Templates, and quotes of what tools have found: none of it is to be doubted.
    means = Means(rules, asked.tools, work.costs)

    _hear(work, means, asked, asked.messages, until)
    work.services.daily_counts.add(turn.shop_id, BY_RULES)
    if error is None:
        return Result(TurnStatus.ANSWERED)
    return Result(TurnStatus.ANSWERED, error.code, error.because, error.check)


def ask_model(work: Work, asked: Question, until: float) -> Finish:
    """Its words become the reply. Raises an AssistantError, BudgetReached among them; what was said
    before stays said.
    """
    services, reply = work.services, work.reply
    work.reserved = when_store_is_there(_reserve, work, asked)

    try:
        with services.breaker.guarding(str(asked.shop_id)):
            return _hear_shortened(work, asked, until)
    except AssistantError:
        if reply.is_empty:
            reserved, work.reserved = work.reserved, None
            back = budgets.give_back
            when_store_is_there(back, services, reserved, work.costs.counted)
        raise


def _hear_shortened(work: Work, asked: Question, until: float) -> Finish:
    """A conversation that the model finds too long is asked about once more, without its older
    half.
    """
    services = work.services
    means = Means(services.ai, asked.tools, work.costs, asked.facts, asked.is_silent)
    try:
        return _hear(work, means, asked, asked.messages, until)
    except ConversationTooLong:
        shorter = transcript.without_older_half(asked.messages)
        if not work.reply.is_empty or len(shorter) == len(asked.messages):
            raise

    return _hear(work, means, asked, shorter, until)


def _hear(
    work: Work,
    means: Means,
    asked: Question,
    messages: Sequence[ChatMessage],
    until: float,
) -> Finish:
    steps = loop.answer(means, messages, asked.context(until))
    finish = Finish()

    # Closed at once when the lease is lost: nobody wants the rest, and it is paid for.
    with contextlib.closing(steps):
        for step in steps:
            if isinstance(step, Finish):
                finish = step
            else:
                _pass_on(step, work.reply)

    work.held_back = means.replaced
    if means.replaced:
        _note_replaced(work, asked.shop_id, means.replaced)
    if work.reply.is_empty:
        raise AssistantSilent("an empty answer")
    return finish


def _pass_on(step: str | Shown | TakeBack, reply: LiveReply) -> None:
    match step:
        case str():
            reply.say(step)
        case Shown():
            reply.show(step.part)
        case TakeBack():
            reply.take_back()


def _note_replaced(work: Work, shop_id: int, number: int) -> None:
    """What the model said and no fact bore out, for the merchant to see."""
    logger().warning("statements of the model were held back", number=number)
    REPLACED.inc(number)
    work.services.daily_counts.add(shop_id, HELD_BACK, number)


def _context_of(work: Work, text: str, until: float) -> ToolContext:
    turn = work.turn
    return ToolContext(
        work.services,
        turn.shop_id,
        turn.conversation_id,
        until,
        locale=turn.locale,
        page=turn.page,
        find_customer=partial(_find_customer, work),
        call_person=partial(person_requests.call_person, work.services, turn),
        start_form=partial(form_starts.start_form, work.services, turn, text),
        called=work.called,
    )


def _find_customer(work: Work) -> str | None:
    turn = work.turn
    with work.services.db.reading() as connection:
        known = conversations.find(connection, turn.shop_id, turn.conversation_id)
    return None if known is None else known.customer_id


def _read_question(work: Work) -> Question:
    services, turn = work.services, work.turn
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, turn.shop_id)
        readable = turns.list_readable(connection, turn)
        form = form_turns.read_title(connection, services.config, turn)

    # What the model does not read, it cannot repeat: none of that is looked through for facts.
    said = transcript.within_budget(readable)
    asked = [each.text for each in said if each.seq == turn.seq]
    text = asked[0] if asked else ""
    occasion = Occasion(
        shop=shop.name or shop.domain,
        locale=turn.locale,
        page=turn.page,
        question=text,
        now=now_ms(),
        shown=conversation_facts.list_shown_products(said),
        form=form,
    )

    told = prompts.instructions(occasion, shop.settings)
    messages = transcript.for_model(told, said)
    facts = conversation_facts.collect(shop, said, turn.page)
    return Question(
        shop_id=shop.id,
        messages=messages,
        chosen=shop.settings,
        at=occasion.now,
        facts=facts,
        tools=services.tools,
        context=partial(_context_of, work, text),
        text=text,
        has_form=bool(form),
    )


def _reserve(work: Work, asked: Question) -> Reservation:
    services = work.services
    estimate = expect_step(asked.messages, budgets.most_said(services.config))
    return budgets.reserve(services, asked.shop_id, asked.chosen, asked.at, estimate)


def settle(work: Work) -> None:
    """After the reply: nobody waits for this. What cannot be written stays reserved."""
    if work.reserved is None:
        return
    try:
        budgets.settle(work.services, work.reserved, work.costs.tokens)
    except StoreUnavailable as error:
        logger().warning("what a reply has cost is not written", because=error.code)
