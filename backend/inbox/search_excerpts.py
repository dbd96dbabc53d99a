"""An excerpt of what was found: cut around the words that were looked for, each a piece of its
own.
"""

from collections.abc import Iterator, Sequence

import regex

from backend.catalog import folding
from backend.chat.search_text import FEWEST_DIGITS, KEY, number_key
from backend.flows.phone_numbers import written_numbers
from backend.inbox.search_terms import Term

BEFORE_HIT, EXCERPT = 50, 180
# As `folding.WORD`, of a text that still has the signs that folding takes out of words.
WORD = regex.compile(
    rf"[{folding.UNSPACED}ー々]+"
    rf"|[[\p{{L}}\p{{M}}\p{{N}}\u00ad\u200b-\u200d]--[{folding.UNSPACED}]]+",
    regex.V1,
)

# Words of a text, and whether they are those that were looked for.
Piece = tuple[str, bool]
# From where to where.
Span = tuple[int, int]


def pieces_of(text: str, terms: Sequence[Term]) -> list[Piece]:
    """Of the place with the most terms, the first one of several."""
    spans = [*_spans_of_words(text, terms), *_spans_of_numbers(text, terms)]
    spans.sort(key=_longest_first)
    start = _best_start(spans)
    end = start + EXCERPT

    pieces: list[Piece] = [("…", False)] if start else []
    at = start
    for first, last in spans:
        if first < at or last > end:
            continue
        pieces.append((text[at:first], False))
        pieces.append((text[first:last], True))
        at = last

    rest = text[at:end]
    if end < len(text):
        rest += "…"
    pieces.append((rest, False))
    return [piece for piece in pieces if piece[0]]


def _longest_first(span: Span) -> Span:
    start, end = span
    return start, -end


def _best_start(spans: Sequence[Span]) -> int:
    best, most = 0, 0
    for first, _ in spans:
        start = max(0, first - BEFORE_HIT)
        inside = sum(start <= at and to <= start + EXCERPT for at, to in spans)
        if inside > most:
            best, most = start, inside
    return best


def _spans_of_words(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    folded, origins = _fold_with_origins(text)

    for phrase in {phrase for term in terms for phrase in term.phrases}:
        at = folded.find(phrase)
        while at >= 0:
            yield from _joined(origins[at : at + len(phrase)])
            at = folded.find(phrase, at + len(phrase))


def _fold_with_origins(text: str) -> tuple[str, list[Span | None]]:
    """The folded words, a blank before each, and where each letter of them comes from: a whole
    word, or a letter where words are written without spaces.
    """
    folded: list[str] = []
    origins: list[Span | None] = []

    for found in WORD.finditer(text):
        folded.append(" ")
        origins.append(None)
        for start, end in _units(found[0], found.start()):
            letters = _fold_word(text[start:end])
            folded.append(letters)
            origins += [(start, end)] * len(letters)
    return "".join(folded), origins


def _fold_word(word: str) -> str:
    folded = folding.fold(word)
    return folded if folded.isascii() else "".join(folding.words(folded))


def _units(word: str, start: int) -> list[Span]:
    if not folding.is_unspaced(word):
        return [(start, start + len(word))]
    return [(start + at, start + at + 1) for at in range(len(word))]


def _joined(origins: Sequence[Span | None]) -> Iterator[Span]:
    """Letters that stand side by side are one span."""
    current: Span | None = None

    for origin in origins:
        if origin is None or current and origin[1] <= current[1]:
            continue
        if current and origin[0] == current[1]:
            current = (current[0], origin[1])
            continue
        if current:
            yield current
        current = origin

    if current:
        yield current


def _spans_of_numbers(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    keys = [
        phrase.removeprefix(KEY)
        for term in terms
        for phrase in term.phrases
        if phrase.startswith(KEY)
    ]
    if not keys:
        return

    for number in written_numbers(text):
        key = number_key(number.digits)
        if len(key) >= FEWEST_DIGITS and key.startswith(tuple(keys)):
            yield number.start, number.end
