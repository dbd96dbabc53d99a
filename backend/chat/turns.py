"""Turns: the record, the statements on its table, and each transition of one.

A turn is begun, checkpointed and finished by whoever holds its epoch. Anybody else cuts it short by
bumping the epoch. After the commit `conclude` tells whom it concerns.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum, nonmember
from typing import Any, Self

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    func,
    insert,
    select,
    update,
)

from backend.chat import conversations, messages, sessions, team_room
from backend.chat.conversations import ClosedWhy, Conversation, new_id, within
from backend.chat.handoffs import Why
from backend.chat.messages import Message, MessageRef, MessageStatus, Role
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import (
    WITHOUT_RETRY,
    AssistantRefused,
    BudgetReached,
    LeaseLost,
    NotFound,
)
from backend.metrics import TURNS
from backend.services import Services
from backend.store import job_queue
from backend.store.checkpoints import Checkpoint
from backend.store.database import db_now
from backend.store.job_queue import Claim, Lease
from backend.store.live import LiveEvent, SoFar, first_number, text_so_far
from backend.store.parts import Part
from backend.store.tables import turns

KIND = "turn"
# With less than this left, or a third of a turn's time, a new attempt would hardly finish: it ends
# with what there is.
WORTH_A_NEW_ATTEMPT_SECONDS = 20
ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class TurnStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    HANDED_OVER = "handed_over"

    # Not ended yet.
    OPEN = nonmember(frozenset({QUEUED, RUNNING}))


@dataclass(frozen=True, slots=True)
class Turn:
    """A shopper's message and what becomes of it. `seq` is the message's; `text` and `parts` are
    the reply so far, as of event `last_number`.
    """

    shop_id: int
    id: str
    conversation_id: str
    seq: int
    message_id: str
    client_id: str | None
    status: TurnStatus
    epoch: int
    attempt: int
    locale: str | None
    page: dict[str, Any] | None
    text: str
    parts: list[Part] | None
    last_number: int
    reply_seq: int | None
    reply_id: str | None
    failure: str | None
    created_at: int
    started_at: int | None
    ended_at: int | None
    tokens_in: int | None
    tokens_out: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["status"] = TurnStatus(row.status)
        return cls(**values)

    @property
    def is_open(self) -> bool:
        return self.status in TurnStatus.OPEN

    @property
    def message(self) -> MessageRef:
        return MessageRef(self.message_id, self.seq, self.created_at)

    @property
    def reply(self) -> MessageRef | None:
        """The reply of an earlier attempt, or of this one once it has ended."""
        if self.reply_seq is None or self.reply_id is None:
            return None
        return MessageRef(self.reply_id, self.reply_seq, self.ended_at or now_ms())


@dataclass(frozen=True, slots=True)
class Attempt:
    """A turn in the hands of its holder, and what is left of its time, by the database's clock:
    whoever goes on with a turn may have another clock than whoever began it.
    """

    turn: Turn
    seconds_left: float
    is_worth_it: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ends. `number` is that of its last event.

    Without `text` the checkpoint is the reply, its parts as well; one that is not `is_whole` is
    partial, also when the turn counts as answered. `tokens` (asked, said) come on top of earlier
    attempts'. With `keeps_place` what only readers have yet comes before whatever is said next.
    """

    status: TurnStatus
    failure: str | None = None
    text: str | None = None
    parts: Sequence[Part] = ()
    number: int = 0
    is_whole: bool = True
    tokens: tuple[int, int] = (0, 0)
    keeps_place: bool = False

    @property
    def has_reply(self) -> bool:
        return bool(self.text or self.parts)

    def with_checkpoint(self, turn: Turn) -> Self:
        return replace(self, text=turn.text, parts=turn.parts or ())


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn as its end was committed, its reply, and the claim of the next turn.

    When it was `cut_short`, readers may have seen more of its reply than is stored; `place` is kept
    for it.
    """

    turn: Turn
    text: str
    reply: MessageRef | None
    next: Claim | None
    cut_short: bool = False
    place: int | None = None
    parts: Sequence[Part] = ()


# Statements on the path of a turn are built once: building one costs as much as running it.
_MINE = (turns.c.shop_id == bindparam("shop")) & (turns.c.id == bindparam("turn"))
_FIND = select(turns).where(_MINE, turns.c.conversation_id == bindparam("conversation"))


def find(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    turn_id: str,
) -> Turn | None:
    which = {
        "shop": shop_id,
        "conversation": conversation_id,
        "turn": turn_id,
    }
    row = connection.execute(_FIND, which).one_or_none()
    if row is None:
        return None
    return Turn.from_row(row)


def find_by_client_id(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    client_id: str,
) -> Turn | None:
    """The turn that a message has begun, by the id that its browser gave it."""
    query = select(turns).where(
        within(turns, shop_id, conversation_id),
        turns.c.client_id == client_id,
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Turn.from_row(row)


def find_to_show(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
) -> Turn | None:
    """The turn at work, else the first queued one, else the last one if it failed, so that it can
    be retried.
    """
    query = select(turns).where(within(turns, shop_id, conversation_id))
    # "running" stands behind "queued".
    at_work = (
        query.where(turns.c.status.in_(TurnStatus.OPEN))
        .order_by(turns.c.status.desc(), turns.c.seq)
        .limit(1)
    )
    row = connection.execute(at_work).first()
    if row is not None:
        return Turn.from_row(row)

    latest = query.order_by(turns.c.seq.desc()).limit(1)
    row = connection.execute(latest).first()
    if row is None or row.status != TurnStatus.FAILED:
        return None
    return Turn.from_row(row)


def list_open(connection: Connection, which: ColumnElement[bool]) -> list[Turn]:
    """Those that wait come first, so that the end of a running one finds nothing to start."""
    query = (
        select(turns)
        .where(which, turns.c.status.in_(TurnStatus.OPEN))
        .order_by(turns.c.status, turns.c.seq)
    )
    rows = connection.execute(query).all()
    return [Turn.from_row(row) for row in rows]


def list_readable(connection: Connection, turn: Turn) -> list[Message]:
    """What a model reads for a turn, newest first, without what its service has refused: it would
    refuse it again.
    """
    where = (turn.shop_id, turn.conversation_id)
    said = messages.list_readable(
        connection,
        *where,
        turn.seq,
        turn.reply_seq or 0,
    )

    failed = [each.seq for each in said if each.status is MessageStatus.FAILED]
    # There are few, if any.
    if not failed:
        return said

    query = select(turns.c.seq).where(
        within(turns, *where),
        turns.c.seq.in_(failed),
        turns.c.failure == AssistantRefused.code,
    )
    refused = set(connection.execute(query).scalars())
    return [each for each in said if each.seq not in refused]


def list_ids(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
) -> Sequence[str]:
    query = select(turns.c.id).where(within(turns, shop_id, conversation_id))
    return connection.execute(query).scalars().all()


def list_ids_ended_since(
    connection: Connection,
    shop_id: int,
    since: int,
) -> Sequence[str]:
    """Of a whole shop; `since` is in milliseconds."""
    query = select(turns.c.id).where(
        turns.c.shop_id == shop_id,
        turns.c.ended_at > since,
    )
    return connection.execute(query).scalars().all()


def get(
    services: Services,
    caller: Caller,
    session_id: str | None,
    turn_id: str,
) -> Turn:
    """A turn of the caller's own conversation. Raises NotFound, whatever the reason."""
    if not session_id:
        raise NotFound

    session_hash = sessions.hash_of(session_id)
    return get_by_hash(services, caller, session_hash, turn_id)


