"""Stored messages as a model reads them, trimmed to a budget from the newest backwards."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, bindparam, or_, select

from backend.ai.provider import Words
from backend.store.models import messages

# What the conversation may take of a model's window, as estimated below; the rest is for rules and the answer.
BUDGET_TOKENS = 6_000
# More than fit the budget in any ordinary talk, and a bound for the read in an extraordinary one.
MOST_MESSAGES = 120


_BEFORE = (
    select(messages.c.seq, messages.c.role, messages.c.text)
    .where(messages.c.shop_id == bindparam("shop"), messages.c.conversation_id == bindparam("conversation"))
    .where(or_(messages.c.role != "shopper", messages.c.seq <= bindparam("asked")))
    .where(messages.c.seq != bindparam("replaced"))
    .order_by((messages.c.seq == bindparam("asked")).desc(), messages.c.seq.desc())
    .limit(MOST_MESSAGES)
)


def before(connection: Connection, turn: Row) -> Sequence[Row]:
    """What was said up to this turn's message, newest first; replies that came while it waited count, too."""
    which = {"shop": turn.shop_id, "conversation": turn.conversation_id}
    return connection.execute(_BEFORE, which | {"asked": turn.seq, "replaced": turn.reply_seq or 0}).all()


def for_model(instructions: str, newest_first: Iterable[Row]) -> list[Words]:
    """The rules, then as much of the conversation as the budget allows; its newest message is always there."""
    kept: list[Words] = []
    left = BUDGET_TOKENS
    for message in newest_first:
        left -= estimate(message.text)
        if left < 0 and kept:
            break
        kept.append(Words("user" if message.role == "shopper" else "assistant", message.text))
    return [Words("system", instructions), *reversed(kept)]


def estimate(text: str) -> int:
    """Tokens, roughly and rather too many: four ASCII characters make one, any other character is one."""
    plain = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return 4 + plain // 4 + len(text) - plain
