"""Folded text as tokens: figures, words, signs. What is written without spaces is cut where a word
is known.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

import regex

from backend.catalog.folding import UNSPACED

# Digits with what people put between them: 1.299,00 · 1,299.00 · 1 299 · 1’299 · 1,00,000.
FIGURE = r"\d+(?:[.,'’٫٬]\d+|\s\d{3}(?!\d))*"
TOKEN = regex.compile(
    r"(?P<time>(?<![\d:.,])\d{1,2}[:h]\d{2}(?![\d:h]))"
    rf"|(?P<figure>{FIGURE})"
    r"|(?P<sign>[a-z]{0,2}\p{Sc}|/-)"
    rf"|(?P<run>[{UNSPACED}々〇]+)"
    rf"|(?P<word>[[\p{{L}}\p{{M}}]--[{UNSPACED}]](?:[[\p{{L}}\p{{M}}]--[{UNSPACED}]]"
    r"|['’](?=\p{L})|(?<=(?<!\p{L})\p{L}(?:\.\p{L}){0,3})\.(?=\p{L}(?!\p{L})))*)"
    r"|(?P<other>\S)",
    regex.V1,
)
# A hyphen between words, or between a figure and a word, is a space to a reader of figures.
HYPHEN = regex.compile(r"(?<=\p{L})[-‑‐](?=[\p{L}\d])|(?<=\d)[-‑‐](?=\p{L})")
# Free of something is not for free.
LACKING = regex.compile(
    r"(?<=\w)(?<!cost)(?<!charge)(?<!fee)(?<!shipping)(?<!delivery)[-‑]free(?!\w)"
)
MAY_HAVE_HYPHEN = regex.compile(r"[-‑‐]")
HALF_OF_DAY = regex.compile(r"(?<![a-z])([ap])\.\s?m\b\.?")


class TokenKind(StrEnum):
    """The names of the groups above that are told apart."""

    TIME = "time"
    FIGURE = "figure"
    WORD = "word"
    SIGN = "sign"


class Token(NamedTuple):
    """`is_glued`: no space stands before it."""

    text: str
    kind: TokenKind
    is_glued: bool


KINDS = {
    "time": TokenKind.TIME,
    "figure": TokenKind.FIGURE,
    "word": TokenKind.WORD,
    "sign": TokenKind.SIGN,
    "other": TokenKind.SIGN,
}
Cut = Callable[[str], Iterator[str]]


def tokens_of(
    folded: str,
    cut: Cut,
) -> list[Token]:
    found: list[Token] = []
    end = 0
    for match in TOKEN.finditer(_loosened(folded)):
        is_glued = match.start() == end
        end = match.end()
        if match.lastgroup == "run":
            found += _pieces(match[0], is_glued, cut)
        else:
            found.append(Token(match[0], KINDS[match.lastgroup], is_glued))
    return found


def _loosened(folded: str) -> str:
    text = folded.replace("’", "'")
    if "." in text:
        text = HALF_OF_DAY.sub(r"\1m", text)
    if MAY_HAVE_HYPHEN.search(text):
        text = HYPHEN.sub(" ", LACKING.sub("", text))
    return text


def _pieces(
    run: str,
    is_glued: bool,
    cut: Cut,
) -> Iterator[Token]:
    for piece in cut(run):
        yield Token(piece, TokenKind.WORD, is_glued)
        is_glued = True
