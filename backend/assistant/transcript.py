"""Stored messages as a model reads them, trimmed to a budget from the newest backwards."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, or_, select

from backend.ai.provider import ChatMessage
from backend.ai.reply_text import BLANK
from backend.errors import AssistantRefused
from backend.store.tables import messages, turns

# What the conversation may take of a model's window, as estimated below; the rest is for rules and
# the answer.
BUDGET_TOKENS = 6_000
# More than fit the budget in any ordinary talk, and a bound for the read in an extraordinary one.
MOST_MESSAGES = 120
# Around words of staff, which stand among the assistant's. Nobody else's words may look like it.
COLLEAGUE, END_OF_COLLEAGUE = (
    "[A colleague, a person of the store's team, wrote:]",
    "[End of the colleague's words]",
)
_LIKE_COLLEAGUE = re.compile(
    r"\[(?=\s*(?:a\s+colleague|end\s+of\s+the\s+colleague))", re.IGNORECASE
)

# Asked about for failed messages alone, which are few: what the service has refused it would refuse
# again.
_WAS_REFUSED = exists().where(
    turns.c.shop_id == messages.c.shop_id,
    turns.c.conversation_id == messages.c.conversation_id,
    turns.c.seq == messages.c.seq,
    turns.c.failure == AssistantRefused.code,
)

_BEFORE = (
    select(messages.c.seq, messages.c.role, messages.c.text)
    .where(
        messages.c.shop_id == bindparam("shop"),
        messages.c.conversation_id == bindparam("conversation"),
    )
    .where(or_(messages.c.role != "shopper", messages.c.seq <= bindparam("asked")))
    .where(messages.c.seq != bindparam("replaced"))
    .where(or_(messages.c.status != "failed", ~_WAS_REFUSED))
    .order_by((messages.c.seq == bindparam("asked")).desc(), messages.c.seq.desc())
    .limit(MOST_MESSAGES)
)


def before(connection: Connection, turn: Any) -> Sequence[Row]:
    """What was said up to this turn's message, newest first; replies that came while it waited
    count, too.
    """
    which = {"shop": turn.shop_id, "conversation": turn.conversation_id}
    return connection.execute(
        _BEFORE, which | {"asked": turn.seq, "replaced": turn.reply_seq or 0}
    ).all()


def for_model(instructions: str, newest_first: Iterable[Row]) -> list[ChatMessage]:
    """The rules, then as much of the conversation as the budget allows; its newest message is
    always there.

    As every service takes it: it begins with the shopper, roles take turns, and no message is
    blank.
    """
    kept: list[ChatMessage] = []
    left = BUDGET_TOKENS

    for message in newest_first:
        left -= estimate(message.text)
        if left < 0 and kept:
            break
        if not kept or not BLANK.fullmatch(message.text):
            kept.append(_as_read(message.role, message.text))

    return [ChatMessage("system", instructions), *_taking_turns(reversed(kept))]


def without_older_half(words: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The same question with less before it; as it is when there is nothing to leave out."""
    rules, said = words[:1], words[1:]
    return [*rules, *_taking_turns(said[len(said) // 2 :])]


def _as_read(role: str, text: str) -> ChatMessage:
    if role == "staff":
        return ChatMessage("assistant", f"{COLLEAGUE}\n{text}\n{END_OF_COLLEAGUE}")
    return ChatMessage(
        "user" if role == "shopper" else "assistant", _LIKE_COLLEAGUE.sub("(", text)
    )


def _taking_turns(said: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Neighbours of one role become one message, and what was said before the shopper began is left
    out.
    """
    merged: list[ChatMessage] = []
    for words in said:
        if merged and merged[-1].role == words.role:
            merged[-1] = ChatMessage(
                words.role, f"{merged[-1].content}\n\n{words.content}"
            )
        elif merged or words.role == "user":
            merged.append(words)
    return merged


def estimate(text: str) -> int:
    """Tokens, roughly and rather too many: four ASCII characters make one, any other character is
    one.
    """
    plain = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return 4 + plain // 4 + len(text) - plain
