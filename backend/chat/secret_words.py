"""The words by which secrets are known in the eight languages, from `words/secrets.toml`, made into
patterns that need no more time than the text is long.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex

# Stands where a secret stood.
HIDDEN = "••••"
FILE = Path(__file__).with_name("words") / "secrets.toml"
ANY_ENDING = "*"
# Written without spaces, so that a word may begin and end anywhere.
UNSPACED = "ja"

LETTER = r"[\p{L}\p{M}]"
# What Arabic writes before a word: and, so, by, for, like.
ARABIC_BEFORE = r"(?:[وفبلك](?=[\u0620-\u064a]))?"
BEGINNING = rf"(?<!{LETTER}){ARABIC_BEFORE}"
END = rf"(?!{LETTER}|[-_]\p{{L}})"
ENDING = rf"{LETTER}{{0,20}}"
# Ends a Malayalam word, and goes where an ending follows.
VIRAMA = "\u0d4d"
# Letters that nobody sees; some write a word with them and some without.
UNSEEN = regex.compile(r"\p{Cf}")
LATIN = regex.compile(r"[\p{Latin}\p{P}\p{N}\s]+")
MARKS = regex.compile(r"\p{Mn}")

# What a template has for the words of a section.
PLACE = regex.compile(r"%\((\w+)\)s")

# How far before and behind a card's number its name may stand.
CARD_BEFORE, CARD_BEHIND = 40, 25
OTHER_BEFORE = 60


Lists = dict[str, set[str]]


class Word(NamedTuple):
    language: str
    text: str


def compile_pattern(template: str, name: str = "") -> Any:
    """A pattern in which %(verb)s is any word of that section, and so on; `name` is the section
    that %(name)s stands for.
    """
    lists: Lists = {}
    parts = {}
    for place in PLACE.findall(template):
        section = name if place == "name" else place
        words = words_in(section)
        parts[place] = _any_of(place, words, lists)

    pattern = template % parts
    return regex.compile(pattern, regex.IGNORECASE, **lists)


def words_in(section: str) -> Iterator[Word]:
    languages = _sections()[section]
    for language, listed in languages.items():
        for word in listed.split(","):
            yield Word(language, word.strip())


@cache
def _sections() -> dict[str, dict[str, str]]:
    listed = FILE.read_text()
    return tomllib.loads(listed)


def plain(word: str) -> str:
    """A word for a comparison without case and accents."""
    folded = UNSEEN.sub("", word).casefold()
    if not LATIN.fullmatch(folded):
        return unicodedata.normalize("NFC", folded)
    pieces = unicodedata.normalize("NFD", folded)
    return MARKS.sub("", pieces)


def _any_of(
    name: str,
    words: Iterable[Word],
    lists: Lists,
) -> str:
    whole = f"{name}_whole"
    stems = f"{name}_stems"
    unspaced = f"{name}_unspaced"

    for language, word in words:
        kind = whole
        if language == UNSPACED:
            kind = unspaced
        elif word.endswith(ANY_ENDING):
            kind = stems
        stem = word.removesuffix(f"{VIRAMA}{ANY_ENDING}")
        forms = _forms_of(stem.removesuffix(ANY_ENDING))
        lists.setdefault(kind, set()).update(forms)

    ways = {
        whole: rf"{BEGINNING}\L<{whole}>{END}",
        stems: rf"{BEGINNING}\L<{stems}>{ENDING}{END}",
        unspaced: rf"\L<{unspaced}>",
    }
    known = [way for kind, way in ways.items() if kind in lists]
    either = "|".join(known)
    return f"(?:{either})"


def _forms_of(word: str) -> list[str]:
    """As keyboards write it: with the other apostrophe, in pieces, without accents, without what
    nobody sees.
    """
    forms = {
        word,
        word.casefold(),
        plain(word),
    }

    forms |= {form.replace("'", "’") for form in forms}
    forms |= {UNSEEN.sub("", form) for form in forms}
    forms |= {unicodedata.normalize("NFD", form) for form in forms}
    return sorted(forms)


_CARD = compile_pattern("%(card)s")
_BETWEEN = r"(?:[\s:：=#\"'“„«(\-–—.،]|%(verb)s|%(beside)s){0,8}"
_OTHER = compile_pattern(rf"%(other_number)s{_BETWEEN}\Z")


def names_a_card(
    text: str,
    start: int,
    end: int,
) -> bool:
    """Whether a payment card is spoken of around that place."""
    first = max(0, start - CARD_BEFORE)
    last = end + CARD_BEHIND
    if _CARD.search(text[first:start]):
        return True
    return _CARD.search(text[end:last]) is not None


def is_otherwise_named(text: str, start: int) -> bool:
    """Whether the number that begins there is said to be of an order, a product, a phone …"""
    first = max(0, start - OTHER_BEFORE)
    before = text[first:start]
    return _OTHER.search(before) is not None
