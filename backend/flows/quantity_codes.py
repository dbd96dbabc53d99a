"""Figures and letters in one word that are no part number: `x10`, `12pcs`, `500g`, `6-pack`."""

import regex

from backend.catalog.folding import fold
from backend.flows.ordering_words import listed

UNITS = (
    "kg",
    "kilo",
    "kilos",
    "g",
    "gr",
    "gm",
    "gms",
    "gram",
    "grams",
    "gramm",
    "gramos",
    "grammes",
    "ml",
    "cl",
    "l",
    "lt",
    "liter",
    "litre",
    "cm",
    "mm",
    "m",
    "meter",
    "meters",
    "metre",
    "metres",
    "metro",
    "metros",
    "inch",
    "inches",
    "zoll",
    "oz",
    "lb",
    "lbs",
    "किलो",
    "ग्राम",
    "കിലോ",
    "ഗ്രാം",
    "كيلو",
    "غرام",
    "جرام",
    "متر",
    "سم",
    "センチ",
    "メートル",
    "グラム",
    "キロ",
)
UNITS_OF_MEASURE = frozenset(map(fold, UNITS))
MEASURE = regex.compile(
    r"\d+(?:[.,]\d+)?(?:kg|g|gr|gm|ml|cl|l|cm|mm|m|in|inch|oz|lb|lbs|v|w|mah)"
)
TIMES = regex.compile(r"x(?P<behind>\d{1,6})|(?P<before>\d{1,6})x")
PACK = regex.compile(r"(\d{1,3})(?:er)?[-_]?(?:er|pack|packs|pk|set|packung|teilig)")
COUNTED = regex.compile(r"(\d{1,6})[-_]?(\D+)")


def is_measure(text: str) -> bool:
    return MEASURE.fullmatch(text) is not None


def pack_of(text: str) -> int | None:
    found = PACK.fullmatch(text)
    return int(found[1]) if found else None


def times_of(text: str) -> int | None:
    """The number of `x10`, `10x` or `12pcs`."""
    if found := TIMES.fullmatch(text):
        return int(found["behind"] or found["before"])

    counted = COUNTED.fullmatch(text)
    if counted and len(counted[2]) > 1 and counted[2] in listed("units"):
        return int(counted[1])
    return None
