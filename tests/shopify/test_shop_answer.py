"""What Shopify says of a shop: taken as it is meant, and nothing that could not be used."""

from typing import Any

import pytest

from backend.errors import ShopifyUnavailable
from backend.shopify.admin_answers import Fields
from backend.shopify.admin_operations import document
from backend.shopify.shop_answer import ShopFacts, ask_facts

TOLD = {
    "name": "Harbour Light",
    "ianaTimezone": "Europe/Berlin",
    "currencyCode": "EUR",
    "shopAddress": {"countryCodeV2": "DE"},
    "primaryDomain": {
        "localization": {"defaultLocale": "de", "alternateLocales": ["en", "pt-BR"]}
    },
}


def facts_of(**told: Any) -> ShopFacts:
    def answer(name: str, _: object) -> Fields:
        assert name == "shop_facts"
        return {"shop": TOLD | told}

    return ask_facts(answer)


def test_facts_are_read_as_they_stand() -> None:
    assert facts_of() == ShopFacts(
        name="Harbour Light",
        time_zone="Europe/Berlin",
        currency="EUR",
        country="DE",
        languages=("de", "en", "pt-BR"),
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "\x00"}, "name"),
        ({"ianaTimezone": "../etc/passwd"}, "time_zone"),
        ({"currencyCode": "euro"}, "currency"),
        ({"shopAddress": {"countryCodeV2": None}}, "country"),
        ({"shopAddress": {"countryCodeV2": "Germany"}}, "country"),
        ({"primaryDomain": {"localization": None}}, "languages"),
    ],
)
def test_what_could_not_be_used_is_blank(told: Fields, field: str) -> None:
    read = facts_of(**told)

    assert not getattr(read, field)
    assert read != facts_of()


def test_a_language_is_named_once_and_has_the_form_of_one() -> None:
    named = {"defaultLocale": "fr", "alternateLocales": ["fr", "<b>", "zh-Hant-TW"]}

    read = facts_of(primaryDomain={"localization": named})

    assert read.languages == ("fr", "zh-Hant-TW")


def test_a_name_has_an_end() -> None:
    assert len(facts_of(name="x" * 9_999).name) == 255


@pytest.mark.parametrize(
    "told", [{"name": None}, {"primaryDomain": None}, {"currencyCode": 978}]
)
def test_what_is_no_answer_is_asked_for_again(told: Fields) -> None:
    with pytest.raises(ShopifyUnavailable):
        facts_of(**told)


def test_who_has_the_shop_is_not_asked() -> None:
    asked = document("shop_facts").casefold()

    assert not [
        word for word in ("email", "phone", "owner", "address1") if word in asked
    ]
