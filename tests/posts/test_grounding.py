"""What the shop has for a post."""

import pytest

from backend.posts import grounding
from backend.services import Services
from tests.support.small_catalogs import fill_shop, product_node
from tests.support.talks import MIRAS, OTTOS, add_shops


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    lamp = product_node(7, "Beacon lamp", handle="beacon-lamp", tags=["diwali"])
    fill_shop(services, MIRAS, lamp, product_node(8, "Harbour mug", handle="mug"))
    return services


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    "topic",
    [
        "Diwali sale",
        "all lamps are 20% off",
        "neuen Lamps",
        "lamps!",
        "our lamps in autumn",
    ],
)
def test_products_that_fit_the_topic(services: Services, topic: str) -> None:
    found = grounding.find_products(services, MIRAS, topic, "en")

    assert [product.handle for product in found] == ["beacon-lamp"]


def test_nothing_fits_nothing(services: Services) -> None:
    assert grounding.find_products(services, MIRAS, "  ", "en") == []
    assert grounding.find_products(services, MIRAS, "bicycles", "en") == []
    assert grounding.find_products(services, OTTOS, "lamps", "en") == []


def test_products_of_an_earlier_version_are_found_again(services: Services) -> None:
    found = grounding.find_by_handles(services, MIRAS, ["mug", "gone"])

    assert [product.title for product in found] == ["Harbour mug"]
    assert grounding.find_by_handles(services, MIRAS, []) == []
    assert grounding.find_by_handles(services, OTTOS, ["mug"]) == []


def test_a_product_is_told_in_one_line_and_as_facts(services: Services) -> None:
    [lamp] = grounding.find_by_handles(services, MIRAS, ["beacon-lamp"])

    line = grounding.describe(lamp)
    assert line.startswith("- Beacon lamp · /products/beacon-lamp · 10.00 ")
    assert '"url": "/products/beacon-lamp"' in grounding.as_facts([lamp])
