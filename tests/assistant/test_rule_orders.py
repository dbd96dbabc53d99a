"""Where an order is, told from what was found, and asked back where something is missing."""

from typing import Any

import pytest

from backend.assistant.rule_replies import say
from tests.support.rules_talk import ORDER, RulesTalk, whole_store


def test_an_order_is_told_with_its_parcel() -> None:
    answer = RulesTalk(whole_store()).ask("where is order #1042, ben@example.com")

    assert answer.splitlines() == [
        "Order #1042: on its way.",
        "Tracking: DHL 0034 https://example.com/0034",
    ]


def test_number_and_address_are_asked_for_once_and_remembered() -> None:
    talk = RulesTalk(whole_store())

    assert talk.ask("where is my order") == say("order_needs_both", "en")
    assert talk.calls == [("check_order", {})]
    assert talk.ask("#1042") == say("order_needs_email", "en")
    assert "on its way" in talk.ask("Ben@Example.com")
    assert talk.calls == [
        ("check_order", {"number": "1042", "email": "ben@example.com"})
    ]


def test_an_address_from_before_helps_with_the_next_order() -> None:
    talk = RulesTalk(whole_store())
    talk.ask("my mail is ben@example.com, thanks")
    talk.ask("where is my order 2077")

    assert talk.calls == [
        ("check_order", {"number": "2077", "email": "ben@example.com"})
    ]


def test_a_missing_number_is_asked_for() -> None:
    answer = RulesTalk(whole_store()).ask("where is my order, i am ben@example.com")

    assert answer == say("order_needs_number", "en")


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"found": False}, "order_not_found"),
        ({"found": False, "unavailable": True}, "no_orders"),
    ],
)
def test_no_order_is_an_honest_sentence(facts: dict[str, Any], name: str) -> None:
    talk = RulesTalk(whole_store() | {"check_order": facts})

    answer = talk.ask("where is order #1042, ben@example.com")

    assert answer == f"{say(name, 'en')} {say('offer', 'en')}"


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (ORDER | {"status": "unfulfilled", "fulfilments": []}, "not shipped yet"),
        (ORDER | {"status": "cancelled"}, "cancelled"),
        (ORDER | {"fulfilments": ORDER["fulfilments"] * 2}, "shipped"),
        (ORDER | {"status": "eaten_by_whale", "fulfilments": []}, "eaten by whale"),
    ],
)
def test_how_it_stands_is_told_in_a_shopper_s_words(
    order: dict[str, Any], told: str
) -> None:
    found = {"found": True, "order": order}
    talk = RulesTalk(whole_store() | {"check_order": found})

    assert talk.ask("where is my order").startswith(f"Order #1042: {told}.")


def test_a_shop_that_cannot_look_orders_up_says_so() -> None:
    store = whole_store()
    del store["check_order"]

    assert RulesTalk(store).ask("where is my order").startswith(say("no_orders", "en"))
