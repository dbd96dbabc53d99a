"""Who a shopper is: what they have said of themselves in a form, and nothing that was guessed."""

import pytest

from backend.inbox import conversation_view, shopper_facts
from backend.inbox.shopper_facts import ShopperFacts
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.requested_forms import EMAIL, add_order, with_keys
from tests.support.talks import add_talk


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


def known(services: Services, shop_id: int, talk: str) -> ShopperFacts:
    view = conversation_view.read_view(services, shop_id, talk)
    return shopper_facts.read_shopper(view)


def test_a_guest_without_a_form_is_a_guest(services: Services, miras: int) -> None:
    talk = add_talk(services, miras, 1, ["Hello, I am Ben"])

    assert known(services, miras, talk) == ShopperFacts(is_signed_in=False)


def test_a_form_tells_a_name_and_an_address(services: Services, miras: int) -> None:
    talk = add_talk(services, miras, 1, ["Hello"], customer_id="7001")
    add_order(services, miras, talk)

    found = known(services, miras, talk)

    assert (found.is_signed_in, found.email) == (True, EMAIL)
    assert found.first_name
    assert found.name.startswith(found.first_name)
