"""Where an order is: told to whose it is, and nothing at all to anybody else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from backend.services import Services
from backend.tools.check_order import GUESSES, GUESSES_OF_SHOP, TOOL
from tests.support.called_tools import Told, call, context_of
from tests.support.kept_shops import open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal

ANA, MIRA, STRANGER = "7001", "7002", "7999"
# Two guests' own, and one of Ana's, with which she may ask without signing in as well.
GUEST_ORDERS = [
    ("#1005", "sam.reed@example.com"),
    ("#1003", "jo.lind@example.com"),
    ("#1004", "ana@example.com"),
]
NOTHING = '{"found":false}'
HOSTILE = [
    ("1005", 'sam.reed@example.com" OR email:"jo.lind@example.com'),
    ("1005", "sam.reed@example.*"),
    ("1005", "*@example.com"),
    ("1005", "sam.reed@example.com OR name:1003"),
    ("1005", "sam.reed@example.com\\"),
    ("1005", "'sam.reed'@example.com"),
    ("1005", "sam.reed@example.com\x00"),
    ("1005", "not an address"),
    ('1005" OR name:"1003', "sam.reed@example.com"),
    ("100*", "sam.reed@example.com"),
    ("*", "sam.reed@example.com"),
    ("1005 AND status:any", "sam.reed@example.com"),
    ("##1005", "sam.reed@example.com"),
    ("１００５", "sam.reed@example.com"),
    ("-1005", "sam.reed@example.com"),
]

_numbers = count(1)


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    """What Shopify has of the shop; its orders are the sample's."""
    store = PretendStore(admin_api.base, f"quay-{next(_numbers)}.myshopify.com")
    store.sells_all()
    yield store
    store.forgets()


@pytest.fixture
def shop(services: Services, store: PretendStore) -> int:
    """It has granted all that the app may ask for."""
    store.grants()
    return open_shop(services, store).id


def ask(
    services: Services, shop: int, customer: str | None = None, **arguments: str
) -> Told:
    """In a conversation of its own, unless the test says which."""
    name = arguments.pop("conversation", f"{customer}-{sorted(arguments.items())}")
    context = context_of(
        services,
        shop,
        find_customer=SignedIn(customer),
        conversation_id=name[:64],
    )
    return call(TOOL, context, **arguments)


@dataclass(frozen=True)
class SignedIn:
    """Whose a conversation is, as the server knows it; None for a guest's."""

    customer: str | None

    def __call__(self) -> str | None:
        return self.customer


def name_of(told: Told) -> str:
    return str(told.facts["order"]["name"])


def test_a_signed_in_customer_needs_nothing_and_sees_the_newest(
    services: Services, shop: int
) -> None:
    told = ask(services, shop, ANA)

    assert told.facts["order"] == {
        "name": "#1007",
        "status": "fulfilled",
        "placedAt": "2026-11-20T20:03:00Z",
        "fulfilments": [
            {
                "status": "in_transit",
                "company": "DHL",
                "number": "00340434161094000059",
                "url": "https://parcels.example.com/track?number=00340434161094000059",
            }
        ],
    }
    assert told.part["items"] == [{"title": "Cedar & Sea Salt Candle", "quantity": 1}]


@pytest.mark.parametrize("number", ["1004", "#1004", " 1004 "])
def test_one_of_several_orders_is_named_by_its_number(
    services: Services, shop: int, number: str
) -> None:
    told = ask(services, shop, ANA, number=number)

    assert name_of(told) == "#1004"
    assert told.part["status"] == "partially_fulfilled"


@pytest.mark.parametrize("number", ["1002", "1003", "1005", "9999", "*", '" OR "'])
def test_a_signed_in_customer_gets_only_orders_of_their_own(
    services: Services, shop: int, number: str
) -> None:
    alone = ask(services, shop, ANA, number=number)
    with_address = ask(services, shop, ANA, number=number, email="mira@example.com")

    assert alone.text == with_address.text == NOTHING
    assert alone.parts == with_address.parts == ()


