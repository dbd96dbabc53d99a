"""Texts are cut into whole sentences, under their headings."""

import pytest

from backend.assistant.sentences import (
    MOST_CHARACTERS,
    Sentence,
    has_end,
    split_sentences,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We ship daily. It is free!", ["We ship daily.", "It is free!"]),
        ("Porto, z. B. für Pakete. Gratis ab 60 €.", None),
        ("It costs approx. 5.90 euros. That is all.", None),
        ("配送は2日です。送料は無料です。", ["配送は2日です。", "送料は無料です。"]),
        ("हम भेजते हैं। मुफ्त है।", ["हम भेजते हैं।", "मुफ्त है।"]),
        ("- Cards\n- PayPal accepted.", ["Cards", "PayPal accepted."]),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str] | None) -> None:
    found = [sentence.text for sentence in split_sentences(text)]

    if sentences is None:
        assert len(found) == 2
    else:
        assert found == sentences


def test_a_short_line_is_a_heading_and_a_question_is_one_too() -> None:
    text = "Returns\nWithin 30 days. Who pays? You do."

    assert split_sentences(text) == [
        Sentence("Within 30 days.", "Returns"),
        Sentence("You do.", "Who pays?"),
    ]


def test_of_a_long_text_the_beginning_is_taken() -> None:
    found = split_sentences("It is so. " * 10_000)
    assert sum(len(each.text) + 1 for each in found) <= MOST_CHARACTERS + 1


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


def test_a_row_of_a_table_says_what_is_in_its_columns() -> None:
    text = "What it costs\nTo | Price | Days\nGermany | €4 | 2 to 3\nFrance | €9 | 4\nIt is so."

    assert split_sentences(text) == [
        Sentence(
            "Germany: Price €4; Days 2 to 3", "What it costs To Price Days", is_row=True
        ),
        Sentence(
            "France: Price €9; Days 4", "What it costs To Price Days", is_row=True
        ),
        Sentence("It is so.", "What it costs"),
    ]


def test_a_row_of_two_cells_needs_no_names() -> None:
    [closed, _] = split_sentences("Day | Hours\nMonday | Closed\nFriday | 10:00")
    assert closed.text == "Monday: Closed"


def test_a_line_with_a_stroke_alone_is_no_table() -> None:
    assert split_sentences("Shipping | Returns\nIt is free.") == [
        Sentence("It is free.", "Shipping | Returns")
    ]


def test_an_item_is_never_a_heading() -> None:
    text = "Excluded\n- Gift cards\n- Food\nYou may ask."

    assert split_sentences(text) == [
        Sentence("Gift cards", "Excluded", is_item=True),
        Sentence("Food", "Excluded", is_item=True),
        Sentence("You may ask.", "Excluded"),
    ]


def test_below_a_heading_a_short_line_is_text_when_nothing_stands_below_it() -> None:
    text = "Our shop\nQuay 7, 25813 Husum\nHow to reach us\n- By telephone"
    found = [(each.text, each.heading) for each in split_sentences(text)]

    assert found == [
        ("Quay 7, 25813 Husum", "Our shop"),
        ("By telephone", "How to reach us"),
    ]


def test_a_sentence_has_an_end_or_needs_one() -> None:
    assert has_end("It is free.")
    assert not has_end("Monday: Closed")
