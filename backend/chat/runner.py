"""Running a turn: words in, events out, reply stored. Whoever holds the job's epoch may write;
nobody else.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import gevent
import msgspec
from sqlalchemy import bindparam, select

from backend.ai.provider import ChatMessage, Finish, TakeBack
from backend.assistant import budgets, prompts, transcript
from backend.chat import turns
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
from backend.metrics import FIRST_TEXT
from backend.services import Services
from backend.shops import settings
from backend.shops.settings import Settings
from backend.store.checkpoints import Checkpoint
from backend.store.job_queue import Claim, let_go
from backend.store.live import LiveEvent, first_number
from backend.store.tables import shops

# While the database is away a finished reply waits this long to be stored.
STORE_PATIENCE_SECONDS, STORE_PAUSE_SECONDS = 30, 0.5


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
    turn = attempt.turn
    reply = _Reply(services, turn)
    try:
        finish = _answer(services, attempt, reply)
        outcome = _Outcome(
            TurnStatus.ANSWERED, because=finish.cut, is_whole=finish.cut is None
        )
    except LeaseLost:
        logger().info("turn lost to a later holder", attempt=turn.attempt)
        services.db.write(turns.add_tokens, turn, *reply.tokens())
        return
    except AssistantError as error:
        outcome = _Outcome(TurnStatus.FAILED, error.code, error.because, error.check)
    except (
        Exception
    ):  # One of three: whatever breaks here, the shopper is told and may retry.
        logger().exception("turn broke")
        outcome = _Outcome(TurnStatus.FAILED, Interrupted.code, "a mistake of ours")
    finally:
        services.checkpoints.drop(turn.id)
    services.process.finishing.add(claim)
    try:
        _finish(services, turn, reply, outcome)
    finally:
        services.process.finishing.discard(claim)


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: TurnStatus
    code: str | None = None
    because: str | None = None
    # What the operator may look at, when something is set wrongly.
    check: str | None = None
    is_whole: bool = True


class _Reply:
    """The reply as it grows: its words, their offsets, and the numbers of its events."""

    def __init__(self, services: Services, turn: Turn) -> None:
        self._services = services
        self._turn = turn
        self._pieces: list[str] = []
        self._length = 0
        self._number = first_number(turn.epoch) - 1
        self.asked = 0

    def begin(self) -> None:
        """A new attempt makes readers forget the one before. Raises LeaseLost."""
        if self._turn.attempt > 1:
            self._publish("restart", {"attempt": self._turn.attempt})

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def say(self, piece: str) -> None:
        """Publish the next words. Raises LeaseLost when a later holder has published."""
        if not self._pieces:
            self._services.breaker.note_words(str(self._turn.shop_id))
            if self._turn.attempt == 1:
                FIRST_TEXT.observe((now_ms() - self._turn.created_at) / 1000)
        self._publish("text", {"at": self._length, "text": piece})
        self._pieces.append(piece)
        self._length += _utf16_length(piece)
        self._services.checkpoints.mark(self._turn.id, self._checkpoint)

    def take_back(self) -> None:
        """Readers forget what was said: it was not meant for them. Raises LeaseLost."""
        self._publish("restart", {"attempt": self._turn.attempt})
        self._pieces, self._length = [], 0
        self._services.checkpoints.mark(self._turn.id, self._checkpoint)

    def tokens(self) -> tuple[int, int]:
        """What this attempt cost, as estimated: the wire tells it too late, after the last word."""
        return self.asked, transcript.estimate(self.text) if self._pieces else 0

    def next_number(self) -> int:
        return self._number + 1

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            self._turn.shop_id, self._turn.id, self._turn.epoch, self.text, self._number
        )

    def _publish(self, name: str, data: dict[str, object]) -> None:
        event = LiveEvent(self.next_number(), name, msgspec.json.encode(data))
        if not self._services.live.publish(self._turn.id, event):
            raise LeaseLost
        self._number = event.number


def _utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _begin(services: Services, claim: Claim) -> Attempt | None:
    whole = services.config.turn_seconds
    if not claim.begun:
        return services.db.write(turns.begin, claim, whole)
    with services.db.reading() as connection:
        return turns.find_attempt(connection, claim, whole)


def _answer(services: Services, attempt: Attempt, reply: _Reply) -> Finish:
    if not attempt.is_worth_it:
        raise Interrupted("too little time was left")
    turn = attempt.turn
    end = time.monotonic() + attempt.seconds_left
    reply.begin()
    asked = _asked(services, turn)
    budgets.reserve(services, turn.shop_id, asked.chosen, asked.at)
    try:
        with services.breaker.guarding(str(turn.shop_id)):
            return _hear_shortened(services, reply, asked.words, end)
    except AssistantError:
        if not reply.text:
            budgets.give_back(services, turn.shop_id, asked.chosen, asked.at)
        raise


def _hear_shortened(
    services: Services, reply: _Reply, words: Sequence[ChatMessage], end: float
) -> Finish:
    """A conversation that the model finds too long is asked about once more, without its older
    half.
    """
    try:
        return _hear(services, reply, words, end)
    except ConversationTooLong:
        shorter = transcript.without_older_half(words)
        if reply.text or len(shorter) == len(words):
            raise
    return _hear(services, reply, shorter, end)


def _hear(
    services: Services, reply: _Reply, words: Sequence[ChatMessage], end: float
) -> Finish:
    reply.asked += sum(transcript.estimate(word.content) for word in words)
    finish = Finish()

    # Closed at once when the lease is lost: nobody wants the rest, and it is paid for.
    with contextlib.closing(
        services.ai.stream(words, (), end - time.monotonic())
    ) as pieces:
        for piece in pieces:
            if isinstance(piece, str):
                reply.say(piece)
            elif isinstance(piece, TakeBack):
                reply.take_back()
            elif isinstance(piece, Finish):
                finish = piece

    if not reply.text:
        raise AssistantSilent("an empty answer")
    return finish


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the model is asked for a turn, and what the merchant had chosen at that moment."""

    words: Sequence[ChatMessage]
    chosen: Settings
    at: int