def test_a_customer_who_has_ordered_nothing_sees_nothing(
    services: Services, shop: int
) -> None:
    assert ask(services, shop, STRANGER).text == NOTHING
    assert name_of(ask(services, shop, MIRA)) == "#1006"


def test_where_nobody_can_say_who_asks_it_is_a_guest(
    services: Services, shop: int
) -> None:
    told = call(TOOL, context_of(services, shop))

    assert told.facts == {"found": False, "needs": ["number", "email"]}


@pytest.mark.parametrize(("number", "email"), GUEST_ORDERS)
def test_a_guest_who_knows_number_and_address_is_told(
    services: Services, shop: int, number: str, email: str
) -> None:
    told = ask(services, shop, number=number, email=email)

    assert name_of(told) == number
    assert told.part["name"] == number


def test_an_address_is_the_same_in_capitals(services: Services, shop: int) -> None:
    told = ask(services, shop, number="1005", email=" Sam.REED@Example.COM ")

    assert name_of(told) == "#1005"


def test_a_guest_needs_both_and_shopify_is_not_asked_before(
    services: Services, shop: int, store: PretendStore, admin_api: AdminApi
) -> None:
    asked = admin_api.calls(store.shop)

    needs = [
        ask(services, shop, **arguments).facts["needs"]
        for arguments in (
            {},
            {"number": "1005"},
            {"email": "sam.reed@example.com"},
            {"number": " ", "email": "sam.reed@example.com"},
        )
    ]

    assert needs == [["number", "email"], ["email"], ["number"], ["number"]]
    assert admin_api.calls(store.shop) == asked


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("1005", "jo.lind@example.com"),
        ("1003", "sam.reed@example.com"),
        ("9999", "sam.reed@example.com"),
        ("1005", "nobody@example.com"),
    ],
)
def test_a_wrong_address_a_wrong_number_and_no_such_order_are_one_answer(
    services: Services, shop: int, number: str, email: str
) -> None:
    told = ask(services, shop, number=number, email=email)

    assert told.text == NOTHING
    assert told.parts == ()


@pytest.mark.parametrize(("number", "email"), HOSTILE)
def test_hostile_words_are_no_conditions_of_a_search(
    services: Services, shop: int, number: str, email: str
) -> None:
    assert ask(services, shop, number=number, email=email).text == NOTHING


@pytest.mark.parametrize("arguments", [{"number": "1" * 41}, {"email": "a" * 255}])
def test_arguments_out_of_bounds_are_told_to_the_model(
    services: Services, shop: int, arguments: dict[str, str]
) -> None:
    assert ask(services, shop, **arguments).text.startswith("The arguments are wrong")


def test_in_one_turn_it_is_called_twice_at_most(services: Services, shop: int) -> None:
    context = context_of(services, shop, find_customer=SignedIn(ANA))

    told = [call(TOOL, context).facts.get("found") for _ in range(3)]

    assert told == [True, True, None]


def test_whoever_guesses_is_stopped_and_learns_nothing_from_that(
    services: Services, shop: int
) -> None:
    number, email = GUEST_ORDERS[0]
    # A window may end meanwhile, but not twice.
    told = [
        ask(services, shop, number=number, email=email, conversation="guesser").text
        for _ in range(2 * GUESSES.times + 1)
    ]

    assert all(text != NOTHING for text in told[: GUESSES.times])
    assert NOTHING in told[GUESSES.times :]
    assert ask(services, shop, number=number, email=email).facts["found"]


def test_many_who_guess_together_are_stopped_in_the_whole_shop(
    services: Services, shop: int
) -> None:
    number, email = GUEST_ORDERS[0]
    told = []
    for time in range(2):
        for _ in range(GUESSES_OF_SHOP.times):
            services.limits.refused([(f"orders:shop:{shop}", GUESSES_OF_SHOP)])
        guess = ask(
            services, shop, number=number, email=email, conversation=f"guesser {time}"
        )
        told.append(guess.text)

    assert NOTHING in told
    assert name_of(ask(services, shop, ANA)) == "#1007"


