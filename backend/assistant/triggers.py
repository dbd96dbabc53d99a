"""The one check that each piece of a reply passes: whether a figure, a promise or a link begins in
it, or may be beginning at its end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import regex

from backend.assistant.cue_words import (
    ANY_ENDING,
    LANGUAGES,
    currency_words,
    guard_words,
    listed,
    numbers,
    stop_words,
)
from backend.catalog.folding import UNSPACED, fold

# Tables of which nothing fails that has no figure, no free and no code.
ALONE_HARMLESS = frozenset(
    listed(
        "plain, not_free, denial, beaten, turn, condition, price, left, stock, pieces, only, total,"
        " saving, offer, use, delivery, discount, shipping, returns, gift, service,"
        " pickup"
    )
)
# Words and short forms that are also units or currencies, of which a figure stands before them.
COMMON = frozenset(listed("h, an, min, am, pm, mes, std, won, e, rs, hr, in"))
# A letter of a language that glues what follows to its numbers.
GLUING = {"de", "ml"}
# What Arabic may write before a word.
ARABIC_BEFORE = "[وفبلك]{0,2}(?:ال)?"

# \w lacks the vowel signs of Hindi, Malayalam and Arabic.
LETTER = (
    r"\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963"
    r"\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d62\u0d63"
)
SIGNS = (
    # Figures of every script, signs of money and of shares.
    r"\d%‰٪％﹪$¢£¤¥֏؋৲৳૱௹฿៛\u20a0-\u20cf﷼﹩＄￠￡￥￦"
    # Beginnings of links, tags, escapes and code.
    r"<&\[\\`@"
    # Other forms of letters and figures, and what shows nothing.
    r"\u00ad\u00b2\u00b3\u00b9\u00bc-\u00be\u0300-\u034f\u0370-\u052f\u061c\u115f\u1160\u17b4"
    r"\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2079\u2080-\u2089"
    r"\u20dd-\u20e4\u2100-\u218f\u2460-\u24ff\u2776-\u2793\u3192-\u319f\u3200-\u33ff"
    r"\ufe00-\ufe0e\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f\uffa0"
    r"\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff\U0001fbf0-\U0001fbf9\U000e0000-\U000e0fff"
)
# What nothing begins with: small letters, and those of Hindi, Malayalam and Arabic.
PLAIN = (
    r"a-zß-öø-ÿ\u0100-\u024f\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u0900-\u0963\u0d00-\u0d65"
    r"\u0d7a-\u0d7f"
)
# Each begins behind its first sign.
SHAPES = (
    rf"(?<=[{SIGNS}])",
    # A capital, a mark, a joiner within a word.
    r"(?<=[A-Za-zà-ÿ][A-Z])",
    rf"(?<=[{LETTER}][\ufe0f\u200d])",
    rf"(?<=[{LETTER}][*_~])[*_~]*(?:\Z|(?=[{LETTER}]))",
    # An address; something in bold or in quotes.
    r"(?<=:)//",
    r"(?<=[a-z\d]\.)(?=[a-zA-Z])",
    r"(?<=\*)\*(?!\s)",
    r"(?<=_)_",
    r"(?<=[“„«「『])",
    r'(?<=")(?<![^\s(]")',
)
OPEN, WHOLE = "open", "whole"
ARABIC = regex.compile(r"\p{Arabic}")
RUN = regex.compile(f"[{UNSPACED}]")


@cache
def trigger() -> re.Pattern[str]:
    """Finds where a unit may need to be judged.

    A word is looked for behind a sign that is none of a letter, and whole: what the end of a piece
    cuts off is found when the rest of it has come.
    """
    spaced: dict[str, Any] = {}
    arabic: dict[str, Any] = {}
    unspaced: dict[str, Any] = {}
    for word, is_open in _forms():
        if RUN.match(word):
            _plant(unspaced, word, is_open=True)
        else:
            _plant(arabic if ARABIC.match(word) else spaced, word, is_open)

    words = f"{_pattern(spaced)}|{ARABIC_BEFORE}{_pattern(arabic)}"
    signs = "|".join((*SHAPES, _runs(unspaced)))
    return re.compile(rf"[^{PLAIN}](?:(?<=\S)(?:{signs})|(?<![{LETTER}])(?:{words}))")


def _runs(tree: Mapping[str, Any]) -> str:
    """Of words without spaces before them, behind their first letter."""
    words = (f"(?<={first}){_pattern(below)}" for first, below in tree.items())
    return f"(?<=[{''.join(tree)}])(?:{'|'.join(words)})"


def _plant(
    tree: dict[str, Any],
    word: str,
    is_open: bool,
) -> None:
    for letter in word:
        tree = tree.setdefault(letter, {})
    tree[OPEN if is_open else WHOLE] = {}


def _pattern(tree: dict[str, Any]) -> str:
    """Of a tree of letters: any of its words."""
    if OPEN in tree:
        return ""

    branches = [
        re.escape(letter) + _pattern(below)
        for letter, below in tree.items()
        if letter != WHOLE
    ]
    if WHOLE in tree:
        branches.append(r"(?!\w)")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _forms() -> Iterator[tuple[str, bool]]:
    """Words as they may be written, and whether any ending may follow."""
    for word, is_open in _words():
        for form in {word, fold(word)}:
            yield form, is_open
            yield form[0].upper() + form[1:], is_open


def _words() -> Iterator[tuple[str, bool]]:
    """Of each phrase the one word without which it means nothing."""
    phrases = list(_phrases())
    single = {_bare(text) for text in phrases if " " not in text} - COMMON
    for text in phrases:
        parts = text.split()
        if len(parts) == 1:
            word = text
        elif single.isdisjoint(map(_bare, parts)):
            word = max(parts, key=_weight)
        else:
            continue
        if _bare(word) not in COMMON and regex.search(r"[\p{L}〇]", word):
            yield _bare(word), word.endswith(ANY_ENDING)


def _bare(word: str) -> str:
    return word.rstrip(ANY_ENDING)


def _weight(word: str) -> tuple[bool, bool, int]:
    """Rare words first: no articles, no small words, the longest."""
    folded = fold(_bare(word))
    return folded not in _articles(), folded not in stop_words(), len(word)


@cache
def _articles() -> frozenset[str]:
    return frozenset(
        fold(word)
        for language in LANGUAGES
        for table in ("ones", "articles")
        for word in listed(numbers()[language][table])
    )


def _phrases() -> Iterator[str]:
    yield from _numbers()
    yield from _units()
    yield from (text for _, text in currency_words())
    for name, table in guard_words().items():
        if name not in ALONE_HARMLESS:
            for language in LANGUAGES:
                yield from listed(table[language])


def _numbers() -> Iterator[str]:
    yield from ("einund*", "einhundert*", "eintausend*")
    for language in LANGUAGES:
        table = numbers()[language]
        ending = ANY_ENDING if language in GLUING else ""
        for name in ("numbers", "times", "stems"):
            yield from _with_ending(table.get(name, ()), ending)
        for word, value in table["numbers"].items():
            if value >= 20:
                yield word + ANY_ENDING


def _with_ending(
    words: Iterable[str],
    ending: str,
) -> Iterator[str]:
    for word in words:
        # Malayalam changes the last letter.
        yield word.removesuffix("്").removesuffix("ം") + ending


def _units() -> Iterator[str]:
    for language in LANGUAGES:
        for words in numbers()[language]["units"].values():
            # In Japanese one letter is a unit, and of a hundred other words.
            yield from (word for word in listed(words) if language != "ja")
