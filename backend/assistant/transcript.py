"""Stored messages as a model reads them, trimmed to a budget from the newest backwards."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from backend.ai.provider import ChatMessage
from backend.ai.reply_text import BLANK
from backend.store.parts import Part, is_event

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


class Said(Protocol):
    """A stored message, as far as a model is concerned."""

    @property
    def role(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def parts(self) -> Sequence[Part] | None: ...


AnySaid = TypeVar("AnySaid", bound=Said)


def within_budget(newest_first: Iterable[AnySaid]) -> list[AnySaid]:
    """As much of the conversation as the budget allows, newest first; its newest message is always
    there. That somebody came or went is nothing that the assistant has said.
    """
    kept: list[AnySaid] = []
    left = BUDGET_TOKENS

    for message in newest_first:
        if any(is_event(part) for part in message.parts or ()):
            continue
        left -= estimate(message.text)
        if left < 0 and kept:
            break
        kept.append(message)

    return kept


def for_model(instructions: str, newest_first: Sequence[Said]) -> list[ChatMessage]:
    """The rules, then what `within_budget` has left of the conversation.

    As every service takes it: it begins with the shopper, roles take turns, and no message is
    blank.
    """
    newest, older = newest_first[:1], newest_first[1:]
    kept = [*newest, *(each for each in older if not BLANK.fullmatch(each.text))]
    said = [_as_read(each.role, each.text) for each in reversed(kept)]
    return [ChatMessage("system", instructions), *_taking_turns(said)]


def without_older_half(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The same question with less before it; as it is when there is nothing to leave out."""
    rules, said = messages[:1], messages[1:]
    return [*rules, *_taking_turns(said[len(said) // 2 :])]


def _as_read(role: str, text: str) -> ChatMessage:
    if role == "staff":
        return ChatMessage("assistant", f"{COLLEAGUE}\n{text}\n{END_OF_COLLEAGUE}")

    text = _LIKE_COLLEAGUE.sub("(", text)
    return ChatMessage("user" if role == "shopper" else "assistant", text)


def _taking_turns(said: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Neighbours of one role become one message, and what was said before the shopper began is left
    out.
    """
    merged: list[ChatMessage] = []

    for message in said:
        if merged and merged[-1].role == message.role:
            both = f"{merged[-1].content}\n\n{message.content}"
            merged[-1] = ChatMessage(message.role, both)
        elif merged or message.role == "user":
            merged.append(message)

    return merged


def estimate(text: str) -> int:
    """Tokens, roughly and rather too many: four ASCII characters make one, any other character is
    one.
    """
    plain = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return 4 + plain // 4 + len(text) - plain
