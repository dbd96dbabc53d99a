"""Policies, pages and articles as Shopify has them: all of them each time, as far as granted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.catalog import document_sync, passage_records
from backend.catalog.documents import DocumentKind, Passage
from backend.config import Config
from backend.dev.storefront.sample_shop import catalog
from backend.errors import ShopifyUnavailable
from backend.services import Services
from backend.shops import access_tokens, installation
from tests.support.kept_shops import KeptShop, open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore, new_store
from tests.support.replayed_answers import ReplayServer, refusal

SCOPES = ("write_app_proxy", "read_products")
POLICIES, CONTENT = "read_legal_policies", "read_content"
Node = dict[str, object]
LAST: Node = {"hasNextPage": False, "endCursor": None}


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "fjord") as store:
        yield store


@pytest.fixture
def shop(services: Services, store: PretendStore) -> KeptShop:
    """It has opened the app; nothing of it has been read yet."""
    return open_shop(services, store)


def reads(shop: KeptShop) -> None:
    document_sync.read_documents(shop.services, shop.id)


def passages_of(shop: KeptShop) -> list[Passage]:
    with shop.services.db.reading() as connection:
        return passage_records.list_of_kind(connection, shop.id, list(DocumentKind))


def documents_of(shop: KeptShop) -> set[str]:
    return {passage.document for passage in passages_of(shop)}


def kinds_of(shop: KeptShop) -> set[str]:
    return {document.partition(":")[0] for document in documents_of(shop)}


def grant(shop: KeptShop, *scopes: str) -> None:
    granted = [*SCOPES, *scopes]
    shop.store.grants(",".join(granted))
    event = shop.event("app/scopes_update", {"current": granted})
    installation.update_scopes(shop.services, event)
    # Its old token ends with that.
    access_tokens.get_access_token(shop.services, shop.id)


def at(shop: KeptShop, base: str) -> KeptShop:
    """Where somebody else stands in Shopify's place."""
    config: Config = shop.services.config
    elsewhere = replace(config, shopify_origin=f"{base}/stores/{{shop}}")
    return replace(shop, services=replace(shop.services, config=elsewhere))


def test_everything_that_the_store_tells_is_read(shop: KeptShop) -> None:
    reads(shop)

    goods = catalog("en")
    written = len(goods.pages) + len(goods.policies) + len(goods.articles)
    assert len(documents_of(shop)) == written
    titles = {passage.title for passage in passages_of(shop)}
    assert {"Refund policy", "About us", "A day with the potter"} <= titles
    urls = {passage.url for passage in passages_of(shop)}
    assert {"/policies/refund-policy", "/pages/about"} <= urls
    assert shop.sync().passages == len(passages_of(shop))


def test_reading_twice_is_as_good_as_once(shop: KeptShop) -> None:
    reads(shop)
    before = passages_of(shop)

    reads(shop)

    assert passages_of(shop) == before


@pytest.mark.parametrize(
    ("granted", "kinds"),
    [
        ((POLICIES,), {"policy"}),
        ((CONTENT,), {"page", "article"}),
        ((), set()),
    ],
)
def test_what_was_not_granted_is_not_asked_for(
    shop: KeptShop, admin_api: AdminApi, granted: tuple[str, ...], kinds: set[str]
) -> None:
    grant(shop, *granted)

    reads(shop)

    assert kinds_of(shop) == kinds
    assert admin_api.calls(shop.store.shop).count("graphql") == len(kinds)


def test_what_was_taken_back_goes(shop: KeptShop) -> None:
    reads(shop)
    grant(shop, POLICIES)

    reads(shop)

    assert kinds_of(shop) == {"policy"}
    assert shop.sync().passages == len(passages_of(shop))


def test_while_shopify_is_away_nothing_is_removed(
    shop: KeptShop, admin_api: AdminApi
) -> None:
    reads(shop)
    before = passages_of(shop)
    admin_api.fails("down", "graphql", shop=shop.store.shop)

    with pytest.raises(ShopifyUnavailable):
        reads(shop)

    assert passages_of(shop) == before


def test_a_page_that_has_gone_or_changed_is_told_as_it_is_now(shop: KeptShop) -> None:
    reads(shop)
    grant(shop, CONTENT)

    with ReplayServer(
        pages(page(9101, "Shipping", "We ship by bicycle.")), articles()
    ) as shopify:
        reads(at(shop, shopify.base))

    assert documents_of(shop) == {"page:9101"}
    assert [passage.text for passage in passages_of(shop)] == ["We ship by bicycle."]


def test_a_page_without_words_is_none(shop: KeptShop) -> None:
    grant(shop, CONTENT)
    empty = page(1, "Empty", "<p> </p><script>alert('no')</script>")

    with ReplayServer(pages(empty, page(2, "Full", "Words.")), articles()) as shopify:
        reads(at(shop, shopify.base))

    assert documents_of(shop) == {"page:2"}


def test_lists_are_read_to_their_end_and_no_further_than_is_kept(
    shop: KeptShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_sync, "MOST_PAGES", 4)
    grant(shop, CONTENT)
    more: Node = {"hasNextPage": True, "endCursor": "further"}
    first = pages(page(1, "One", "1"), page(2, "Two", "2"), info=more)
    second = pages(page(3, "Three", "3"), page(4, "Four", "4"), info=more)

    with ReplayServer(first, second, articles()) as shopify:
        reads(at(shop, shopify.base))

    assert documents_of(shop) == {"page:1", "page:2", "page:3", "page:4"}
    afters = [asked.json["variables"].get("after") for asked in shopify.asked]
    assert afters == [None, "further", None]


def page(number: int, title: str, body: str) -> Node:
    return {
        "id": f"gid://shopify/Page/{number}",
        "title": title,
        "handle": title.lower(),
        "body": body,
        "updatedAt": "2026-11-01T00:00:00Z",
    }


def pages(*nodes: Node, info: Node = LAST) -> bytes:
    return refusal(200, {"data": {"pages": {"nodes": nodes, "pageInfo": info}}})


def articles() -> bytes:
    return refusal(200, {"data": {"articles": {"nodes": [], "pageInfo": LAST}}})
