"""A store asked for its products: remembered for a while, asked once by many, left in peace when it
does not answer; and off where the catalog is ours.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import gevent
import pytest
from gevent.event import Event

from backend.catalog import store_search, ucp_source
from backend.catalog.store_search import Asked
from backend.catalog.ucp_breaker import FAILURES, REST_SECONDS, UcpBreaker
from backend.catalog.ucp_memory import MOST_BYTES, UcpMemory
from backend.catalog.ucp_source import (
    FRESH_SECONDS,
    LAST_SECONDS,
    UcpSource,
    may_ask,
)
from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.services import Services
from backend.shopify import ucp
from backend.shopify.ucp import AskedStore, Buyer, FoundInStore
from backend.shopify.ucp_answers import UcpRefused
from backend.shops import directory
from tests.support.kept_shops import open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.running_app import CLIENT_ID, SECRET
from tests.support.still_clock import StillClock
from tests.support.ucp_records import (
    Fields,
    found_in_store,
    told_whole,
    ucp_product,
    ucp_variant,
)

SHOP = "sound.myshopify.com"
SIZES = [{"name": "Size", "values": [{"label": "S"}, {"label": "M"}]}]
DOWN = refusal(503, {})

_numbers = count(1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def source(clock: StillClock) -> UcpSource:
    return UcpSource(UcpMemory(clock=clock), UcpBreaker(clock))


def config_for(**settings: str) -> Config:
    needed = {
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "http://127.0.0.1:8000",
    }
    return Config.from_env(needed | settings)


def store_at(base: str, buyer: Buyer | None = None, shop: str = SHOP) -> AskedStore:
    config = config_for(SHOPIFY_ORIGIN=f"{base}/stores/{{shop}}")
    return AskedStore(config, shop, buyer or Buyer())


def ok(told: Fields) -> bytes:
    return refusal(200, told)


def shirt(*sizes: str) -> Fields:
    variants = [
        ucp_variant(each, title=size, options=[{"name": "Size", "label": size}])
        for each, size in enumerate(sizes, start=1)
    ]
    return ucp_product(7, "Linen Shirt", options=SIZES, variants=variants)


MUG, BOWL = ucp_product(1, "Harbour Mug"), ucp_product(2, "Tide Bowl")


def handles_of(source: UcpSource, store: AskedStore, text: str) -> list[str]:
    return [product.handle for product in source.search(store, text, 6).products]


def test_a_store_says_what_fits_in_its_own_order(source: UcpSource) -> None:
    with ReplayServer(ok(found_in_store(BOWL, MUG, total=9))) as shopify:
        results = source.search(store_at(shopify.base), "something for tea", 6)

    assert [product.title for product in results.products] == [
        "Tide Bowl",
        "Harbour Mug",
    ]
    assert results.found == 9


def test_what_was_asked_lately_is_not_asked_again(
    source: UcpSource, clock: StillClock
) -> None:
    with ReplayServer(ok(found_in_store(MUG)), ok(found_in_store(BOWL))) as shopify:
        store = store_at(shopify.base)
        for text in ("Mug", "mug!", "  MUG "):
            assert handles_of(source, store, text) == ["harbour-mug"]
        clock.now += FRESH_SECONDS + 1
        assert handles_of(source, store, "mug") == ["tide-bowl"]

    assert len(shopify.asked) == 2


def test_other_words_buyers_and_stores_have_answers_of_their_own(
    source: UcpSource,
) -> None:
    with ReplayServer(ok(found_in_store(MUG))) as shopify:
        for buyer in (
            Buyer(),
            Buyer("CA"),
            Buyer("CA", "fr"),
            Buyer("CA", "fr", "CAD"),
        ):
            source.search(store_at(shopify.base, buyer), "mug", 6)
        source.search(store_at(shopify.base), "bowl", 6)
        source.search(store_at(shopify.base), "mug", 2)
        source.search(store_at(shopify.base, shop="otto.myshopify.com"), "mug", 6)
        source.search(store_at(shopify.base), "☕", 6)
        source.search(store_at(shopify.base), "🍵", 6)

    assert len(shopify.asked) == 9


def test_a_store_that_has_nothing_is_believed(source: UcpSource) -> None:
    with ReplayServer(ok(found_in_store())) as shopify:
        store = store_at(shopify.base)
        for _ in range(2):
            assert source.search(store, "unicorn", 6).products == []

    assert len(shopify.asked) == 1


def test_what_cannot_be_read_is_left_out_of_the_others(source: UcpSource) -> None:
    with ReplayServer(ok(found_in_store({"id": "x"}, MUG))) as shopify:
        assert handles_of(source, store_at(shopify.base), "mug") == ["harbour-mug"]


def test_a_store_that_does_not_answer_is_told_as_such(source: UcpSource) -> None:
    with ReplayServer(DOWN) as shopify, pytest.raises(ShopifyUnavailable):
        source.search(store_at(shopify.base), "mug", 6)


def test_an_older_answer_is_better_than_none(
    source: UcpSource, clock: StillClock
) -> None:
    with ReplayServer(ok(found_in_store(MUG)), DOWN) as shopify:
        store = store_at(shopify.base)
        source.search(store, "mug", 6)
        clock.now += LAST_SECONDS - 1
        assert handles_of(source, store, "mug") == ["harbour-mug"]

        clock.now += 2
        with pytest.raises(ShopifyUnavailable):
            source.search(store, "mug", 6)


def test_a_store_in_trouble_is_left_in_peace_and_asked_again_after_a_while(
    source: UcpSource, clock: StillClock
) -> None:
    answers = [DOWN] * FAILURES + [ok(found_in_store(MUG))]
    with ReplayServer(*answers) as shopify:
        store = store_at(shopify.base)
        for number in range(FAILURES + 5):
            with pytest.raises(ShopifyUnavailable):
                source.search(store, f"mug {number}", 6)
        assert len(shopify.asked) == FAILURES

        other = store_at(shopify.base, shop="otto.myshopify.com")
        assert handles_of(source, other, "mug") == ["harbour-mug"]

        clock.now += REST_SECONDS
        assert handles_of(source, store, "mug") == ["harbour-mug"]
        assert handles_of(source, store, "cup") == ["harbour-mug"]


def test_a_store_that_is_closed_to_us_is_left_in_peace_as_well(
    source: UcpSource,
) -> None:
    with ReplayServer(refusal(403, {})) as shopify:
        for number in range(FAILURES + 5):
            with pytest.raises(ShopifyUnavailable):
                source.search(store_at(shopify.base), f"mug {number}", 6)

    assert len(shopify.asked) == FAILURES


def test_a_question_that_a_store_refuses_is_no_fault_of_the_store(
    source: UcpSource,
) -> None:
    """Or one shopper with odd words would close the search for all others."""
    odd = ok({"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "odd"}})
    answers = [odd] * (FAILURES + 2) + [ok(found_in_store(MUG))]
    with ReplayServer(*answers) as shopify:
        store = store_at(shopify.base)
        for number in range(FAILURES + 2):
            with pytest.raises(ShopifyUnavailable):
                source.search(store, f"odd {number}", 6)

        assert handles_of(source, store, "mug") == ["harbour-mug"]


class SlowStore:
    """In the place of the wire, which no other greenlet of a test could share."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.answers = Event()
        monkeypatch.setattr(ucp, "search_catalog", self.search)

    def search(self, store: AskedStore, query: str, limit: int) -> FoundInStore:
        self.asked.append(query)
        self.answers.wait()
        return FoundInStore([MUG], 1)


