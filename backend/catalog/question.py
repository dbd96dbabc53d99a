"""What somebody looks for, taken apart: things, colours, uses, sizes, article numbers, bounds of
price.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from backend.catalog import lexicon, sounds
from backend.catalog.amounts import Bounds, read_bounds
from backend.catalog.folding import bare, fold, is_unspaced, words
from backend.catalog.lexicon import Kind, Phrases
from backend.catalog.sizes import take_sizes
from backend.catalog.stemming import LATIN_LANGUAGES, stem
from backend.catalog.terms import language_of_script, parts

# How well a term answers what was asked for.
SAME, SOUND, SERVES, PAIR, CLOSE, BROADER = 1.0, 0.8, 0.8, 0.6, 0.45, 0.35
IMPORTANCE = {
    Kind.THING: 3.0,
    Kind.USE: 2.0,
    Kind.MATERIAL: 1.5,
    Kind.COLOUR: 1.5,
    Kind.QUALITY: 1.2,
    Kind.AUDIENCE: 1.0,
}
WORD_IMPORTANCE, SIZE_IMPORTANCE = 2.0, 1.5
# Occasions for nearly everything say little of what is wanted.
VAGUE = {"gift": 0.3, "birthday": 0.3, "thank-you": 0.3, "party": 0.8}

MOST_CHARACTERS, MOST_WORDS = 400, 40
SHORTEST_NUMBER = 4
SHORTEST_SOUND = 3

# A word with an accent of a language in Latin letters.
ACCENTED = regex.compile(r"\b\p{Latin}*[à-öø-ÿ]\p{Latin}*\b")

Reading = tuple[Phrases, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is asked for. `answers` are the terms that fit, each with how well, 0 to 1;
    `literal` the stems of each word that was said.

    `kind` is None for a size, and for a word that the lexicon does not know.
    """

    text: str
    answers: Mapping[str, float]
    importance: float
    kind: Kind | None = None
    is_size: bool = False
    literal: Sequence[frozenset[str]] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`numbers` are the terms of what may be article numbers."""

    units: Sequence[Unit]
    numbers: Sequence[str]
    bounds: Bounds


def read_question(text: str, languages: Sequence[str]) -> Question:
    """`languages` are the shopper's and the shop's, the likeliest first."""
    folded = fold(text[:MOST_CHARACTERS])
    bounds, rest = read_bounds(folded, languages)
    rest, sizes = take_sizes(rest, languages)

    listed = list(_cut(rest, languages))[:MOST_WORDS]
    units = list(_units(_Said(listed, _accented(text, languages)), languages))
    for said, terms in sizes:
        answers = dict.fromkeys(terms, SAME)
        units.append(Unit(said, answers, SIZE_IMPORTANCE, is_size=True))
    return Question(units, list(_numbers(folded)), bounds)


def _numbers(folded: str) -> Iterator[str]:
    """Each word with a figure in it, alone and with its neighbours."""
    listed = folded.split()
    for place, word in enumerate(listed):
        if len(bare(word)) < SHORTEST_NUMBER or not any(map(str.isdigit, word)):
            continue
        yield f"={bare(word)}"
        for start in (place - 1, place):
            neighbours = listed[max(start, 0) : start + 2]
            if len(neighbours) == 2:
                yield f"={bare(''.join(neighbours))}"


def _cut(text: str, languages: Sequence[str]) -> Iterator[str]:
    """Words; what is written without spaces is cut, and German compounds are taken apart."""
    for word in words(text):
        if is_unspaced(word):
            yield from lexicon.cut_question(word)
        elif "de" in languages and not _is_known(word, languages):
            yield from parts(word) or (word,)
        else:
            yield word


def _is_known(word: str, languages: Sequence[str]) -> bool:
    return any(
        stem(word, language) in lexicon.phrases(language).meanings
        for language in languages
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The words, and those of them of which an accent makes another than a small one."""

    words: Sequence[str]
    accented: frozenset[str]


def _accented(text: str, languages: Sequence[str]) -> frozenset[str]:
    written = ACCENTED.findall(unicodedata.normalize("NFC", text).casefold())
    small = {word for each in languages for word in lexicon.small_spellings(each)}
    return frozenset(fold(word) for word in written if word not in small)


