"""The values of a product's options as they are compared: sizes, packs, pairs, weights, lengths."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from backend.catalog.folding import bare, fold, words
from backend.catalog.products import Product
from backend.flows import ordering_words
from backend.flows.ordering_words import listed

COUNT = regex.compile(
    r"(?:set|pack|box|case|bundle|lot|paquete|juego|packung)\D{0,6}(?P<pack>\d+)"
    r"|(?P<pack>\d+)\s?(?:er)?[\s-]?(?:pieces?|pcs|pack|packs|set|stk|stück|個セット|枚セット|個入り|本セット)"
    r"|(?P<pairs>\d+)\s?(?:pairs?|paare?|pares|paires?)"
)
MEASURED = regex.compile(r"(\d+(?:[.,]\d+)?)\s?([^\W\d]+)")
DIMENSION = regex.compile(r"(\d+)\s?[x×]\s?(\d+)")
GRAMS: dict[str, float] = {
    **dict.fromkeys(
        ("kg", "kilo", "kilos", "किलो", "കിലൊ", "كيلو", "キロ"),
        1000.0,
    ),
    **dict.fromkeys(
        ("g", "gr", "gm", "gms", "gram", "grams"),
        1.0,
    ),
    **dict.fromkeys(("gramm", "gramos", "grammes", "グラム"), 1.0),
    **dict.fromkeys(("lb", "lbs"), 453.6),
    "oz": 28.35,
}
MILLIMETRES: dict[str, float] = {
    **dict.fromkeys(("cm", "センチ", "سم"), 10.0),
    **dict.fromkeys(
        ("m", "meter", "meters", "metre", "metres"),
        1000.0,
    ),
    **dict.fromkeys(("metro", "metros", "メトル", "متر"), 1000.0),
    **dict.fromkeys(("inch", "inches", "in", "zoll"), 25.4),
    "mm": 1.0,
}
MILLILITRES: dict[str, float] = {
    **dict.fromkeys(("l", "lt", "liter", "litre"), 1000.0),
    "ml": 1.0,
    "cl": 10.0,
}
LETTER_SIZES = (
    "xxs",
    "xs",
    "s",
    "m",
    "l",
    "xl",
    "xxl",
    "xxxl",
)
SAME_SIZES = {"2xl": "xxl", "3xl": "xxxl"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is compared; `kind` is pack, single, pairs, measure, size, number or text."""

    kind: str
    key: str


@lru_cache(maxsize=4_096)
def value_of(text: str) -> Value:
    folded = fold(text)
    said = tuple(words(folded))
    if count := COUNT.search(folded):
        return _counted(count)
    if said and listed("single").length_at(
        said,
        0,
    ) == len(said):
        return Value("single", "1")
    if size := size_of(said):
        return Value("size", size)
    if measure := measure_of(folded):
        return Value("measure", measure)
    if bare(folded).isdecimal() and not folded.startswith("+"):
        return Value(
            "number",
            folded.replace("–", "-").replace(" ", ""),
        )
    return Value("text", folded)


def _counted(count: regex.Match[str]) -> Value:
    kind = "pairs" if count["pairs"] else "pack"
    number = count["pairs"] or count["pack"]
    if kind == "pack" and number == "1":
        return Value("single", "1")
    return Value(kind, number)


def size_of(said: Sequence[str]) -> str:
    """The letters of a size in words; empty for none."""
    whole = "".join(said)
    whole = SAME_SIZES.get(whole, whole)
    if whole in LETTER_SIZES:
        return whole
    for letters, phrases in ordering_words.values("sizes").items():
        if tuple(said) in phrases.known:
            return letters
    return ""


def measure_of(folded: str) -> str:
    """A length, a weight or a volume in its smallest unit; two lengths as they are."""
    if found := DIMENSION.search(folded):
        return f"{found[1]}x{found[2]}"
    found = MEASURED.fullmatch(folded.strip())
    if not found:
        return ""

    amount = float(found[1].replace(",", "."))
    known = (
        ("g", GRAMS),
        ("mm", MILLIMETRES),
        ("ml", MILLILITRES),
    )
    for kind, units in known:
        if found[2] in units:
            return f"{amount * units[found[2]]:g}{kind}"
    return ""


def sizes_in(said: Sequence[str]) -> set[str]:
    """Every size in letters or words."""
    found: set[str] = set()
    for place in range(len(said)):
        for length in (2, 1):
            if size := size_of(said[place : place + length]):
                found.add(size)
                break
    if "xl" in found and any(pair in _pairs(said) for pair in (("extra", "large"),)):
        found.discard("l")
    return found


def _pairs(said: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(said))


def values_of(product: Product) -> tuple[str, ...]:
    return tuple(value for option in product.options for value in option.values)
