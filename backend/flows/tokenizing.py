"""A message as tokens: folded words, numbers, codes such as part numbers, and marks, each with its
place in the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

from backend.catalog import lexicon
from backend.catalog.folding import fold, is_unspaced, words
from backend.flows import ordering_words


class Token(StrEnum):
    WORD = "word"
    NUMBER = "number"
    CODE = "code"
    RANGE = "range"
    DIMENSION = "dimension"
    MARK = "mark"


LATIN = r"A-Za-zÀ-ÖØ-öø-ÿ"
PATTERN = regex.compile(
    rf"""
    (?P<mark>\n|[,;|/•·:()\[\]?!.،؛。、：；！？…–—&+=×*]|\s-\s|-(?=\s))
    |(?P<dimension>(?<![\p{{L}}\p{{N}}])(?:
        \p{{Nd}}{{2,}}\s?[x×]\s?\p{{Nd}}{{2,}}(?:\s?(?:cm|mm|m|inch))?
        |\p{{Nd}}+\s?[x×]\s?\p{{Nd}}+\s?(?:cm|mm|inch))(?![\p{{L}}\p{{N}}]))
    |(?P<range>(?<![\p{{L}}\p{{N}}-])\p{{Nd}}{{1,3}}[-–]\p{{Nd}}{{1,3}}(?![{LATIN}\p{{N}}-]))
    |(?P<code>
        (?:(?=[{LATIN}\d_-]*\d)[{LATIN}\d]+(?:[-_][{LATIN}\d]+)*[./])?
        (?=[{LATIN}\d_-]*\d)(?=[{LATIN}\d_-]*[{LATIN}])[{LATIN}\d]+(?:[-_./][{LATIN}\d]+)*
        |(?:(?=[{LATIN}\d_-]*[\d])(?=[{LATIN}\d_-]*[{LATIN}])[{LATIN}\d]+(?:[-_][{LATIN}\d]+)*)
            [./][{LATIN}\d]+(?:[-_./][{LATIN}\d]+)*
        |\d{{3,}}[./][{LATIN}]+[-{LATIN}\d]*)
    |(?P<number>\p{{Nd}}{{1,3}}(?:[.,'’]\p{{Nd}}{{3}})+(?![\p{{Nd}}.,]\p{{Nd}})
        |\p{{Nd}}+(?:[.,]\p{{Nd}}+)?)
    |(?P<word>[\p{{L}}\p{{M}}\u200c\u200d]+(?:['’][\p{{L}}\p{{M}}]+)*['’]?)
    """,
    regex.X,
)
THOUSANDS = regex.compile(r"(?<=\d)[.,'’](?=\d{3}(?:\D|$))")
STRENGTH = regex.compile(r"\+(?=\p{Nd}[.,]\p{Nd})")
ARABIC_AND = "و"


@dataclass(frozen=True, slots=True)
class Piece:
    """A token; `value` is a number's, None where it has a fraction."""

    kind: Token
    text: str
    start: int
    end: int
    value: int | None = None


def tokenize(text: str) -> list[Piece]:
    return [piece for found in PATTERN.finditer(text) for piece in _pieces(found)]


def _pieces(found: regex.Match[str]) -> Iterator[Piece]:
    kind = Token(str(found.lastgroup))
    start, end = found.span()
    text = fold(found[0])

    if kind is Token.NUMBER:
        yield Piece(kind, text, start, end, _whole(text))
    elif kind is Token.WORD:
        for word in _words(text):
            yield Piece(kind, word, start, end)
    elif kind is Token.MARK:
        yield Piece(
            kind,
            found[0].strip(" \t") or found[0],
            start,
            end,
        )
    else:
        yield Piece(kind, text, start, end)


def _whole(text: str) -> int | None:
    text = THOUSANDS.sub("", text)
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _words(text: str) -> Iterator[str]:
    for word in words(text):
        if is_unspaced(word):
            known, longest = ordering_words.unspaced()
            yield from lexicon.cut_at(word, known, longest)
        elif _has_and(word):
            yield ARABIC_AND
            yield word.removeprefix(ARABIC_AND)
        else:
            yield word


def _has_and(word: str) -> bool:
    """Whether an Arabic number has its `and` in front."""
    rest = word.removeprefix(ARABIC_AND)
    if rest == word or len(rest) < 2:
        return False

    table, _ = ordering_words.numbers(("ar",))
    return (
        (rest,) in table or rest in ordering_words.listed("vague") or rest == fold("نص")
    )
