"""What is looked for, by what was typed."""

import pytest

from backend.errors import Invalid
from backend.inbox.search_terms import MOST_TERMS, read_terms


@pytest.mark.parametrize(
    "words, phrases",
    [
        ("lamp", [("lamp",)]),
        ("red", [(" red",)]),
        ("Lamp LAMP lamp", [("lamp",)]),
        ("Müller", [("muller",)]),
        ("XL 商品", [(" xl",), ("商品",)]),
        ("kw-1042-b", [(" kw 1042 b",)]),
        ('a "blue lamp"', [(" a",), ("blue lamp",)]),
        ("„blaue Lampe“", [("blaue lampe",)]),
        ("1042", [(" 1042",)]),
        ("+49 30 901820", [(" 49 30 901820", "#02810903")]),
        ("0171/1234567 ring", [(" 0171 1234567", "#76543211"), ("ring",)]),
        ("٠٣٠ ٩٠١٨٢٠", [(" 030 901820", "#02810903")]),
        ("AB-104233", [(" ab 104233",)]),
    ],
)
def test_words_numbers_and_what_belongs_together_are_terms(
    words: str, phrases: list[tuple[str, ...]]
) -> None:
    assert sorted(term.phrases for term in read_terms(words)) == sorted(phrases)


@pytest.mark.parametrize(
    "words, word",
    [
        ("lamps", "lamps"),
        ("Müller", "muller"),
        ("1042", ""),
        ("kw1042", ""),
        ("blue-lamp", ""),
        ("商品はいつ", ""),
        ("+49 30 901820", ""),
    ],
)
def test_only_a_word_of_letters_may_be_mistyped(words: str, word: str) -> None:
    (term,) = read_terms(words)

    assert term.word == word


def test_an_address_and_a_number_are_known_as_such() -> None:
    assert [term.email for term in read_terms("Ana@example.com ana@ @x")] == [
        "Ana@example.com",
        "",
        "",
    ]
    assert [term.number for term in read_terms("7001")] == ["7001"]
    assert [term.number for term in read_terms("(030) 901820")] == ["(030) 901820"]


def test_a_term_is_in_a_text_by_any_of_its_phrases() -> None:
    (term,) = read_terms("(030) 901820")

    assert term.is_in(" call 49 30 901820 #02810903")
    assert term.is_in(" it is 030 901820")
    assert not term.is_in(" call 49 30 901821 #12810903")


@pytest.mark.parametrize("words", ["", "?", "👍 …", "\u200b"])
def test_nothing_to_look_for_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        read_terms(words)


def test_only_so_many_words_are_looked_for() -> None:
    just_enough = " ".join(f"w{number}" for number in range(MOST_TERMS))
    assert len(read_terms(just_enough)) == MOST_TERMS

    with pytest.raises(Invalid):
        read_terms(f"{just_enough} more")
