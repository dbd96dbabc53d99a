"""How well each intent fits a message: by the cues in it, the things that it names, and what it
counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

from backend.assistant.cues import Intent, Match, Strength, find_cues
from backend.assistant.message_words import Message, read_message
from backend.assistant.named_things import Named, named_things
from backend.assistant.phrase_table import small_words
from backend.assistant.quantities import Quantity, counted
from backend.catalog.amounts import read_bounds
from backend.catalog.folding import fold
from backend.catalog.lexicon import Kind

# What the first cue of a strength counts, and each further one.
STRONG, PER_LETTER, MOST_LETTERS, STRONG_AGAIN = 2.0, 0.05, 24, 0.4
OPEN, OPEN_AGAIN, OPEN_ALONE = 1.5, 0.3, 0.3
WEAK, MOST_WEAK, WEAK_WITH = 0.5, 3, 1.0
THING, ATTRIBUTE = 0.8, 0.4
# How many words may stand between the opening of a question and the thing that it is about.
REACH = 3

SEVERAL_COUNTED, MANY_COUNTED, SOME_COUNTED = 5.0, 2.4, 1.0
MANY, SOME = 10, 4
ORDER_NUMBER = regex.compile(r"\d{4,9}")
WITH_ORDER_NUMBER = 1.5
# Who is angry does not ask for what else the words would mean.
ANGER = 0.3
# What has a price of its own: `how much is delivery`.
PRICED = (Intent.SHIPPING, Intent.RETURNS, Intent.WARRANTY, Intent.PAYMENT)
PREFERRED = 0.1


Scores = defaultdict[Intent, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A message with all that is found in it. `bounds` are the places of the words that say what
    things may cost.
    """

    message: Message
    language: str
    matches: Sequence[Match]
    named: Sequence[Named]
    quantities: Sequence[Quantity]
    bounds: frozenset[int]

    @property
    def things(self) -> list[Named]:
        return [named for named in self.named if named.kind is Kind.THING]

    def of(
        self,
        intent: Intent,
        *strengths: Strength,
    ) -> list[Match]:
        return [
            match
            for match in self.matches
            if match.meaning.intent is intent and match.meaning.strength in strengths
        ]

    def unknown_words(self) -> list[str]:
        """Those that neither a cue nor the lexicon has, and no sentence needs."""
        known = covered(self.matches) | covered(self.named)
        small = small_words(self.language)
        return [
            word.folded
            for place, word in enumerate(self.message.words)
            if place not in known and not word.is_number and word.folded not in small
        ]


def covered(spans: Iterable[Match | Named]) -> set[int]:
    """The places of all words in the spans."""
    return {place for span in spans for place in range(span.start, span.end)}


def read(
    text: str,
    language: str,
) -> Reading:
    message = read_message(text)
    named = named_things(message.words, language)
    things = [each for each in named if each.kind is Kind.THING]
    quantities = counted(message.words, language, covered(things))
    bounds = _find_bounds(message, language)

    return Reading(
        message,
        language,
        matches=_outside(bounds, _outside_names(message, language, things)),
        named=named,
        quantities=() if bounds and len(quantities) == 1 else quantities,
        bounds=bounds,
    )


def _find_bounds(
    message: Message,
    language: str,
) -> frozenset[int]:
    """What is missing when the bounds have been read out of the message."""
    folded = fold(message.text)
    bounds, rest = read_bounds(folded, [language])
    if not bounds:
        return frozenset()

    whole = [word.folded for word in message.words]
    left = [word.folded for word in read_message(rest).words]
    same = SequenceMatcher(None, whole, left, autojunk=False).get_matching_blocks()
    found = {place for block in same for place in range(block.a, block.a + block.size)}
    return frozenset(range(len(whole))) - found


def _outside(
    bounds: frozenset[int],
    matches: Sequence[Match],
) -> list[Match]:
    """Without those that are no more than a bound: `20 euros` asks for no price."""
    return [each for each in matches if not covered([each]) <= bounds]


def _outside_names(
    message: Message,
    language: str,
    things: Sequence[Named],
) -> list[Match]:
    """Without those that are a part of a thing's name: a robot vacuum asks for no robot."""
    small = small_words(language)
    inside = [set(range(thing.start, thing.end)) for thing in things]

    found = []
    for match in find_cues(message.words, language):
        places = range(match.start, match.end)
        telling = {at for at in places if message.words[at].folded not in small}
        if not any(telling and telling < names for names in inside):
            found.append(match)
    return found


def score(reading: Reading) -> Scores:
    """Only those that anything tells of."""
    scores: Scores = defaultdict(float)
    for intent in {match.meaning.intent for match in reading.matches}:
        scores[intent] = _of_cues(reading, intent)

    if reading.named or reading.bounds:
        scores[Intent.PRODUCT_SEARCH] += THING if reading.things else ATTRIBUTE
    _add_quantities(scores, reading)
    _add_order_number(scores, reading)
    _prefer(scores, reading)
    told = {intent: value for intent, value in scores.items() if value}
    return defaultdict(float, told)


