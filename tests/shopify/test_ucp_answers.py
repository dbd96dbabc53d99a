"""What stores answer through UCP, in each of its forms; a refusal has a code and no words."""

import json
from typing import Any

import msgspec
import pytest

from backend.errors import ShopifyUnavailable
from backend.shopify.ucp_answers import Content, Money, UcpRefused, read_answer

CARD = {"id": "gid://shopify/Product/8101", "title": "Board"}
FOUND = {"products": [CARD], "pagination": {"total_count": 7}}


def told(**answer: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1} | answer).encode()


def result(structured: Any = None, **more: Any) -> bytes:
    content = {} if structured is None else {"structuredContent": structured}
    return told(result=content | more)


def error(code: object, **more: Any) -> bytes:
    return told(error={"code": code, "message": "Ana may not see this"} | more)


def text(content: Any) -> dict[str, str]:
    return {"type": "text", "text": json.dumps(content)}


@pytest.mark.parametrize(
    "body",
    [
        result(FOUND),
        result(content=[text(FOUND)]),
        result(FOUND, content=[text({"products": []})], isError=False),
        result(
            content=[
                {"type": "image"},
                {"type": "text", "text": "Here you are:"},
                text(FOUND),
            ]
        ),
    ],
    ids=["structured", "text", "both", "text among others"],
)
def test_an_answer_is_read_in_each_of_its_forms(body: bytes) -> None:
    content = read_answer(200, body)

    assert content.products == [CARD]
    assert content.pagination is not None
    assert content.pagination.total_count == 7


def test_what_else_stands_in_an_answer_is_nothing_to_us() -> None:
    told_more = {"products": [], "ucp": {"status": "success", "version": "x"}}

    content = read_answer(200, result(told_more, _meta=1))

    assert content.products == []
    assert content.product is None


CLOSED = {
    "ucp": {"status": "error"},
    "messages": [{"code": "not available!"}, {"code": None}, {"code": "closed"}],
}
NO_PROFILE = {"code": "invalid_profile_url"}
NO = {"type": "text", "text": "No"}


@pytest.mark.parametrize(
    ("body", "because", "is_of_question"),
    [
        (error(-32602), "-32602", True),
        (error(-32600), "-32600", True),
        (error(-32603), "-32603", False),
        (error(-32001, data=NO_PROFILE), "invalid_profile_url", False),
        (error("Ana's own words"), "error", False),
        (error(None, data={"code": ["x"]}), "error", False),
        (error(None, data="x"), "error", False),
        (result({"ucp": {"status": "error"}}), "error", True),
        (result(CLOSED), "closed", True),
        (result(isError=True), "error", True),
        (result(isError=True, content=[NO]), "error", True),
        (result({"messages": [{"code": "busy"}]}, isError=True), "busy", True),
    ],
)
def test_a_refusal_has_its_code(
    body: bytes, because: str, is_of_question: bool
) -> None:
    with pytest.raises(UcpRefused) as refused:
        read_answer(200, body)

    assert refused.value.because == str(refused.value) == because
    assert refused.value.is_of_question is is_of_question


@pytest.mark.parametrize(
    ("status", "body", "because"),
    [
        (404, b"Not Found", "http_404"),
        (404, b"", "http_404"),
        (403, b"{}", "http_403"),
        (401, b'{"error": "unauthorized"}', "http_401"),
        (302, b"[]", "http_302"),
        (204, b"", "http_204"),
        (422, error(1, data={"code": "profile_malformed"}), "profile_malformed"),
    ],
)
def test_a_store_that_is_closed_to_us_is_not_only_away(
    status: int, body: bytes, because: str
) -> None:
    with pytest.raises(UcpRefused) as refused:
        read_answer(status, body)

    assert refused.value.because == because
    assert not refused.value.is_of_question


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 530])
def test_a_store_that_is_away_may_be_back(status: int) -> None:
    with pytest.raises(ShopifyUnavailable):
        read_answer(status, result(FOUND))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"result": "text"}',
        b'{"result": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
        result(content=[{"type": "text", "text": "[1"}]),
        result(content=[{"type": "text", "text": 7}]),
        result(content=[{"type": "text", "text": "\ud800"}]),
        result({"products": {}}),
        result({"products": ["no product"]}),
        error(["x"]),
    ],
)
def test_what_is_no_answer_is_none_for_now(body: bytes) -> None:
    with pytest.raises(ShopifyUnavailable):
        read_answer(200, body)


def test_content_may_have_nothing_in_it() -> None:
    assert read_answer(200, result({})) == Content()


@pytest.mark.parametrize(
    ("amount", "currency", "decimal"),
    [
        (1899, "USD", "18.99"),
        (1900, "EUR", "19.00"),
        (5, "EUR", "0.05"),
        (0, "EUR", "0.00"),
        (1899, "JPY", "1899"),
        (1899, "KRW", "1899"),
        (1899, "KWD", "1.899"),
        (18990, "CLF", "1.8990"),
        (10**15, "VND", str(10**15)),
        (1899, "XTS", "18.99"),
        (1899, "P", "18.99"),
    ],
)
def test_money_is_whole_minor_units_of_its_currency(
    amount: int, currency: str, decimal: str
) -> None:
    assert Money(amount, currency).decimal == decimal


@pytest.mark.parametrize(
    "money",
    [
        {"amount": 18.99, "currency": "USD"},
        {"amount": "1899", "currency": "USD"},
        {"amount": True, "currency": "USD"},
        {"amount": None, "currency": "USD"},
        {"amount": 1, "currency": 978},
        {"currency": "USD"},
        1899,
    ],
)
def test_what_is_no_money_is_refused(money: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(money, Money)
