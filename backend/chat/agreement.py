"""A short yes to the question whether the assistant may go on, in eight languages."""

import tomllib
from functools import cache
from pathlib import Path

import regex

from backend.catalog.folding import UNSPACED, fold

FILE = Path(__file__).with_name("words") / "agreement.toml"
# Longer messages say more than that.
LONGEST = 60
BETWEEN_UNSPACED = regex.compile(rf"(?<=[{UNSPACED}]) (?=[{UNSPACED}])")
QUESTION = regex.compile(r"[?？؟]")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def is_yes(text: str) -> bool:
    """Whether a whole message agrees, and says nothing else."""
    if len(text) > LONGEST or QUESTION.search(text):
        return False
    return _folded(text) in _phrases()


@cache
def _phrases() -> frozenset[str]:
    tables = tomllib.loads(FILE.read_text())
    phrases = [phrase for table in tables.values() for phrase in table["yes"]]
    return frozenset(map(_folded, phrases))


def _folded(text: str) -> str:
    words = " ".join(WORD.findall(fold(text)))
    return BETWEEN_UNSPACED.sub("", words)
