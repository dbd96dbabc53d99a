"""Whether a clause says a value of a product's option: a size, a pack, a colour in any language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from backend.catalog import lexicon
from backend.catalog.folding import bare, fold, words
from backend.catalog.lexicon import Kind
from backend.flows import ordering_words
from backend.flows.option_values import (
    Value,
    measure_of,
    size_of,
    sizes_in,
    value_of,
)
from backend.flows.ordering_words import listed
from backend.flows.phrases import terms_of

SHORTEST_TYPO = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause says beside its product: words, and specs such as `pack:4`."""

    words: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.specs)


def says(said: Said, text: str) -> bool:
    """Whether a value is said."""
    value = value_of(text)
    if any(
        _fits(
            spec,
            value,
            text,
        )
        for spec in said.specs
    ):
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
        return value.key == told.replace("–", "-").replace(
            " ",
            "",
        )
    return (
        bool(told)
        and bare(text).startswith(bare(told))
        and _is_number_of(
            told,
            text,
        )
    )


def _is_number_of(told: str, text: str) -> bool:
    """`30` for 30 cm, and `a2` for A2; not `3` for 30 cm."""
    following = bare(text)[len(bare(told)) :]
    return not following or not following[0].isdigit()


def _same_measure(told: str, value: Value, text: str) -> bool:
    if told.startswith("+"):
        return told.replace(",", ".") == text.strip().replace(
            ",",
            ".",
        )
    return value.kind == "measure" and measure_of(told) == value.key


def _says_words(said: Sequence[str], text: str) -> bool:
    wanted = list(words(fold(text)))
    if not wanted:
        return False
    if all(
        any(
            _same_word(
                word,
                each,
            )
            for each in said
        )
        for word in wanted
    ):
        return True
    return _says_side(said, wanted) or _says_layout(said, wanted)


def _same_word(word: str, said: str) -> bool:
    if word == said:
        return True

    ours, theirs = (
        terms_of(word, ("en",)),
        terms_of(
            said,
            lexicon.LANGUAGES,
        ),
    )
    if ours.literal & theirs.literal or _colours(word) & _colours(said):
        return True
    is_long = min(len(word), len(said)) >= SHORTEST_TYPO
    return is_long and not theirs.meant and OSA.distance(word, said) <= 1


@lru_cache(maxsize=65_536)
def may_tell(
    word: str,
    values: tuple[str, ...],
) -> bool:
    """Whether a word says something of such values, be it one that there is not."""
    if any(_tells(word, value) for value in values):
        return True
    if is_colour(word):
        return any(is_colour(value.casefold()) for value in values)
    if sizes_in((word,)):
        return any(value_of(value).kind in ("size", "number") for value in values)

    has_layouts = any("qwert" in value.casefold() for value in values)
    layouts = ordering_words.values("layouts").values()
    return has_layouts and any(word in phrases for phrases in layouts)


def _tells(word: str, value: str) -> bool:
    return word in words(fold(value)) or says(
        Said((word,)),
        value,
    )


def _says_side(
    said: Sequence[str],
    wanted: Sequence[str],
) -> bool:
    side = wanted[0]
    return side in ("left", "right") and listed(side).is_in(said)


def _says_layout(
    said: Sequence[str],
    wanted: Sequence[str],
) -> bool:
    known: Mapping[str, ordering_words.PhraseSet] = ordering_words.values("layouts")
    layout = known.get(wanted[0])
    return layout is not None and len(wanted) > 1 and layout.is_in(said)


@lru_cache(maxsize=4_096)
def _colours(word: str) -> frozenset[str]:
    """The colours that a word means in any language."""
    concepts = lexicon.concepts()
    names = {
        name.removeprefix("#")
        for name in terms_of(
            word,
            lexicon.LANGUAGES,
        ).meant
    }
    return frozenset(
        name
        for name in names
        if name in concepts and concepts[name].kind is Kind.COLOUR
    )


def is_colour(word: str) -> bool:
    return bool(_colours(word))
