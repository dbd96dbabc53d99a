"""The sample's goods: found as shoppers type, priced as their language does, the same in all."""

import pytest

from backend.dev.storefront.sample_shop import LANGUAGES, catalog, money


@pytest.mark.parametrize(
    "words, handle",
    [
        ("mugs", "harbour-mug"),
        ("Have you a MUG?", "harbour-mug"),
        ("bow", "tidepool-bowls"),
    ],
)
def test_a_search_finds_what_is_meant(words: str, handle: str) -> None:
    assert handle in [product["handle"] for product in catalog("en").search(words)]


def test_a_search_for_nothing_of_ours_finds_nothing() -> None:
    assert catalog("en").search("spaceship") == []
    assert catalog("en").search("a of") == []


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
