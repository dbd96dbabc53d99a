"""What an answer of the Admin API means, and that nothing of what stands in it gets out."""

import json
from typing import Any

import pytest

from backend.errors import (
    ChangeRefused,
    ChatError,
    QueryRejected,
    ScopeMissing,
    ShopifyThrottled,
    ShopifyUnavailable,
    ShopInactive,
    TokenRefused,
)
from backend.shopify.access_check import DEAD_TOKEN
from backend.shopify.admin_answers import Answer, read_cost, read_data, read_pause
from backend.shopify.throttle import Cost

SECRET_WORDS = "ana@example.com"
SHOP_DATA = {"shop": {"id": "gid://shopify/Shop/1"}}
STATUS = {
    "maximumAvailable": 2000.0,
    "currentlyAvailable": 1954,
    "restoreRate": 100.0,
}
COST = {"requestedQueryCost": 101, "actualQueryCost": 46, "throttleStatus": STATUS}
DENIED = {
    "message": f"Access denied for orders field, {SECRET_WORDS}.",
    "path": ["orders"],
    "extensions": {
        "code": "ACCESS_DENIED",
        "requiredAccess": "`read_orders` access scope.",
    },
}


def answer(body: Any, status: int = 200, retry_after: str = "") -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, content, retry_after)


def coded(code: str) -> dict[str, Any]:
    return {"message": SECRET_WORDS, "extensions": {"code": code}}


def error_of(given: Answer) -> ChatError:
    with pytest.raises(ChatError) as raised:
        read_data(given)
    assert SECRET_WORDS not in f"{raised.value!r} {raised.value} {vars(raised.value)}"
    return raised.value


def test_the_data_of_a_good_answer_is_given_as_it_is() -> None:
    assert read_data(answer({"data": SHOP_DATA, "extensions": {}})) == SHOP_DATA


@pytest.mark.parametrize(
    "status, body, kind",
    [
        (401, {"errors": f"[API] {DEAD_TOKEN} {SECRET_WORDS}"}, TokenRefused),
        (403, {"errors": f"[API] {DEAD_TOKEN}"}, TokenRefused),
        (401, b"<html>401 Authorization Required", ShopifyUnavailable),
        (403, b"<html>Attention required", ShopifyUnavailable),
        (403, {"errors": f"Not now, {SECRET_WORDS}"}, ShopifyUnavailable),
        (402, {"errors": "This shop's plan is frozen"}, ShopInactive),
        (423, {"errors": "This shop is locked"}, ShopInactive),
        (429, {"errors": "Too many requests"}, ShopifyThrottled),
        (400, {"errors": {"query": SECRET_WORDS}}, QueryRejected),
        (400, b"", ShopifyUnavailable),
        (302, b"", ShopifyUnavailable),
        (404, {"errors": "Not Found"}, ShopifyUnavailable),
        (500, {"errors": SECRET_WORDS}, ShopifyUnavailable),
        (502, b"<html>502 Bad Gateway", ShopifyUnavailable),
        (200, b"<html>Free Wi-Fi", ShopifyUnavailable),
        (200, b'{"data": {"shop"', ShopifyUnavailable),
        (200, b"\xff\xfe", ShopifyUnavailable),
        (200, b"[" * 100_000, ShopifyUnavailable),
        (200, [SHOP_DATA], ShopifyUnavailable),
        (200, {"data": None}, ShopifyUnavailable),
        (200, {"data": [1]}, ShopifyUnavailable),
    ],
)
def test_each_status_has_its_error(
    status: int, body: Any, kind: type[ChatError]
) -> None:
    assert type(error_of(answer(body, status))) is kind


@pytest.mark.parametrize(
    "code, kind",
    [
        ("THROTTLED", ShopifyThrottled),
        ("SHOP_INACTIVE", ShopInactive),
        ("ACCESS_DENIED", ScopeMissing),
        ("INTERNAL_SERVER_ERROR", ShopifyUnavailable),
        ("MAX_COST_EXCEEDED", QueryRejected),
        ("undefinedField", QueryRejected),
    ],
)
def test_each_code_has_its_error(code: str, kind: type[ChatError]) -> None:
    assert type(error_of(answer({"errors": [coded(code)]}))) is kind


