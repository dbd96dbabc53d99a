"""Texts are read once, as long as there is room for them."""

from backend.assistant.read_texts import ReadTexts

PRICE, DAYS = "It costs 24 €.", "It takes 3 days."


def test_a_text_is_read_once() -> None:
    texts = ReadTexts()

    assert texts.read(PRICE) is texts.read(PRICE)
    assert [len(each.statement.figures) for each in texts.read(PRICE)] == [1]


def test_what_was_not_asked_for_the_longest_makes_room() -> None:
    texts = ReadTexts(most=len(PRICE) + len(DAYS))
    price, days = texts.read(PRICE), texts.read(DAYS)
    assert texts.read(PRICE) is price

    texts.read("Hello.")

    assert texts.read(PRICE) is price
    assert texts.read(DAYS) is not days


def test_what_is_longer_than_the_room_is_read_each_time() -> None:
    texts = ReadTexts(most=5)

    assert texts.read(PRICE) is not texts.read(PRICE)
