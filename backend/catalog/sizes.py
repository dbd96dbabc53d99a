"""Sizes in a question: `size 46`, `uk 9`, `gr. 44`, `27cm`, `A2`, `XL`."""

from collections.abc import Iterator, Sequence
from functools import cache

import regex

from backend.catalog import lexicon
from backend.catalog.folding import bare, fold

LETTER_SIZES = ("xxxl", "3xl", "xxl", "2xl", "xxs", "xl", "xs", "l", "m", "s")
NUMBER = r"(?:a\d|\d{1,3}(?:[.,]5)?)"


def option_terms(value: str) -> set[str]:
    """What an option's value is found by: `UK 9` by `@uk9` and by `@9`."""
    whole = bare(value)
    found = {f"@{whole}"} if whole else set()
    return found | {f"@{number}" for number in regex.findall(r"\d+", fold(value))}


def take_sizes(
    text: str, languages: Sequence[str]
) -> tuple[str, list[tuple[str, set[str]]]]:
    """A folded text without its sizes, and each size with the terms that answer it."""
    pattern = _pattern(tuple(languages))
    sizes = [
        (found[0].strip(), _terms_of(found))
        for found in pattern.finditer(text)
        if _is_size(found)
    ]
    rest = pattern.sub(lambda found: " " if _is_size(found) else found[0], text)
    return rest, sizes


def _is_size(found: regex.Match[str]) -> bool:
    """A letter alone is a size where something announces it."""
    size: str = found["size"]
    return len(size) > 1 or size.isdigit() or bool(found.captures("unit"))


def _terms_of(found: regex.Match[str]) -> set[str]:
    return {f"@{bare(found[0])}"} | option_terms(found["size"])


@cache
def _pattern(languages: tuple[str, ...]) -> regex.Pattern[str]:
    unit = rf"(?P<unit>{'|'.join(_announcing(languages))})"
    size = rf"(?P<size>{NUMBER}(?:\s?{unit})?|{'|'.join(LETTER_SIZES)})"
    return regex.compile(rf"(?<![a-z\d.,])(?:{unit}\s?)*{size}(?![a-z\d])")


def _announcing(languages: Sequence[str]) -> Iterator[str]:
    listed = {
        fold(word)
        for language in languages
        for word in lexicon.filler()[language]["size"]
    }
    for word in sorted(listed, key=lambda word: (-len(word), word)):
        yield regex.escape(word)