def get_by_hash(
    services: Services,
    caller: Caller,
    session_hash: bytes,
    turn_id: str,
) -> Turn:
    """The same, for a reader who holds the session's hash alone."""
    known_id(turn_id)
    turn = None
    with services.db.reading() as connection:
        owner = sessions.find_by_hash(connection, caller.shop.id, session_hash)
        if owner is not None:
            turn = find(connection, owner.shop_id, owner.id, turn_id)

    if owner is None or turn is None:
        raise NotFound
    if not sessions.may_access(services, caller, owner):
        raise NotFound
    return turn


def known_id(text: str) -> str:
    """An id of ours as it came in. Raises NotFound for anything of another form, which no row can
    have.
    """
    if ID.fullmatch(text) is None:
        raise NotFound
    return text


_ADD = insert(turns)
_ADD_RUNNING = insert(turns).values(started_at=db_now())
_ADD_ENDED = insert(turns).values(ended_at=db_now())


@dataclass(frozen=True, slots=True)
class NewTurn:
    """What a message asks for. `client_id` is the browser's own, for repeats."""

    message: MessageRef
    client_id: str | None
    locale: str | None
    page: dict[str, Any] | None


def add(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    asked: NewTurn,
) -> tuple[str, TurnStatus, Claim | None]:
    """The turn of a message, with its job: its id, how it begins, and the claim if this process
    runs it now.

    It runs at once when nothing else is at work in the conversation. While a person has it nothing
    is left to do, and the turn's only event is its last.
    """
    turn_id = new_id()
    row = {
        "shop_id": conversation.shop_id,
        "id": turn_id,
        "conversation_id": conversation.id,
        "seq": asked.message.seq,
        "message_id": asked.message.id,
        "client_id": asked.client_id,
        "locale": asked.locale,
        "page": asked.page,
        "created_at": asked.message.at,
    }
    if conversation.mode is conversations.Mode.STAFF:
        over = {
            "status": TurnStatus.HANDED_OVER,
            "epoch": 1,
            "attempt": 0,
            "last_number": 1,
        }
        connection.execute(_ADD_ENDED, row | over)
        return turn_id, TurnStatus.HANDED_OVER, None

    if conversation.open_turns:
        waits = {
            "status": TurnStatus.QUEUED,
            "epoch": 0,
            "attempt": 0,
        }
        connection.execute(_ADD, row | waits)
        claim = Claim(conversation.shop_id, KIND, turn_id, 0)
        job_queue.add_waiting(connection, claim)
        return turn_id, TurnStatus.QUEUED, None

    begins = {
        "status": TurnStatus.RUNNING,
        "epoch": 1,
        "attempt": 1,
    }
    connection.execute(_ADD_RUNNING, row | begins)
    claim = Claim(conversation.shop_id, KIND, turn_id, 1, begun=True)
    _hold(connection, services, claim)
    return turn_id, TurnStatus.RUNNING, claim


