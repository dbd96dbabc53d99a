"""Products that staff find go out as the cards that the assistant shows."""

import pytest

from backend.chat import conversations
from backend.chat.conversations import Conversation
from backend.errors import Invalid
from backend.inbox import product_cards
from backend.inbox.product_cards import MOST_SHOWN
from backend.services import Services
from tests.support.small_catalogs import fill_shop, priced
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk

GOODS = [
    priced(number, f"Blue Mug {number}", f"{number}.50")
    for number in range(1, MOST_SHOWN + 2)
]


@pytest.fixture
def talk(services: Services) -> Conversation:
    add_shops(services)
    fill_shop(services, MIRAS, *GOODS)
    fill_shop(services, OTTOS, priced(90, "Ottos Mug", "1.00"))
    talk = add_talk(services, MIRAS, 1, ["Do you have mugs?"])
    with services.db.reading() as connection:
        found = conversations.find(connection, MIRAS, talk)
    assert found is not None
    return found


def test_the_shops_own_products_are_found_by_words(
    services: Services, talk: Conversation
) -> None:
    found = product_cards.search_products(services, MIRAS, " blue mugs ")

    prices = {each.title: product_cards.price_of(each) for each in found}
    assert prices["Blue Mug 2"] == "€2.50"
    assert len(prices) == len(GOODS)
    assert "Ottos Mug" not in prices
    assert product_cards.search_products(services, MIRAS, "  ") == []


def test_cards_stand_below_the_words_each_product_once(
    services: Services, talk: Conversation
) -> None:
    handles = ["blue-mug-2", "blue-mug-1", "blue-mug-2"]

    [part] = product_cards.build_parts(services, talk, handles, "Look 🙂")

    assert (part["id"], part["type"], part["at"]) == ("part-1", "products", 7)
    assert [item["handle"] for item in part["items"]] == ["blue-mug-2", "blue-mug-1"]
    assert part["items"][0]["price"] == {"amount": "2.50", "currency": "EUR"}


def test_without_products_there_are_no_cards(
    services: Services, talk: Conversation
) -> None:
    assert product_cards.build_parts(services, talk, [], "Hello") == []


@pytest.mark.parametrize(
    "handles",
    [
        ["ottos-mug"],
        ["blue-mug-1", "no-such-thing"],
        ["x" * 300],
        [""],
        [f"blue-mug-{number}" for number in range(1, MOST_SHOWN + 2)],
    ],
)
def test_what_is_not_in_the_shop_or_too_much_is_refused(
    services: Services, talk: Conversation, handles: list[str]
) -> None:
    with pytest.raises(Invalid):
        product_cards.build_parts(services, talk, handles, "Look")


def test_of_a_refused_reply_those_that_are_there_are_found_again(
    services: Services, talk: Conversation
) -> None:
    handles = ["no-such-thing", "blue-mug-3", "ottos-mug"]

    found = product_cards.find_products(services, talk, handles)

    assert [product.handle for product in found] == ["blue-mug-3"]
