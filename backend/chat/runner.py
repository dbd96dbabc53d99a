"""Running a turn: the assistant's steps in, numbered events out, the reply stored. Whoever holds
the job's epoch may write; nobody else.
"""

from collections.abc import Callable

from backend.chat import answering, turns
from backend.chat.answering import Result, Work
from backend.chat.live_reply import LiveReply
from backend.chat.store_patience import when_store_is_there
from backend.chat.turns import Attempt, Ended, Outcome, Turn, TurnStatus
from backend.clock import now_ms
from backend.errors import AssistantError, Interrupted, LeaseLost, StoreUnavailable
from backend.logs import logger
from backend.services import Services
from backend.store.job_queue import Claim, let_go

Answer = Callable[[Work], Result]


def run(services: Services, claim: Claim, answer: Answer = answering.answer) -> None:
    """Do the turn of a claimed job, to its end. Returns quietly when the turn has ended or is
    somebody else's. `answer` says and shows the reply; it raises an AssistantError where it cannot.
    """
    attempt = _begin(services, claim)
    if attempt is None:
        # It has ended, or a later holder has it, who keeps the job: perhaps as a retry of what has
        # just failed.
        services.db.write(let_go, claim)
        return

    work = Work(services, attempt, LiveReply(services, attempt.turn))
    try:
        result = _try_to_answer(work, answer)
        services.process.finishing.add(claim)
        if result is not None:
            _finish(work, result)
    finally:
        # Also an attempt that is dropped in the middle.
        answering.settle(work)
        services.process.finishing.discard(claim)


def _begin(services: Services, claim: Claim) -> Attempt | None:
    whole = services.config.turn_seconds
    if not claim.begun:
        return services.db.write(turns.begin, claim, whole)
    with services.db.reading() as connection:
        return turns.find_attempt(connection, claim, whole)


def _try_to_answer(work: Work, answer: Answer) -> Result | None:
    """How the attempt has gone; None when the turn is somebody else's by now."""
    try:
        return answer(work)
    except LeaseLost:
        logger().info("turn lost to a later holder", attempt=work.turn.attempt)
        _count_lost(work)
        return None
    except AssistantError as error:
        return Result(TurnStatus.FAILED, error.code, error.because, error.check)
    except StoreUnavailable:
        # Nothing is wrong with the turn: it is begun again when the database is there.
        raise
    except Exception:  # One of three: whatever breaks here, the shopper is told.
        logger().exception("turn broke")
        return Result(TurnStatus.FAILED, Interrupted.code, "a mistake of ours")
    finally:
        work.services.checkpoints.drop(work.turn.id)


def _count_lost(work: Work) -> None:
    tokens = work.costs.tokens
    add = turns.add_tokens
    work.services.db.write(add, work.turn, tokens.asked, tokens.said)


def _finish(work: Work, result: Result) -> None:
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
    _log_end(work, result)


def _outcome_of(work: Work, result: Result) -> Outcome:
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


def _log_end(work: Work, result: Result) -> None:
    turn, form = work.turn, work.form
    logger().info(
        "turn",
        end=result.status,
        flow=form.get("flow"),
        step=form.get("step"),
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
        return when_store_is_there(
            services.db.write, turns.finish, services, turn, outcome
        )
    except StoreUnavailable as error:
        logger().error("a reply could not be stored", because=error.code)
        return None
