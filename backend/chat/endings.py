"""How every turn ends, whoever ends it: one transaction for its reply, its states, its job and the
next turn.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, func, select, update

from backend.chat import conversations
from backend.chat.conversations import OPEN, Place, add, touch
from backend.clock import now_ms
from backend.errors import LeaseLost
from backend.services import Services
from backend.store import job_queue
from backend.store.database import db_now
from backend.store.job_queue import Claim, Lease
from backend.store.live import first_number, text_so_far
from backend.store.tables import turns

_FIND = select(turns).where(
    turns.c.shop_id == bindparam("shop"),
    turns.c.id == bindparam("turn"),
    turns.c.conversation_id == bindparam("conversation"),
)


def find_row(
    connection: Connection, shop_id: int, conversation_id: str, turn_id: str
) -> Row | None:
    which = {"shop": shop_id, "conversation": conversation_id, "turn": turn_id}
    return connection.execute(_FIND, which).one_or_none()


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn's end as it was committed: the number of its last event, its reply, and the claim of
    the next turn.
    """

    number: int
    text: str
    reply: Place | None
    next: Claim | None


_END = (
    update(turns)
    .where(
        turns.c.shop_id == bindparam("shop"),
        turns.c.id == bindparam("turn"),
        turns.c.status.in_(OPEN),
    )
    .where(turns.c.epoch == bindparam("held"))
    .values(
        {
            turns.c.status: bindparam("end"),
            turns.c.epoch: bindparam("now_held"),
            turns.c.text: "",
            turns.c.last_number: bindparam("number"),
            turns.c.failure: bindparam("why"),
            turns.c.ended_at: db_now(),
            turns.c.tokens_in: func.coalesce(turns.c.tokens_in, 0) + bindparam("asked"),
            turns.c.tokens_out: func.coalesce(turns.c.tokens_out, 0)
            + bindparam("said"),
            turns.c.reply_seq: bindparam("place"),
            turns.c.reply_id: bindparam("reply"),
        }
    )
)


def end(
    connection: Connection,
    services: Services,
    turn: Row,
    status: str,
    *,
    text: str | None = None,
    number: int = 0,
    failure: str | None = None,
    is_whole: bool = True,
    tokens: tuple[int, int] = (0, 0),
    fence: bool = False,
) -> Ended:
    """The one way in which a turn ends: reply, states, job and the next turn's claim in the
    caller's transaction.

    The holder of `turn.epoch` ends its own turn; with `fence` anybody ends it, by bumping the
    epoch. Raises LeaseLost when it had ended or another holder has it. Without `text` the
    checkpoint is the reply; one that is not `is_whole` is partial, also when the turn counts as
    answered. `tokens` (asked, said) come on top of earlier attempts'. Whoever has claimed the job
    and not begun yet never will: its epoch is the turn's from now on.
    """
    where = (connection, turn.shop_id, turn.conversation_id)
    if fence or text is None:
        touch(*where)
        turn, text = _as_stored(connection, turn, fence)
    new_place = bool(text) and turn.reply_seq is None
    counted = touch(*where, messages=int(new_place), turns=-1)
    word = "answered" if status == "answered" and is_whole else "partial"
    reply = _store_reply(connection, turn, text, counted.last_seq, word)
    job = job_queue.finish(connection, turn.shop_id, "turn", turn.id)
    epoch = max(turn.epoch + 1 if fence else turn.epoch, job.epoch if job else 0)
    last = first_number(epoch) if fence else number
    ending = {
        "shop": turn.shop_id,
        "turn": turn.id,
        "held": turn.epoch,
        "end": status,
        "now_held": epoch,
    }
    ending |= {"asked": tokens[0], "said": tokens[1]}
    ending |= {"number": last, "why": failure}
    ending |= {
        "place": reply.seq if reply else None,
        "reply": reply.id if reply else None,
    }
    if connection.execute(_END, ending).rowcount == 0:
        raise LeaseLost
    if status in ("answered", "failed"):
        conversations.set_status(*where, turn.seq, status)
    if status == "failed":
        conversations.want_a_person(*where)
    had_its_turn = job is None or job.status != "waiting"
    following = (
        _next(connection, services, turn)
        if had_its_turn and counted.open_turns
        else None
    )
    return Ended(last, text, reply, following)


def _as_stored(connection: Connection, turn: Row, fence: bool) -> tuple[Row, str]:
    """The turn as it is now that its conversation is locked, and its words so far."""
    current = find_row(connection, turn.shop_id, turn.conversation_id, turn.id)
    if (
        current is None
        or current.status not in OPEN
        or not fence
        and current.epoch != turn.epoch
    ):
        raise LeaseLost
    return current, current.text


def settle(services: Services, turn: Row, ended: Ended) -> None:
    """After the commit: the next turn of the conversation runs here, and other tabs are told."""
    if ended.next is not None:
        services.process.run_now(ended.next)
    services.live.changed(turn.conversation_id)


def keep_what_readers_saw(services: Services, turn: Row, ended: Ended) -> None:
    """The checkpoint may be half a second behind the screen; nothing is published any more, so the
    log is final.
    """
    with services.live.follow(turn.id) as log:
        seen = text_so_far(log.after(0)).text if log.is_whole else ""
    if len(seen) > len(ended.text):
        services.db.write(_keep, turn, ended, seen)


def _keep(connection: Connection, turn: Row, ended: Ended, seen: str) -> None:
    where = (connection, turn.shop_id, turn.conversation_id)
    if not conversations.is_open(*where):
        return  # reset meanwhile, perhaps erased
    if ended.reply is None:
        place = add(
            *where, touch(*where, messages=1).last_seq, "assistant", seen, "partial"
        )
        connection.execute(
            update(turns)
            .where(_is(turn))
            .values(reply_seq=place.seq, reply_id=place.id)
        )
    else:
        conversations.rewrite(*where, ended.reply.seq, seen, "partial")


def _store_reply(
    connection: Connection, turn: Row, words: str, last_seq: int, status: str
) -> Place | None:
    """The reply of this attempt, in the place of an earlier attempt's if there was one."""
    where = (connection, turn.shop_id, turn.conversation_id)
    if turn.reply_seq is not None:
        if words:
            conversations.rewrite(*where, turn.reply_seq, words, status)
        return Place(turn.reply_id, turn.reply_seq, now_ms())
    return add(*where, last_seq, "assistant", words, status) if words else None


def _next(connection: Connection, services: Services, turn: Row) -> Claim | None:
    waiting = connection.execute(
        select(turns.c.id)
        .where(
            turns.c.shop_id == turn.shop_id,
            turns.c.conversation_id == turn.conversation_id,
        )
        .where(turns.c.status == "queued")
        .order_by(turns.c.seq)
        .limit(1)
    ).scalar_one_or_none()
    if waiting is None:
        return None
    lease = Lease(services.process.me, services.config.turn_lease_seconds)
    return job_queue.release(connection, turn.shop_id, "turn", waiting, lease)


def _is(turn: Row):  # type: ignore[no-untyped-def]
    return (turns.c.shop_id == turn.shop_id) & (turns.c.id == turn.id)
