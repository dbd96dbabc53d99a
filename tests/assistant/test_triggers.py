"""One look at a piece finds where something may be stated."""

import pytest

from backend.assistant.cue_words import LANGUAGES, guard_words, listed, numbers
from backend.assistant.triggers import ALONE_HARMLESS, trigger

FOUND = [
    *(
        " 5",
        " ٥",
        " ५",
        "②",
        "½",
        " €",
        " 50%",
        " twenty",
        " Twenty",
        " neunundzwanzig",
    ),
    *(
        " treinta",
        " vingt",
        " पचास",
        " ഇരുപത്തിയൊമ്പത്",
        "三",
        " خمسون",
        " وخمسون",
        " بخمسين",
    ),
    *(" euros", " रुपये", " രൂപ", "円", " days", " Woche", " दिन", " أيام", " Tagen"),
    *(
        " free",
        " Gratis",
        "送料無料",
        " lifetime",
        " tomorrow",
        "半額",
        " overnight delivery",
    ),
    *(
        " code",
        " Gutschein",
        " SAVE",
        " iPhone",
        "fr**ee",
        "f\u200bree",
        " frее",
        "<b>",
        "&#50;",
    ),
    *(
        "[a](b)",
        "https://x.example",
        "www.x.example",
        " x.example",
        "a@b.c",
        "`x`",
        " **Lamp",
    ),
]
NOT_FOUND = [
    *("The lamp is warm.", " nice", " often", " tend", " weekendlich", "Hello!"),
    *(
        " It's",
        "\n- a",
        " – well",
        " Ich glaube, das passt",
        " qui convient bien",
        " muy bonita",
    ),
    *(" यह अच्छा है", " നല്ലതാണ്", " جميل جدا", "素敵ですね"),
]


@pytest.mark.parametrize("text", FOUND)
def test_what_may_state_something_is_found(text: str):
    assert trigger().search(f" {text}")


@pytest.mark.parametrize("text", NOT_FOUND)
def test_plain_words_are_not(text: str):
    assert not trigger().search(text)


def test_a_word_is_found_only_whole():
    assert not trigger().search(" tw")
    assert trigger().search(" two")
    assert not trigger().search(" twofold")


def test_every_promise_is_found():
    missed = [
        text
        for name, table in guard_words().items()
        if name not in ALONE_HARMLESS
        for language in LANGUAGES
        for text in listed(table[language])
        if not trigger().search(f" {text.rstrip('*')} ")
    ]
    assert missed == []


def test_every_number_in_words_is_found():
    missed = [
        word
        for language in LANGUAGES
        for word in numbers()[language]["numbers"]
        if not trigger().search(f" {word} ")
    ]
    assert missed == []
