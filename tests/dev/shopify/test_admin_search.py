"""Searching a list as Shopify's syntax has it: conditions, quotes, times, and nothing ignored."""

from typing import Any

import pytest

from backend.dev.shopify.admin_search import (
    BadSearch,
    Condition,
    filter_records,
    read_conditions,
)

MUG: dict[str, Any] = {
    "id": "gid://shopify/Product/1",
    "title": "Harbour Mug",
    "handle": "harbour-mug",
    "status": "ACTIVE",
    "publishedAt": "2026-11-01T08:00:00Z",
    "updatedAt": "2026-11-01T08:00:00Z",
    "tags": ["kitchen", "gift"],
}
BOWL: dict[str, Any] = MUG | {
    "id": "gid://shopify/Product/2",
    "title": "Tidepool Bowl",
    "handle": "tidepool-bowl",
    "updatedAt": "2026-11-20T08:00:00Z",
    "publishedAt": None,
    "tags": [],
}
SKETCH = BOWL | {"id": "gid://shopify/Product/3", "status": "DRAFT"}
ORDER = {
    "id": "gid://shopify/Order/1001",
    "name": "#1001",
    "email": "ana@example.com",
    "customerId": 7001,
    "processedAt": "2026-11-01T08:00:00Z",
}


def found(query: str, *records: dict[str, Any]) -> list[str]:
    known = records or (MUG, BOWL, SKETCH)
    return [each["id"][-1] for each in filter_records(known, query)]


@pytest.mark.parametrize(
    "query, numbers",
    [
        ("", "123"),
        ("status:active", "12"),
        ("status:active AND published_status:published", "1"),
        ("status:ACTIVE published_status:unpublished", "2"),
        ("updated_at:>'2026-11-10T00:00:00Z'", "23"),
        ('updated_at:<="2026-11-01T08:00:00Z"', "1"),
        ("updated_at:>2026-11-01T08:00:00Z", "23"),
        ("updated_at:>=2026-11-01T09:00:00+01:00", "123"),
        ("id:2", "2"),
        ("id:gid://shopify/Product/3", "3"),
        ("tag:gift", "1"),
        ("handle:harbour-mug", "1"),
        ("title:mug", "1"),
        ("title:tide*", "23"),
        ("harbour", "1"),
        ("harbour bowl", ""),
        ('title:"harbour mug"', "1"),
    ],
)
def test_all_conditions_have_to_hold(query: str, numbers: str) -> None:
    assert found(query) == list(numbers)


@pytest.mark.parametrize(
    "query, is_found",
    [
        ("name:#1001 AND email:ana@example.com", True),
        ("name:1001", True),
        ("name:1001 AND email:ben@example.com", False),
        ("customer_id:7001", True),
        ("customer_id:7002", False),
        ("processed_at:>2026-12-01T00:00:00Z", False),
    ],
)
def test_orders_are_found_by_who_has_them(query: str, is_found: bool) -> None:
    assert bool(found(query, ORDER)) == is_found


def test_quotes_hold_what_would_be_another_condition() -> None:
    query = r'name:"a \" b\\" AND email:' + "'it\\'s AND status:draft'"

    assert read_conditions(query) == [
        Condition("name", "", 'a " b\\'),
        Condition("email", "", "it's AND status:draft"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "colour:red",
        'title:"half',
        "updated_at:>yesterday",
        "updated_at:>2026-11-01T08:00:00",
    ],
)
def test_what_it_does_not_understand_it_does_not_ignore(query: str) -> None:
    with pytest.raises(BadSearch):
        filter_records([MUG], query)


def test_a_file_is_found_by_its_whole_name_and_not_by_a_part_of_it() -> None:
    lamp = {"id": "gid://shopify/MediaImage/4", "filename": "lamp.png"}

    assert found('filename:"Lamp.png"', lamp) == ["4"]
    assert found("filename:lamp", lamp) == []