_SHOP = (
    select(shops.c.domain, shops.c.name, *settings.CHOSEN)
    .select_from(settings.WITH_SHOP)
    .where(shops.c.id == bindparam("shop"))
)


def _asked(services: Services, turn: Turn) -> _Asked:
    with services.db.reading() as connection:
        shop = connection.execute(_SHOP, {"shop": turn.shop_id}).one()
        said = transcript.before(connection, turn)
    chosen, now = settings.from_row(shop).settings, now_ms()
    question = next((row.text for row in said if row.seq == turn.seq), "")
    told = prompts.instructions(
        shop.name or shop.domain, turn.locale, turn.page, chosen, question, now
    )
    return _Asked(transcript.for_model(told, said), chosen, now)


def _finish(services: Services, turn: Turn, reply: _Reply, outcome: _Outcome) -> None:
    try:
        ended = _durably(services, turn, _as_stored(reply, outcome))
    except LeaseLost:
        logger().info("turn ended by another", attempt=turn.attempt)
        ended = None
    if ended is None:
        # Somebody else's words come from now on, or nobody's; readers here are to look for them.
        services.live.lost(turn.id)
        return

    turns.conclude(services, turn.conversation_id, [ended])
    took = now_ms() - turn.created_at
    logger().info(
        "turn",
        end=outcome.status,
        code=outcome.code,
        because=outcome.because,
        attempt=turn.attempt,
        ms=took,
    )
    if outcome.check:
        logger().warning(
            "the model does not answer", because=outcome.because, check=outcome.check
        )


def _as_stored(reply: _Reply, outcome: _Outcome) -> Outcome:
    return Outcome(
        status=outcome.status,
        failure=outcome.code,
        # An attempt that was never made leaves the checkpoint of the one before it as the reply.
        text=reply.text or None,
        number=reply.next_number(),
        is_whole=outcome.is_whole,
        tokens=reply.tokens(),
    )


def _durably(services: Services, turn: Turn, outcome: Outcome) -> Ended | None:
    """Write, waiting for a database that is away for a while; after that the lease decides who goes
    on.
    """
    give_up = time.monotonic() + STORE_PATIENCE_SECONDS
    while True:
        try:
            return services.db.write(turns.finish, services, turn, outcome)
        except StoreUnavailable as error:
            if time.monotonic() > give_up:
                logger().error("a reply could not be stored", because=error.code)
                return None
            gevent.sleep(STORE_PAUSE_SECONDS)
