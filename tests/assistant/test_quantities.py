"""How many of what is wanted, and what is only a size, a time, a price or a name."""

import tomllib

import pytest

from backend.assistant.intent_scores import covered
from backend.assistant.message_words import read_message
from backend.assistant.named_things import named_things
from backend.assistant.quantities import FILE, counted, has_uncounted
from backend.catalog.lexicon import LANGUAGES, Kind


def numbers(text: str, language: str) -> list[int]:
    words = read_message(text).words
    named = named_things(words, language)
    things = covered(each for each in named if each.kind is Kind.THING)
    return [quantity.number for quantity in counted(words, language, things)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "2x blue kettle, 4 tea towels", [2, 4]),
        ("en", "Crew shirts: S x4, M x10", [4, 10]),
        ("en", "two lamps and 12 pcs candles", [2, 12]),
        ("de", "drei Stühle und 6 Gläser", [3, 6]),
        ("es", "2 cojines, 3 velas", [2, 3]),
        ("fr", "il me faut 80 verres", [80]),
        ("hi", "do table, 6 कप", [2, 6]),
        ("ml", "40 കപ്പ് വേണം", [40]),
        ("ja", "タオル3枚と歯ブラシ6本", [3, 6]),
        ("ar", "٢ وسادة و٣ شموع", [2, 3]),
    ],
)
def test_things_are_counted(language: str, text: str, found: list[int]) -> None:
    assert numbers(text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "sneakers in 38"),
        ("en", "lamp under 50 euros"),
        ("en", "it takes 3 days"),
        ("en", "order 1042 still here"),
        ("en", "case for iphone 15 pro"),
        ("en", "cover for a galaxy s21 ultra"),
        ("en", "100% cotton"),
        ("de", "seit 3 Wochen"),
        ("es", "pagar en 3 plazos"),
        ("fr", "baskets en 38"),
        ("hi", "लाल चप्पल 8 नंबर"),
        ("ml", "ചെരിപ്പ് 9 സൈസ്"),
        ("ja", "スニーカー 24cm"),
        ("ar", "حذاء مقاس ٣٨"),
    ],
)
def test_sizes_times_prices_and_names_are_not(language: str, text: str) -> None:
    assert numbers(text, language) == []


def test_a_number_among_words_may_mean_nothing() -> None:
    assert has_uncounted(read_message("prout 888 gloub").words, "fr")
    assert not has_uncounted(read_message("livraison en 3 jours").words, "fr")


def test_every_language_has_its_lists() -> None:
    raw = tomllib.loads(FILE.read_text())
    assert set(raw) == set(LANGUAGES)
    assert all(set(lists) == {"units", "before", "counters"} for lists in raw.values())
