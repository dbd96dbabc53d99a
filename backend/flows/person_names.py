"""Names of people: read as they are given, told apart from everything else that is short, and
masked.
"""

from functools import cache

import regex

from backend.catalog import lexicon
from backend.catalog.folding import fold, is_unspaced
from backend.flows import contact_words
from backend.flows.answers import InvalidAnswer
from backend.flows.plain_words import plain

FIELD = "name"
LONGEST = 80
MOST_WORDS = 5
# A family name and a given name, written in one; in kana with what is borrowed.
LONGEST_RUN = 12
# Shorter words of things stand in many a name without blanks.
SHORTEST_TELLING = 3
ADDRESS = regex.compile(r"@|://|www\.", regex.IGNORECASE)
LETTERS_ONLY = regex.compile(
    r"[\p{L}\p{M}](?:[\p{L}\p{M}\u200c\u200d\s'・·-]|\.(?=\s|$))*"
)
BLANKS = regex.compile(r"\s+")
WORD = regex.compile(r"[\p{L}\p{M}\u200c\u200d'-]+")
CASED = regex.compile(r"\p{Lu}|\p{Ll}")
PLURAL = regex.compile(r"(?:(?<=[a-z]{4})e[sn]|(?<=[a-z]{3})[sen])$")
MANY_DIGITS = regex.compile(r"\d\D*\d\D*\d")


def read_name(text: str) -> str:
    """Without what announces it. Raises InvalidAnswer."""
    text = plain(text).strip()
    found = contact_words.announcements().match(text)
    rest = text[found.end() :] if found else text
    is_announced = found is not None and bool(found["name"] or found["called"])

    if is_announced or looks_like_name(name_part(rest)):
        text = rest
    name = name_part(text)
    if not is_possible_name(name):
        raise InvalidAnswer(FIELD, "name_missing")
    return name


def name_part(text: str) -> str:
    """Without the words that stand around a name."""
    text = BLANKS.sub(
        " ",
        contact_words.around().sub("", text),
    )
    text = contact_words.ends().sub(
        "",
        text,
    )
    return (
        contact_words.around()
        .sub(
            "",
            text,
        )
        .strip()
    )


def is_possible_name(text: str) -> bool:
    """Whether somebody who was asked for a name may have meant it so."""
    return (
        0 < len(text) <= LONGEST
        and any(map(str.isalpha, text))
        and not ADDRESS.search(text)
        and not MANY_DIGITS.search(text)
    )


def looks_like_name(text: str) -> bool:
    """Whether it is nothing but a name, for all that we know of eight languages."""
    if len(text) > LONGEST or not LETTERS_ONLY.fullmatch(text):
        return False

    words = WORD.findall(text)
    if not words or len(words) > MOST_WORDS:
        return False
    if any(fold(word) in contact_words.words_of_no_name() for word in words):
        return False
    if is_unspaced(text):
        return _is_run_of_name(text)
    return not _says_something(words)


def mask_name(name: str) -> str:
    first = regex.match(
        r"\X",
        name.strip(),
    )
    return f"{first[0]}…" if first else ""


def _is_run_of_name(text: str) -> bool:
    folded = fold(text)
    if len(folded) > LONGEST_RUN or folded in _things("ja"):
        return False

    telling = [thing for thing in _things("ja") if len(thing) >= SHORTEST_TELLING]
    runs = [*contact_words.runs_of_no_name(), *telling]
    return not any(run in folded for run in runs)


def _says_something(words: list[str]) -> bool:
    """A thing that is sold, or a small word of a sentence: in capitals it may be somebody's name,
    but not if all of them are.
    """
    telling = [word for word in words if fold(word) not in contact_words.names()]
    known = [word for word in telling if _is_known(fold(word))]
    if telling and len(known) == len(telling):
        return True

    is_cased = CASED.search("".join(words)) is not None
    return is_cased and any(word == word.lower() for word in known)


def _is_known(word: str) -> bool:
    return any(
        word in lexicon.small_spellings(language)
        or _is_thing(
            word,
            language,
        )
        for language in lexicon.LANGUAGES
    )


@cache
def _things(language: str) -> frozenset[str]:
    """As they are written: by their stems, Lisa and Sara are things."""
    return frozenset(
        map(
            fold,
            lexicon.spelt(language),
        )
    )


def _is_thing(
    word: str,
    language: str,
) -> bool:
    things = _things(language)
    single = PLURAL.sub("", word)
    return word in things or single in things
