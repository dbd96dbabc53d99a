"""The values of a product's options, and whether a clause says one of them: sizes, packs, measures,
colours in any language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex
from rapidfuzz.distance import OSA

from backend.catalog import lexicon
from backend.catalog.folding import bare, fold, words
from backend.catalog.lexicon import Kind
from backend.catalog.products import Product
from backend.flows import order_words
from backend.flows.order_words import listed
from backend.flows.phrases import terms_of

COUNT = regex.compile(
    r"(?:set|pack|box|case|bundle|lot|paquete|juego|packung)\D{0,6}(?P<pack>\d+)"
    r"|(?P<pack>\d+)\s?(?:er)?[\s-]?(?:pieces?|pcs|pack|packs|set|stk|stück|個セット|枚セット|個入り|本セット)"
    r"|(?P<pairs>\d+)\s?(?:pairs?|paare?|pares|paires?)"
)
MEASURED = regex.compile(r"(\d+(?:[.,]\d+)?)\s?([^\W\d]+)")
DIMENSION = regex.compile(r"(\d+)\s?[x×]\s?(\d+)")
GRAMS = {
    "kg": 1000,
    "kilo": 1000,
    "kilos": 1000,
    "किलो": 1000,
    "كيلو": 1000,
    "キロ": 1000,
}
GRAMS |= dict.fromkeys(
    ("g", "gr", "gm", "gms", "gram", "grams", "gramm", "gramos", "grammes", "グラム"), 1
)
MILLIMETRES = {"mm": 1, "cm": 10, "センチ": 10, "سم": 10}
MILLIMETRES |= dict.fromkeys(
    ("m", "meter", "meters", "metre", "metres", "metro", "metros", "メートル", "متر"),
    1000,
)
MILLILITRES = {"ml": 1, "cl": 10} | dict.fromkeys(("l", "lt", "liter", "litre"), 1000)
LETTER_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")
SAME_SIZES = {"2xl": "xxl", "3xl": "xxxl"}
SHORTEST_TYPO = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause says beside its product: words, and specs such as `pack:4`."""

    words: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.specs)


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
    if said and listed("single").length_at(said, 0) == len(said):
        return Value("single", "1")
    if size := size_of(said):
        return Value("size", size)
    if measure := measure_of(folded):
        return Value("measure", measure)
    if bare(folded).isdecimal() and not folded.startswith("+"):
        return Value("number", folded.replace("–", "-").replace(" ", ""))
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
    for letters, phrases in order_words.values("sizes").items():
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
    for kind, units in (("g", GRAMS), ("mm", MILLIMETRES), ("ml", MILLILITRES)):
        if found[2] in units:
            return f"{amount * units[found[2]]:g}{kind}"
    return ""


def says(said: Said, text: str) -> bool:
    """Whether a value is said."""
    value = value_of(text)
    if any(_fits(spec, value, text) for spec in said.specs):
        return True
    if value.kind == "size":
        return value.key in sizes_in(said.words)
    if value.kind in ("text", "number"):
        return _says_words(said.words, text)
    return False


def _fits(spec: str, value: Value, text: str) -> bool:
    kind, _, told = spec.partition(":")
    if kind in ("pack", "pairs"):
        if told == "1":
            return value.kind == "single" or value == Value("pairs", "1")
        return value.kind in ("pack", "pairs") and value.key == told
    if kind == "single":
        return value.kind == "single" or value == Value("pairs", "1")
    if kind == "measure":
        return _same_measure(told, value, text)

    size = size_of((told,))
    if value.kind == "size":
        return value.key == size
    if value.kind == "number":
        return value.key == told.replace("–", "-").replace(" ", "")
    return (
        bool(told) and bare(text).startswith(bare(told)) and _is_number_of(told, text)
    )


def _is_number_of(told: str, text: str) -> bool:
    """`30` for 30 cm, and `a2` for A2; not `3` for 30 cm."""
    following = bare(text)[len(bare(told)) :]
    return not following or not following[0].isdigit()


def _same_measure(told: str, value: Value, text: str) -> bool:
    if told.startswith("+"):
        return told.replace(",", ".") == text.strip().replace(",", ".")
    return value.kind == "measure" and measure_of(told) == value.key


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
    return list(zip(said, said[1:], strict=False))


def _says_words(said: Sequence[str], text: str) -> bool:
    wanted = list(words(fold(text)))
    if not wanted:
        return False
    if all(any(_same_word(word, each) for each in said) for word in wanted):
        return True
    return _says_side(said, wanted) or _says_layout(said, wanted)


def _same_word(word: str, said: str) -> bool:
    if word == said:
        return True

    ours, theirs = terms_of(word, ("en",)), terms_of(said, lexicon.LANGUAGES)
    if ours.literal & theirs.literal or _colours(word) & _colours(said):
        return True
    is_long = min(len(word), len(said)) >= SHORTEST_TYPO
    return is_long and not theirs.meant and OSA.distance(word, said) <= 1


def values_of(product: Product) -> tuple[str, ...]:
    return tuple(value for option in product.options for value in option.values)


@lru_cache(maxsize=65_536)
def may_tell(word: str, values: tuple[str, ...]) -> bool:
    """Whether a word says something of such values, be it one that there is not."""
    if any(_tells(word, value) for value in values):
        return True
    if is_colour(word):
        return any(is_colour(value.casefold()) for value in values)
    if sizes_in((word,)):
        return any(value_of(value).kind in ("size", "number") for value in values)

    has_layouts = any("qwert" in value.casefold() for value in values)
    layouts = order_words.values("layouts").values()
    return has_layouts and any(word in phrases for phrases in layouts)


def _tells(word: str, value: str) -> bool:
    return word in words(fold(value)) or says(Said((word,)), value)


def _says_side(said: Sequence[str], wanted: Sequence[str]) -> bool:
    side = wanted[0]
    return side in ("left", "right") and listed(side).is_in(said)


def _says_layout(said: Sequence[str], wanted: Sequence[str]) -> bool:
    known: Mapping[str, order_words.PhraseSet] = order_words.values("layouts")
    layout = known.get(wanted[0])
    return layout is not None and len(wanted) > 1 and layout.is_in(said)


@lru_cache(maxsize=4_096)
def _colours(word: str) -> frozenset[str]:
    """The colours that a word means in any language."""
    concepts = lexicon.concepts()
    names = {name.removeprefix("#") for name in terms_of(word, lexicon.LANGUAGES).meant}
    return frozenset(
        name
        for name in names
        if name in concepts and concepts[name].kind is Kind.COLOUR
    )


def is_colour(word: str) -> bool:
    return bool(_colours(word))
