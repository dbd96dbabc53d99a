"""Words that may name a product, and the terms by which the catalog knows each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.catalog import lexicon, sounds
from backend.catalog.lexicon import Kind
from backend.catalog.stemming import LATIN_LANGUAGES, stem
from backend.catalog.terms import language_of_script, parts
from backend.flows import ordering_words

SHORTEST_SOUND = 4
DESCRIBING = (
    Kind.COLOUR,
    Kind.QUALITY,
    Kind.MATERIAL,
    Kind.AUDIENCE,
    Kind.USE,
)


@dataclass(frozen=True, slots=True)
class WordTerms:
    """`literal` are a word's stems, `meant` its concepts and how it sounds."""

    literal: frozenset[str]
    meant: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.literal | self.meant


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a clause that may name a product, as they were written, and without those that
    say nothing; the shop knows none of the `strange` ones.
    """

    said: tuple[str, ...]
    content: tuple[str, ...]
    strange: frozenset[str] = frozenset()


def wording_of(
    said: Sequence[str],
    languages: Sequence[str],
) -> Wording:
    small = ordering_words.small(tuple(languages))
    content: list[str] = []

    place = 0
    while place < len(said):
        length = small.length_at(said, place)
        if not length:
            content.append(said[place])
        place += length or 1
    return Wording(tuple(said), tuple(content))


@lru_cache(maxsize=16_384)
def terms_of(
    word: str,
    languages: tuple[str, ...],
) -> WordTerms:
    own = language_of_script(word)
    spoken = [own] if own else [each for each in languages if each in LATIN_LANGUAGES]
    literal = {
        word,
        *(
            stem(
                word,
                each,
            )
            for each in spoken
        ),
    }

    meant = {f"#{name}" for each in languages for name in _concepts(word, each)}
    if own and own not in languages:
        meant |= {f"#{name}" for name in _concepts(word, own)}
    for part in _parts_of(word, languages):
        literal.add(stem(part, "de"))
        meant |= {f"#{name}" for name in _concepts(part, "de")}
    return WordTerms(
        frozenset(literal),
        frozenset(meant) | _sounds(word, languages),
    )


@lru_cache(maxsize=16_384)
def is_describing(word: str) -> bool:
    """Whether a word tells how something is, and not what."""
    names = [name for each in LATIN_LANGUAGES for name in _concepts(word, each)]
    return any(lexicon.concepts()[name].kind in DESCRIBING for name in names)


def _parts_of(
    word: str,
    languages: Sequence[str],
) -> Sequence[str]:
    is_german = "de" in languages and word.isascii()
    if not is_german or any(_concepts(word, each) for each in languages):
        return ()
    return parts(word)


def _concepts(word: str, language: str) -> Sequence[str]:
    meanings = lexicon.phrases(language).meanings
    found = meanings.get(stem(word, language), ())
    if found or language not in lexicon.ROMANISED or not word.isascii():
        return found
    if len(word) < SHORTEST_SOUND:
        return ()
    return lexicon.romanised(language).meanings.get(
        sounds.sound(word),
        (),
    )


def _sounds(
    word: str,
    languages: Sequence[str],
) -> frozenset[str]:
    own = language_of_script(word)
    if own in lexicon.ROMANISED:
        return frozenset({f"~{sounds.sound_of_script(word, own)}"})
    return frozenset()
