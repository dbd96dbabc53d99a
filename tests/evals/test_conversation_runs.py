"""What is compared in a conversation: each expectation is missed by what it should be missed by."""

import json
from typing import Any

import pytest

from evals.conversation_files import Expected
from evals.conversation_runs import check_exchange, check_waits
from evals.eval_shop import Called
from evals.shopper_views import Exchange, Reply

MUG: dict[str, Any] = {
    "handle": "harbour-mug",
    "price": {"amount": "22.00", "currency": "EUR"},
}
SHOWN = {"type": "products", "items": [MUG]}
SOURCES = {"type": "sources", "items": [{"title": "T", "url": "/policies/x"}]}
ORDER = {"type": "order", "name": "#1005"}


def had(text: str = "Here.", parts: Any = (), calls: Any = ()) -> Exchange:
    return Exchange(Reply("c", ["", text], list(parts), "finished"), list(calls))


def called(tool: str, **facts: Any) -> Called:
    return Called("c", tool, '{"query": "mug"}', json.dumps(facts), [])


def problems(exchange: Exchange, **expected: Any) -> int:
    return len(list(check_exchange(Expected("Hi", **expected), exchange)))


SEARCHED = had(parts=[SHOWN, SOURCES, ORDER], calls=[called("search_products")])


@pytest.mark.parametrize(
    "expected",
    [
        {"calls": ["search_products"], "asks": {"search_products": "mug"}},
        {"shows": ["harbour-mug"], "any": ["beacon-lamp", "harbour-mug"]},
        {"sources": ["policies"], "order": "#1005", "person": False},
        {"hides": ["beacon-lamp"], "avoids": ["check_order"], "states": ["Here"]},
    ],
)
def test_what_is_as_expected_is_no_problem(expected: dict[str, Any]) -> None:
    assert problems(SEARCHED, **expected) == 0


@pytest.mark.parametrize(
    "expected",
    [
        {"quiet": True},
        {"calls": ["check_order"]},
        {"avoids": ["search_products"]},
        {"asks": {"search_products": "lamp"}},
        {"shows": ["beacon-lamp"]},
        {"any": ["beacon-lamp"]},
        {"hides": ["harbour-mug"]},
        {"nothing": True},
        {"sources": ["returns"]},
        {"order": "none"},
        {"person": True},
        {"states": ["41"]},
        {"lacks": ["harbour"]},
    ],
)
def test_each_expectation_can_be_missed(expected: dict[str, Any]) -> None:
    assert problems(SEARCHED, **expected) == 1


def test_a_price_that_is_not_the_shops_is_a_problem() -> None:
    dearer = MUG | {"price": {"amount": "23.00", "currency": "EUR"}}

    assert problems(had(calls=[called("search_products", products=[MUG])])) == 0
    assert problems(had(calls=[called("search_products", products=[dearer])])) == 1
    assert problems(had(calls=[called("get_product", product=dearer)])) == 1


def test_a_row_of_another_shop_is_a_problem() -> None:
    assert problems(had(calls=[called("search_products", note="Quillfeather")])) == 1


def test_who_waits_is_compared_only_where_it_is_said() -> None:
    assert list(check_waits(Expected("Hi"), True)) == []
    assert list(check_waits(Expected("Hi", waits=True), True)) == []
    assert len(list(check_waits(Expected("Hi", waits=False), True))) == 1
