"""What a shopper asks for, recognised without a model: the intent of a message, its language, and
what it is about.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import regex

from backend.assistant.babble import is_babble
from backend.assistant.cues import Intent, Match, Strength
from backend.assistant.intent_scores import (
    STRONG,
    Reading,
    Scores,
    covered,
    read,
    score,
)
from backend.assistant.message_language import language_of_message
from backend.assistant.order_words import (
    find_email,
    find_number,
    is_only_order,
    without_email,
)
from backend.assistant.phrase_table import UNSPACED_LANGUAGE, small_words
from backend.assistant.quantities import has_uncounted
from backend.catalog import lexicon
from backend.catalog.lexicon import LANGUAGES

__all__ = ["Intent", "Request", "recognise", "warm_up"]

# The first that fits; a greeting before anything else is no more than that.
SMALL_TALK = (Intent.THANKS, Intent.HELP, Intent.GOODBYE, Intent.GREETING)
# Only when the message holds nothing else.
ANSWERS = (Intent.YES, Intent.NO, Intent.MORE, Intent.PICK)
# Of two that fit equally well, the first.
ORDER = (
    Intent.COMPLAINT,
    Intent.BULK_ORDER,
    Intent.CALLBACK,
    Intent.PERSON,
    Intent.PAYMENT,
    Intent.RETURNS,
    Intent.ORDER_STATUS,
    Intent.WARRANTY,
    Intent.DISCOUNT,
    Intent.SHIPPING,
    Intent.STORE,
    Intent.PRICE,
    Intent.PRODUCT_DETAIL,
    *SMALL_TALK,
    *ANSWERS,
)
LIGHT = frozenset({*SMALL_TALK, *ANSWERS})
HEAVY = frozenset(ORDER) - LIGHT
# Such phrases begin a question about a product, or stand around it; things in them are meant.
OPENINGS = frozenset({Intent.PRODUCT_SEARCH, Intent.PRODUCT_DETAIL}) | LIGHT
# What a single opening tells, what a named thing tells, and what a weak word does.
CLEAR, NAMED, HINT = 1.0, 0.8, 0.5
# Of an intent's cues, those that are no words of a product's name.
# Particles are written in these letters, and names of things seldom.
ACCENT = regex.compile(r"[à-öø-ÿ]", regex.IGNORECASE)
PARTICLE = regex.compile(r"\p{Hiragana}")
PHRASES = (Strength.IF, Strength.STRONG, Strength.OPEN, Strength.START, Strength.THIS)


@dataclass(frozen=True, slots=True)
class Request:
    """`words` is the message without the phrases that tell its intent; empty when they were all.

    `is_this` says that it points at what is before the shopper. `place` counts what was shown from
    1; -1 is the last.
    """

    intent: Intent
    language: str
    words: str = ""
    number: str | None = None
    email: str | None = None
    is_this: bool = False
    place: int | None = None


def recognise(
    text: str,
    locale: str | None,
    languages: Sequence[str],
) -> Request:
    """`locale` is the shopper's, `languages` are those of the shop, the usual one first."""
    is_order = is_only_order(text)
    email, rest = find_email(text), without_email(text)
    language = language_of_message(rest, locale, languages)
    number = find_number(text, language)
    reading = read(rest, language)

    is_known = email and number or is_order and (email or number)
    intent = Intent.ORDER_STATUS if is_known else _decide(reading)

    this = reading.of(Intent.PRODUCT_DETAIL, Strength.THIS)
    places = [match.meaning.place for match in reading.matches if match.meaning.place]
    return Request(
        intent,
        language,
        words=_words_of(reading, intent),
        number=number,
        email=email,
        is_this=bool(this),
        place=places[0] if places else None,
    )


def warm_up() -> None:
    """Read all words once, so that no shopper waits for it."""
    for language in LANGUAGES:
        # A number, a thing, and a word that may be another one's misspelling.
        read("1 lamp gloubiboulga", language)
    recognise("lamp", None, ())


def _decide(reading: Reading) -> Intent:
    scores = score(reading)
    if _says_nothing(reading):
        return Intent.NONSENSE

    talk, talk_weighs = _best(scores, LIGHT)
    heaviest = max(scores.values(), default=0.0)
    if 0 < talk_weighs == heaviest and _is_all_light(reading):
        return talk
    return _by_weight(scores, reading)


def _best(
    scores: Scores,
    wanted: Container[Intent],
) -> tuple[Intent, float]:
    """The heaviest of the wanted ones, with its weight."""
    best, top = Intent.NONSENSE, 0.0
    for intent in ORDER:
        if intent in wanted and scores[intent] > top:
            best, top = intent, scores[intent]
    return best, top


