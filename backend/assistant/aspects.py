"""What questions, policies and descriptions are about, in eight languages: `words/aspects.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from backend.assistant.message_words import read_message
from backend.assistant.phrase_table import PhraseTable, outermost
from backend.catalog.lexicon import LANGUAGES

FILE = Path(__file__).with_name("words") / "aspects.toml"


def aspects_in(
    text: str,
    language: str,
) -> frozenset[str]:
    """The names of all that a text speaks of; the longest of its phrases count."""
    found = _table(language).find(read_message(text).words)
    return frozenset(each.meaning for each in outermost(found))


@cache
def answered_by_figures() -> frozenset[str]:
    """Those to which a sentence with a figure in it is the better answer."""
    return frozenset(name for name, table in _raw().items() if table.get("figure"))


@cache
def aspects_of_kind(kind: str) -> frozenset[str]:
    """Those that are at home in a kind of policies."""
    return frozenset(
        name for name, table in _raw().items() if kind in table.get("of", ())
    )


@cache
def topics() -> frozenset[str]:
    """Those that name a kind of policies, and tell little of what is asked of it."""
    return frozenset(name for name, table in _raw().items() if table.get("topic"))


def also_answered_by(name: str) -> Sequence[str]:
    """Aspects that answer this one too, though not as well."""
    listed: Sequence[str] = _raw()[name].get("see", ())
    return listed


def warm_up() -> None:
    for language in LANGUAGES:
        _table(language)


@cache
def _table(language: str) -> PhraseTable[str]:
    table = PhraseTable[str](language)
    for name, listed in _raw().items():
        for text in listed[language]:
            table.add(text, name)
    return table


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text())
