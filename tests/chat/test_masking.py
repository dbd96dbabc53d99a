"""Secrets in what shoppers write are hidden and nothing else is: in eight languages, and in time
that grows with the text alone. Where a message goes then: tests/contract/test_masked_words.py.
"""

import re
import tomllib
from pathlib import Path
from random import Random

import pytest

from backend.chat.masking import mask
from tests.support.nasty_texts import SHAPES, is_linear

TEXTS = tomllib.loads(Path(__file__).with_name("secret_texts.toml").read_text())
HIDDEN = [text for texts in TEXTS["hidden"].values() for text in texts]
KEPT = [text for texts in TEXTS["kept"].values() for text in texts]
MARKED = re.compile("⟦(.+?)⟧")
LANGUAGES = {"en", "de", "es", "fr", "hi", "ml", "ja", "ar"}

LAST_FOUR = "5556"
GROUPED = "4000 0566 5566 5556"
ONE_TIME, PASSWORD = "739164", "Krummhorn7"


def as_masked(marked: re.Match[str]) -> str:
    digits = [character for character in marked[1] if character.isdecimal()]
    return f"•••• {''.join(digits[-4:])}" if len(digits) >= 13 else "••••"


@pytest.mark.parametrize("text", HIDDEN)
def test_a_secret_is_hidden_and_everything_around_it_stays(text: str) -> None:
    written = MARKED.sub(r"\1", text)

    assert mask(written) == MARKED.sub(as_masked, text)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays_as_it_was_written(text: str) -> None:
    assert mask(text) == text


def test_there_are_many_of_both_in_every_language() -> None:
    assert TEXTS["hidden"].keys() == TEXTS["kept"].keys() == LANGUAGES
    assert len(HIDDEN) >= 60
    assert len(KEPT) >= 60


@pytest.mark.parametrize("text", [*HIDDEN, *KEPT])
def test_what_was_masked_stays_as_it_is(text: str) -> None:
    once = mask(MARKED.sub(r"\1", text))

    assert mask(once) == once


def test_secrets_beside_one_another_are_all_hidden() -> None:
    written = (
        f"Card {GROUPED} 12/27 482, cvv 482, code is {ONE_TIME}, password {PASSWORD}"
    )

    assert mask(written) == (
        f"Card •••• {LAST_FOUR} 12/27 •••, cvv ••••, code is ••••, password ••••"
    )


HOSTILE = (
    "0 ",
    "4242 ",
    "4242424242424242 ",
    "aa11 ",
    "card 0000000000000000 ",
    "order number is is is ",
    "482913 is my ",
    "code is 1234 ",
    "your code is code is ",
    "password is ",
    "password for my my my ",
    "password is “a",
    "•••• 4242 12/27 ",
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_no_longer_than_they_are_long(
    unit: str, monkeypatch
) -> None:
    shape = {"name": unit, "before": "", "unit": unit, "after": "x1"}
    monkeypatch.setitem(SHAPES, unit, shape)

    assert is_linear(mask, unit)


def test_any_text_of_digits_words_and_signs_is_masked_to_the_same_twice() -> None:
    random = Random(20261129)
    pieces = [
        "4242",
        " ",
        "-",
        "code",
        "is",
        "my",
        "password",
        ":",
        "“",
        "cvv",
        "1",
        "є",
        "\n",
    ]

    for _ in range(2_000):
        text = "".join(random.choices(pieces, k=random.randint(1, 30)))
        once = mask(text)
        assert mask(once) == once, text
