"""The sample's articles: named by their titles, changed field by field, refused in Shopify's
words.
"""

from typing import Any

import pytest
from graphql import ExecutionResult, parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.shopify.admin_operations import document

BASE, SHOP = "http://127.0.0.1:9", "tide.myshopify.com"
MERCHANT = Viewer("write_content", "EUR")
JOURNAL, NEWS = "gid://shopify/Blog/9401", "gid://shopify/Blog/9402"
LINEN = "gid://shopify/Article/9303"
GOOD: dict[str, Any] = {
    "blogId": NEWS,
    "title": "Our Diwali sale",
    "body": "<p>Lamps.</p>",
    "author": {"name": "Mira Sand"},
    "tags": ["flux-1"],
}


@pytest.fixture
def stores() -> AdminStores:
    return AdminStores()


@pytest.fixture
def store(stores: AdminStores) -> AdminStore:
    return stores.of(SHOP, BASE)


def ask(
    store: AdminStore, name: str, viewer: Viewer = MERCHANT, **values: Any
) -> ExecutionResult:
    return run_document(parse(document(name)), values, store.roots(), viewer)


def create(store: AdminStore, **changed: Any) -> dict[str, Any]:
    """What the mutation answers."""
    result = ask(store, "article_create", article=GOOD | changed)
    assert not result.errors
    payload: dict[str, Any] = (result.data or {})["articleCreate"]
    return payload


def created(store: AdminStore, **changed: Any) -> dict[str, Any]:
    payload = create(store, **changed)
    assert payload["userErrors"] == []
    article: dict[str, Any] = payload["article"]
    return article


def update(store: AdminStore, gid: str, **changed: Any) -> dict[str, Any]:
    result = ask(store, "article_update", id=gid, article=changed)
    assert not result.errors
    payload: dict[str, Any] = (result.data or {})["articleUpdate"]
    return payload


def found(store: AdminStore, tag: str) -> list[str]:
    result = ask(store, "articles_by_tag", query=f'tag:"{tag}"')
    assert not result.errors
    nodes = (result.data or {})["articles"]["nodes"]
    return [node["handle"] for node in nodes]


def test_a_handle_is_made_of_the_title_and_is_its_own_within_the_blog(
    store: AdminStore,
) -> None:
    articles = [
        created(store),
        created(store),
        created(store, blogId=JOURNAL),
        created(store, title="¡Qué día!"),
        created(store, title="???"),
        created(store, handle="chosen"),
    ]

    assert [each["handle"] for each in articles] == [
        "our-diwali-sale",
        "our-diwali-sale-1",
        "our-diwali-sale",
        "qué-día",
        "article",
        "chosen",
    ]


def test_what_nobody_has_said_is_published(store: AdminStore) -> None:
    assert created(store)["isPublished"]
    assert not created(store, isPublished=False)["isPublished"]


def test_an_update_leaves_alone_what_it_does_not_name(store: AdminStore) -> None:
    picture = {"url": "https://pictures.example.com/a.png", "altText": "A"}
    article = created(store, image=picture, summary="Short.")

    payload = update(store, article["id"], title="The sale is over")

    assert payload["userErrors"] == []
    [*_, record] = store.articles.records
    assert record["title"] == "The sale is over"
    assert record["handle"] == "our-diwali-sale"
    assert record["image"] == picture
    assert (record["summary"], record["tags"]) == ("Short.", ["flux-1"])


def test_an_image_is_taken_away_by_naming_none(store: AdminStore) -> None:
    picture = {"url": "https://pictures.example.com/a.png"}
    article = created(store, image=picture)

    update(store, article["id"], image=None)

    assert store.articles.records[-1]["image"] is None


def test_what_is_moved_to_another_blog_finds_a_handle_there(store: AdminStore) -> None:
    created(store, blogId=JOURNAL)
    article = created(store)

    moved = update(store, article["id"], blogId=JOURNAL)["article"]

    assert (moved["blog"]["handle"], moved["handle"]) == (
        "journal",
        "our-diwali-sale-1",
    )


def test_the_day_of_publication_is_that_of_the_first_time(store: AdminStore) -> None:
    [old] = [each for each in store.articles.records if each["id"] == LINEN]

    update(store, LINEN, title="Wool", isPublished=True)

    [new] = [each for each in store.articles.records if each["id"] == LINEN]
    assert new["publishedAt"] == old["publishedAt"]
    assert new["updatedAt"] > old["updatedAt"]


