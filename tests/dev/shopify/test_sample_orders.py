"""The sample's orders: of Ana, of Mira and of guests, and of things that the shop sells."""

from backend.dev.shopify.sample_orders import ANA, MIRA, build_orders
from backend.dev.storefront.sample_shop import CUSTOMERS, catalog


def test_there_are_some_of_each_kind_of_buyer() -> None:
    buyers = [order["customerId"] for order in build_orders()]

    assert len(buyers) >= 8
    assert set(buyers) == {ANA, MIRA, None}
    assert (CUSTOMERS[ANA], CUSTOMERS[MIRA]) == ("Ana", "Mira")


def test_guests_are_known_by_an_address_that_is_nobodys() -> None:
    addresses = {order["email"] for order in build_orders()}

    assert all(address.endswith("@example.com") for address in addresses)
    assert {"ana@example.com", "mira@example.com"} < addresses


def test_numbers_and_ids_are_unique_and_the_oldest_comes_first() -> None:
    orders = build_orders()

    assert len({order["name"] for order in orders}) == len(orders)
    times = [order["processedAt"] for order in orders]
    assert times == sorted(times)


def test_what_was_bought_is_sold() -> None:
    titles = {product["title"] for product in catalog("en").products}

    bought = {line["title"] for order in build_orders() for line in order["lineItems"]}
    assert bought <= titles


def test_each_state_that_somebody_may_ask_about_is_there() -> None:
    orders = build_orders()
    states = {order["displayFulfillmentStatus"] for order in orders}
    shipments = [each for order in orders for each in order["fulfillments"]]

    assert states == {"FULFILLED", "PARTIALLY_FULFILLED", "UNFULFILLED"}
    assert {each["displayStatus"] for each in shipments} == {"DELIVERED", "IN_TRANSIT"}
    assert any(order["cancelledAt"] for order in orders)
