"""What the app publishes stands on the storefront beside the journal's own articles."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.dev.storefront.sample_blog import find_article, find_blog, list_blogs
from backend.dev.storefront.sample_shop import DOMAIN, catalog

JOURNAL, NEWS = "gid://shopify/Blog/9401", "gid://shopify/Blog/9402"
LINEN = "gid://shopify/Article/9303"
MERCHANT = Viewer("write_content", "EUR")
PICTURE = "https://pictures.example.com/lamp.png"
SALE: dict[str, Any] = {
    "blogId": NEWS,
    "title": "Lamps & <lights>",
    "body": "<p>All lamps are <strong>cheaper</strong>.</p>",
    "summary": "<p>Lamps, cheaper.</p>",
    "author": {"name": "Mira Sand"},
    "tags": ["flux-1", "Diwali"],
    "image": {"url": PICTURE, "altText": 'A "brass" lamp'},
}
PATH = "/blogs/news/lamps-lights"


@pytest.fixture
def store(browser: FlaskClient) -> AdminStore:
    stores = browser.application.extensions["admin_stores"]
    assert isinstance(stores, AdminStores)
    return stores.of(DOMAIN, "http://localhost")


def publish(store: AdminStore, **changed: Any) -> str:
    """The id of the article."""
    asked = SALE | changed
    payload = store.articles.create(MERCHANT, {"article": asked})
    assert payload["userErrors"] == []
    return str(payload["article"]["id"])


def change(store: AdminStore, gid: str, **changed: Any) -> None:
    asked = {"id": gid, "article": changed}
    assert store.articles.update(MERCHANT, asked)["userErrors"] == []


def test_an_article_is_shown_with_its_picture_its_body_and_its_tags(
    browser: FlaskClient, store: AdminStore
) -> None:
    publish(store)

    page = browser.get(PATH).text

    assert "<h1>Lamps &amp; &lt;lights&gt;</h1>" in page
    assert "<p>All lamps are <strong>cheaper</strong>.</p>" in page
    assert f'src="{PICTURE}"' in page
    assert 'alt="A &quot;brass&quot; lamp"' in page
    for tag in ("flux-1", "Diwali"):
        assert f"<li>{tag}</li>" in page


def test_its_blog_leads_to_it_and_so_does_the_foot_of_every_page(
    browser: FlaskClient, store: AdminStore
) -> None:
    before = browser.get("/blogs/news").text
    publish(store)

    blog = browser.get("/de/blogs/news").text
    footer = browser.get("/").text.partition("<footer")[2]

    assert "Nothing to read here yet." in before
    assert f'<a href="/de{PATH}">' in blog
    assert "<p>Lamps, cheaper.</p>" in blog
    assert f'src="{PICTURE}"' in blog
    assert '<a href="/blogs/news">News</a>' in footer


def test_the_newest_comes_first_in_the_journal_too(
    browser: FlaskClient, store: AdminStore
) -> None:
    publish(store, blogId=JOURNAL)

    page = browser.get("/blogs/journal").text

    assert page.index("Lamps &amp;") < page.index("How to season an iron pan")


def test_what_is_a_draft_or_was_taken_back_is_not_there(
    browser: FlaskClient, store: AdminStore
) -> None:
    gid = publish(store, isPublished=False)
    as_draft = browser.get(PATH).status_code
    change(store, gid, isPublished=True)
    shown = browser.get(PATH).status_code
    change(store, gid, isPublished=False)

    assert (as_draft, shown) == (404, 200)
    assert browser.get(PATH).status_code == 404
    assert PATH not in browser.get("/blogs/news").text


def test_an_article_that_was_moved_is_found_where_it_is_now(
    browser: FlaskClient, store: AdminStore
) -> None:
    gid = publish(store)

    change(store, gid, blogId=JOURNAL, title="Lamps", image=None)

    assert browser.get(PATH).status_code == 404
    page = browser.get("/blogs/journal/lamps-lights").text
    assert "<h1>Lamps</h1>" in page
    assert PICTURE not in page


def test_one_of_the_journals_own_can_be_changed_as_well(
    browser: FlaskClient, store: AdminStore
) -> None:
    change(store, LINEN, title="Sleeping in wool")

    for root in ("", "/de"):
        page = browser.get(f"{root}/blogs/journal/sleeping-in-linen").text
        assert "<h1>Sleeping in wool</h1>" in page


def test_what_nobody_touched_is_in_the_visitors_language(store: AdminStore) -> None:
    blog = find_blog(store.articles, catalog("de"), "journal")

    assert blog is not None
    linen = find_article(blog, "sleeping-in-linen")
    assert linen is not None
    assert linen["title"] == "Schlafen in Leinen"
    assert linen["url"] == "/de/blogs/journal/sleeping-in-linen"
    assert find_article(blog, "nope") is None


def test_a_blog_without_articles_is_not_named(store: AdminStore) -> None:
    named = [each["handle"] for each in list_blogs(store.articles, catalog("en"))]

    assert named == ["journal"]
    assert find_blog(store.articles, catalog("en"), "nope") is None