def _units(said: _Said, languages: Sequence[str]) -> Iterator[Unit]:
    listed = said.words
    readings = list(_readings(listed, languages))
    place = 0
    while place < len(listed):
        end, concepts = _longest(readings, place)
        filled = _filled(listed, place, languages)
        is_named = bool(concepts) and listed[place] in said.accented

        if filled and filled >= end and not is_named:
            place = filled
        elif concepts:
            yield concept_unit(listed[place:end], concepts, languages)
            place = end
        else:
            yield word_unit(listed[place], languages)
            place += 1


def concept_unit(
    said: Sequence[str], names: Sequence[str], languages: Sequence[str]
) -> Unit:
    """What a phrase asks for that may mean any of `names`."""
    concepts = [lexicon.concepts()[name] for name in names]
    answers: dict[str, float] = {}
    for concept in concepts:
        is_use = concept.kind is Kind.USE
        _add(answers, concept.close, SERVES if is_use else CLOSE)
        if not is_use:
            _add(answers, concept.broader[:1], BROADER)
        _add(answers, [concept.name], SAME)
    if len(said) == 1:
        answers |= word_unit(said[0], languages).answers

    kind = min((concept.kind for concept in concepts), key=list(Kind).index)
    importance = VAGUE.get(names[0], IMPORTANCE[kind])
    literal = [_stems_of(word, languages) for word in said]
    return Unit(" ".join(said), answers, importance, kind, literal=literal)


def word_unit(word: str, languages: Sequence[str]) -> Unit:
    """What a word asks for as it stands."""
    if is_unspaced(word):
        answers = dict.fromkeys(lexicon.pairs(word), SAME if len(word) <= 2 else PAIR)
        return Unit(word, answers | {word: SAME}, WORD_IMPORTANCE)

    answers = dict.fromkeys(_stems_of(word, languages), SAME)
    answers |= dict.fromkeys(_sounds_of(word, languages), SOUND)
    return Unit(word, answers, WORD_IMPORTANCE)


def _sounds_of(word: str, languages: Sequence[str]) -> Iterator[str]:
    """Of a word in an Indian script, and of one in Latin letters that may be of that language."""
    own = language_of_script(word)
    for language in lexicon.ROMANISED:
        if language == own:
            yield f"~{sounds.sound_of_script(word, language)}"
        elif language in languages and word.isascii() and len(word) >= SHORTEST_SOUND:
            yield f"~{sounds.sound(word)}"


def _add(answers: dict[str, float], names: Iterable[str], well: float) -> None:
    for name in names:
        term = f"#{name}"
        answers[term] = max(well, answers.get(term, 0.0))


def _stems_of(word: str, languages: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word, each) for each in _languages_of(word, languages))


def _languages_of(word: str, languages: Sequence[str]) -> list[str]:
    if language := language_of_script(word):
        return [language]
    return [each for each in languages if each in LATIN_LANGUAGES] or ["en"]


def _readings(listed: Sequence[str], languages: Sequence[str]) -> Iterator[Reading]:
    """The words' stems in each language, with its phrases; Hindi and Malayalam also by sound."""
    for language in languages:
        stems = [stem(word, language) for word in listed]
        yield lexicon.phrases(language), stems

    for language in languages:
        if language in lexicon.ROMANISED:
            keys = [sounds.sound(word) if word.isascii() else "" for word in listed]
            yield lexicon.romanised(language), keys


def _longest(readings: Sequence[Reading], place: int) -> tuple[int, list[str]]:
    """The end of the longest phrase that begins there, and all that it may mean."""
    best, meant = 0, list[str]()
    for known, stems in readings:
        length, names = known.longest_at(stems, place)
        if length > best:
            best, meant = length, []
        if length == best:
            meant += [name for name in names if name not in meant]
    return place + best, meant


def _filled(listed: Sequence[str], place: int, languages: Sequence[str]) -> int:
    """The end of the longest phrase of no weight that begins there; 0 when none does."""
    fillers, most = _fillers(tuple(languages))
    for end in range(min(place + most, len(listed)), place, -1):
        if " ".join(listed[place:end]) in fillers:
            return end
    return 0


@cache
def _fillers(languages: tuple[str, ...]) -> tuple[frozenset[str], int]:
    found = set()
    for language in languages:
        table = lexicon.filler()[language]
        for listed in ("stop", "cheap", "sku"):
            found |= {" ".join(words(fold(phrase))) for phrase in table[listed]}
    return frozenset(found - {""}), max(len(phrase.split()) for phrase in found)
