"""All that the store says about one product, and nothing of another store's."""

from typing import Any

import pytest

from backend.services import Services
from backend.tools.get_product import MOST_CHARACTERS, TOOL, UNKNOWN
from tests.support.called_tools import Told, call, context_of
from tests.support.small_catalogs import MIRA, OTTO, fill_shop, priced, sized

BOOTS = sized(
    7,
    "Pier Boots",
    "120.00",
    ["38", "39"],
    vendor="Hadvik",
    productType="Boots",
    tags=["women"],
    description="Lined with wool. " * 50,
)


def get(services: Services, handle: Any, shop_id: int = MIRA) -> Told:
    return call(TOOL, context_of(services, shop_id), handle=handle)


def test_everything_that_is_known_is_told(services: Services) -> None:
    fill_shop(services, MIRA, BOOTS)

    told = get(services, "pier-boots")
    product = told.facts["product"]

    assert told.parts == ()
    assert len(product["description"]) > 800
    assert product["summary"] == ""
    assert product["vendor"] == "Hadvik"
    assert product["type"] == "Boots"
    assert product["tags"] == ["women"]
    assert product["options"] == [{"name": "Size", "values": ["38", "39"]}]
    assert product["variants"][0] == {
        "title": "38",
        "price": {"amount": "120.00", "currency": "EUR"},
        "available": True,
        "sku": "TTB-1007-38",
    }


def test_a_handle_that_the_store_does_not_have_is_told(services: Services) -> None:
    fill_shop(services, OTTO, priced(900, "Ottos Teapot", "30"))

    for handle in ("ottos-teapot", "nothing", "' OR 1=1; --", "x" * MOST_CHARACTERS):
        assert get(services, handle).text == UNKNOWN
    assert get(services, "ottos-teapot", OTTO).facts


@pytest.mark.parametrize("handle", ["", "x" * (MOST_CHARACTERS + 1), None, 7, ["mug"]])
def test_arguments_out_of_bounds_are_told_to_the_model(
    services: Services, handle: object
) -> None:
    assert get(services, handle).text.startswith("The arguments are wrong")
