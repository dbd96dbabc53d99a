"""What somebody has typed into the search, as the things that are looked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from backend.catalog import folding
from backend.chat.search_text import FEWEST_DIGITS, KEY, number_key
from backend.errors import Invalid
from backend.flows.answers import InvalidAnswer
from backend.flows.email_addresses import check_address
from backend.flows.phone_numbers import written_numbers
from backend.flows.plain_words import plain

MOST_TERMS = 12
# Shorter words are looked for where words begin; longer ones inside words, too, as languages with
# compounds and articles need it.
SHORTEST_WITHIN = 4
# The digits of a phone number that are the same from wherever it is dialled.
KEY_DIGITS = 8
# What stands in quotes stays together; so does what has no blank in it.
TOKEN = regex.compile(r'["“„]([^"“”]+)["“”]|\S+')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for: any of its phrases in a `search_text`. `word` is blank unless
    it is one that may have been mistyped; `number` and `email` unless it is one.
    """

    written: str
    phrases: tuple[str, ...]
    word: str = ""
    number: str = ""
    email: str = ""

    def is_in(self, searched: str) -> bool:
        return any(phrase in searched for phrase in self.phrases)


def read_terms(words: str) -> tuple[Term, ...]:
    """Each once. Raises Invalid when there is nothing to look for, or too much."""
    numbers, rest = _cut_numbers(plain(words))
    each = [*numbers, *_read_tokens(rest)]
    terms = {term.phrases: term for term in each}

    if not terms:
        raise Invalid("Enter at least one letter or number.")
    if len(terms) > MOST_TERMS:
        raise Invalid(f"Search for up to {MOST_TERMS} words at a time.")
    return tuple(terms.values())


def _cut_numbers(text: str) -> tuple[list[Term], str]:
    """Numbers with blanks in them are one term each; and the rest of the text."""
    terms = []
    rest = text

    for found in written_numbers(text):
        before, after = text[: found.start][-1:], text[found.end :][:1]
        stands_alone = not before.strip() and not after.strip()
        written = text[found.start : found.end]

        key = number_key(found.digits)
        if stands_alone and len(key) >= FEWEST_DIGITS:
            near = KEY + key[:KEY_DIGITS]
            terms.append(Term(written, (_phrase(written), near), number=found.digits))
            rest = rest.replace(written, " ", 1)
    return terms, rest


def _read_tokens(text: str) -> Iterator[Term]:
    for found in TOKEN.finditer(text):
        phrase = _phrase(found[1] or found[0])
        if not phrase.strip():
            continue

        yield Term(
            found[0],
            (phrase,),
            word=phrase.strip() if _may_be_mistyped(phrase.strip()) else "",
            number=found[0] if found[0].isdecimal() else "",
            email=_read_email(found[0]),
        )


def _phrase(token: str) -> str:
    said = " ".join(folding.words(folding.fold(token)))
    first = said.partition(" ")[0]

    is_long = len(first) >= SHORTEST_WITHIN and not first.isdecimal()
    return said if is_long or folding.is_unspaced(first) else f" {said}"


def _may_be_mistyped(word: str) -> bool:
    """A word of letters alone: one number is not meant for another."""
    is_one = " " not in word and not folding.is_unspaced(word)
    return is_one and not any(map(str.isdecimal, word))


def _read_email(token: str) -> str:
    if "@" not in token:
        return ""
    try:
        return check_address(token)
    except InvalidAnswer:
        return ""
