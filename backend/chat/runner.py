"""Running a turn: the assistant's steps in, numbered events out, the reply stored. Whoever holds
the job's epoch may write; nobody else.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

import gevent

from backend.ai.provider import ChatMessage, Finish, TakeBack
from backend.assistant import budgets, loop, prompts, transcript
from backend.assistant.costs import Costs
from backend.assistant.loop import Shown
from backend.assistant.prompts import Occasion
from backend.chat import turns
from backend.chat.live_reply import LiveReply
from backend.chat.turns import Attempt, Ended, Outcome, Turn, TurnStatus
from backend.clock import now_ms
from backend.errors import (
    AssistantError,
    AssistantSilent,
    ConversationTooLong,
    Interrupted,
    LeaseLost,
    StoreUnavailable,
)
from backend.logs import logger
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Settings
from backend.store.job_queue import Claim, let_go
from backend.tools.toolbox import ToolContext

# While the database is away a question waits this long to be read, and a finished reply to be
# stored.
STORE_PATIENCE_SECONDS, STORE_PAUSE_SECONDS = 30, 0.5

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


def run(services: Services, claim: Claim) -> None:
    """Do the turn of a claimed job, to its end. Returns quietly when the turn has ended or is
    somebody else's.
    """
    attempt = _begin(services, claim)
    if attempt is None:
        # It has ended, or a later holder has it, who keeps the job: perhaps as a retry of what has
        # just failed.
        services.db.write(let_go, claim)
        return

    work = _Work(services, attempt, LiveReply(services, attempt.turn))
    result = _try_to_answer(work)
    if result is None:
        return

    services.process.finishing.add(claim)
    try:
        _finish(work, result)
    finally:
        services.process.finishing.discard(claim)


def _begin(services: Services, claim: Claim) -> Attempt | None:
    whole = services.config.turn_seconds
    if not claim.begun:
        return services.db.write(turns.begin, claim, whole)
    with services.db.reading() as connection:
        return turns.find_attempt(connection, claim, whole)


@dataclass(frozen=True, slots=True)
class _Work:
    """An attempt at a turn, what it has said so far, and what that has cost."""

    services: Services
    attempt: Attempt
    reply: LiveReply
    costs: Costs = field(default_factory=Costs)

    @property
    def turn(self) -> Turn:
        return self.attempt.turn


@dataclass(frozen=True, slots=True)
class _Result:
    status: TurnStatus
    code: str | None = None
    because: str | None = None
    # What the operator may look at, when something is set wrongly.
    check: str | None = None
    is_whole: bool = True


def _try_to_answer(work: _Work) -> _Result | None:
    """How the attempt has gone; None when the turn is somebody else's by now."""
    try:
        finish = _answer(work)
        is_whole = finish.cut is None
        return _Result(TurnStatus.ANSWERED, because=finish.cut, is_whole=is_whole)
    except LeaseLost:
        logger().info("turn lost to a later holder", attempt=work.turn.attempt)
        _count_lost(work)
        return None
    except AssistantError as error:
        return _Result(TurnStatus.FAILED, error.code, error.because, error.check)
    except StoreUnavailable:
        # Nothing is wrong with the turn: it is begun again when the database is there.
        raise
    except Exception:  # One of three: whatever breaks here, the shopper is told.
        logger().exception("turn broke")
        return _Result(TurnStatus.FAILED, Interrupted.code, "a mistake of ours")
    finally:
        work.services.checkpoints.drop(work.turn.id)


def _count_lost(work: _Work) -> None:
    tokens = work.costs.tokens
    add = turns.add_tokens
    work.services.db.write(add, work.turn, tokens.asked, tokens.said)


def _answer(work: _Work) -> Finish:
    services, turn, reply = work.services, work.turn, work.reply
    if not work.attempt.is_worth_it:
        raise Interrupted("too little time was left")

    until = time.monotonic() + work.attempt.seconds_left
    reply.begin()
    asked = _when_store_is_there(_read_question, services, turn)
    _when_store_is_there(
        budgets.reserve, services, turn.shop_id, asked.chosen, asked.at
    )

    try:
        with services.breaker.guarding(str(turn.shop_id)):
            return _hear_shortened(work, asked.messages, until)
    except AssistantError:
        if reply.is_empty:
            back = budgets.give_back
            _when_store_is_there(back, services, turn.shop_id, asked.chosen, asked.at)
        raise


