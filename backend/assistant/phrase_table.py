"""Phrases of a language, each with what it means, and where a message has them.

Words are compared by their stems; Hindi and Malayalam in Latin letters by their sound.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby
from typing import Generic, TypeVar

import regex

from backend.assistant.message_words import Written, read_message
from backend.assistant.misspelling import Spellings, spellings_of
from backend.catalog import lexicon, sounds
from backend.catalog.lexicon import ROMANISED
from backend.catalog.stemming import LATIN_LANGUAGES, stem

UNSPACED_LANGUAGE = "ja"
# Behind a phrase: its last word may have any ending.
ANY_ENDING = "*"
# Less of a word would be that of many others.
SHORTEST_STEM, SHORTEST_SOUND, SHORTEST_BEGINNING = 3, 4, 5
# The article is no part of a word. The one that means `for the` stays: it tells what something
# is for, unless a word is known without it alone.
ARTICLE = regex.compile(r"^[وبكف]?ال(?=.{3})")
JOINED = regex.compile(r"^(?:لل|[ولبفك])(?=.{4})")
DOUBLED = regex.compile(r"(.)\1+")

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Key:
    """A word as it is compared: whole, and by its beginning."""

    whole: str
    plain: str


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Meaning]):
    """`keys` are its words as they are compared; `beginning` is its last one's if that may have any
    ending. `size` is how many letters it has.
    """

    meaning: Meaning
    keys: tuple[str, ...]
    beginning: str
    size: int


@dataclass(frozen=True, slots=True)
class Found(Generic[Meaning]):
    """A phrase in a message, from one word until another."""

    meaning: Meaning
    size: int
    start: int
    end: int


@dataclass(slots=True)
class PhraseTable(Generic[Meaning]):
    """A language's phrases by their first two words; those of one word with any ending stand
    apart.
    """

    language: str
    by_first: dict[str, list[Phrase[Meaning]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_beginning: dict[str, list[Phrase[Meaning]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    known: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    _spellings: Spellings | None = None

    def add(
        self,
        text: str,
        meaning: Meaning,
    ) -> None:
        words = [word.folded for word in read_message(text).words]
        size = sum(map(len, words))
        self.written.update(words)

        beginning = ""
        if text.endswith(ANY_ENDING):
            beginning = _beginning(words[-1], self.language)
        if beginning:
            words.pop()
        keys = tuple(key_of(word, self.language).whole for word in words)
        self._keep(Phrase(meaning, keys, beginning, size))

    def find(
        self,
        words: Sequence[Written],
    ) -> list[Found[Meaning]]:
        """Each once, and none of a meaning that stands inside a longer phrase."""
        keys = [self._known_key(word.folded) for word in words]
        return list(dict.fromkeys(self._match(keys)))

    def knows(
        self,
        word: str,
    ) -> bool:
        """Whether any phrase has this folded word."""
        return key_of(word, self.language).whole in self.known

    def _keep(
        self,
        phrase: Phrase[Meaning],
    ) -> None:
        self.known.update(phrase.keys)
        if phrase.keys:
            self.by_first[" ".join(phrase.keys[:2])].append(phrase)
        else:
            self.by_beginning[phrase.beginning].append(phrase)

    def _match(
        self,
        words: Sequence[Key],
    ) -> Iterator[Found[Meaning]]:
        for place, word in enumerate(words):
            for first in _first_words(words, place):
                for phrase in self.by_first.get(first, ()):
                    if end := _end_of(phrase, words, place):
                        yield Found(phrase.meaning, phrase.size, place, end)

            for length in range(1, len(word.plain) + 1):
                for phrase in self.by_beginning.get(word.plain[:length], ()):
                    yield Found(phrase.meaning, phrase.size, place, place + 1)

    def _known_key(
        self,
        word: str,
    ) -> Key:
        """Of a word that no phrase has, the key of what it may be instead."""
        key = key_of(word, self.language)
        if key.whole in self.known or word in small_words(self.language):
            return key

        if self.language == "ar":
            bare = JOINED.sub("", word)
            return key_of(bare, self.language) if self.knows(bare) else key
        if self.language in LATIN_LANGUAGES and not _is_thing(word, self.language):
            meant = self._nearest(word)
            return key_of(meant, self.language) if meant else key
        return key

    def _nearest(
        self,
        word: str,
    ) -> str | None:
        if self._spellings is None:
            self._spellings = spellings_of(self.written)
        return self._spellings.nearest(word)


def outermost(found: Iterable[Found[Meaning]]) -> list[Found[Meaning]]:
    """From the left, without those inside a longer one: the longest phrase counts."""
    kept: list[Found[Meaning]] = []
    reached = last = 0

    for span, same in groupby(sorted(found, key=_from_left), key=_from_left):
        end = -span[1]
        reached = max(reached, last)
        if end > reached:
            kept += same
        last = end
    return kept


def _from_left(found: Found[Meaning]) -> tuple[int, int]:
    """The longest first of those that begin together."""
    return found.start, -found.end


@cache
def small_words(language: str) -> frozenset[str]:
    """Those that stand in most sentences, folded; of a language without spaces the letters that are
    words.
    """
    listed = lexicon.filler()[language]["stop"]
    read = [read_message(phrase).words for phrase in listed]
    if language == UNSPACED_LANGUAGE:
        read = [words for words in read if len(words) == 1]
    return frozenset(word.folded for words in read for word in words)


@lru_cache(maxsize=32_768)
def key_of(
    word: str,
    language: str,
) -> Key:
    """A folded word by its stem, by its sound, or without its article."""
    if language in ROMANISED and word.isascii():
        heard = _sound(word) if word.isalpha() else word
        return Key(heard, heard)
    if language == "ar":
        return Key(ARTICLE.sub("", word), word)
    if word in small_words(language):
        return Key(word, word)

    shared = stem(word, language)
    return Key(shared if len(shared) >= SHORTEST_STEM else word, word)


def _sound(word: str) -> str:
    """Short words sound alike too often: of them only doubled letters are one."""
    heard = sounds.sound(word)
    if len(heard) < SHORTEST_SOUND:
        heard = DOUBLED.sub(r"\1", word.replace("ee", "i").replace("oo", "u"))
    return f"~{heard}"


def _beginning(
    word: str,
    language: str,
) -> str:
    """Of a word with any ending; none of one whose sound is too short for that."""
    beginning = key_of(word, language).plain
    is_heard = beginning.startswith("~")
    return "" if is_heard and len(beginning) < SHORTEST_BEGINNING else beginning


def _first_words(
    words: Sequence[Key],
    place: int,
) -> Iterator[str]:
    """What a phrase may begin with there: one word, or two."""
    yield words[place].whole
    if place + 1 < len(words):
        yield f"{words[place].whole} {words[place + 1].whole}"


def _end_of(
    phrase: Phrase[Meaning],
    words: Sequence[Key],
    place: int,
) -> int:
    """The place behind the phrase if it begins at `place`, else 0."""
    end = place + len(phrase.keys)
    if tuple(word.whole for word in words[place:end]) != phrase.keys:
        return 0
    if not phrase.beginning:
        return end

    if end < len(words) and words[end].plain.startswith(phrase.beginning):
        return end + 1
    return 0


def _is_thing(
    word: str,
    language: str,
) -> bool:
    return stem(word, language) in lexicon.phrases(language).longest
