"""The sentences of the rules assistant, and its words for how orders stand."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from backend.assistant.message_language import DEFAULT
from backend.assistant.phrase_table import UNSPACED_LANGUAGE

FOLDER = Path(__file__).with_name("words")
REPLIES, ORDER_STATUSES = "replies.toml", "order_statuses.toml"


def say(
    name: str,
    language: str,
    /,
    **given: str,
) -> str:
    """One sentence, with what is given put in."""
    return _in(_read(REPLIES)[name], language).format_map(given)


def say_status(
    status: str,
    language: str,
) -> str:
    """How an order stands; Shopify's own word where we know no other."""
    known = _read(ORDER_STATUSES).get(status)
    return _in(known, language) if known else status.replace("_", " ")


def join(
    sentences: Sequence[str],
    language: str,
) -> str:
    """One after the other, as they are written in the language."""
    return ("" if language == UNSPACED_LANGUAGE else " ").join(sentences)


def say_wait(
    minutes: int,
    language: str,
) -> str:
    """How long it usually takes until a person answers."""
    if minutes < 60:
        return say("person_wait_minutes", language, number=str(minutes))
    return say("person_wait_hours", language, number=str(minutes // 60))


def has_offer(text: str) -> bool:
    """Whether a reply, in whatever language, has offered to ask the team."""
    return any(sentence in text for sentence in _read(REPLIES)["offer"].values())


def warm_up() -> None:
    _read(REPLIES)
    _read(ORDER_STATUSES)


def _in(
    sentences: Mapping[str, str],
    language: str,
) -> str:
    return sentences.get(language, sentences[DEFAULT])


@cache
def _read(file: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / file).read_text())
