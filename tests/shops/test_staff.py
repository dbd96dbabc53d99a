"""Who answers for a shop: known from the first id token on, named by themselves."""

import pytest

from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory, Shop


@pytest.fixture
def tide(services: Services) -> Shop:
    return Directory(services.db).open_shop("tide.myshopify.com")


def test_a_name_is_shown_from_then_on(services: Services, tide: Shop) -> None:
    mira = staff.find_staff(services, tide, "42", 1_000)
    assert mira.name == ""

    renamed = staff.rename(services, mira, "  Mira  ")

    assert renamed.name == "Mira"
    assert staff.find_staff(services, tide, "42", 2_000).name == "Mira"


def test_a_name_is_one_persons_in_one_shop(services: Services, tide: Shop) -> None:
    elsewhere = Directory(services.db).open_shop("otto.myshopify.com")
    staff.rename(services, staff.find_staff(services, tide, "42", 1_000), "Mira")

    assert staff.find_staff(services, tide, "43", 1_000).name == ""
    assert staff.find_staff(services, elsewhere, "42", 1_000).name == ""


def test_a_name_is_as_long_as_shoppers_are_shown(
    services: Services, tide: Shop
) -> None:
    mira = staff.find_staff(services, tide, "42", 1_000)

    assert staff.rename(services, mira, "M" * 500).name == (
        "M" * staff.MOST_NAME_CHARACTERS
    )
