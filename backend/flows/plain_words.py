"""An answer as it is read: without invisible marks, with digits of any script as 0 to 9."""

import unicodedata
from collections.abc import Iterable

import regex

# Those that turn the direction of a text or stand for nothing. Joiners stay: they are part of
# words of Hindi and Malayalam.
MARKS = regex.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LINE_ENDS = regex.compile(r"\r\n?|[\u2028\u2029]")
BLANKS, EMPTY_LINES = regex.compile(r"[^\S\n]+"), regex.compile(r" ?\n[ \n]*")
QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
    }
)


def plain(text: str) -> str:
    """Letters keep their case and their accents. Of several blanks one is left."""
    text = LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize(
        "NFKC",
        MARKS.sub("", text),
    )
    text = EMPTY_LINES.sub(
        "\n",
        BLANKS.sub(" ", text),
    )
    return "".join(
        map(
            _as_digit,
            text.translate(QUOTES),
        )
    )


def one_of(phrases: Iterable[str]) -> str:
    """A pattern for any of them, the longest first; blanks may be any."""
    longest_first = sorted(
        {plain(each) for each in phrases},
        key=len,
        reverse=True,
    )
    return "|".join(map(_spaced, longest_first))


def _spaced(phrase: str) -> str:
    return r"\s+".join(
        map(
            regex.escape,
            phrase.split(),
        )
    )


def _as_digit(letter: str) -> str:
    if letter.isascii() or not letter.isdecimal():
        return letter
    return str(unicodedata.decimal(letter))
