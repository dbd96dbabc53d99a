"""The sample shop's goods, pages, policies and journal as the Admin API knows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import Any

from backend.dev.storefront import sample_shop
from backend.dev.storefront.sample_shop import Catalog, Thing, catalog
from backend.dev.storefront.theme_files import VersionedFiles

Record = dict[str, Any]

ASSETS = Path(sample_shop.__file__).with_name("theme") / "assets"
# Everything was last touched one minute after what stands before it.
OPENED = datetime(2026, 10, 5, 8, tzinfo=UTC)
FIRST_PAGE = 9101
FIRST_POLICY = 9201
FIRST_ARTICLE = 9301
# The journal's, of which the storefront knows more, and a second one without articles.
BLOG, NEWS = 9401, 9402
# Of a product that comes in one version only.
ONLY_OPTION = "Title"
# Where a webhook has the values of a variant.
OPTION_FIELDS = ("option1", "option2", "option3")

_assets = VersionedFiles(ASSETS, "/cdn/shop", "assets")


@dataclass(frozen=True)
class SampleRecords:
    """What a shop begins with. Nothing in it is ever changed in place."""

    products: list[Record]
    pages: list[Record]
    policies: list[Record]
    blogs: list[Record]
    articles: list[Record]


def build_records(base: str) -> SampleRecords:
    """With addresses below `base`, where the storefront is."""
    goods = catalog("en")

    return SampleRecords(
        products=_build_products(goods, base),
        pages=_build_pages(goods),
        policies=_build_policies(goods, base),
        blogs=_build_blogs(goods),
        articles=_build_articles(goods),
    )


def make_gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def make_time(minutes: int) -> str:
    at = OPENED + timedelta(minutes=minutes)
    return format_time(at)


def format_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_now() -> str:
    return format_time(datetime.now(UTC))


def _build_products(goods: Catalog, base: str) -> list[Record]:
    return [
        _build_product(product, base, make_time(minutes))
        for minutes, product in enumerate(goods.products)
    ]


def _build_product(product: Thing, base: str, at: str) -> Record:
    number = product["id"]
    names = product.get("options") or [ONLY_OPTION]
    variants = [_build_variant(each, names) for each in product["variants"]]
    is_published = product.get("published", True)
    url = f"{base}{product['url']}"

    return {
        "__typename": "Product",
        "id": make_gid("Product", number),
        "handle": product["handle"],
        "title": product["title"],
        "vendor": product.get("vendor", sample_shop.NAME),
        "productType": product.get("type", ""),
        "description": _join_description(product),
        "updatedAt": at,
        "publishedAt": at if is_published else None,
        "status": product.get("status", "ACTIVE"),
        "onlineStoreUrl": url if is_published else None,
        "tags": sorted(product["tags"]),
        "featuredMedia": _build_media(product, base),
        "options": _build_options(number, names, variants),
        "variants": variants,
    }


def _join_description(product: Thing) -> str:
    """In one line, as Shopify takes the markup out of what the merchant wrote."""
    sentences = [product["description"]]
    for detail in product.get("details") or ():
        sentences.append(f"{detail}.")
    return " ".join(sentences)


def _build_variant(variant: Thing, names: Sequence[str]) -> Record:
    values = variant.get("options") or [variant["title"]]
    pairs = zip(names, values, strict=False)
    chosen = [{"name": name, "value": value} for name, value in pairs]
    before = variant.get("compareAt")

    return {
        "__typename": "ProductVariant",
        "id": make_gid("ProductVariant", variant["id"]),
        "title": variant["title"],
        "sku": variant.get("sku"),
        "barcode": variant.get("barcode") or None,
        "price": _format_price(variant["price"]),
        "compareAtPrice": before and _format_price(before),
        "availableForSale": variant["available"],
        "selectedOptions": chosen,
    }


def _format_price(cents: int) -> str:
    return f"{cents / 100:.2f}"


def _build_options(
    number: int,
    names: Sequence[str],
    variants: Sequence[Record],
) -> list[Record]:
    options = []
    for position, name in enumerate(names, start=1):
        option = {
            "id": make_gid("ProductOption", f"{number}{position}"),
            "name": name,
            "position": position,
            "values": _list_values(position, variants),
        }
        options.append(option)
    return options


def _list_values(position: int, variants: Iterable[Record]) -> list[str]:
    """In the order in which they are offered."""
    values: dict[str, None] = {}
    for variant in variants:
        chosen = variant["selectedOptions"][position - 1]
        values.setdefault(chosen["value"])
    return list(values)


def _build_media(product: Thing, base: str) -> Record | None:
    name = product.get("featured_image")
    if not name:
        return None

    title = product["title"]
    address = f"{base}{_find_asset(name)}"
    image = {"url": address, "altText": title}

    return {
        "__typename": "MediaImage",
        "id": make_gid("MediaImage", product["id"]),
        "alt": title,
        "image": image,
        "preview": {"image": image},
    }


def _find_asset(name: str) -> str:
    """An image that is drawn on the way has no file, and no version."""
    try:
        return _assets.url(name)
    except FileNotFoundError:
        return f"/cdn/shop/0/assets/{name}"


def _build_pages(goods: Catalog) -> list[Record]:
    return [
        {
            "__typename": "Page",
            "id": make_gid("Page", FIRST_PAGE + position),
            "handle": page["handle"],
            "title": page["title"],
            "body": page.get("body", ""),
            "updatedAt": make_time(position),
            "publishedAt": make_time(position),
        }
        for position, page in enumerate(goods.pages)
    ]


def _build_policies(goods: Catalog, base: str) -> list[Record]:
    policies: Sequence[Thing] = getattr(goods, "policies", ())
    return [
        {
            "__typename": "ShopPolicy",
            "id": make_gid("ShopPolicy", FIRST_POLICY + position),
            "type": policy["type"],
            "title": policy["title"],
            "body": policy["body"],
            "url": f"{base}{policy['url']}",
            "updatedAt": make_time(position),
        }
        for position, policy in enumerate(policies)
    ]


def _build_blogs(goods: Catalog) -> list[Record]:
    news = {"handle": "news", "title": "News"}
    return [
        _build_blog(goods.blog, BLOG),
        _build_blog(news, NEWS),
    ]


def _build_blog(blog: Thing, number: int) -> Record:
    return {
        "__typename": "Blog",
        "id": make_gid("Blog", number),
        "handle": blog["handle"],
        "title": blog["title"],
    }


def _build_articles(goods: Catalog) -> list[Record]:
    articles: Sequence[Thing] = getattr(goods, "articles", ())
    return [_build_article(each, number) for number, each in enumerate(articles)]


def _build_article(article: Thing, position: int) -> Record:
    at = article.get("published") or make_time(position)
    blog = _build_blog(article["blog"], BLOG)

    return {
        "__typename": "Article",
        "id": make_gid("Article", FIRST_ARTICLE + position),
        "handle": article["handle"],
        "title": article["title"],
        "body": article["body"],
        "summary": article.get("excerpt"),
        "tags": [],
        "image": None,
        "author": {"name": sample_shop.NAME},
        "isPublished": True,
        "updatedAt": at,
        "publishedAt": at,
        "blog": blog,
    }


def build_payload(product: Record) -> Record:
    """A product as its webhooks tell it, in the older shape of Shopify's."""
    options = [
        {"name": each["name"], "values": each["values"]} for each in product["options"]
    ]
    variants = [_build_variant_payload(each) for each in product["variants"]]
    description = escape(product["description"], quote=False)

    return {
        "id": _number_of(product),
        "admin_graphql_api_id": product["id"],
        "title": product["title"],
        "handle": product["handle"],
        "body_html": f"<p>{description}</p>",
        "vendor": product["vendor"],
        "product_type": product["productType"],
        "status": product["status"].lower(),
        "tags": ", ".join(product["tags"]),
        "updated_at": product["updatedAt"],
        "published_at": product["publishedAt"],
        "options": options,
        "variants": variants,
    }


def sample_payload(shop: str, _: int) -> Record:
    """Of a product that was created or changed, for webhooks that are sent by hand."""
    records = build_records(f"https://{shop}")
    return build_payload(records.products[0])


def sample_deletion(shop: str, _: int) -> Record:
    """All that Shopify says of a product that is gone."""
    payload = sample_payload(shop, _)
    return {"id": payload["id"]}


def _build_variant_payload(variant: Record) -> Record:
    values = [each["value"] for each in variant["selectedOptions"]]
    options = dict(zip_longest(OPTION_FIELDS, values))

    return {
        "id": _number_of(variant),
        "admin_graphql_api_id": variant["id"],
        "title": variant["title"],
        "sku": variant["sku"],
        "barcode": variant["barcode"],
        "price": variant["price"],
        "compare_at_price": variant["compareAtPrice"],
        **options,
    }


def _number_of(record: Record) -> int:
    gid = str(record["id"])
    _, _, number = gid.rpartition("/")
    return int(number)
