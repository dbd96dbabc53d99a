"""Whether a message says nothing: random keys, laughter, syllables again and again."""

from collections.abc import Sequence
from itertools import pairwise

import regex

from backend.assistant.message_words import Written

# So many words that nobody knows, with a number among them that counts nothing.
FEWEST_UNKNOWN = {"ja": 4}
FEWEST_UNKNOWN_WORDS = 2
SHORTEST_ECHO = 2

ONE_LETTER = regex.compile(r"(.)\1{3,}")
SYLLABLES = regex.compile(r"^(.{2,4})\1+.?$")
LAUGHTER = regex.compile(
    r"^(?:h[aeiou]|j[aei]|l[aou]|ha+h?|ه|ها|हा|ही|ഹ|ഹാ|ലാ|ला){2,}h?$"
)
NO_VOWEL = regex.compile(r"^[bcdfghjklmnpqrstvwxz]{4,}$|^z{2,}$")
ROW_OF_KEYS = regex.compile(r"asdf|qwer|wert|jkl|yxcv|zxcv|sdfg|dfgh|fghj|uiop")
# In one row of letters.
ECHO_IN_A_ROW = regex.compile(r"(..)\1")

OF_A_WORD = (ONE_LETTER, SYLLABLES, LAUGHTER, NO_VOWEL, ROW_OF_KEYS)


def is_babble(
    words: Sequence[Written],
    unknown: Sequence[str],
    language: str,
    has_stray_number: bool,
) -> bool:
    """`unknown` are the words that neither a cue nor the lexicon has."""
    if has_stray_number and len(unknown) >= FEWEST_UNKNOWN.get(
        language, FEWEST_UNKNOWN_WORDS
    ):
        return True
    if language == "ja":
        row = "".join(unknown)
        return bool(ONE_LETTER.search(row) or ECHO_IN_A_ROW.search(row))

    is_echo = any(
        first.folded == second.folded and len(first.folded) > SHORTEST_ECHO
        for first, second in pairwise(words)
    )
    return is_echo or any(
        pattern.search(word) for pattern in OF_A_WORD for word in unknown
    )
