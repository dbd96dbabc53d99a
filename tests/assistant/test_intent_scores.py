"""How much a message tells of each intent."""

from backend.assistant.cues import Intent
from backend.assistant.intent_scores import OPEN, STRONG, read, score


def test_a_clear_phrase_weighs_more_than_hints() -> None:
    scores = score(read("how much is the lamp", "en"))

    assert scores[Intent.PRICE] >= STRONG
    assert 0 < scores[Intent.PRODUCT_SEARCH] < OPEN


def test_what_tells_nothing_has_no_weight() -> None:
    assert score(read("gloub", "en")) == {}


def test_the_price_of_delivery_is_about_delivery() -> None:
    scores = score(read("what's the price for delivery", "en"))
    assert scores[Intent.SHIPPING] > scores[Intent.PRICE]


def test_several_counted_things_are_a_larger_order() -> None:
    scores = score(read("2 lamps and 3 rugs", "en"))
    assert scores[Intent.BULK_ORDER] > STRONG


def test_words_of_trade_need_a_number() -> None:
    assert not score(read("a lamp for the office", "en"))[Intent.BULK_ORDER]
    assert score(read("20 lamps for the office", "en"))[Intent.BULK_ORDER]


def test_bounds_of_price_count_nothing() -> None:
    reading = read("lamps under 50 euros", "en")

    assert reading.bounds == {1, 2, 3}
    assert not reading.quantities
    assert not score(reading)[Intent.PRICE]


def test_bad_words_about_the_service_are_a_complaint() -> None:
    scores = score(read("horrible customer service", "en"))
    assert scores[Intent.COMPLAINT] > scores[Intent.PERSON]


def test_unknown_words_are_those_that_nothing_explains() -> None:
    reading = read("do you have a blorp lamp", "en")
    assert reading.unknown_words() == ["blorp"]
