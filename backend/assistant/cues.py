"""Cues: words and phrases that tell what a shopper asks for, from `words/intents.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from backend.assistant.message_words import Written
from backend.assistant.phrase_table import Found, PhraseTable, outermost

FILE = Path(__file__).with_name("words") / "intents.toml"


class Intent(StrEnum):
    """What somebody asks for. MORE and PICK are about what was just shown."""

    PRODUCT_SEARCH = "product_search"
    PRODUCT_DETAIL = "product_detail"
    PRICE = "price"
    SHIPPING = "shipping"
    RETURNS = "returns"
    ORDER_STATUS = "order_status"
    PAYMENT = "payment"
    DISCOUNT = "discount"
    WARRANTY = "warranty"
    STORE = "store_hours_and_location"
    BULK_ORDER = "bulk_order"
    CALLBACK = "callback"
    PERSON = "person"
    COMPLAINT = "complaint"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    YES = "yes"
    NO = "no"
    HELP = "help"
    MORE = "more"
    PICK = "pick"
    NONSENSE = "nonsense"


# Tables of the file that say which of the shown products is meant; -1 is the last.
PLACES = {"first": 1, "second": 2, "third": 3, "last": -1}


class Strength(IntEnum):
    """What a cue can do; the file's opening lines say more."""

    THIS = 0
    WITH = 1
    WEAK = 2
    START = 3
    OPEN = 4
    STRONG = 5
    IF = 6


SUFFIXES = {
    "": Strength.STRONG,
    "_open": Strength.OPEN,
    "_start": Strength.START,
    "_if": Strength.IF,
    "_weak": Strength.WEAK,
    "_with": Strength.WITH,
    "_this": Strength.THIS,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """`place` is which of the shown products it means."""

    intent: Intent
    strength: Strength
    place: int | None = None


Match = Found[Cue]


def find_cues(
    words: Sequence[Written],
    language: str,
) -> list[Match]:
    """All but those inside a longer one. Words that only point neither hide others nor are
    hidden.
    """
    found = cue_table(language).find(words)
    pointing = [match for match in found if match.meaning.strength is Strength.THIS]
    telling = [match for match in found if match.meaning.strength is not Strength.THIS]
    return pointing + _each_once(outermost(telling))


@cache
def cue_table(language: str) -> PhraseTable[Cue]:
    table = PhraseTable[Cue](language)
    for name, lists in _raw().items():
        for suffix, strength in SUFFIXES.items():
            for text in lists.get(f"{language}{suffix}", ()):
                table.add(text, _cue(name, strength))
    return table


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text())


def _cue(
    name: str,
    strength: Strength,
) -> Cue:
    place = PLACES.get(name)
    return Cue(Intent.PICK if place else Intent(name), strength, place)


def _each_once(found: Sequence[Match]) -> list[Match]:
    """Two spellings of one cue may be the same to us."""
    by_span = {(match.meaning, match.start, match.end): match for match in found}
    return list(by_span.values())
