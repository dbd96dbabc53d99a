"""A draft order is created once, found by its tag, and refused with the fields that are wrong."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, coerce_input_value

from backend.config import Config
from backend.errors import (
    ChangeRefused,
    ScopeMissing,
    ShopifyThrottled,
    ShopifyUnavailable,
)
from backend.shopify import admin_client
from backend.shopify.admin_client import Access
from backend.shopify.admin_operations import document
from backend.shopify.bulk_export import Ask
from backend.shopify.draft_orders import (
    MOST_KEY,
    MOST_LINES,
    MOST_NOTE,
    MOST_TAG,
    MOST_VALUE,
    DraftLine,
    DraftOrder,
    NewDraftOrder,
    create_draft_order,
    find_draft_order,
)
from backend.shopify.money import Money
from tests.support.admin_schema import shopifys_schema
from tests.support.pretend_shopify import AdminApi, config_for
from tests.support.pretend_stores import PretendStore, new_store

MUG, LAMP, STOOL = 810301, 810501, 810602
TAG = "flux-7f3a"
ORDER = NewDraftOrder(
    TAG,
    (DraftLine(MUG, 12), DraftLine(LAMP, 2)),
    note="Please ring the bell.",
    email="ben@example.com",
    phone="+49 30 901820",
    attributes=(("Pickup place", "Harbour Street 1"), ("Name", "Ben")),
)
ANSWERED = {
    "id": "gid://shopify/DraftOrder/7",
    "name": "#D7",
    "invoiceUrl": None,
    "status": "OPEN",
    "tags": [TAG],
    "totalPriceSet": None,
    "warnings": [],
}


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "drafts") as store:
        yield store


@pytest.fixture
def ask(config: Config, store: PretendStore) -> Ask:
    access = Access(store.shop, store.opens())
    return partial(admin_client.ask, config, access)


def input_of(order: NewDraftOrder) -> dict[str, Any]:
    """What Shopify would be asked to create."""
    asked: list[Any] = []

    def note(name: str, values: Any) -> dict[str, Any]:
        asked.append(values["input"])
        return {"draftOrderCreate": {"draftOrder": ANSWERED}}

    create_draft_order(note, order)
    [given] = asked
    return dict(given)


def answering(**changed: Any) -> Ask:
    """Somebody who has created one that is told so."""

    def answer(name: str, values: Any) -> dict[str, Any]:
        return {"draftOrderCreate": {"draftOrder": ANSWERED | changed}}

    return answer


def finding(*found: Any) -> Ask:
    def answer(name: str, values: Any) -> dict[str, Any]:
        return {"draftOrders": {"nodes": list(found)}}

    return answer


def test_ben_has_ordered_and_mira_finds_it_in_her_store(
    ask: Ask, store: PretendStore
) -> None:
    created = create_draft_order(ask, ORDER)

    [kept] = store.draft_orders()
    assert (created.name, created.status) == ("#D1", "OPEN")
    assert created.total == Money(Decimal("522.00"), "EUR")
    assert created.invoice_url == kept["invoiceUrl"]
    assert created.warnings == ()
    assert kept["id"].endswith(f"/{created.id}")
    assert [line["quantity"] for line in kept["lines"]] == [12, 2]
    assert kept["tags"] == [TAG]


def test_what_ben_has_said_is_there_for_her_to_read(
    ask: Ask, store: PretendStore
) -> None:
    create_draft_order(ask, ORDER)

    [kept] = store.draft_orders()
    given = kept["input"]
    assert given["email"] == "ben@example.com"
    assert given["phone"] == "+49 30 901820"
    assert given["note"] == "Please ring the bell."
    assert given["customAttributes"] == [
        {"key": "Pickup place", "value": "Harbour Street 1"},
        {"key": "Name", "value": "Ben"},
    ]


def test_anas_order_is_hers_by_her_account_and_not_by_an_address(
    ask: Ask, store: PretendStore
) -> None:
    create_draft_order(ask, replace(ORDER, customer_id=7001))

    [kept] = store.draft_orders()
    customer = {"customerId": "gid://shopify/Customer/7001"}
    assert kept["input"]["purchasingEntity"] == customer
    assert "customerId" not in kept["input"]
    assert "email" not in kept["input"]


def test_an_order_from_abroad_is_paid_in_the_money_of_there(ask: Ask) -> None:
    created = create_draft_order(ask, replace(ORDER, currency="USD"))

    assert created.total == Money(Decimal("574.20"), "USD")


def test_what_nobody_has_said_is_left_out() -> None:
    plain = NewDraftOrder(TAG, (DraftLine(MUG, 1),))

    assert input_of(plain).keys() == {"tags", "lineItems"}


def test_an_answer_without_words_is_no_attribute() -> None:
    given = input_of(replace(ORDER, attributes=(("Name", ""),)))

    assert "customAttributes" not in given


def test_words_are_cut_to_what_shopify_takes() -> None:
    long = "x" * 9_000

    given = input_of(replace(ORDER, note=long, attributes=((long, long),)))

    assert len(given["note"]) == MOST_NOTE
    [attribute] = given["customAttributes"]
    assert (len(attribute["key"]), len(attribute["value"])) == (MOST_KEY, MOST_VALUE)


@pytest.mark.parametrize("changed", [{}, {"customer_id": 7001}, {"currency": "USD"}])
def test_shopify_knows_each_field_that_is_sent_and_deprecates_none(
    changed: dict[str, Any],
) -> None:
    kind = shopifys_schema().type_map["DraftOrderInput"]
    assert isinstance(kind, GraphQLInputObjectType)
    given = input_of(replace(ORDER, **changed))

    coerce_input_value(given, kind)

    assert not [name for name in given if kind.fields[name].deprecation_reason]


@pytest.mark.parametrize(
    "changed",
    [
        {"tag": ""},
        {"tag": "a,b"},
        {"tag": "x" * (MOST_TAG + 1)},
        {"lines": ()},
        {"lines": (DraftLine(MUG, 1),) * (MOST_LINES + 1)},
    ],
)
def test_what_can_be_no_draft_order_is_never_sent(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tag|lines"):
        input_of(replace(ORDER, **changed))


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"lines": (DraftLine(MUG, 0),)}, "unnamed lineItems.0.quantity"),
        ({"lines": (DraftLine(999, 1),)}, "unnamed lineItems.0.variantId"),
        ({"email": "ben at home"}, "unnamed email"),
        ({"phone": "call me"}, "unnamed phone"),
        ({"currency": "XPF"}, "unnamed presentmentCurrencyCode"),
    ],
)
def test_what_shopify_does_not_accept_is_named_and_not_quoted(
    ask: Ask, store: PretendStore, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ChangeRefused) as refused:
        create_draft_order(ask, replace(ORDER, **changed))

    assert refused.value.problems == (problem,)
    assert store.draft_orders() == []


def test_without_the_scope_nothing_is_created_or_found(
    ask: Ask, store: PretendStore
) -> None:
    store.grants("read_products")

    with pytest.raises(ScopeMissing) as creating:
        create_draft_order(ask, ORDER)
    with pytest.raises(ScopeMissing):
        find_draft_order(ask, TAG)

    assert creating.value.reason == "write_draft_orders"
    assert store.draft_orders() == []


def test_an_order_whose_answer_was_lost_is_found_by_its_tag(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("lost", "draftOrderCreate", shop=store.shop)

    with pytest.raises(ShopifyUnavailable):
        create_draft_order(ask, ORDER)
    found = find_draft_order(ask, TAG)

    [kept] = store.draft_orders()
    assert found is not None
    assert found.name == kept["name"]
    assert admin_api.asked_fields(store.shop) == ["draftOrderCreate", "draftOrders"]


def test_a_shop_that_is_asked_too_much_has_created_nothing(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("throttled", "draftOrderCreate", shop=store.shop)

    with pytest.raises(ShopifyThrottled):
        create_draft_order(ask, ORDER)

    assert store.draft_orders() == []


def test_only_the_call_that_is_meant_goes_wrong(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails_after(1, "down", "draftOrderCreate", store.shop)

    create_draft_order(ask, ORDER)
    with pytest.raises(ShopifyUnavailable):
        create_draft_order(ask, ORDER)
    create_draft_order(ask, ORDER)

    assert [each["name"] for each in store.draft_orders()] == ["#D1", "#D2"]


def test_a_new_order_may_be_found_late(ask: Ask, store: PretendStore) -> None:
    store.finds_draft_orders_late(2)
    created = create_draft_order(ask, ORDER)

    found = [find_draft_order(ask, TAG) for _ in range(3)]

    assert found == [None, None, created]


@pytest.mark.parametrize("tag", ["nothing", 'a" OR tag:"flux-7f3a', "flux-7f3", ""])
def test_a_tag_finds_its_own_order_and_no_other(ask: Ask, tag: str) -> None:
    create_draft_order(ask, ORDER)

    assert find_draft_order(ask, tag) is None


def test_an_order_that_is_only_like_it_is_not_taken_for_it() -> None:
    like = ANSWERED | {"tags": [f"{TAG}-2"]}

    found = find_draft_order(finding(like, ANSWERED), TAG)

    assert found == DraftOrder(7, "#D7", "", "OPEN", None)
    assert find_draft_order(finding(like), TAG) is None


def test_of_a_warning_its_code_is_kept() -> None:
    warning = {"errorCode": "discount_not_applied", "field": "lineItems"}

    created = create_draft_order(answering(warnings=[warning]), ORDER)

    assert created.warnings == ("discount_not_applied",)


@pytest.mark.parametrize(
    "changed", [{"id": "gid://shopify/DraftOrder/x"}, {"name": None}, {"tags": None}]
)
def test_an_answer_that_is_none_leaves_it_open_whether_there_is_an_order(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(ShopifyUnavailable):
        create_draft_order(answering(**changed), ORDER)


def test_nothing_about_people_is_asked_back_or_shown_by_accident() -> None:
    for name in ("draft_order_create", "draft_orders_by_tag"):
        text = document(name)
        assert not {"customer", "email", "phone", "note2"} & set(text.split())

    assert "ben@example.com" not in repr(ORDER)
    assert "ring the bell" not in repr(ORDER)