def _is_all_light(reading: Reading) -> bool:
    """Whether every word belongs to small talk or an answer."""
    light = [match for match in reading.matches if match.meaning.intent in LIGHT]
    return len(covered(light)) == len(reading.message.words)


def _says_nothing(reading: Reading) -> bool:
    words = reading.message.words
    if not words:
        return True
    if len(reading.quantities) > 1 or reading.bounds:
        return False
    if any(match.meaning.strength is Strength.STRONG for match in reading.matches):
        return False

    is_stray = has_uncounted(words, reading.language)
    is_counted = any(quantity.is_clear for quantity in reading.quantities)
    return is_babble(
        words, reading.unknown_words(), reading.language, is_stray and not is_counted
    )


def _by_weight(
    scores: Scores,
    reading: Reading,
) -> Intent:
    search = scores[Intent.PRODUCT_SEARCH]
    best, top = _best(scores, HEAVY)
    is_of_products = bool(reading.things) or best is Intent.PRODUCT_DETAIL

    if top >= STRONG:
        return best
    if search >= STRONG and (is_of_products or top < CLEAR):
        return Intent.PRODUCT_SEARCH
    if top >= max(CLEAR, search):
        return best

    talk = [each for each in SMALL_TALK if scores[each] >= STRONG]
    if talk and max(search, top) < NAMED:
        return talk[0]
    return _by_hints(search, best, top, reading)


def _by_hints(
    search: float,
    best: Intent,
    top: float,
    reading: Reading,
) -> Intent:
    """Of a message without any clear words. One of unknown words may be a product's name."""
    if search >= NAMED and search >= top:
        return Intent.PRODUCT_SEARCH
    is_told = top >= HINT and best is not Intent.PRODUCT_DETAIL
    if is_told and not _only_asks(best, reading):
        return best

    if search or top or reading.unknown_words():
        return Intent.PRODUCT_SEARCH
    return Intent.NONSENSE


def _only_asks(
    intent: Intent,
    reading: Reading,
) -> bool:
    """Whether nothing but a `where` or a `when` tells of it, and what it is about is unknown."""
    between = "" if reading.language == UNSPACED_LANGUAGE else " "
    asking = lexicon.small_phrases(reading.language)
    words = [word.folded for word in reading.message.words]
    told = [
        between.join(words[match.start : match.end])
        for match in reading.matches
        if match.meaning.intent is intent
    ]
    return asking.issuperset(told) and bool(reading.unknown_words())


def _words_of(
    reading: Reading,
    intent: Intent,
) -> str:
    """What is left of the message without its phrases, and without small words around it."""
    phrases = [match for match in reading.matches if match.meaning.strength in PHRASES]
    opening = [match for match in phrases if match.meaning.intent in OPENINGS]
    asking = [match for match in phrases if match.meaning.intent is intent]

    gone = covered(opening) - covered(reading.named)
    if intent is not Intent.PRODUCT_SEARCH:
        gone |= covered(asking) - _named_behind(asking, reading)
    kept = set(range(len(reading.message.words))) - (gone - reading.bounds)
    return reading.message.only(_without_small_ends(sorted(kept), reading))


def _without_small_ends(
    places: list[int],
    reading: Reading,
) -> list[int]:
    left = list(places)
    while left and _is_small(left[0], reading):
        left.pop(0)
    while left and _is_small(left[-1], reading):
        left.pop()
    return left


def _is_small(
    place: int,
    reading: Reading,
) -> bool:
    """Whether a word says nothing there. What bounds a price does, and of what is written without
    spaces a letter of a longer word.
    """
    word = reading.message.words[place]
    if place in reading.bounds or word.folded not in small_words(reading.language):
        return False
    written = reading.message.text[word.start : word.end]
    if reading.language == UNSPACED_LANGUAGE:
        return bool(PARTICLE.fullmatch(written))
    return not ACCENT.search(written) or _is_spelled(written, reading.language)


def _is_spelled(
    written: str,
    language: str,
) -> bool:
    """Whether a small word has that accent."""
    return written.casefold() in lexicon.small_spellings(language)


def _named_behind(
    asking: Sequence[Match],
    reading: Reading,
) -> set[int]:
    """The things that stand for the last word of a phrase, where that may be any; in what is
    written without spaces no phrase has such a word.
    """
    if reading.language == UNSPACED_LANGUAGE:
        return set()
    return covered(
        named
        for named in reading.named
        if any(match.start < named.start and named.end == match.end for match in asking)
    )
