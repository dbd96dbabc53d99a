"""Running a turn: words in, events out, reply stored. Whoever holds the job's epoch may write;
nobody else.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import gevent
import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select, update

from backend.ai.provider import ChatMessage, Finish, TakeBack
from backend.assistant import budgets, prompts, transcript
from backend.chat import endings, events
from backend.chat.endings import Ended
from backend.clock import now_ms
from backend.config import Config
from backend.errors import (
    AssistantError,
    AssistantSilent,
    ConversationTooLong,
    Interrupted,
    LeaseLost,
    StoreUnavailable,
)
from backend.logs import logger
from backend.metrics import FIRST_TEXT, TURNS
from backend.services import Services
from backend.shops import settings
from backend.shops.settings import Settings
from backend.store.checkpoints import Checkpoint
from backend.store.database import db_now
from backend.store.job_queue import Claim, let_go
from backend.store.live import LiveEvent, first_number
from backend.store.tables import shops
from backend.store.tables import turns as turn_table

# All attempts together, unless it is set otherwise; then a shopper is told, and may retry.
TURN_SECONDS = Config.turn_seconds
# With less than this left, or a third of a turn's time, a new attempt would hardly finish: it ends
# with what there is.
WORTH_A_NEW_ATTEMPT_SECONDS = 20
# While the database is away a finished reply waits this long to be stored.
STORE_PATIENCE_SECONDS, STORE_PAUSE_SECONDS = 30, 0.5

Result = TypeVar("Result")


def run(services: Services, claim: Claim) -> None:
    """Do the turn of a claimed job, to its end. Returns quietly when the turn has ended or is
    somebody else's.
    """
    begin = partial(_begin, claim=claim, whole=services.config.turn_seconds)
    turn = _load(services, claim) if claim.begun else services.db.write(begin)
    if turn is None:
        # It has ended, or a later holder has it, who keeps the job: perhaps as a retry of what has
        # just failed.
        services.db.write(let_go, claim)
        return
    reply = _Reply(services, turn)
    try:
        finish = _answer(services, turn, reply)
        outcome = _Outcome("answered", because=finish.cut, is_whole=finish.cut is None)
    except LeaseLost:
        logger().info("turn lost to a later holder", attempt=turn.attempt)
        services.db.write(_count_lost, turn, reply.tokens())
        return
    except AssistantError as error:
        outcome = _Outcome("failed", error.code, error.because, error.check)
    except (
        Exception
    ):  # One of three: whatever breaks here, the shopper is told and may retry.
        logger().exception("turn broke")
        outcome = _Outcome("failed", Interrupted.code, "a mistake of ours")
    finally:
        services.checkpoints.drop(turn.id)
    services.process.finishing.add(claim)
    try:
        _finish(services, turn, reply, outcome)
    finally:
        services.process.finishing.discard(claim)


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: str
    code: str | None = None
    because: str | None = None
    # What the operator may look at, when something is set wrongly.
    check: str | None = None
    is_whole: bool = True


class _Reply:
    """The reply as it grows: its words, their offsets, and the numbers of its events."""

    def __init__(self, services: Services, turn: Row) -> None:
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


# A turn as it is, and the database's clock: whoever goes on with it may have another one than
# whoever began it.
_TURN = (*turn_table.c, db_now().label("now"))
_HELD = (
    select(*_TURN)
    .where(
        turn_table.c.shop_id == bindparam("shop"), turn_table.c.id == bindparam("turn")
    )
    .where(turn_table.c.epoch == bindparam("epoch"))
)


def _load(services: Services, claim: Claim) -> Row | None:
    with services.db.reading() as connection:
        which = {"shop": claim.shop_id, "turn": claim.ref, "epoch": claim.epoch}
        return connection.execute(_HELD, which).one_or_none()


def _begin(
    connection: Connection, claim: Claim, whole: float = TURN_SECONDS
) -> Row | None:
    """A new holder starts the next attempt; None when the turn has ended or a later holder has
    begun.

    With too little time left the attempt is not counted, because no model will be asked.
    """
    mine = (turn_table.c.shop_id == claim.shop_id) & (turn_table.c.id == claim.ref)
    turn = connection.execute(
        select(*_TURN).where(mine).with_for_update()
    ).one_or_none()
    if (
        turn is None
        or turn.status not in ("queued", "running")
        or turn.epoch >= claim.epoch
    ):
        return None
    values: dict[str, object] = {"status": "running", "epoch": claim.epoch}
    if _is_worth_an_attempt(turn, whole):
        fresh = {
            "attempt": turn.attempt + 1,
            "text": "",
            "last_number": first_number(claim.epoch) - 1,
        }
        values |= fresh | {"started_at": turn.started_at or turn.now}
    return connection.execute(
        update(turn_table).where(mine).values(**values).returning(*_TURN)
    ).one()


def _seconds_left(turn: Row, whole: float) -> float:
    started_at = turn.now if turn.started_at is None else turn.started_at
    # A clock that jumped back gives nobody more time than there is.
    return min(whole, whole - (turn.now - started_at) / 1000)


def _is_worth_an_attempt(turn: Row, whole: float) -> bool:
    return _seconds_left(turn, whole) >= min(WORTH_A_NEW_ATTEMPT_SECONDS, whole / 3)


def _answer(services: Services, turn: Row, reply: _Reply) -> Finish:
    whole = services.config.turn_seconds
    if not _is_worth_an_attempt(turn, whole):
        raise Interrupted("too little time was left")
    end = time.monotonic() + _seconds_left(turn, whole)
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


def _asked(services: Services, turn: Row) -> _Asked:
    with services.db.reading() as connection:
        shop = connection.execute(_SHOP, {"shop": turn.shop_id}).one()
        said = transcript.before(connection, turn)
    chosen, now = settings.from_row(shop).settings, now_ms()
    question = next((row.text for row in said if row.seq == turn.seq), "")
    told = prompts.instructions(
        shop.name or shop.domain, turn.locale, turn.page, chosen, question, now
    )
    return _Asked(transcript.for_model(told, said), chosen, now)


def _finish(services: Services, turn: Row, reply: _Reply, outcome: _Outcome) -> None:
    try:
        ended = _durably(
            services,
            lambda connection: _end(connection, services, turn, reply, outcome),
        )
    except LeaseLost:
        logger().info("turn ended by another", attempt=turn.attempt)
        ended = None
    if ended is None:
        # Somebody else's words come from now on, or nobody's; readers here are to look for them.
        services.live.lost(turn.id)
        return
    services.live.publish(
        turn.id, LiveEvent(ended.number, *_last_event(ended, outcome))
    )
    endings.settle(services, turn, ended)
    TURNS.labels(outcome.status).inc()
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


def _end(
    connection: Connection,
    services: Services,
    turn: Row,
    reply: _Reply,
    outcome: _Outcome,
) -> Ended | None:
    # An attempt that was never made leaves the checkpoint of the one before it as the reply.
    text = reply.text or None
    return endings.end(
        connection,
        services,
        turn,
        outcome.status,
        text=text,
        number=reply.next_number(),
        failure=outcome.code,
        is_whole=outcome.is_whole,
        tokens=reply.tokens(),
    )


def _count_lost(connection: Connection, turn: Row, tokens: tuple[int, int]) -> None:
    """Stopped, handed over, or gone on with elsewhere: what was asked and said is paid for all the
    same.
    """
    asked, said = (
        func.coalesce(column, 0)
        for column in (turn_table.c.tokens_in, turn_table.c.tokens_out)
    )
    connection.execute(
        update(turn_table)
        .where(turn_table.c.shop_id == turn.shop_id, turn_table.c.id == turn.id)
        .values(tokens_in=asked + tokens[0], tokens_out=said + tokens[1])
    )


def _last_event(ended: Ended, outcome: _Outcome) -> tuple[str, bytes]:
    if outcome.status == "answered":
        assert ended.reply is not None, "an answer has words"
        return "finished", events.finished(ended.reply.id, ended.reply.seq)
    return "failed", events.failed(outcome.code or Interrupted.code)


def _durably(services: Services, work: Callable[[Connection], Result]) -> Result | None:
    """Write, waiting for a database that is away for a while; after that the lease decides who goes
    on.
    """
    give_up = time.monotonic() + STORE_PATIENCE_SECONDS
    while True:
        try:
            return services.db.write(work)
        except StoreUnavailable as error:
            if time.monotonic() > give_up:
                logger().error("a reply could not be stored", because=error.code)
                return None
            gevent.sleep(STORE_PAUSE_SECONDS)
