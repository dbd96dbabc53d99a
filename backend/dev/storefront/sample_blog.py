"""The blogs of the sample shop as its storefront shows them: the journal's own articles, and what
the app has made or changed, as Liquid reads it.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from backend.dev.shopify.sample_articles import Articles
from backend.dev.storefront.sample_shop import Catalog, Thing

Record = Mapping[str, Any]


def find_blog(articles: Articles, catalog: Catalog, handle: str) -> Thing | None:
    """With its articles, the newest first; drafts are not among them."""
    blog = articles.find_blog(handle)
    if blog is None:
        return None

    shown = [_build_article(record, catalog) for record in articles.list_shown(handle)]
    return {
        "handle": handle,
        "title": blog["title"],
        "url": f"{catalog.root}blogs/{handle}",
        "articles": shown,
    }


def list_blogs(articles: Articles, catalog: Catalog) -> list[Thing]:
    """Those in which there is something to read."""
    found = []
    for each in articles.blogs:
        blog = find_blog(articles, catalog, each["handle"])
        if blog is not None and blog["articles"]:
            found.append(blog)
    return found


def find_article(blog: Thing, handle: str) -> Thing | None:
    for article in blog["articles"]:
        if article["handle"] == handle:
            found: Thing = article
            return found
    return None


def _build_article(record: Record, catalog: Catalog) -> Thing:
    """One that nobody has touched is shown in the visitor's language."""
    untouched = catalog.find_article(record["handle"])
    if "input" not in record and untouched is not None:
        excerpt = escape(untouched["excerpt"], quote=False)
        return {**untouched, "excerpt": excerpt, "image": None, "tags": []}

    blog = record["blog"]
    return {
        "handle": record["handle"],
        "title": record["title"],
        "excerpt": record["summary"] or "",
        "published": record["publishedAt"],
        "blog": blog,
        "url": f"{catalog.root}blogs/{blog['handle']}/{record['handle']}",
        "body": record["body"] or "",
        "image": _build_image(record["image"]),
        "tags": record["tags"],
    }


def _build_image(image: Record | None) -> Thing | None:
    if image is None:
        return None
    return {
        "src": image["url"],
        "alt": image["altText"] or "",
    }
