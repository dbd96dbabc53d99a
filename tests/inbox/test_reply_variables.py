"""What stands in curly brackets is filled in, left out where that reads well, or seen before it is
sent.
"""

from typing import Any

import pytest

from backend.chat.messages import Message, MessageStatus, Role
from backend.inbox import reply_variables
from backend.inbox.reply_variables import NAMES, ReplyValues

ALL = ReplyValues("Ana", "#1042", "https://tide.example/products/bowl", "Mira", "Tide")


def shows(*parts: dict[str, Any]) -> Message:
    said = ("m" * 32, Role.ASSISTANT, "Look", MessageStatus.ANSWERED, 0)
    return Message(1, "c" * 32, 1, *said, parts=list(parts))


def order(name: Any, status: Any = "FULFILLED") -> dict[str, Any]:
    return {"type": "order", "name": name, "status": status}


def products(*urls: Any) -> dict[str, Any]:
    return {"type": "products", "items": [{"url": url} for url in urls]}


def test_every_name_has_its_value() -> None:
    text = " | ".join(f"{{{{{name}}}}}" for name in NAMES)

    assert reply_variables.fill_in(text, ALL) == (
        "Ana | #1042 | https://tide.example/products/bowl | Mira | Tide"
    )
    assert reply_variables.fill_in("{{ order }}", ALL) == "#1042"


@pytest.mark.parametrize(
    "text, filled",
    [
        ("Hello {{customer.first_name}}, welcome", "Hello, welcome"),
        ("{{customer.first_name}}, we are sorry", "we are sorry"),
        ("One.\n{{ customer.first_name }}: two", "One.\ntwo"),
        ("Thank you {{customer.first_name}}!", "Thank you!"),
    ],
)
def test_a_name_that_nobody_knows_is_left_out(text: str, filled: str) -> None:
    assert reply_variables.fill_in(text, ReplyValues()) == filled


def test_what_else_nobody_knows_stays_and_is_a_fault() -> None:
    text = "Your order {{order}} from {{shop.name}} {{no.such.name}}"

    filled = reply_variables.fill_in(text, ReplyValues(shop_name="Tide"))

    assert filled == "Your order {{order}} from Tide {{no.such.name}}"
    assert reply_variables.find_fault(filled).endswith(": {{order}}")


@pytest.mark.parametrize("text", ["Hello", "{ order }", "a } b {", ""])
def test_words_without_such_brackets_are_fine(text: str) -> None:
    assert reply_variables.find_fault(text) == ""


def test_a_fault_shows_the_beginning_of_what_never_ends() -> None:
    fault = reply_variables.find_fault("Hello {{" + "x" * 100)

    assert fault.endswith("…")
    assert len(fault) < 100


def test_the_order_and_the_product_are_those_shown_last() -> None:
    said = [
        shows(order("#1041"), products("/products/a", "/products/b")),
        shows(order("#1042", None), order(7), order("#1041", "REFUNDED")),
        shows({"type": "sources", "items": [{"url": "/pages/x"}]}, products()),
    ]

    assert reply_variables.find_last_order(said) == "#1041"
    assert reply_variables.list_orders(said) == [("#1042", ""), ("#1041", "REFUNDED")]
    assert reply_variables.find_last_product(said) == "/products/a"


def test_nothing_was_shown_nothing_is_known() -> None:
    assert reply_variables.find_last_order([shows()]) == ""
    assert reply_variables.find_last_product([shows(products(7, ""))]) == ""
