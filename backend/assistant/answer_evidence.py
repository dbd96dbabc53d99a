"""Which sentences of a text answer a question best: whole ones, as they were written.

Question and text may be in different languages: they meet in the concepts of the catalog's lexicon
and in the aspects of policies.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import regex

from backend.assistant.aspects import (
    also_answered_by,
    answered_by_figures,
    aspects_in,
    aspects_of_kind,
    topics,
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
# What a word counts that tells nothing but its aspect.
OF_ASPECT = 0.5
# How well an aspect is answered by one that it may be seen as.
ALSO = 0.7
# The kind of aspects that only products have.
PRODUCT = "product"
# What stands in a heading counts less, but not for an item or a row below it; a figure where one is
# wanted counts more.
HEADING, HEADING_OF_PART, WITH_FIGURE = 0.25, 0.8, 1.6
# A second sentence is quoted if it answers nearly as well, or stands beside the best.
NEARLY, BESIDE = 0.7, 0.4
LEFT_OUT, CUT = " … ", "…"
END, UNSPACED_END = ". ", "。"

HAS_FIGURE = regex.compile(r"\p{N}")
# What needs no word for what it is: a time of the day, and a place with its postcode.
SIGNS = {
    "%hours": regex.compile(r"(?<!\p{N})\p{N}{1,2}[:h]\p{N}{2}(?!\p{N})"),
    "%address": regex.compile(r"(?<!\p{N})\p{N}{5}\s\p{Lu}|〒"),
}

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
    is_aspect: bool = False


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
    ranked = sorted(same_text, key=scores.__getitem__, reverse=True)
    chosen = _chosen(ranked, scores, candidates, wanted)
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
    language = languages[0] if languages else DEFAULT
    asked = _asked_aspects(question, language, kind)
    for unit in read_question(question, languages).units:
        about = aspects_in(unit.text, language)
        if not about or not about <= asked:
            yield _Wanted(unit.answers, unit.importance)
        elif len(asked) == 1 or not about <= topics():
            yield _Wanted(unit.answers, unit.importance * OF_ASPECT)

    yield from _wanted_aspects(asked)
    at_home = {f"%{aspect}": 1.0 for aspect in aspects_of_kind(kind) - asked}
    yield _Wanted(at_home, OF_KIND)


def _asked_aspects(
    question: str,
    language: str,
    kind: str,
) -> frozenset[str]:
    """Of a policy nothing is asked that only a product has."""
    asked = aspects_in(question, language)
    return asked - aspects_of_kind(PRODUCT) if kind else asked


def _wanted_aspects(asked: frozenset[str]) -> Iterator[_Wanted]:
    """A topic counts only as much as what is at home there, when more is asked than that."""
    for aspect in asked:
        answers = {f"%{aspect}": 1.0}
        answers |= {f"%{other}": ALSO for other in also_answered_by(aspect)}
        is_told = aspect in topics() and len(asked) > 1
        importance = OF_KIND if is_told else ASPECT
        yield _Wanted(answers, importance, is_aspect=True)


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
        is_part = candidate.sentence.is_part
        score = _score(candidate.terms, wanted, rarity)
        score += _weight_above(is_part) * _score(above, wanted, rarity)
        told = candidate.terms | above if is_part else candidate.terms
        if FIGURE_TERM in candidate.terms and asked & told:
            score *= WITH_FIGURE
        scores.append(score)
    return scores


def _weight_above(is_part: bool) -> float:
    return HEADING_OF_PART if is_part else HEADING


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
    ranked: Sequence[int],
    scores: Sequence[float],
    candidates: Sequence[_Candidate],
    wanted: Sequence[_Wanted],
) -> list[int]:
    """Of the sentences of one text, the best first: that one, what else was asked for, and those
    nearly as good, as far as they fit, in their order.
    """
    best = ranked[0]
    missing = list(_missing(ranked, candidates, wanted))
    near = [each for each in ranked if _is_near(each, best, scores, candidates)]

    left = MOST_CHARACTERS - len(candidates[best].sentence.text)
    chosen = [best]
    for number in dict.fromkeys([*missing, *near]):
        length = len(candidates[number].sentence.text) + len(LEFT_OUT)
        if number != best and length <= left:
            chosen.append(number)
            left -= length
    return sorted(chosen)


def _missing(
    ranked: Sequence[int],
    candidates: Sequence[_Candidate],
    wanted: Sequence[_Wanted],
) -> Iterator[int]:
    """For each aspect of which the best sentence says nothing, the best that does."""
    best = candidates[ranked[0]].terms
    for each in wanted:
        is_asked = each.is_aspect and each.importance >= ASPECT
        for aspect in each.answers if is_asked else ():
            found = (at for at in ranked if aspect in candidates[at].terms)
            yield from islice(found, 0 if aspect in best else 1)


def _is_near(
    number: int,
    best: int,
    scores: Sequence[float],
    candidates: Sequence[_Candidate],
) -> bool:
    """Whether it answers nearly as well as the best; one beside that may be somewhat worse, and
    what is said in steps is said by all of them.
    """
    one, other = candidates[number], candidates[best]
    if one.sentence.heading != other.sentence.heading:
        return scores[number] >= NEARLY * scores[best]
    if one.sentence.is_item and other.sentence.is_item:
        return True

    is_beside = abs(one.number - other.number) == 1
    return scores[number] >= (BESIDE if is_beside else NEARLY) * scores[best]


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
    terms.update(name for name, sign in SIGNS.items() if sign.search(text))
    if HAS_FIGURE.search(text):
        terms.add(FIGURE_TERM)
    return frozenset(terms)
