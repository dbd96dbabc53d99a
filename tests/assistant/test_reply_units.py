"""A reply falls into sentences, items, rows and lines, however it comes."""

import random

import pytest

from backend.assistant.reply_units import LONGEST, Layout, Unit, UnitKind, split_units


def texts_of(text: str) -> list[str]:
    return [unit.text for unit in split_units(text)]


def streamed(text: str, length: int) -> list[Unit]:
    layout, held, units = Layout(), "", []
    for place in range(0, len(text), length):
        held += text[place : place + length]
        while unit := layout.take(held):
            units.append(unit)
            held = held[len(unit.text) :]

    while unit := layout.take(held, is_last=True):
        units.append(unit)
        held = held[len(unit.text) :]
    return units


SENTENCES = [
    ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
    ("It is 3.5 long. Good", ["It is 3.5 long. ", "Good"]),
    ("It costs Rs. 500 now. Good", ["It costs Rs. 500 now. ", "Good"]),
    ("Das ist z. B. Holz. Gut", ["Das ist z. B. Holz. ", "Gut"]),
    ("approx. 30 of them", ["approx. 30 of them"]),
    ("Stck. 5 davon", ["Stck. 5 davon"]),
    ("The lamp is wooden. 5 weeks", ["The lamp is wooden. ", "5 weeks"]),
    ("Am 5. Mai kommt es. Ja", ["Am 5. Mai kommt es. ", "Ja"]),
    ("Es kostet 29. Die Lampe", ["Es kostet 29. ", "Die Lampe"]),
    ("“Really?” Yes.", ["“Really?” ", "Yes."]),
    ("**Yes.** No.", ["**Yes.** ", "No."]),
    ("これは良い。はい！", ["これは良い。", "はい！"]),
    ("यह है। हाँ।", ["यह है। ", "हाँ।"]),
    ("هل تريد؟ نعم.", ["هل تريد؟ ", "نعم."]),
    ("wait... and see", ["wait... and see"]),
    ("one\ntwo\n\nthree", ["one\ntwo\n", "\n", "three"]),
    ("one\n- two\n- three", ["one\n", "- two\n", "- three"]),
    ("one\n2. two", ["one\n", "2. two"]),
    ("costs\n29 euros", ["costs\n29 euros"]),
    ("# 3.5 a. B\ntext", ["# 3.5 a. B\n", "text"]),
    ("| a. B |\n| c |", ["| a. B |\n", "| c |"]),
    ("```\na. B\n```\nc", ["```\n", "a. B\n", "```\n", "c"]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_text_falls_into_units(text: str, expected: list[str]):
    assert texts_of(text) == expected


def test_a_unit_knows_its_kind_and_its_mark():
    heading, item, row, code, text = split_units("# A\n- b\n| c |\n```x\n```")
    assert [unit.kind for unit in (heading, item, row, code, text)] == [
        UnitKind.HEADING,
        UnitKind.TEXT,
        UnitKind.ROW,
        UnitKind.CODE,
        UnitKind.CODE,
    ]
    assert (item.lead, item.words, item.is_item) == ("- ", "b", True)
    assert item.begins_line
    assert item.ends_line


def test_a_long_sentence_is_cut_between_words_away_from_figures():
    first, *_ = split_units("warm and " * 40 + "24.90 € and " + "nice " * 50)
    assert first.is_cut
    assert len(first.text) <= LONGEST
    assert first.text.endswith(" ")
    assert "24" not in first.text[-24:]


def test_what_has_no_spaces_is_cut_as_well():
    units = list(split_units("x" * 1000))
    assert [len(unit.text) for unit in units] == [LONGEST, LONGEST, 200]


PARTS = [
    "a",
    "B ",
    ". ",
    "! ",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "| x |",
    "```",
    "29 €",
    "。",
    "…",
]


@pytest.mark.parametrize("seed", range(40))
def test_units_are_the_same_however_the_text_comes(seed: int):
    chooser = random.Random(seed)
    text = "".join(chooser.choices(PARTS, k=200))
    expected = list(split_units(text))

    assert "".join(unit.text for unit in expected) == text
    assert streamed(text, 1 + seed % 9) == expected
