"""A tool's result is read by the names of its fields."""

import json
from decimal import Decimal
from typing import Any

import pytest

from backend.assistant.measured_figures import Kind
from backend.assistant.tool_facts import ToolFacts, read_tool_result

EURO = {"currency": "EUR"}


def read(value: Any) -> ToolFacts:
    return read_tool_result(json.dumps(value))


def figures_in(value: Any) -> set[tuple[str, str]]:
    return {
        (figure.kind.value, str(figure.values[0]))
        for figure in read(value).figures
        if figure.kind != Kind.NUMBER
    }


FIELDS = [
    ({"price": {"amount": "24.90"} | EURO}, {("money", "24.90")}),
    ({"price": 24.5, "currencyCode": "EUR"}, {("money", "24.5")}),
    ({"shippingCost": "4.90"}, {("money", "4.90")}),
    ({"discountPercent": 10}, {("discount", "10")}),
    ({"vat": {"percent": 19}}, {("percent", "19")}),
    ({"deliveryDays": {"min": 3, "max": 5}}, {("days", "4320"), ("days", "7200")}),
    ({"warrantyYears": 2}, {("months", "24")}),
    ({"inventoryQuantity": 7}, {("count", "7")}),
    ({"quantity": 7}, set()),
    ({"available": True}, set()),
    ({"sku": "204", "phone": "0301234"}, set()),
]


@pytest.mark.parametrize(("value", "expected"), FIELDS)
def test_a_number_means_what_its_field_says(value, expected):
    assert figures_in(value) == expected


def test_an_amount_knows_its_currency():
    (figure,) = (
        figure
        for figure in read(
            {"product": {"price": "24.90", "vendor": "A"} | EURO}
        ).figures
        if figure.kind == Kind.MONEY
    )
    assert figure.currencies == {"EUR"}


def test_a_price_beside_the_one_before_is_a_reduction():
    found = read({"price": {"amount": "20"}, "compareAtPrice": {"amount": "25"}})
    assert found.reduced == [(Decimal(20), Decimal(25))]
    assert not read({"price": "20", "compareAtPrice": "20"}).reduced
    assert not read({"price": "20", "compareAtPrice": None}).reduced


def test_links_codes_lists_and_texts_are_found():
    found = read(
        {
            "url": "https://tide.example/a",
            "handle": "lamp",
            "code": "HELLO10",
            "items": [1, 2, 3],
            "summary": "Warm.",
            "freeShipping": True,
            "giftWrap": False,
        }
    )
    assert "https://tide.example/a" in found.links
    assert "/products/lamp" in found.links
    assert found.codes == ["HELLO10"]
    assert found.listed == [3]
    texts = [text for text, _ in found.texts]
    assert "Warm." in texts
    assert "free shipping" in texts
    assert "gift wrap" not in texts


def test_what_the_shopper_has_asked_is_no_fact():
    assert not read({"understood": "lamp under 40 €"}).texts


def test_words_are_read_as_words():
    assert read_tool_result("Nothing was found.").texts == [
        ("Nothing was found.", frozenset())
    ]


def test_a_result_that_was_cut_off_is_read_as_far_as_it_goes():
    whole = json.dumps(
        {"items": [{"price": "24.90"} | EURO, {"price": "29.90"} | EURO]}
    )
    cut = whole[: whole.index("29.90") + 2] + " … (there is more, left out here)"
    amounts = {
        str(figure.values[0])
        for figure in read_tool_result(cut).figures
        if figure.kind == Kind.MONEY
    }
    assert amounts == {"24.90"}


@pytest.mark.parametrize("text", ["{" * 5000, "[" * 5000 + "]" * 5000, '{"a": ', "[}"])
def test_no_text_is_too_odd(text: str):
    assert read_tool_result(text).texts == [(text, frozenset())]


def test_what_is_too_deep_is_left_out():
    value: Any = {"price": "24.90"}
    for _ in range(20):
        value = {"in": value}
    assert not read(value).figures
