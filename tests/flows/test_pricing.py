"""Before a yes each line is one variant of the catalog, with what Shopify asks for it now."""

from dataclasses import replace
from typing import Any

import pytest

from backend.errors import ScopeMissing, ShopifyUnavailable
from backend.flows import pricing
from backend.flows.answers import Answers, Price
from backend.flows.orders import Line
from backend.services import Services
from backend.shops import admin_access
from tests.support.form_stories import (
    LAMPS,
    NOW,
    QUOTE,
    SCARVES,
    UNKNOWN,
    WHICH_LAMP,
    ref,
)
from tests.support.small_catalogs import put, small_goods
from tests.support.talks import MIRAS, OTTOS

LAMP_OF_ANY_KIND = replace(LAMPS, variant=None)
SHIRTS = Line("t-shirts", 20, ref(14, "Striped Cotton T-Shirt"))
MACHINE = Line("espresso machine", 2, ref(15, "Espresso Machine"), asks=("sold_out",))


class Shopify:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[int, str, dict[str, Any]]] = []

    def __call__(
        self, services: Services, shop: int, name: str, variables: Any, **how: Any
    ) -> Any:
        self.asked.append((shop, name, dict(variables)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


@pytest.fixture
def goods(services: Services) -> Services:
    put(services.db, MIRAS, *small_goods())
    return services


def granted(*_: Any) -> bool:
    return True


def ask_of(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Shopify:
    shopify = Shopify(*answers)
    monkeypatch.setattr(admin_access, "ask_shop", shopify)
    monkeypatch.setattr(admin_access, "granted", granted)
    return shopify


def completed(services: Services, *lines: Line, shop: int = MIRAS) -> list[Line]:
    answers = Answers(lines=lines, quote=QUOTE)
    return list(pricing.complete(services, shop, answers).lines)


def test_what_has_one_variant_is_that_one(goods: Services) -> None:
    [lamps] = completed(goods, LAMP_OF_ANY_KIND)

    assert lamps == LAMPS


def test_what_has_several_asks_which(goods: Services) -> None:
    [shirts] = completed(goods, SHIRTS)

    assert shirts.asks == ("variant",)
    assert [each.variant.title for each in shirts.candidates if each.variant] == [
        "S",
        "M",
        "L",
        "XL",
    ]


def test_only_what_can_be_bought_is_offered(goods: Services) -> None:
    small, *others = small_goods()[13]["variants"]
    node = small_goods()[13] | {
        "variants": [small | {"availableForSale": False}, *others]
    }
    put(goods.db, MIRAS, node)

    [shirts] = completed(goods, SHIRTS)

    assert [each.available for each in shirts.candidates] == [True] * 3


def test_what_is_sold_out_can_only_be_left_out(goods: Services) -> None:
    boots = Line("boots", 3, ref(3, "Brown Leather Ankle Boots"))

    lines = completed(goods, MACHINE, boots)

    assert [line.asks for line in lines] == [("sold_out",)] * 2
    assert [line.candidates for line in lines] == [()] * 2


def test_what_is_complete_is_left_alone_with_its_price(goods: Services) -> None:
    answers = Answers(lines=(LAMPS, UNKNOWN, WHICH_LAMP), quote=QUOTE)

    assert pricing.complete(goods, MIRAS, answers) == answers


def test_a_line_that_changes_takes_the_prices_with_it(goods: Services) -> None:
    answers = Answers(lines=(LAMP_OF_ANY_KIND,), quote=QUOTE, is_confirmed=True)

    told = pricing.complete(goods, MIRAS, answers)

    assert (told.quote, told.is_confirmed) == (None, False)


def test_what_has_left_the_store_is_kept_in_words(goods: Services) -> None:
    gone = Line("old lamps", 5, ref(99, "Old Lamp"))

    [line] = completed(goods, gone)

    assert (line.words, line.quantity, line.product) == ("old lamps", 5, None)
    assert line.asks == ("product",)


def test_goods_of_another_shop_are_none(goods: Services) -> None:
    [line] = completed(goods, LAMP_OF_ANY_KIND, shop=OTTOS)

    assert line.product is None


@pytest.mark.parametrize("line", [SHIRTS, MACHINE, LAMP_OF_ANY_KIND])
def test_it_may_be_done_again(goods: Services, line: Line) -> None:
    once = completed(goods, line)

    assert completed(goods, *once) == once


def test_prices_are_shopifys_of_that_moment_and_country(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopify = ask_of(monkeypatch, ScopeMissing("read_products"))
    answers = Answers(lines=(LAMPS, SCARVES, LAMPS, UNKNOWN))

    pricing.quote(services, MIRAS, answers, "DE", NOW)

    [(shop, _, variables)] = shopify.asked
    assert shop == MIRAS
    assert str(variables).count("ProductVariant") == 2
    assert "DE" in str(variables)


@pytest.mark.parametrize("error", [ShopifyUnavailable(), ScopeMissing("read_products")])
def test_an_order_goes_on_without_prices(
    services: Services, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ask_of(monkeypatch, error)

    quote = pricing.quote(services, MIRAS, Answers(lines=(LAMPS,)), "DE", NOW)

    assert (quote.at, quote.prices) == (NOW, ())


def test_a_shop_that_has_not_allowed_it_is_not_asked(services: Services) -> None:
    quote = pricing.quote(services, MIRAS, Answers(lines=(LAMPS,)), "DE", NOW)

    assert quote.prices == ()


def test_nothing_is_asked_about_nothing(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopify = ask_of(monkeypatch)

    quote = pricing.quote(services, MIRAS, Answers(lines=(UNKNOWN,)), None, NOW)

    assert (quote.prices, shopify.asked) == ((), [])


def test_amounts_are_kept_as_shopify_says_them(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        "id": "gid://shopify/ProductVariant/600",
        "title": "Default Title",
        "price": "39.00",
        "availableForSale": True,
        "product": {"title": "Desk Lamp", "status": "ACTIVE", "onlineStoreUrl": "x"},
        "contextualPricing": {"price": {"amount": "41.50", "currencyCode": "CHF"}},
    }
    ask_of(monkeypatch, {"shop": {"currencyCode": "EUR"}, "nodes": [found]})

    quote = pricing.quote(services, MIRAS, Answers(lines=(LAMPS,)), "CH", NOW)

    assert quote.prices == (Price(600, "41.50", "CHF"),)


def test_each_variant_is_asked_for_once() -> None:
    assert pricing.list_variants([LAMPS, SCARVES, LAMPS, UNKNOWN]) == [600, 1300]
