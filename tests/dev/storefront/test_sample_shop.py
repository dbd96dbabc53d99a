"""The sample's goods: found as shoppers type, priced as their language does, the same in all."""

import pytest

from backend.dev.storefront.sample_shop import LANGUAGES, catalog, money


@pytest.mark.parametrize(
    "words, handle",
    [
        ("mugs", "harbour-mug"),
        ("Have you a MUG?", "harbour-mug"),
        ("bow", "tidepool-bowls"),
        ("bed linen", "slack-tide-duvet-cover"),
    ],
)
def test_a_search_finds_what_is_meant(words: str, handle: str) -> None:
    assert handle in [product["handle"] for product in catalog("en").search(words)]


def test_a_search_for_nothing_of_ours_finds_nothing() -> None:
    assert catalog("en").search("spaceship") == []
    assert catalog("en").search("a of") == []
    assert catalog("en").search("What can you show me? Und was gibt es für mich?") == []


def test_of_equals_a_search_names_first_what_can_be_bought() -> None:
    found = catalog("en").search("lamp")

    states = [product["available"] for product in found]
    assert states == sorted(states, reverse=True)
    assert not states[-1]


def test_the_first_nine_things_are_sold_as_before() -> None:
    first = catalog("en").products[:9]

    assert [product["id"] for product in first] == list(range(8101, 8110))
    assert [(product["handle"], product["price"]) for product in first[:3]] == [
        ("driftwood-serving-board", 3900),
        ("tidepool-bowls", 6400),
        ("harbour-mug", 2200),
    ]


def test_every_product_is_in_one_collection_and_every_gift_also_among_the_gifts() -> (
    None
):
    shop = catalog("en")
    gifts = shop.find_collection("gifts")
    assert gifts

    for product in shop.products:
        own = shop.find_collection(product["collection"])
        assert own
        assert product in own["products"]
        is_gift = "gift" in product["tags"] or product["collection"] == "gifts"
        assert (product in gifts["products"]) == is_gift
    assert shop.everything["products"] == shop.products


@pytest.mark.parametrize(
    "language, price", [("en", "€1,249.00"), ("de", "1.249,00 €"), ("ja", "€1,249.00")]
)
def test_money_is_printed_as_the_language_does(language: str, price: str) -> None:
    assert money(124_900, language) == price


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_sells_the_same_goods(language: str) -> None:
    english, other = catalog("en"), catalog(language)

    assert [(one["handle"], one["price"]) for one in other.products] == [
        (one["handle"], one["price"]) for one in english.products
    ]
    for product in other.products:
        assert other.find_product(product["handle"]) == product
        for variant in product["variants"]:
            assert other.find_variant(variant["id"]) == (product, variant)