def import_turns(connection: Connection, exported: Sequence[Turn]) -> None:
    """As they were, ended all: their conversation and their messages are there."""
    if not exported:
        return

    rows = [asdict(turn) for turn in exported]
    connection.execute(_ADD, rows)


def _hold(connection: Connection, services: Services, claim: Claim) -> None:
    job_queue.add_held(
        connection,
        claim,
        services.process.me,
        services.config.turn_lease_seconds,
    )


def requeue(
    connection: Connection,
    services: Services,
    turn: Turn,
    is_free: bool,
) -> Claim | None:
    """A turn that has ended without an answer is tried once more, at once when its conversation is
    free.
    """
    conversations.touch(connection, turn.shop_id, turn.conversation_id, turns=1)
    conversations.clear_failure(connection, turn.shop_id, turn.conversation_id)
    _mark_message(connection, turn, MessageStatus.SAVED)

    # A new epoch: whoever ended it before and has not heard so must not end this attempt as well.
    epoch = turn.epoch + 1
    fresh = {
        "status": TurnStatus.QUEUED,
        "epoch": epoch,
        "failure": None,
        "started_at": None,
        "ended_at": None,
        "text": "",
        "parts": None,
    }
    connection.execute(update(turns).where(_is(turn)).values(**fresh))

    if not is_free:
        waiting = Claim(turn.shop_id, KIND, turn.id, epoch)
        job_queue.add_waiting(connection, waiting)
        return None
    claim = Claim(turn.shop_id, KIND, turn.id, epoch + 1)
    _hold(connection, services, claim)
    return claim


