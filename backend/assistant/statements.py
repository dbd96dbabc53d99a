"""What one sentence states: its figures, its promises, its codes, and the words that say what is
meant by them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from backend.assistant import cue_words
from backend.assistant.clauses import (
    FREE_OF,
    Clauses,
    read_clauses,
)
from backend.assistant.measured_figures import (
    Figure,
    Kind,
    list_figures,
)
from backend.assistant.number_spans import find_spans
from backend.assistant.seen_text import SeenText, see
from backend.assistant.text_tokens import Token, TokenKind
from backend.catalog.folding import fold, is_unspaced

# How many tokens lie at most between what is free and the word that says so.
NEAR, NEXT = 7, 3

PART = regex.compile(r"[A-Za-z0-9À-ɏ]+")
HAS_CODE = regex.compile(r"[A-Z]{3}|\d[A-Za-zÀ-ɏ]|[A-Za-zÀ-ɏ]\d")
GLUED_UNIT = regex.compile(r"\d+([a-z]{1,9})")
SHORTEST_CAPITALS, SHORTEST_MIXED = 3, 4


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise without a figure, such as `shipping_free`."""

    key: str
    clause: int


@dataclass(frozen=True, slots=True)
class Statement:
    """`cues` are those of each clause. `codes` are words in capitals, words that mix letters and
    figures, and what is named as a code.
    """

    seen: SeenText
    figures: tuple[Figure, ...]
    claims: tuple[Claim, ...]
    codes: tuple[str, ...]
    cues: tuple[frozenset[str], ...]
    words: frozenset[str]

    def has_cue(self, *names: str) -> bool:
        return any(not clause.isdisjoint(names) for clause in self.cues)

    def has_money(self, clause: int | None = None) -> bool:
        """In a clause, or anywhere."""
        clauses = {
            figure.clause for figure in self.figures if figure.kind == Kind.MONEY
        }
        return clause in clauses if clause is not None else bool(clauses)


def read_statement(
    source: str,
    about: frozenset[str] = frozenset(),
) -> Statement:
    """`about` are the cues of what stands above: a column's title, a line that ends in a colon."""
    seen = see(source)
    clauses = read_clauses(seen.folded, about)
    spans = find_spans(clauses)
    with_figure = {clauses.clauses[span.start] for span in spans}
    clauses.carry(with_figure)

    return Statement(
        seen,
        tuple(list_figures(clauses, spans)),
        tuple(_claims_in(clauses)),
        (*_codes_in(seen.text), *_named_codes_in(clauses)),
        tuple(map(frozenset, clauses.cues)),
        frozenset(token.text for token in clauses.tokens),
    )


def _claims_in(clauses: Clauses) -> Iterator[Claim]:
    for place, names in enumerate(clauses.names):
        clause = clauses.clauses[place]
        for name in sorted(names):
            if name.startswith("claim_"):
                yield Claim(name.removeprefix("claim_"), clause)
            elif name.startswith("day_") and "delivery" in clauses.cues[clause]:
                yield Claim(name, clause)
        if "free" in names:
            for thing in _free_things(clauses, place):
                yield Claim(f"{thing}_free", clause)


def _free_things(
    clauses: Clauses,
    place: int,
) -> Iterator[str]:
    """What the nearest word says that it is free; more of them only when they are close by."""
    found = sorted(_distances(clauses, place))
    for number, (distance, thing) in enumerate(found):
        if distance <= (NEXT if number else NEAR):
            yield thing
    if found:
        return

    above = clauses.cues_at(place) & FREE_OF
    yield from above or _thing_beside(clauses, place)


def _distances(
    clauses: Clauses,
    place: int,
) -> Iterator[tuple[int, str]]:
    for other, names in enumerate(clauses.names):
        if clauses.clauses[other] == clauses.clauses[place]:
            for thing in names & FREE_OF:
                yield abs(other - place), thing


def _thing_beside(
    clauses: Clauses,
    place: int,
) -> Iterator[str]:
    """The word behind what is free, else the one before it."""
    for other in (clauses.ends[place], place - 1):
        if not clauses.is_word(other):
            continue
        # From an amount on: the amount is what must be true.
        if clauses.has_name(other, "condition"):
            continue
        word = clauses.tokens[other].text
        if not is_unspaced(word) and word not in cue_words.stop_words():
            yield word
            return


def _codes_in(text: str) -> Iterator[str]:
    if HAS_CODE.search(text):
        yield from filter(_is_code, PART.findall(text))


def _is_code(part: str) -> bool:
    if part.isalpha():
        return len(part) >= SHORTEST_CAPITALS and part.isupper()
    if part.isdigit() or len(part) < SHORTEST_MIXED:
        return False

    glued = GLUED_UNIT.fullmatch(fold(part))
    return glued is None or not _is_unit(glued[1])


@lru_cache(4_096)
def _is_unit(word: str) -> bool:
    if word in cue_words.others("measures"):
        return True
    token = Token(word, TokenKind.WORD, True)
    _, names = cue_words.names_at([token], 0)
    return cue_words.has_unit(names)


def _named_codes_in(clauses: Clauses) -> Iterator[str]:
    """In small letters: use code lamplover."""
    for place in range(1, len(clauses.tokens) - 1):
        is_named = clauses.has_name(place - 1, "use")
        if not is_named or not clauses.has_name(place, "code"):
            continue
        after = place + 1
        if not clauses.is_word(after):
            continue

        word = clauses.tokens[after].text
        is_plain = not clauses.names[after]
        if is_plain and word not in cue_words.stop_words():
            yield word
