"""Which sentences of a text answer a question best: whole ones, as they were written.

Question and text may be in different languages: they meet in the concepts of the catalog's lexicon
and in the aspects of policies.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from backend.assistant.aspects import (
    answered_by_figures,
    aspects_in,
    aspects_of_kind,
)
from backend.assistant.message_language import DEFAULT
from backend.assistant.sentences import Sentence, has_end, split_sentences
from backend.catalog.folding import is_unspaced
from backend.catalog.question import read_question
from backend.catalog.terms import Field, language_of, weigh

MOST_CHARACTERS = 400
# Of all texts together, so many sentences are looked at.
MOST_SENTENCES = 200
# What an aspect counts beside the things that were asked for; that of a kind only tells of what
# else nothing tells.
ASPECT, OF_KIND = 2.0, 0.3
# What stands in a heading counts less; a figure where one is wanted counts more.
HEADING, WITH_FIGURE = 0.25, 1.4
# A second sentence is quoted if it answers nearly as well.
NEARLY = 0.7
LEFT_OUT, CUT = " … ", "…"
END, UNSPACED_END = ". ", "。"

HAS_FIGURE = regex.compile(r"\p{N}")

# A sentence has this term when it has a figure.
FIGURE_TERM = "%"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`place` says which of the texts it was taken from."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Terms that answer a question, each with how well, and how much that matters."""

    answers: Mapping[str, float]
    importance: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: int
    number: int
    sentence: Sentence
    terms: frozenset[str]


def find_evidence(
    question: str,
    texts: Sequence[str],
    languages: Sequence[str],
    kind: str = "",
    subject: str = "",
) -> Evidence | None:
    """At most 400 characters of the text that answers best; None when none has anything of it.

    `languages` are the shopper's first, then the shop's. `kind` is that of the policies, as
    `read_policies` calls it. `subject` is what all of the texts are about, so that its name
    answers nothing.
    """
    candidates = list(_candidates(texts))
    known = _terms_of(subject)
    wanted = [
        each
        for each in _wanted(question, languages, kind)
        if known.isdisjoint(each.answers)
    ]

    scores = _scores(candidates, wanted)
    if not any(scores):
        return None

    best = max(range(len(scores)), key=scores.__getitem__)
    place = candidates[best].text
    same_text = [number for number, each in enumerate(candidates) if each.text == place]
    chosen = _chosen(same_text, best, scores, candidates)
    return Evidence(place, _quoted([candidates[number] for number in chosen]))


def opening_of(text: str) -> str:
    """The first sentences of a text, as many as may be quoted."""
    candidates = list(_candidates([text]))
    chosen: list[_Candidate] = []
    length = 0
    for candidate in candidates:
        length += len(candidate.sentence.text) + 1
        if chosen and length > MOST_CHARACTERS // 2:
            break
        chosen.append(candidate)
    return _quoted(chosen)


def _candidates(texts: Sequence[str]) -> Iterator[_Candidate]:
    left = MOST_SENTENCES
    for place, text in enumerate(texts):
        for number, sentence in enumerate(split_sentences(text)[:left]):
            yield _Candidate(place, number, sentence, _terms_of(sentence.text))
            left -= 1


def _wanted(
    question: str,
    languages: Sequence[str],
    kind: str,
) -> Iterator[_Wanted]:
    for unit in read_question(question, languages).units:
        yield _Wanted(unit.answers, unit.importance)

    asked = aspects_in(question, languages[0] if languages else DEFAULT)
    for aspect in asked:
        yield _Wanted({f"%{aspect}": 1.0}, ASPECT)
    at_home = {f"%{aspect}": 1.0 for aspect in aspects_of_kind(kind) - asked}
    yield _Wanted(at_home, OF_KIND)


def _scores(
    candidates: Sequence[_Candidate],
    wanted: Sequence[_Wanted],
) -> list[float]:
    """What stands in few sentences tells more of them."""
    holders = Counter(term for each in candidates for term in each.terms)
    every = len(candidates)
    rarity = {term: math.log(1 + every / held) for term, held in holders.items()}
    counted = {f"%{aspect}" for aspect in answered_by_figures()}
    asked = {term for each in wanted for term in each.answers} & counted

    scores = []
    for candidate in candidates:
        above = _terms_of(candidate.sentence.heading) - candidate.terms
        score = _score(candidate.terms, wanted, rarity)
        score += HEADING * _score(above, wanted, rarity)
        if FIGURE_TERM in candidate.terms and asked & candidate.terms:
            score *= WITH_FIGURE
        scores.append(score)
    return scores


def _score(
    terms: frozenset[str],
    wanted: Sequence[_Wanted],
    rarity: Mapping[str, float],
) -> float:
    total = 0.0

    for each in wanted:
        fits = [
            fit * rarity.get(term, 1.0)
            for term, fit in each.answers.items()
            if term in terms
        ]
        total += each.importance * max(fits, default=0.0)
    return total


def _chosen(
    places: Sequence[int],
    best: int,
    scores: Sequence[float],
    candidates: Sequence[_Candidate],
) -> list[int]:
    """The best sentence and those nearly as good, as far as they fit, in their order."""
    left = MOST_CHARACTERS - len(candidates[best].sentence.text)
    chosen = [best]

    for number in sorted(places, key=scores.__getitem__, reverse=True):
        length = len(candidates[number].sentence.text) + len(LEFT_OUT)
        if number == best or scores[number] < NEARLY * scores[best] or length > left:
            continue
        chosen.append(number)
        left -= length
    return sorted(chosen)


def _quoted(chosen: Sequence[_Candidate]) -> str:
    text = ""
    last = None
    for candidate in chosen:
        if last is not None:
            is_next = candidate.number == last + 1
            text += _between(text) if is_next else LEFT_OUT
        text += candidate.sentence.text
        last = candidate.number

    if len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip() + CUT


def _between(text: str) -> str:
    """What parts a sentence from the next; items and rows of tables have no end of their own."""
    if is_unspaced(text[-2:]):
        return "" if has_end(text) else UNSPACED_END
    return " " if has_end(text) else END


@lru_cache(maxsize=2_048)
def _terms_of(text: str) -> frozenset[str]:
    """The terms of a sentence, its aspects, and whether it has a figure."""
    if not text:
        return frozenset()

    language = language_of(text)
    terms = set(weigh([Field(text, 100)], language))
    terms.update(f"%{aspect}" for aspect in aspects_in(text, language))
    if HAS_FIGURE.search(text):
        terms.add(FIGURE_TERM)
    return frozenset(terms)
