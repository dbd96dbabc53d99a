"""Words of a message, folded, each with its place."""

import pytest

from backend.assistant.message_words import MOST_CHARACTERS, read_message


def folded(text: str) -> list[str]:
    return [word.folded for word in read_message(text).words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What's the PRICE?", ["what", "the", "price"]),
        ("l'été 2x", ["l", "ete", "2", "x"]),
        ("#1042, 20% off", ["#", "1042", "20", "%", "off"]),
        ("٢ وسادة و٣ شموع", ["2", "وساده", "و", "3", "شموع"]),
        ("タオル3枚", ["タ", "オ", "ル", "3", "枚"]),
        ("ソファー", ["ソ", "フ", "ァ"]),
    ],
)
def test_words_are_folded_and_figures_stand_alone(text: str, words: list[str]) -> None:
    assert folded(text) == words


def test_words_are_given_back_as_they_were_written() -> None:
    message = read_message("Do you have Bluetooth-Speakers, please?")

    assert message.only([3, 4]) == "Bluetooth-Speakers"
    assert message.only([0, 3]) == "Do Bluetooth"
    assert message.only([]) == ""


def test_a_long_message_costs_no_more_than_its_beginning() -> None:
    assert len(read_message("a " * 10_000).words) == MOST_CHARACTERS // 2


@pytest.mark.parametrize("text", ["", "…", "👍", "\u200d\u200d"])
def test_what_has_no_words_is_empty(text: str) -> None:
    assert read_message(text).words == ()