def test_a_comma_ends_a_tag_and_each_is_kept_once(store: AdminStore) -> None:
    article = created(store, tags=["mugs, lamps", "Mugs", " "])

    assert article["tags"] == ["lamps", "mugs"]


@pytest.mark.parametrize(
    "changed, code, path",
    [
        ({"title": " "}, "BLANK", ["article", "title"]),
        ({"title": "x" * 256}, "TOO_LONG", ["article", "title"]),
        ({"tags": ["x" * 256]}, "TOO_LONG", ["article", "tags"]),
        ({"author": {"name": ""}}, "AUTHOR_FIELD_REQUIRED", ["article"]),
        ({"blogId": None}, "BLOG_REFERENCE_REQUIRED", ["article"]),
        (
            {"blogId": "gid://shopify/Blog/1"},
            "NOT_FOUND",
            ["article", "blogId"],
        ),
        ({"image": {"url": "a.png"}}, "UPLOAD_FAILED", ["article", "image"]),
        (
            {"image": {"url": f"{BASE}/stores/{SHOP}/files/none.png"}},
            "UPLOAD_FAILED",
            ["article", "image"],
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_field_and_nothing_is_created(
    store: AdminStore, changed: dict[str, Any], code: str, path: list[str]
) -> None:
    before = list(store.articles.records)

    payload = create(store, **changed)

    [error] = payload["userErrors"]
    assert payload["article"] is None
    assert (error["code"], error["field"]) == (code, path)
    assert store.articles.records == before


def test_an_update_is_refused_as_a_whole(store: AdminStore) -> None:
    article = created(store)

    payload = update(store, article["id"], title="", body="<p>New.</p>")

    assert [each["code"] for each in payload["userErrors"]] == ["BLANK"]
    assert store.articles.records[-1]["body"] == "<p>Lamps.</p>"


def test_what_the_merchant_has_deleted_does_not_exist(store: AdminStore) -> None:
    article = created(store)
    _, _, number = article["id"].rpartition("/")

    assert store.articles.delete(int(number))
    assert not store.articles.delete(int(number))
    [error] = update(store, article["id"], title="Again")["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["id"])
    assert error["message"] == "Article does not exist"
    assert created(store)["id"] != article["id"]


def test_a_search_finds_a_tag_and_a_late_index_finds_it_later(
    store: AdminStore,
) -> None:
    created(store)
    store.articles.search_lag = 1
    created(store, title="Late", tags=["flux-2"])

    assert found(store, "flux-1") == ["our-diwali-sale"]
    assert found(store, "flux-2") == ["late"]
    assert found(store, "flux-3") == []


def test_whoever_reads_them_all_does_not_wait_for_the_index(store: AdminStore) -> None:
    store.articles.search_lag = 1
    created(store, tags=["flux-2"])

    result = ask(store, "articles")

    assert result.data
    handles = [each["handle"] for each in result.data["articles"]["nodes"]]
    assert "our-diwali-sale" in handles
    assert found(store, "flux-2") == []


def test_a_draft_is_nothing_that_shoppers_are_told(store: AdminStore) -> None:
    created(store, isPublished=False)

    result = ask(store, "articles")

    assert result.data
    handles = [each["handle"] for each in result.data["articles"]["nodes"]]
    assert "our-diwali-sale" not in handles
    assert "sleeping-in-linen" in handles


def test_what_one_shop_writes_is_not_in_another(
    stores: AdminStores, store: AdminStore
) -> None:
    created(store)
    update(store, LINEN, title="Wool")

    others = stores.of("otto.myshopify.com", BASE).articles.records

    assert len(others) == len(store.articles.records) - 1
    assert not [each for each in others if "input" in each]


@pytest.mark.parametrize("scopes", ["read_products", "read_content"])
def test_whoever_may_not_write_creates_nothing(store: AdminStore, scopes: str) -> None:
    before = list(store.articles.records)

    result = ask(store, "article_create", Viewer(scopes, "EUR"), article=GOOD)

    [error] = result.errors or []
    assert (error.extensions or {})["code"] == "ACCESS_DENIED"
    assert store.articles.records == before


def test_a_blog_is_found_by_its_id_as_well(store: AdminStore) -> None:
    query = parse("query ($id: ID!) { node(id: $id) { ... on Blog { title } } }")

    result = run_document(query, {"id": NEWS}, store.roots(), MERCHANT)

    assert result.data == {"node": {"title": "News"}}
