"""Parts are read into what people see of them, whatever stands in a file."""

from typing import Any

import pytest

from backend.store.part_display import (
    PartDisplay,
    PartItem,
    Picture,
    describe_part,
    read_part,
)

SHOP = "https://shop.example"
LAMP: dict[str, Any] = {
    "title": "Harbour Lamp",
    "url": "/products/harbour-lamp",
    "image": {"url": "https://cdn.example/lamp.jpg", "alt": "In oak"},
    "price": {"amount": "129.00", "currency": "EUR"},
    "compareAtPrice": {"amount": "149.00", "currency": "EUR"},
    "available": False,
}
ORDER: dict[str, Any] = {
    "type": "order",
    "name": "#1042",
    "status": "in_transit",
    "placedAt": "2026-11-18T08:30:00Z",
    "fulfilments": [
        {
            "status": "in_transit",
            "company": "DHL",
            "number": "0034",
            "url": "https://track.example/0034",
        },
        {"status": "label_printed", "company": None, "number": None, "url": None},
    ],
    "items": [{"title": "Harbour Lamp", "quantity": 2}],
}
NASTY: list[Any] = [
    None,
    7,
    True,
    "",
    "x",
    [],
    [None, 3, "y"],
    {},
    {"url": 5},
    [{}],
    [[[]]],
]


def items_of(part: dict[str, Any]) -> list[PartItem]:
    return list(read_part(part, SHOP).items)


def test_a_product_has_its_page_picture_and_price() -> None:
    assert read_part({"type": "products", "items": [LAMP]}, SHOP) == PartDisplay(
        "Products",
        items=[
            PartItem(
                "Harbour Lamp",
                url="https://shop.example/products/harbour-lamp",
                picture=Picture("https://cdn.example/lamp.jpg", "In oak"),
                price="€129.00",
                price_before="€149.00",
                is_sold_out=True,
            )
        ],
    )


@pytest.mark.parametrize(
    "before",
    [
        None,
        {"amount": "129.00", "currency": "EUR"},
        {"amount": "9.00", "currency": "EUR"},
        {"amount": "149.00", "currency": "USD"},
    ],
)
def test_a_price_that_was_no_more_is_left_out(before: Any) -> None:
    [lamp] = items_of(
        {"type": "products", "items": [LAMP | {"compareAtPrice": before}]}
    )

    assert (lamp.price, lamp.price_before) == ("€129.00", "")


def test_an_order_has_its_state_what_was_bought_and_its_parcels() -> None:
    display = read_part(ORDER, SHOP)

    assert display.heading == "Order: #1042, in transit"
    assert display.placed_at == 1_794_990_600_000
    assert [(item.title, item.url) for item in display.items] == [
        ("2 × Harbour Lamp", ""),
        ("Parcel: DHL 0034, in transit", "https://track.example/0034"),
        ("Parcel: label printed", ""),
    ]


def test_sources_are_links_with_their_titles() -> None:
    items = [
        {"title": "Shipping", "url": "/policies/shipping-policy"},
        {"title": "", "url": "https://tide.example/faq"},
        {"title": "No page", "url": "javascript:alert(1)"},
    ]

    assert items_of({"type": "sources", "items": items}) == [
        PartItem("Shipping", "https://shop.example/policies/shipping-policy"),
        PartItem("https://tide.example/faq", "https://tide.example/faq"),
        PartItem("No page", ""),
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("offered", "A person can be asked"),
        ("requested", "A person has been asked for"),
        ("joined", "A person has joined"),
        ("returned", "Returned to assistant"),
        ("asked_back", "Asked whether the assistant may go on"),
        ("gave_up", "Nobody could answer in time"),
        ("some_other", "some other"),
    ],
)
def test_a_person_is_told_in_plain_words(state: str, said: str) -> None:
    part = {"type": "person", "state": state, "hours": None}

    assert read_part(part).lead == said


def test_who_has_joined_is_named() -> None:
    part = {"type": "person", "state": "joined", "hours": None, "name": "Mira"}

    assert describe_part(part) == "Person: Mira joined"


def test_who_is_away_is_told_with_the_hours() -> None:
    part = {"type": "person", "state": "away", "hours": "Mon 9:00–17:00"}

    assert read_part(part).lead == (
        "A person has been asked for; the team is away, Mon 9:00–17:00"
    )


def test_a_form_and_what_nobody_knows_are_one_line() -> None:
    form = {"type": "form", "fields": [{"label": "Phone"}, {"label": "Time"}]}
    later = {"type": "map", "items": [{"title": "Pier 7", "url": "/pages/pier"}]}

    assert describe_part(form) == "Form: Phone, Time"
    assert describe_part(later) == "Shown: Pier 7"
    assert describe_part({"type": ["products"]}) == "Shown"


def test_a_part_in_one_line_has_prices_and_addresses() -> None:
    plain = {"title": "Mug\n=1+1", "price": {"amount": "12", "currency": "USD"}}
    part = {"type": "products", "items": [LAMP, plain]}

    assert describe_part(part, SHOP) == (
        "Products: Harbour Lamp — €129.00 (was €149.00), sold out,"
        " https://shop.example/products/harbour-lamp | Mug =1+1 — $12.00"
    )
    assert describe_part(ORDER) == (
        "Order: #1042, in transit, placed 2026-11-18 | 2 × Harbour Lamp"
        " | Parcel: DHL 0034, in transit, https://track.example/0034"
        " | Parcel: label printed"
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//otto.example",
        "/\\otto.example",
        "https://user@otto.example/",
        "https://",
        "http://[",
        "https://shop.example:port/",
        "https://shop.example/a b",
        "java\nscript:alert(1)",
        "pages/lamp",
        7,
        None,
    ],
)
def test_what_a_browser_should_not_open_is_no_address(address: Any) -> None:
    item = LAMP | {"url": address, "image": {"url": address, "alt": "x"}}
    [lamp] = items_of({"type": "products", "items": [item]})

    assert (lamp.url, lamp.picture) == ("", None)


@pytest.mark.parametrize("kind", ["products", "sources", "order", "person", "form"])
@pytest.mark.parametrize("nasty", NASTY, ids=repr)
def test_bad_fields_break_nothing(kind: str, nasty: Any) -> None:
    names = (*LAMP, *ORDER, "items", "state", "hours", "fields", "quantity", "number")
    inner = dict.fromkeys(names, nasty)
    outer = inner | {"type": kind, "items": [inner], "fulfilments": [inner]}

    for part in (inner | {"type": kind}, outer, {"type": kind}):
        read_part(part, SHOP)
        assert describe_part(part).count("\n") == 0


@pytest.mark.parametrize("placed", ["", "soon", "0001-01-01", "9999-12-31T23:59:59Z"])
def test_a_time_that_is_none_is_left_out(placed: str) -> None:
    assert read_part(ORDER | {"placedAt": placed}).placed_at is None
