"""A message is read as an order of real goods, or as none."""

import pytest

from backend.flows.order_reading import choose_languages, open_shelf, read_order
from backend.flows.orders import OrderLimits
from backend.flows.shelf import CatalogShelf
from backend.flows.store_shelf import StoreShelf
from backend.services import Services
from backend.store.database import Database
from tests.support.order_goods import order_goods, told
from tests.support.small_catalogs import fill_shop
from tests.support.talks import MIRAS, OTTOS


def test_an_order_is_read_from_the_shops_own_catalog(services: Services) -> None:
    fill_shop(services, MIRAS, *order_goods())
    fill_shop(services, OTTOS)

    here = read_order(services, MIRAS, "5 lighthouse enamel mugs", "en")
    there = read_order(services, OTTOS, "5 lighthouse enamel mugs", "en")

    assert here.is_order
    assert here.lines[0].is_settled
    assert there.lines[0].product is None


def test_a_store_without_a_copy_is_asked_itself(services: Services) -> None:

    with open_shelf(services, MIRAS, "5 mugs", "en") as shelf:
        assert isinstance(shelf, StoreShelf)
    fill_shop(services, MIRAS, *order_goods())
    with open_shelf(services, MIRAS, "5 mugs", "en") as shelf:
        assert isinstance(shelf, CatalogShelf)


def test_more_lines_than_are_read_are_said(services: Services) -> None:
    fill_shop(services, MIRAS, *order_goods())

    text = "5 lighthouse enamel mug\n" * 6
    reading = read_order(services, MIRAS, text, "en", OrderLimits(lines=4))

    assert (len(reading.lines), reading.more) == (4, True)


@pytest.mark.parametrize(
    "text",
    [
        "Do you ship to Norway?",
        "Thanks, all 24 mugs arrived today!",
        "Is the lighthouse enamel mug good for tea?",
        "We are 20 people, when do you open?",
        "hello",
        "",
    ],
)
def test_what_is_no_order_has_no_lines(goods: Database, text: str) -> None:
    assert told(goods, text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12 lighthouse enamel mugs please", "en"),
        ("Bitte ein Dutzend Lighthouse Enamel Mug", "de"),
        ("une douzaine de Lighthouse Enamel Mug svp", "fr"),
        ("quiero doce Lighthouse Enamel Mug", "es"),
        ("Lighthouse Enamel Mug を12個お願いします", "ja"),
        ("मुझे एक दर्जन Lighthouse Enamel Mug चाहिए", "hi"),
        ("mujhe barah Lighthouse Enamel Mug chahiye", "hi"),
        ("പന്ത്രണ്ട് Lighthouse Enamel Mug വേണം", "ml"),
        ("أريد ١٢ من Lighthouse Enamel Mug", "ar"),
    ],
)
def test_an_order_is_read_in_every_language(
    goods: Database, text: str, language: str
) -> None:
    assert told(goods, text, language, "en") == [(12, "lighthouse-enamel-mug", "", ())]


def test_languages_are_the_shoppers_the_texts_and_the_shops() -> None:
    assert choose_languages("5 Zen मग", "de-AT", "en")[:2] == ("de", "hi")
    assert "en" in choose_languages("", None, "")