def _of_cues(
    reading: Reading,
    intent: Intent,
) -> float:
    by_strength = defaultdict(list)
    for match in reading.matches:
        if match.meaning.intent is intent:
            by_strength[match.meaning.strength].append(match)

    clear = by_strength[Strength.STRONG] + by_strength[Strength.IF]
    strong = sorted(map(_of_strong, clear), reverse=True)
    weak = min(len(by_strength[Strength.WEAK]), MOST_WEAK) * WEAK
    total = weak + _of_openings(reading, intent)
    if strong:
        total += strong[0] + STRONG_AGAIN * len(strong[1:])
    elif weak and by_strength[Strength.WITH]:
        total += WEAK_WITH
    return total


def _of_strong(match: Match) -> float:
    return STRONG + PER_LETTER * min(match.size, MOST_LETTERS)


def _of_openings(
    reading: Reading,
    intent: Intent,
) -> float:
    """A question about a product has to name one near its opening, or to point at it."""
    openings = reading.of(intent, Strength.OPEN)
    if intent is not Intent.PRODUCT_DETAIL:
        return OPEN + OPEN_AGAIN * (len(openings) - 1) if openings else 0.0

    if any(_is_near(match, thing) for match in openings for thing in reading.things):
        return OPEN
    if any(_points(match, reading) for match in openings):
        return OPEN
    if openings:
        return OPEN_ALONE
    return OPEN if _begins_with_thing(reading) else 0.0


def _is_near(
    match: Match,
    thing: Named,
) -> bool:
    return match.start - REACH <= thing.end and thing.start <= match.end + REACH


def _points(
    opening: Match,
    reading: Reading,
) -> bool:
    """`is it …`: an opening of several words, one of which points at what is before the shopper."""
    this = reading.of(Intent.PRODUCT_DETAIL, Strength.THIS)
    is_long = opening.end - opening.start > 1
    return is_long and any(opening.start <= match.start < opening.end for match in this)


def _begins_with_thing(reading: Reading) -> bool:
    """`el altavoz es resistente`: an article, a thing, and something about it."""
    starts = reading.of(Intent.PRODUCT_DETAIL, Strength.START)
    if not starts or starts[0].start:
        return False

    goes_on = len(reading.message.words) - 2
    return any(
        thing.start <= REACH and thing.end <= goes_on for thing in reading.things
    )


def _add_quantities(
    scores: Scores,
    reading: Reading,
) -> None:
    """Words of trade tell nothing without a number, but for those that speak for themselves."""
    quantities = reading.quantities
    if scores[Intent.COMPLAINT] >= STRONG:
        return
    if len(quantities) > 1:
        scores[Intent.BULK_ORDER] += SEVERAL_COUNTED
        return

    tells = bool(reading.of(Intent.BULK_ORDER, Strength.OPEN, Strength.STRONG))
    hints = scores[Intent.BULK_ORDER] > 0
    if not quantities:
        scores[Intent.BULK_ORDER] *= tells
    elif quantities[0].number >= MANY and (hints or quantities[0].is_clear):
        scores[Intent.BULK_ORDER] += MANY_COUNTED
    elif quantities[0].number >= SOME and hints:
        scores[Intent.BULK_ORDER] += SOME_COUNTED


def _add_order_number(
    scores: Scores,
    reading: Reading,
) -> None:
    numbers = (word.folded for word in reading.message.words)
    if scores[Intent.ORDER_STATUS] and any(map(ORDER_NUMBER.fullmatch, numbers)):
        scores[Intent.ORDER_STATUS] += WITH_ORDER_NUMBER


def _prefer(
    scores: Scores,
    reading: Reading,
) -> None:
    """What decides between two that fit equally well."""
    if scores[Intent.COMPLAINT] and scores[Intent.PERSON] >= STRONG:
        _raise_to(scores, Intent.COMPLAINT, scores[Intent.PERSON])
    if scores[Intent.COMPLAINT] >= STRONG:
        scores[Intent.COMPLAINT] += ANGER
    if reading.of(Intent.SHIPPING, Strength.IF):
        _raise_to(scores, Intent.SHIPPING, scores[Intent.ORDER_STATUS])
    if reading.things:
        return

    price = max(scores[Intent.PRICE], scores[Intent.DISCOUNT])
    for intent in PRICED:
        if price and scores[intent] >= OPEN:
            _raise_to(scores, intent, price)


def _raise_to(
    scores: Scores,
    intent: Intent,
    other: float,
) -> None:
    """It is preferred to what weighs as much as `other`."""
    scores[intent] = max(scores[intent], other + PREFERRED)