def test_what_shopify_rejects_is_named_by_its_code_alone() -> None:
    rejected = error_of(answer({"errors": [coded("MAX_COST_EXCEEDED")]}))
    nameless = error_of(answer({"errors": [coded(f"no code: {SECRET_WORDS}")]}))
    shapeless = error_of(answer({"errors": SECRET_WORDS}))

    assert isinstance(rejected, QueryRejected)
    assert rejected.because == "MAX_COST_EXCEEDED"
    for error in (nameless, shapeless):
        assert isinstance(error, QueryRejected)
        assert error.because == "unnamed"


def test_an_old_form_of_throttling_is_known_as_well() -> None:
    error = error_of(answer({"errors": [{"message": "Throttled"}]}))

    assert isinstance(error, ShopifyThrottled)


def test_a_part_that_was_refused_makes_the_whole_an_error() -> None:
    partial = {"data": SHOP_DATA | {"orders": None}, "errors": [DENIED]}

    error = error_of(answer(partial))

    assert isinstance(error, ScopeMissing)
    assert error.reason == "read_orders"


def test_a_part_that_broke_does_so_too() -> None:
    broken = {"data": SHOP_DATA, "errors": [coded("INTERNAL_SERVER_ERROR")]}

    assert isinstance(error_of(answer(broken)), ShopifyUnavailable)


def test_a_refusal_without_a_scope_names_our_own_field() -> None:
    protected = {
        "message": f"This app may not see {SECRET_WORDS}.",
        "path": ["orders", "nodes", 0, "email"],
        "extensions": {"code": "ACCESS_DENIED"},
    }

    error = error_of(answer({"data": SHOP_DATA, "errors": [protected]}))

    assert isinstance(error, ScopeMissing)
    assert error.reason == "orders.nodes.0.email"


def test_a_refused_scope_is_named_from_the_status_as_well() -> None:
    said = "[API] This action requires merchant approval for read_products scope."

    error = error_of(answer({"errors": said}, 403))

    assert isinstance(error, ScopeMissing)
    assert error.reason == "read_products"


def test_what_keeps_us_out_comes_before_what_is_wrong_with_a_field() -> None:
    errors = [coded("undefinedField"), DENIED, coded("THROTTLED")]

    assert isinstance(error_of(answer({"errors": errors})), ShopifyThrottled)
    assert isinstance(error_of(answer({"errors": errors[:2]})), ScopeMissing)


def test_a_change_that_was_refused_names_fields_and_codes() -> None:
    user_errors = [
        {"code": "TAKEN", "field": ["input", "title"], "message": SECRET_WORDS},
        {"code": None, "field": None, "message": SECRET_WORDS},
        SECRET_WORDS,
    ]
    data = {"articleCreate": {"article": None, "userErrors": user_errors}}

    error = error_of(answer({"data": data}))

    assert isinstance(error, ChangeRefused)
    assert error.problems == ("TAKEN input.title", "unnamed", "unnamed")


def test_a_change_without_problems_is_none() -> None:
    data = {"articleCreate": {"article": {"id": "1"}, "userErrors": []}}

    assert read_data(answer({"data": data})) == data


def test_what_an_answer_cost_is_read_from_it() -> None:
    told = {"data": SHOP_DATA, "extensions": {"cost": COST}}

    expected = Cost(requested=101, available=1954, maximum=2000, restore_rate=100)
    assert read_cost(answer(told)) == expected


@pytest.mark.parametrize(
    "extensions",
    [
        None,
        [],
        {},
        {"cost": None},
        {"cost": COST | {"throttleStatus": None}},
        {"cost": COST | {"requestedQueryCost": "many"}},
        {"cost": COST | {"throttleStatus": STATUS | {"restoreRate": 0}}},
        {"cost": COST | {"throttleStatus": STATUS | {"maximumAvailable": 1e30}}},
    ],
)
def test_figures_that_cannot_be_are_none(extensions: Any) -> None:
    assert read_cost(answer({"data": SHOP_DATA, "extensions": extensions})) is None


@pytest.mark.parametrize(
    "told, seconds",
    [
        ("2.0", 2.0),
        ("0", 0.0),
        ("", 1.0),
        ("soon", 1.0),
        ("-5", 1.0),
        ("nan", 1.0),
        ("999999", 1.0),
    ],
)
def test_a_pause_is_one_that_somebody_could_keep(told: str, seconds: float) -> None:
    assert read_pause(answer({}, 429, told)) == seconds


def test_an_answer_shows_nothing_of_what_it_holds() -> None:
    assert SECRET_WORDS not in repr(answer({"data": SECRET_WORDS}))
