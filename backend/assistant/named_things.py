"""Which things of the lexicon a message names, and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from backend.assistant.message_words import Written
from backend.assistant.phrase_table import UNSPACED_LANGUAGE
from backend.catalog import lexicon, sounds
from backend.catalog.lexicon import ROMANISED, Kind
from backend.catalog.stemming import stem
from backend.catalog.terms import parts


@dataclass(frozen=True, slots=True)
class Named:
    """A concept in a message, from one word until another."""

    kind: Kind
    start: int
    end: int


def named_things(
    words: Sequence[Written],
    language: str,
) -> list[Named]:
    """What the longest phrases mean, from the left; in English too where it is mixed in."""
    found = []
    place = 0

    while place < len(words):
        named = _longest_at(words, place, language)
        if named:
            found.append(named)
        place = named.end if named else place + 1
    return found


def _longest_at(
    words: Sequence[Written],
    place: int,
    language: str,
) -> Named | None:
    best = None

    for length, meant in _readings(words, place, language):
        if meant and (best is None or length > best.end - place):
            kinds = [lexicon.concepts()[name].kind for name in meant]
            kind = min(kinds, key=list(Kind).index)
            best = Named(kind, place, place + length)
    return best


def _readings(
    words: Sequence[Written],
    place: int,
    language: str,
) -> Iterator[tuple[int, Sequence[str]]]:
    if language == UNSPACED_LANGUAGE:
        yield _unspaced_at(words, place)
        return

    ahead = [word.folded for word in words[place : place + 4]]
    stems = [stem(word, language) for word in ahead]
    yield lexicon.phrases(language).longest_at(stems, 0)
    if language in ROMANISED and ahead[0].isascii():
        keys = [sounds.sound(word) if word.isascii() else "" for word in ahead]
        yield lexicon.romanised(language).longest_at(keys, 0)
    if ahead[0].isascii() and language not in ("en", "de", "es", "fr"):
        stems = [stem(word, "en") for word in ahead]
        yield lexicon.phrases("en").longest_at(stems, 0)
    if language == "de" and (pieces := parts(ahead[0])):
        meant = lexicon.phrases("de").meanings.get(stem(pieces[-1], "de"), ())
        yield 1, meant


def _unspaced_at(
    words: Sequence[Written],
    place: int,
) -> tuple[int, Sequence[str]]:
    known = lexicon.phrases(UNSPACED_LANGUAGE)
    run = [word.folded for word in words[place : place + _longest_unspaced()]]
    for length in range(len(run), 0, -1):
        if meant := known.meanings.get("".join(run[:length])):
            return length, meant
    return 0, ()


@cache
def _longest_unspaced() -> int:
    return max(map(len, lexicon.phrases(UNSPACED_LANGUAGE).meanings))
