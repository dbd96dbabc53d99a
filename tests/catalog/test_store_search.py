"""The search of a store: in the languages of the shopper and the shop."""

from collections.abc import Sequence

import pytest

from backend.catalog import store_search
from backend.catalog.store_search import Asked, choose_languages, languages_of
from backend.metrics import CATALOG_SEARCH
from backend.services import Services
from tests.support.small_catalogs import MIRA, OTTO, fill_shop, priced, small_goods

SOFA = priced(
    1, "Samtsofa Bern", "899", description="Ein Sofa für die Familie, mit viel Platz."
)


def shown(services: Services, text: str, locale: str | None) -> list[str]:
    results = store_search.search_store(services, MIRA, Asked(text, locale))
    return [product.handle for product in results.products]


@pytest.mark.parametrize(
    ("locale", "shops", "languages"),
    [
        ("de-AT", "en", ["de", "en"]),
        ("de_AT", "de", ["de", "en"]),
        ("PT-br", "fr", ["fr", "en"]),
        ("ja", "", ["ja", "en"]),
        (None, "", ["en"]),
        ("", "ml", ["ml", "en"]),
        ("en", "en", ["en"]),
        ("../../etc", "xx", ["en"]),
    ],
)
def test_a_shopper_is_read_in_their_language_and_the_shops(
    locale: str | None, shops: str, languages: Sequence[str]
) -> None:
    assert choose_languages(locale, shops) == languages


def test_the_shops_language_is_that_of_its_goods(services: Services) -> None:
    fill_shop(services, MIRA, SOFA)

    assert languages_of(services, MIRA, "fr") == ["fr", "de", "en"]
    assert languages_of(services, OTTO, "fr") == ["fr", "en"]


def test_whoever_asks_in_any_language_is_shown_the_same_sofa(
    services: Services,
) -> None:
    fill_shop(services, MIRA, SOFA, priced(2, "Schreibtischlampe", "39"))

    for text, locale in [
        ("velvet couch", "en"),
        ("Sofa aus Samt", "de"),
        ("canapé en velours", "fr"),
        ("ソファ", "ja"),
        ("sofa", None),
        ("sofa", "pt-BR"),
    ]:
        assert shown(services, text, locale) == ["samtsofa-bern"]


def test_a_shop_that_is_not_filled_yet_shows_nothing(services: Services) -> None:
    assert shown(services, "sofa", "en") == []


def test_as_many_are_shown_as_are_wanted(services: Services) -> None:
    fill_shop(
        services, MIRA, *(priced(each, f"Mug {each}", "9") for each in range(1, 9))
    )

    three = store_search.search_store(services, MIRA, Asked("mug", "en", limit=3))

    assert len(three.products) == 3
    assert three.found == 8
    assert len(shown(services, "mug", "en")) == 6


def test_products_of_handles_come_in_their_order(services: Services) -> None:
    fill_shop(services, MIRA, *small_goods())
    fill_shop(services, OTTO, SOFA)

    handles = ["floor-lamp", "samtsofa-bern", "desk-lamp", "nothing"]
    found = store_search.find_products(services, MIRA, handles)

    assert [product.handle for product in found] == ["floor-lamp", "desk-lamp"]
    assert store_search.find_products(services, MIRA, []) == []


def test_each_search_is_measured(services: Services) -> None:
    before = measured()

    shown(services, "sofa", "en")

    assert measured() == before + 1


def measured() -> float:
    [metric] = CATALOG_SEARCH.collect()
    [count] = [each.value for each in metric.samples if each.name.endswith("_count")]
    return count
