"""What the flows say, in the shopper's language: titles, labels, sentences."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import regex

REPLIES = Path(__file__).with_name("words") / "replies.toml"
DEFAULT = "en"
RIGHT_TO_LEFT = "ar"
RTL_LETTER = regex.compile(r"[\p{Arabic}\p{Hebrew}]")
# Around what has a direction of its own, so that it turns nothing of the sentence.
ISOLATE, END = "\u2068", "\u2069"


def say(
    key: str,
    language: str,
    /,
    **given: str,
) -> str:
    """English, where a language is none of ours."""
    sentences = _read()[key]
    spoken = language if language in sentences else DEFAULT

    isolated = {name: _isolate(value, spoken) for name, value in given.items()}
    return sentences[spoken].format_map(isolated)


def list_fields(
    fields: Sequence[str],
    language: str,
) -> str:
    """Such as "your name and your email", of the names of fields of a contact."""
    *earlier, last = [say(f"field_{field}", language) for field in fields]
    if not earlier:
        return last

    left = earlier[0]
    for right in earlier[1:]:
        left = say("list_between", language, left=left, right=right)
    return say("list_last", language, left=left, right=last)


def warm_up() -> None:
    _read()


def _isolate(
    value: str,
    language: str,
) -> str:
    """Figures stand where they are in any direction."""
    is_turned = RTL_LETTER.search(value) is not None
    if is_turned == (language == RIGHT_TO_LEFT) or value.isdecimal():
        return value
    return f"{ISOLATE}{value}{END}"


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(REPLIES.read_text())
