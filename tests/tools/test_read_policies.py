"""What the store says itself, with the pages where it stands."""

from typing import Any

import pytest

from backend.catalog.documents import DocumentKind
from backend.services import Services
from backend.tools.read_policies import KINDS, MOST_CHARACTERS, TOOL
from tests.support.called_tools import Told, call, context_of
from tests.support.small_catalogs import MIRA, OTTO, page, policy, put_documents

RETURNS = policy(DocumentKind.RETURNS, "Refund policy", "Send it back within 30 days.")
SHIPPING = policy(DocumentKind.SHIPPING, "Shipping", "Parcels take two days.")
CARE = page(1, "Care of oak", "Oil your table twice a year.")


@pytest.fixture
def mira(services: Services) -> Services:
    put_documents(services.db, MIRA, RETURNS, SHIPPING, CARE)
    return services


def read(
    services: Services, question: str, shop_id: int = MIRA, **arguments: Any
) -> Told:
    context = context_of(services, shop_id, locale="de")
    return call(TOOL, context, question=question, **arguments)


def titles(told: Told) -> list[str]:
    return [passage["title"] for passage in told.facts["passages"]]


def test_the_model_reads_the_words_and_the_shopper_sees_where_they_stand(
    mira: Services,
) -> None:
    told = read(mira, "How do I oil my table?")

    source = {"title": CARE.title, "url": CARE.url}
    assert told.facts == {"passages": [source | {"text": CARE.text}]}
    assert told.part == {"type": "sources", "items": [source]}


def test_a_question_in_the_shoppers_language_finds_it_as_well(mira: Services) -> None:
    assert titles(read(mira, "Wie pflege ich meinen Eichentisch?")) == [CARE.title]


def test_a_policy_is_read_in_whatever_words_it_is_asked_for(mira: Services) -> None:
    assert titles(read(mira, "wie lange?", kind="returns")) == [RETURNS.title]
    assert titles(read(mira, "wie lange?", kind="shipping")) == [SHIPPING.title]


def test_each_page_is_a_source_once(services: Services) -> None:
    long = "\n".join(f"Candle {number}. {'words ' * 100}" for number in range(4))
    put_documents(services.db, MIRA, page(1, "Candles", long))

    told = read(services, "candles")

    assert len(told.facts["passages"]) > 1
    assert len(told.part["items"]) == 1


@pytest.mark.parametrize("kind", ["any", "payment", "terms"])
def test_what_the_store_has_not_written_is_told_as_none(
    mira: Services, kind: str
) -> None:
    told = read(mira, "krummhorn", kind=kind)

    assert told.facts == {"passages": []}
    assert told.parts == ()


def test_another_shops_pages_are_not_read(mira: Services) -> None:
    assert read(mira, "oil my table", OTTO).facts == {"passages": []}
    assert read(mira, "x", OTTO, kind="returns").facts == {"passages": []}


def test_each_kind_that_a_model_may_name_is_one_of_documents() -> None:
    asked = set(TOOL.arguments.__struct_fields__)

    assert asked == {"question", "kind"}
    assert {each for kinds in KINDS.values() for each in kinds} < set(DocumentKind)


@pytest.mark.parametrize(
    "arguments",
    [
        {"question": ""},
        {"question": "x" * (MOST_CHARACTERS + 1)},
        {"question": "x", "kind": "secrets"},
        {"kind": "returns"},
    ],
    ids=str,
)
def test_arguments_out_of_bounds_are_told_to_the_model(
    services: Services, arguments: dict[str, Any]
) -> None:
    told = call(TOOL, context_of(services, MIRA), **arguments)

    assert told.text.startswith("The arguments are wrong")
    assert told.parts == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken(mira: Services, kind: str) -> None:
    assert "passages" in read(mira, "returns", kind=kind).facts