def test_a_thundering_herd_asks_once(
    source: UcpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, store = SlowStore(monkeypatch), store_at("http://127.0.0.1:9")
    herd = [gevent.spawn(handles_of, source, store, "mug") for _ in range(200)]
    gevent.idle()

    slow.answers.set()
    gevent.joinall(herd)

    assert slow.asked == ["mug"]
    assert [each.value for each in herd] == [["harbour-mug"]] * 200
    assert source._asking == {}


def test_a_shopper_who_goes_takes_nothing_away_from_the_others(
    source: UcpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, store = SlowStore(monkeypatch), store_at("http://127.0.0.1:9")
    first, second = [gevent.spawn(handles_of, source, store, "mug") for _ in range(2)]
    gevent.idle()

    first.kill()
    slow.answers.set()
    gevent.joinall([second])

    assert second.value == ["harbour-mug"]
    assert slow.asked == ["mug"]


def test_a_herd_that_gets_no_answer_is_told_all_at_once(
    source: UcpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(*_: Any) -> FoundInStore:
        asked.append(1)
        gevent.idle()
        raise UcpRefused("closed")

    monkeypatch.setattr(ucp, "search_catalog", refuse)
    store = store_at("http://127.0.0.1:9")
    herd = [gevent.spawn(told, source, store) for _ in range(50)]
    gevent.joinall(herd)

    assert [each.value for each in herd] == ["unavailable"] * 50
    assert len(asked) == 1


def told(source: UcpSource, store: AskedStore) -> str:
    try:
        source.search(store, "mug", 6)
    except ShopifyUnavailable:
        return "unavailable"
    return "found"


def test_what_was_found_can_be_shown_without_asking(source: UcpSource) -> None:
    with ReplayServer(ok(found_in_store(MUG, BOWL))) as shopify:
        store = store_at(shopify.base)
        source.search(store, "for tea", 6)
        found = source.find_products(store, ["tide-bowl", "harbour-mug"])

    assert {each: found[each].title for each in found} == {
        "tide-bowl": "Tide Bowl",
        "harbour-mug": "Harbour Mug",
    }
    assert len(shopify.asked) == 1


def test_a_product_of_which_a_list_told_a_part_is_asked_for_whole_once(
    source: UcpSource,
) -> None:
    whole = ok(told_whole(shirt("S", "M")))
    listed = ok(found_in_store(shirt("S")))
    with ReplayServer(listed, whole, listed) as shopify:
        store = store_at(shopify.base)
        source.search(store, "shirt", 6)
        for _ in range(2):
            found = source.find_products(store, ["linen-shirt"])
            assert len(found["linen-shirt"].variants) == 2

        source.search(store, "something of linen", 6)
        again = source.find_products(store, ["linen-shirt"])
        assert len(again["linen-shirt"].variants) == 2

    names = [asked.json["params"]["name"] for asked in shopify.asked]
    assert names == ["search_catalog", "get_product", "search_catalog"]


def test_a_product_that_was_told_long_ago_is_asked_for_again(
    source: UcpSource, clock: StillClock
) -> None:
    dearer = ucp_product(
        1,
        "Harbour Mug",
        variants=[ucp_variant(1, price={"amount": 4900, "currency": "EUR"})],
    )
    with ReplayServer(ok(found_in_store(MUG)), ok(told_whole(dearer)), DOWN) as shopify:
        store = store_at(shopify.base)
        source.search(store, "mug", 6)
        clock.now += FRESH_SECONDS + 1
        assert price_of(source, store) == "49.00"

        clock.now += FRESH_SECONDS + 1
        assert price_of(source, store) == "49.00", (
            "what is known is better than nothing"
        )


def price_of(source: UcpSource, store: AskedStore) -> str:
    return source.find_products(store, ["harbour-mug"])["harbour-mug"].variants[0].price


def test_a_product_that_the_store_has_no_more_is_not_shown(
    source: UcpSource, clock: StillClock
) -> None:
    with ReplayServer(
        ok(found_in_store(MUG)), ok(told_whole(None)), ok(found_in_store())
    ) as shopify:
        store = store_at(shopify.base)
        source.search(store, "mug", 6)
        clock.now += FRESH_SECONDS + 1

        assert source.find_products(store, ["harbour-mug"]) == {}
        assert source.find_products(store, ["harbour-mug"]) == {}


def test_a_handle_that_nobody_was_told_is_looked_for(source: UcpSource) -> None:
    """That of the page which a shopper looks at; of what a model has made up, there is nothing."""
    with ReplayServer(ok(found_in_store(BOWL, MUG))) as shopify:
        store = store_at(shopify.base)
        found = source.find_products(store, ["harbour-mug", "invented-mug"])
        asked = len(shopify.asked)
        again = source.find_products(store, ["harbour-mug", "invented-mug"])

    assert list(found) == list(again) == ["harbour-mug"]
    assert len(shopify.asked) == asked == 2
    queries = [each.json["params"]["arguments"]["catalog"] for each in shopify.asked]
    assert {each["query"] for each in queries} == {"harbour mug", "invented mug"}


def test_a_store_that_is_away_shows_what_is_known(source: UcpSource) -> None:
    with ReplayServer(ok(found_in_store(MUG)), DOWN) as shopify:
        store = store_at(shopify.base)
        source.search(store, "mug", 6)

        assert list(source.find_products(store, ["harbour-mug", "tide-bowl"])) == [
            "harbour-mug"
        ]


def test_a_hundred_stores_take_no_more_memory_than_is_allowed() -> None:
    text = "x" * 2_000
    goods = [
        ucp_product(each, f"Board {each}", description={"plain": text})
        for each in range(1, 7)
    ]
    source = UcpSource(UcpMemory(most_bytes=MOST_BYTES // 16))
    with ReplayServer(ok(found_in_store(*goods))) as shopify:
        for shop in range(100):
            store = store_at(shopify.base, shop=f"tide-{shop}.myshopify.com")
            for words in ("board", "plank"):
                assert len(source.search(store, words, 6).products) == 6
            assert source.memory.used_bytes <= MOST_BYTES // 16

    assert source.memory.used_bytes > MOST_BYTES // 32
    assert source._asking == {}


@pytest.mark.parametrize(
    ("host", "origin", "may"),
    [
        ("https://chat.example", "https://{shop}", True),
        ("https://chat.example", "http://127.0.0.1:9/stores/{shop}", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9/stores/{shop}", True),
        ("http://localhost:8000", "https://{shop}", False),
    ],
)
def test_a_store_can_only_answer_whom_it_can_reach(
    host: str, origin: str, may: bool
) -> None:
    config = config_for(HOST=host, SHOPIFY_ORIGIN=origin)

    assert may_ask(config) is may


@pytest.fixture
def services(sqlite_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(sqlite_url, admin_api) as services:
        yield services


@pytest.fixture
def tide(admin_api: AdminApi) -> Iterator[PretendStore]:
    store = PretendStore(admin_api.base, f"sound-{next(_numbers)}.myshopify.com")
    store.sells_all()
    yield store
    store.forgets()


def test_a_shop_that_never_opened_the_app_is_searched_all_the_same(
    services: Services, tide: PretendStore, admin_api: AdminApi
) -> None:
    shop_id = services.db.write(directory.add_shop, tide.shop).id

    results = store_search.search_store(services, shop_id, Asked("harbour mug"))
    shown = store_search.find_products(services, shop_id, ["harbour-mug"])

    assert results.products[0].handle == "harbour-mug"
    assert [product.handle for product in shown] == ["harbour-mug"]
    assert admin_api.calls(tide.shop) == ["ucp"]


def test_the_page_says_for_whom_is_asked(services: Services) -> None:
    with ReplayServer(ok(found_in_store(MUG))) as shopify:
        elsewhere = services_at(services, shopify.base)
        shop_id = services.db.write(directory.add_shop, SHOP).id
        asked = Asked("mug", "fr-CA", 6, {"country": "CA", "currency": "CAD", "x": 1})
        store_search.search_store(elsewhere, shop_id, asked)
        odd = Asked("bowl", "klingon!", 6, {"country": 7, "currency": "dollars"})
        store_search.search_store(elsewhere, shop_id, odd)
        page = {"country": "CA", "currency": "CAD"}
        found = store_search.find_products(
            elsewhere, shop_id, ["harbour-mug"], "fr-CA", page
        )

    contexts = [
        each.json["params"]["arguments"]["catalog"]["context"] for each in shopify.asked
    ]
    assert contexts == [
        {"address_country": "CA", "language": "fr", "currency": "CAD"},
        {},
    ]
    assert [product.handle for product in found] == ["harbour-mug"]


def services_at(services: Services, base: str) -> Services:
    config = replace(services.config, shopify_origin=f"{base}/stores/{{shop}}")
    return replace(services, config=config)


def test_a_shop_with_a_catalog_of_its_own_is_never_asked(
    services: Services, tide: PretendStore, admin_api: AdminApi
) -> None:
    shop = open_shop(services, tide)
    assert shop.finds("harbour mug"), "until it is filled the store itself is asked"
    assert "ucp" in admin_api.calls(tide.shop)

    shop.works_to_the_end()
    before = admin_api.calls(tide.shop).count("ucp")
    assert "harbour-mug" in shop.finds("harbour mug")
    assert shop.finds("unicorn") == []
    assert store_search.find_products(services, shop.id, ["unicorn"]) == []
    assert admin_api.calls(tide.shop).count("ucp") == before


def test_a_shop_that_nobody_knows_has_nothing(services: Services) -> None:
    results = store_search.search_store(services, 4_711, Asked("mug"))

    assert (list(results.products), results.found) == ([], 0)
    assert store_search.find_products(services, 4_711, ["mug"]) == []


def test_a_store_that_is_away_is_no_empty_store(
    services: Services, tide: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("down", "ucp", shop=tide.shop)
    shop_id = services.db.write(directory.add_shop, tide.shop).id

    with pytest.raises(ShopifyUnavailable):
        store_search.search_store(services, shop_id, Asked("harbour mug"))


def test_the_process_remembers_for_all_its_services(
    services: Services, tide: PretendStore, admin_api: AdminApi
) -> None:
    shop_id = services.db.write(directory.add_shop, tide.shop).id

    for _ in range(3):
        store_search.search_store(services, shop_id, Asked("driftwood"))

    assert admin_api.calls(tide.shop) == ["ucp"]
    assert ucp_source._source.memory.used_bytes <= MOST_BYTES