def _hear_shortened(
    work: _Work, messages: Sequence[ChatMessage], until: float
) -> Finish:
    """A conversation that the model finds too long is asked about once more, without its older
    half.
    """
    try:
        return _hear(work, messages, until)
    except ConversationTooLong:
        shorter = transcript.without_older_half(messages)
        if not work.reply.is_empty or len(shorter) == len(messages):
            raise

    return _hear(work, shorter, until)


def _hear(work: _Work, messages: Sequence[ChatMessage], until: float) -> Finish:
    services, reply = work.services, work.reply
    context = _context_of(work, until)
    steps = loop.answer(services.ai, services.tools, messages, context, work.costs)
    finish = Finish()

    # Closed at once when the lease is lost: nobody wants the rest, and it is paid for.
    with contextlib.closing(steps):
        for step in steps:
            match step:
                case str():
                    reply.say(step)
                case Shown():
                    reply.show(step.part)
                case TakeBack():
                    reply.take_back()
                case Finish():
                    finish = step

    if reply.is_empty:
        raise AssistantSilent("an empty answer")
    return finish


def _context_of(work: _Work, until: float) -> ToolContext:
    turn = work.turn
    return ToolContext(
        work.services,
        turn.shop_id,
        turn.conversation_id,
        until,
        locale=turn.locale,
        page=turn.page,
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What the model is asked for a turn, and what the merchant had chosen at that moment."""

    messages: Sequence[ChatMessage]
    chosen: Settings
    at: int


def _read_question(services: Services, turn: Turn) -> _Question:
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, turn.shop_id)
        said = turns.list_readable(connection, turn)

    question = next((each.text for each in said if each.seq == turn.seq), "")
    name = shop.name or shop.domain
    occasion = Occasion(name, turn.locale, turn.page, question, now_ms())
    told = prompts.instructions(occasion, shop.settings)
    return _Question(transcript.for_model(told, said), shop.settings, occasion.now)


def _finish(work: _Work, result: _Result) -> None:
    services, turn = work.services, work.turn
    try:
        ended = _durably(services, turn, _outcome_of(work, result))
    except LeaseLost:
        logger().info("turn ended by another", attempt=turn.attempt)
        ended = None
    if ended is None:
        # Somebody else's words come from now on, or nobody's; readers here are to look for them.
        services.live.lost(turn.id)
        return

    turns.conclude(services, turn.conversation_id, [ended])
    _log_end(turn, result)


def _outcome_of(work: _Work, result: _Result) -> Outcome:
    reply, tokens = work.reply, work.costs.tokens
    return Outcome(
        status=result.status,
        failure=result.code,
        # An attempt that was never made leaves the checkpoint of the one before it as the reply.
        text=None if reply.is_empty else reply.text,
        parts=reply.parts,
        number=reply.next_number,
        is_whole=result.is_whole,
        tokens=(tokens.asked, tokens.said),
    )


def _log_end(turn: Turn, result: _Result) -> None:
    logger().info(
        "turn",
        end=result.status,
        code=result.code,
        because=result.because,
        attempt=turn.attempt,
        ms=now_ms() - turn.created_at,
    )
    if result.check:
        because, check = result.because, result.check
        logger().warning("the model does not answer", because=because, check=check)


def _durably(services: Services, turn: Turn, outcome: Outcome) -> Ended | None:
    """None when the database stays away for too long: the lease decides who goes on."""
    try:
        return _when_store_is_there(
            services.db.write, turns.finish, services, turn, outcome
        )
    except StoreUnavailable as error:
        logger().error("a reply could not be stored", because=error.code)
        return None


def _when_store_is_there(
    step: Callable[Arguments, Found], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Found:
    """What `step` returns, waiting for a database that is away for a while."""
    give_up = time.monotonic() + STORE_PATIENCE_SECONDS
    while True:
        try:
            return step(*args, **kwargs)
        except StoreUnavailable:
            if time.monotonic() > give_up:
                raise
            gevent.sleep(STORE_PAUSE_SECONDS)
