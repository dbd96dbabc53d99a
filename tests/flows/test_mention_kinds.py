"""What the rules see of a message."""

from backend.flows.mention_kinds import Scan, What, number_at
from backend.flows.tokenizing import tokenize


def scan(text: str, *languages: str) -> Scan:
    pieces = tokenize(text)
    return Scan(pieces, [piece.text for piece in pieces], languages or ("en",))


def test_figures_and_number_words_are_numbers() -> None:
    assert number_at(scan("12 mugs"), 0) == (12, 1)
    assert number_at(scan("twelve mugs"), 0) == (12, 1)
    assert number_at(scan("mugs"), 0) == (0, 0)
    assert number_at(scan("mugs"), 5) == (0, 0)


def test_a_small_word_of_another_language_is_no_number() -> None:
    assert number_at(scan("do you", "hi", "en"), 0) == (0, 0)
    assert number_at(scan("do mug", "hi", "en"), 0) == (2, 1)


def test_a_mention_knows_its_place_in_the_text() -> None:
    mention = scan("send 12 mugs").mention(What.WORD, 1, 2)

    assert (mention.text, mention.start, mention.end) == ("12 mugs", 5, 12)
