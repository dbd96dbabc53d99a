"""Texts are cut into whole sentences, under their headings."""

import pytest

from backend.assistant.sentences import MOST_CHARACTERS, Sentence, split_sentences


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