def test_a_shop_that_has_not_granted_its_orders_is_not_asked_for_them(
    services: Services, store: PretendStore, admin_api: AdminApi
) -> None:
    store.grants("write_app_proxy,read_products")
    shop = open_shop(services, store).id
    asked = admin_api.calls(store.shop)

    for customer in (ANA, None):
        told = ask(
            services, shop, customer, number="1005", email="sam.reed@example.com"
        )
        assert told.facts == {"found": False, "unavailable": True}

    assert admin_api.calls(store.shop) == asked


def test_while_shopify_does_not_answer_the_model_answers_without(
    services: Services, shop: int, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("down", call="graphql", times=9, shop=store.shop)

    told = ask(services, shop, ANA)

    assert told.text.endswith("Answer without it.")
    assert told.parts == ()


def test_a_cancelled_order_says_so(services: Services, shop: int) -> None:
    told = ask(services, shop, number="1003", email="jo.lind@example.com")

    assert told.part["status"] == "cancelled"
    assert told.part["fulfilments"] == []


def order_node(**fields: Any) -> dict[str, Any]:
    node: dict[str, Any] = {
        "id": "gid://shopify/Order/1",
        "name": "#1",
        "email": "jo@example.com",
        "processedAt": "2026-11-20T20:03:00Z",
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "fulfillments": [],
        "lineItems": {"nodes": [{"title": "Mug", "currentQuantity": 2}]},
    }

    return node | fields


def answered(services: Services, shop: int, *nodes: dict[str, Any]) -> tuple[Told, Any]:
    """What is told when Shopify answers with these orders, and what it was asked."""
    body = {"data": {"orders": {"nodes": list(nodes)}}}

    with ReplayServer(refusal(200, body)) as shopify:
        origin = f"{shopify.base}/stores/{{shop}}"
        elsewhere = replace(services.config, shopify_origin=origin)
        told = ask(
            replace(services, config=elsewhere),
            shop,
            number="1",
            email="jo@example.com",
        )
    [asked] = shopify.asked
    return told, asked.json


def test_what_shopify_finds_is_compared_once_more(
    services: Services, shop: int
) -> None:
    """A search finds what is like the words; and a shop may not let addresses be read."""
    others = [
        order_node(email="jo@example.com.evil"),
        order_node(email=None),
        order_node(name="#11"),
        order_node(email=["jo@example.com"]),
    ]

    told, asked = answered(services, shop, *others)

    assert told.text == NOTHING
    assert json.dumps(asked["variables"]) == json.dumps(
        {"query": 'name:"1" AND email:"jo@example.com"'}
    )
    assert name_of(answered(services, shop, *others, order_node())[0]) == "#1"


def test_each_parcel_is_told_with_a_link_that_is_safe_to_follow(
    services: Services, shop: int
) -> None:
    parcels = [
        {"company": "DHL", "number": "1", "url": "https://dhl.example/1"},
        {"company": "Post", "number": "2", "url": "javascript:alert(1)"},
        {"company": None, "number": None, "url": None},
    ]
    sent = {"displayStatus": "OUT_FOR_DELIVERY", "trackingInfo": parcels}
    unknown: dict[str, Any] = {"displayStatus": None, "trackingInfo": []}

    told, _ = answered(services, shop, order_node(fulfillments=[sent, unknown]))

    assert [each["url"] for each in told.part["fulfilments"]] == [
        "https://dhl.example/1",
        None,
        None,
        None,
    ]
    assert [each["status"] for each in told.part["fulfilments"]] == [
        "out_for_delivery",
        "out_for_delivery",
        "out_for_delivery",
        "fulfilled",
    ]


def test_what_was_taken_out_of_an_order_is_not_told(
    services: Services, shop: int
) -> None:
    lines = [
        {"title": "Mug", "currentQuantity": 0},
        {"title": "Bowl", "currentQuantity": 1},
    ]

    told, _ = answered(services, shop, order_node(lineItems={"nodes": lines}))

    assert told.part["items"] == [{"title": "Bowl", "quantity": 1}]