def find_unanswered(
    connection: Connection, shop_id: int, conversation_id: str, before_seq: int
) -> Turn | None:
    """The turn of the latest message, before that place, which was left to a person or has failed,
    and which nobody has answered since.
    """
    left = (TurnStatus.HANDED_OVER, TurnStatus.FAILED)
    query = (
        select(turns)
        .where(within(turns, shop_id, conversation_id), turns.c.seq < before_seq)
        .order_by(turns.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.status not in left or row.failure in WITHOUT_RETRY:
        return None

    turn = Turn.from_row(row)
    is_open = messages.is_unanswered(connection, shop_id, conversation_id, turn.seq)
    return turn if is_open else None


def answer_after_all(
    connection: Connection, services: Services, turn: Turn
) -> Claim | None:
    """The assistant goes on where a person has left: in a new place, since others have spoken after
    what it had said.
    """
    bare = {"reply_seq": None, "reply_id": None}
    connection.execute(update(turns).where(_is(turn)).values(**bare))
    return requeue(connection, services, turn, is_free=True)


# A turn as it is, and the database's clock.
_TIMED = (*turns.c, db_now().label("now"))
_HELD = select(*_TIMED).where(_MINE, turns.c.epoch == bindparam("held"))


def find_attempt(connection: Connection, claim: Claim, whole: float) -> Attempt | None:
    """Of a claim whose turn was begun in the transaction that wrote its job. `whole` is what all
    attempts may take together, in seconds.
    """
    which = {
        "shop": claim.shop_id,
        "turn": claim.ref,
        "held": claim.epoch,
    }
    row = connection.execute(_HELD, which).one_or_none()
    if row is None:
        return None
    return _attempt(row, whole)


def begin(connection: Connection, claim: Claim, whole: float) -> Attempt | None:
    """A new holder starts the next attempt; None when the turn has ended or a later holder has
    begun.

    With too little time left the attempt is not counted, because no model will be asked.
    """
    mine = (turns.c.shop_id == claim.shop_id) & (turns.c.id == claim.ref)
    query = select(*_TIMED).where(mine).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        return None

    known = _attempt(row, whole)
    if not known.turn.is_open or known.turn.epoch >= claim.epoch:
        return None

    values: dict[str, object] = {
        "status": TurnStatus.RUNNING,
        "epoch": claim.epoch,
    }
    if known.is_worth_it:
        values["attempt"] = known.turn.attempt + 1
        values["text"] = ""
        values["parts"] = None
        values["last_number"] = first_number(claim.epoch) - 1
        values["started_at"] = known.turn.started_at or row.now

    statement = update(turns).where(mine).values(**values).returning(*_TIMED)
    begun = connection.execute(statement).one()
    return _attempt(begun, whole)


def _attempt(row: Row, whole: float) -> Attempt:
    values = dict(row._mapping)
    now = values.pop("now")
    values["status"] = TurnStatus(row.status)
    turn = Turn(**values)

    started_at = turn.started_at
    if started_at is None:
        started_at = now
    passed = (now - started_at) / 1000
    # A clock that jumped back gives nobody more time than there is.
    left = min(whole, whole - passed)
    enough = min(WORTH_A_NEW_ATTEMPT_SECONDS, whole / 3)

    return Attempt(
        turn,
        seconds_left=left,
        is_worth_it=left >= enough,
    )


_SAVE_CHECKPOINT = (
    update(turns)
    .where(_MINE, turns.c.epoch == bindparam("held"))
    .where(turns.c.status == TurnStatus.RUNNING)
    .values(
        {
            turns.c.text: bindparam("words"),
            turns.c.parts: bindparam("shown", type_=turns.c.parts.type),
            turns.c.last_number: bindparam("number"),
        }
    )
)


def save_checkpoints(connection: Connection, rows: Sequence[Checkpoint]) -> None:
    """The replies so far; a turn that somebody else holds by now is left alone."""
    values = [
        {
            "shop": row.shop_id,
            "turn": row.turn_id,
            "held": row.epoch,
            "words": row.text,
            "shown": list(row.parts) or None,
            "number": row.number,
        }
        for row in rows
    ]

    connection.execute(_SAVE_CHECKPOINT, values)


_TOKENS_IN = func.coalesce(turns.c.tokens_in, 0)
_TOKENS_OUT = func.coalesce(turns.c.tokens_out, 0)


def add_tokens(connection: Connection, turn: Turn, asked: int, said: int) -> None:
    """Stopped, handed over, or gone on with elsewhere: what was asked and said is paid for all the
    same.
    """
    connection.execute(
        update(turns)
        .where(_is(turn))
        .values(
            tokens_in=_TOKENS_IN + asked,
            tokens_out=_TOKENS_OUT + said,
        )
    )


def finish(
    connection: Connection,
    services: Services,
    turn: Turn,
    outcome: Outcome,
) -> Ended:
    """The holder of `turn.epoch` ends its own turn. Raises LeaseLost when it had ended, or another
    holder has it.
    """
    if outcome.text is None:
        current = _lock_open(connection, turn)
        if current.epoch != turn.epoch:
            raise LeaseLost
        turn = current
        outcome = outcome.with_checkpoint(current)

    return _end(connection, services, turn, outcome)


def cut_short(
    connection: Connection,
    services: Services,
    turn: Turn,
    outcome: Outcome,
) -> Ended:
    """Anybody ends a turn, whoever holds it: its epoch is bumped, so late words of it have nowhere
    to go. An outcome with a text of "" leaves no reply. Raises LeaseLost when it had ended.
    """
    current = _lock_open(connection, turn)
    if outcome.text is not None:
        return _end(connection, services, current, outcome, fenced=True)

    kept = outcome.with_checkpoint(current)
    ended = _end(connection, services, current, kept, fenced=True)
    return replace(ended, cut_short=True)


def cut_short_all(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    outcome: Outcome,
) -> list[Ended]:
    """Whatever is at work or waits in a conversation."""
    which = within(turns, conversation.shop_id, conversation.id)
    found = list_open(connection, which)
    return [cut_short(connection, services, turn, outcome) for turn in found]


def require_held(connection: Connection, turn: Turn) -> None:
    """Lock the conversation of a turn that is to write something besides its reply. Raises
    LeaseLost when it has ended, or another holder has it.
    """
    if _lock_open(connection, turn).epoch != turn.epoch:
        raise LeaseLost


def _lock_open(connection: Connection, turn: Turn) -> Turn:
    """The turn as it is, now that its conversation is locked. Raises LeaseLost when it has
    ended.
    """
    conversations.touch(connection, turn.shop_id, turn.conversation_id)
    current = find(
        connection,
        turn.shop_id,
        turn.conversation_id,
        turn.id,
    )
    if current is None or not current.is_open:
        raise LeaseLost
    return current


def _end(
    connection: Connection,
    services: Services,
    turn: Turn,
    outcome: Outcome,
    fenced: bool = False,
) -> Ended:
    """The one way in which a turn ends: reply, states, job and the next turn's claim.

    Whoever has claimed the job and not begun yet never will: its epoch is the turn's from now on.
    """
    is_kept = outcome.keeps_place and turn.status is TurnStatus.RUNNING
    takes_place = turn.reply is None and (outcome.has_reply or is_kept)
    counted = conversations.touch(
        connection,
        turn.shop_id,
        turn.conversation_id,
        messages=int(takes_place),
        turns=-1,
    )
    place = counted.last_seq if takes_place else None
    reply = _store_reply(connection, turn, outcome, counted.last_seq)

    job = job_queue.finish(connection, turn.shop_id, KIND, turn.id)
    epoch = max(turn.epoch + int(fenced), job.epoch if job else 0)
    number = first_number(epoch) if fenced else outcome.number
    numbered = replace(outcome, number=number)
    ended = _write_end(connection, turn, numbered, epoch, reply)
    _note_end(connection, turn, outcome)

    had_its_turn = job is None or job.status != "waiting"
    claim = None
    if had_its_turn and counted.open_turns:
        claim = _claim_next(connection, services, turn)

    return Ended(
        ended,
        text=outcome.text or "",
        reply=reply,
        next=claim,
        place=place,
        parts=outcome.parts,
    )


def _note_end(connection: Connection, turn: Turn, outcome: Outcome) -> None:
    """What the message and the conversation say of it."""
    if outcome.status is TurnStatus.ANSWERED:
        _mark_message(connection, turn, MessageStatus.ANSWERED)

    if outcome.status is TurnStatus.FAILED:
        _mark_message(connection, turn, MessageStatus.FAILED)
        if team_room.is_room(turn.shop_id):
            # Whoever would be told has asked it.
            return
        is_limit = outcome.failure == BudgetReached.code
        why = Why.LIMIT if is_limit else Why.FAILED
        conversations.set_needs_staff(
            connection, turn.shop_id, turn.conversation_id, why
        )


def _store_reply(
    connection: Connection,
    turn: Turn,
    outcome: Outcome,
    last_seq: int,
) -> MessageRef | None:
    """The reply of this attempt, in the place of an earlier attempt's if there was one."""
    if not outcome.has_reply:
        return turn.reply

    is_answer = outcome.status is TurnStatus.ANSWERED and outcome.is_whole
    status = MessageStatus.ANSWERED if is_answer else MessageStatus.PARTIAL
    said = SoFar(outcome.text or "", outcome.parts, outcome.number)

    earlier = turn.reply
    if earlier is not None:
        again = _reply(turn, earlier, said, status)
        return messages.rewrite(connection, again)

    place = MessageRef(new_id(), last_seq, now_ms())
    reply = _reply(turn, place, said, status)
    return messages.add(connection, reply)


def _reply(
    turn: Turn,
    place: MessageRef,
    said: SoFar,
    status: MessageStatus,
) -> Message:
    return Message(
        shop_id=turn.shop_id,
        conversation_id=turn.conversation_id,
        seq=place.seq,
        id=place.id,
        role=Role.ASSISTANT,
        text=said.text,
        parts=list(said.parts),
        status=status,
        at=now_ms(),
    )


_END = (
    update(turns)
    .where(_MINE, turns.c.status.in_(TurnStatus.OPEN))
    .where(turns.c.epoch == bindparam("held"))
    .values(
        {
            turns.c.status: bindparam("end"),
            turns.c.epoch: bindparam("now_held"),
            turns.c.text: "",
            turns.c.parts: None,
            turns.c.last_number: bindparam("number"),
            turns.c.failure: bindparam("why"),
            turns.c.ended_at: db_now(),
            turns.c.tokens_in: _TOKENS_IN + bindparam("asked"),
            turns.c.tokens_out: _TOKENS_OUT + bindparam("said"),
            turns.c.reply_seq: bindparam("place"),
            turns.c.reply_id: bindparam("reply"),
        }
    )
    .returning(*turns.c)
)


def _write_end(
    connection: Connection,
    turn: Turn,
    outcome: Outcome,
    epoch: int,
    reply: MessageRef | None,
) -> Turn:
    """Raises LeaseLost."""
    asked, said = outcome.tokens
    values = {
        "shop": turn.shop_id,
        "turn": turn.id,
        "held": turn.epoch,
        "now_held": epoch,
        "end": outcome.status,
        "why": outcome.failure,
        "number": outcome.number,
        "asked": asked,
        "said": said,
        "place": reply.seq if reply else None,
        "reply": reply.id if reply else None,
    }

    row = connection.execute(_END, values).one_or_none()
    if row is None:
        raise LeaseLost
    return Turn.from_row(row)


def _mark_message(connection: Connection, turn: Turn, status: MessageStatus) -> None:
    """The shopper's message that the turn is about."""
    messages.set_status(
        connection,
        turn.shop_id,
        turn.conversation_id,
        turn.seq,
        status,
    )


def _claim_next(connection: Connection, services: Services, turn: Turn) -> Claim | None:
    """The turn that has waited longest in the conversation is this process's now."""
    query = (
        select(turns.c.id)
        .where(within(turns, turn.shop_id, turn.conversation_id))
        .where(turns.c.status == TurnStatus.QUEUED)
        .order_by(turns.c.seq)
        .limit(1)
    )
    waiting = connection.execute(query).scalar_one_or_none()
    if waiting is None:
        return None

    lease = Lease(services.process.me, services.config.turn_lease_seconds)
    return job_queue.release(connection, turn.shop_id, KIND, waiting, lease)


def stop(
    services: Services,
    caller: Caller,
    session_id: str | None,
    turn_id: str,
) -> TurnStatus | None:
    """End a turn now, keeping its words so far. Returns None, or how it had ended before."""
    turn = get(services, caller, session_id, turn_id)
    outcome = Outcome(TurnStatus.STOPPED)
    try:
        ended = services.db.write(cut_short, services, turn, outcome)
    except LeaseLost:
        now = get(services, caller, session_id, turn_id)
        return now.status

    conclude(services, turn.conversation_id, [ended])
    return None


def fail_all_of_shop(services: Services, shop_id: int, code: str) -> None:
    """Every turn of the shop fails now, with its words so far; whoever follows one learns why."""
    with services.db.reading() as connection:
        found = list_open(connection, turns.c.shop_id == shop_id)

    outcome = Outcome(TurnStatus.FAILED, failure=code)
    for turn in found:
        try:
            ended = services.db.write(cut_short, services, turn, outcome)
        except LeaseLost:
            continue  # it has ended by itself meanwhile
        conclude(services, turn.conversation_id, [ended])


def erase_words(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """The rows stay, so that a repeat of a message stays known."""
    connection.execute(
        update(turns)
        .where(within(turns, shop_id, conversation_id))
        .values(text="", parts=None, page=None)
    )


def conclude(
    services: Services,
    conversation_id: str,
    ended: Iterable[Ended] = (),
    begun: Claim | None = None,
) -> None:
    """What follows each commit that ends or begins turns of a conversation: readers get the last
    event, the end is counted, the next turn runs here, and whoever waits for news looks.
    """
    claims = [begun]
    for each in ended:
        name, payload = last_event(each.turn)
        event = LiveEvent(each.turn.last_number, name, payload)
        services.live.publish(each.turn.id, event)
        TURNS.labels(each.turn.status).inc()
        if each.cut_short:
            _keep_what_readers_saw(services, each)
        claims.append(each.next)

    for claim in claims:
        if claim is not None:
            services.process.run_now(claim)
    services.live.changed(conversation_id)


def last_event(turn: Turn) -> tuple[str, bytes]:
    """The name and the payload of an ended turn's last event."""
    if turn.status is TurnStatus.ANSWERED:
        payload = {
            "message": {
                "id": turn.reply_id,
                "seq": turn.reply_seq,
            }
        }
        return "finished", msgspec.json.encode(payload)

    if turn.status is TurnStatus.FAILED:
        # A shop that has left answers nobody who asks again, and a refused message is refused
        # again.
        failure = {
            "code": turn.failure,
            "retry": turn.failure not in WITHOUT_RETRY,
        }
        return "failed", msgspec.json.encode(failure)

    return turn.status.value, b"{}"


def _keep_what_readers_saw(services: Services, ended: Ended) -> None:
    """The checkpoint may be half a second behind the screen; nothing is published any more, so the
    log is final.
    """
    seen = text_so_far(services.live.read_ended(ended.turn.id))

    has_more_text = len(seen.text) > len(ended.text)
    has_more_parts = len(seen.parts) > len(ended.parts)
    if has_more_text or has_more_parts:
        services.db.write(_keep, ended, seen)


def _keep(connection: Connection, ended: Ended, seen: SoFar) -> None:
    turn = ended.turn
    found = conversations.find(
        connection,
        turn.shop_id,
        turn.conversation_id,
        lock=True,
    )
    if found is None or found.closed_why is ClosedWhy.ERASED:
        return

    if ended.reply is not None:
        longer = _reply(turn, ended.reply, seen, MessageStatus.PARTIAL)
        messages.rewrite(connection, longer)
        return

    seq = ended.place
    if seq is None:
        counted = conversations.touch(connection, found.shop_id, found.id, messages=1)
        seq = counted.last_seq

    place = MessageRef(new_id(), seq, now_ms())
    reply = _reply(turn, place, seen, MessageStatus.PARTIAL)
    messages.add(connection, reply)
    connection.execute(
        update(turns).where(_is(turn)).values(reply_seq=place.seq, reply_id=place.id)
    )


def _is(turn: Turn) -> ColumnElement[bool]:
    return (turns.c.shop_id == turn.shop_id) & (turns.c.id == turn.id)
