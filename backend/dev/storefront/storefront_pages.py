"""The sample storefront's pages: which template, with which of Shopify's objects, and what the
platform adds.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request

from backend.dev.shopify.admin_api import accounts, find_store, stores
from backend.dev.storefront import sample_blog
from backend.dev.storefront.ajax_cart import cart_totals
from backend.dev.storefront.embed_block import (
    NOTHING,
    EmbedBlock,
    RenderedEmbed,
    UnknownSetting,
)
from backend.dev.storefront.sample_shop import (
    CURRENCY,
    DOMAIN,
    LANGUAGES,
    NAME,
    Catalog,
    Thing,
)
from backend.dev.storefront.sample_visitor import Visitor, read_visitor, remember
from backend.dev.storefront.theme_files import VersionedFiles
from backend.dev.storefront.theme_liquid import (
    Translator,
    liquid_environment,
    parse_template,
    read_words,
    to_json,
)

Objects = dict[str, Any]
THEME = Path(__file__).with_name("theme")
PLATFORM = Path(__file__).with_name("static")
MOST_SEARCHED = 100

pages = Blueprint("pages", __name__)
theme_assets = VersionedFiles(THEME / "assets", "/cdn/shop", "assets")
platform_files = VersionedFiles(PLATFORM, "/cdn/shopifycloud", "storefront")


@pages.get("/")
def home() -> Response:
    return show("index", "", {})


@pages.get("/collections/<handle>")
def collection(handle: str) -> Response:
    found = read_visitor().catalog.find_collection(handle)
    return (
        show("collection", found["title"], {"collection": found})
        if found
        else missing()
    )


@pages.get("/products/<handle>")
def product(handle: str) -> Response:
    found = read_visitor().catalog.find_product(handle)
    if not found:
        return missing()

    chosen = {"selected_or_first_available_variant": _chosen_variant(found)}
    return show("product", found["title"], {"product": {**found, **chosen}})


@pages.get("/cart")
def cart() -> Response:
    words = Translator(read_words(THEME / "locales", read_visitor().catalog.language))
    return show("cart", words("cart.title"), {})


@pages.get("/pages/<handle>")
def page(handle: str) -> Response:
    found = read_visitor().catalog.find_page(handle)
    return show("page", found["title"], {"page": found}) if found else missing()


@pages.get("/policies/<handle>")
def policy(handle: str) -> Response:
    found = read_visitor().catalog.find_policy(handle)
    return show("policy", found["title"], {"policy": found}) if found else missing()


@pages.get("/blogs/<handle>")
def blog(handle: str) -> Response:
    found = _find_blog(handle)
    return show("blog", found["title"], {"blog": found}) if found else missing()


@pages.get("/blogs/<blog_handle>/<handle>")
def article(blog_handle: str, handle: str) -> Response:
    found_blog = _find_blog(blog_handle)
    if not found_blog:
        return missing()
    found = sample_blog.find_article(found_blog, handle)
    if not found:
        return missing()

    return show("article", found["title"], {"blog": found_blog, "article": found})


@pages.get("/<int:shop_id>/invoices/<token>")
def invoice(shop_id: int, token: str) -> Response:
    """Where Shopify lets the shopper pay for a draft order."""
    draft = stores().find_invoice(token)
    if draft is None:
        return missing()

    title = f"Invoice {draft['name']}"
    body = _describe_invoice(draft)
    return show("page", title, {"page": {"title": title, "body": body}})


@pages.get("/search")
def search() -> Response:
    catalog = read_visitor().catalog
    terms = request.args.get("q", "").strip()[:MOST_SEARCHED]
    results = catalog.search(terms)

    found = {
        "performed": bool(terms),
        "terms": terms,
        "results": results,
        "results_count": len(results),
    }
    words = Translator(read_words(THEME / "locales", catalog.language))
    return show("search", words("search.title"), {"search": found})


@pages.app_errorhandler(404)
def missing(_: Any = None) -> Response:
    return show("404", "404", {}, 404)


@pages.app_errorhandler(UnknownSetting)
def refuse_setting(error: UnknownSetting) -> tuple[str, int]:
    return escape(str(error)), 400


@pages.get("/cdn/shop/<version>/assets/<name>")
def theme_asset(version: str, name: str) -> Response:
    return theme_assets.send(name)


@pages.get("/cdn/shopifycloud/<version>/storefront/<name>")
def platform_file(version: str, name: str) -> Response:
    return platform_files.send(name)


@pages.get("/cdn/extensions/<version>/flux-chat/assets/<name>")
def extension_asset(version: str, name: str) -> Response:
    return _current_embed().assets.send(name)


def show(
    template: str, title: str, objects: Mapping[str, Any], status: int = 200
) -> Response:
    """A template inside the layout, with what Shopify itself puts into the head and before
    `</body>`.
    """
    visitor = read_visitor()
    page = {**_global_objects(visitor, template), **objects, "page_title": title}
    embed = _rendered_embed(visitor, page)
    environment = liquid_environment(THEME, visitor.catalog.language, theme_assets.url)

    def render(path: Path, **more: str) -> str:
        template = parse_template(environment, path.read_text("utf-8"), path.name)
        return template.render(**page, **more)

    html = render(
        THEME / "layout" / "theme.liquid",
        content_for_header=_content_for_header(visitor, embed),
        content_for_layout=render(THEME / "templates" / f"{template}.liquid"),
    )
    html = html.replace("</body>", f"{embed.body}\n</body>")
    return remember(Response(html, status, content_type="text/html; charset=utf-8"))


def _find_blog(handle: str) -> Thing | None:
    articles = find_store(DOMAIN).articles
    catalog = read_visitor().catalog
    return sample_blog.find_blog(articles, catalog, handle)


def _describe_invoice(draft: Thing) -> str:
    """What is to be paid for, as markup."""
    total = draft["totalPriceSet"]["presentmentMoney"]
    lines = [
        f"<li>{line['quantity']} × {escape(_name_line(line))}</li>"
        for line in draft["lines"]
    ]

    listed = "\n".join(lines)
    return f"<ul>{listed}</ul>\n<p>{total['amount']} {total['currencyCode']}</p>"


def _name_line(line: Thing) -> str:
    """A product that comes in one version only has no other name."""
    if line["variant"] == "Default Title":
        return str(line["title"])
    return f"{line['title']}, {line['variant']}"


def _chosen_variant(product: Thing) -> Thing:
    """The one that the address names, else the first that can be bought, else the first."""
    wanted = request.args.get("variant", "")
    named = [one for one in product["variants"] if str(one["id"]) == wanted]
    if named:
        return named[0]
    return product["first_available_variant"] or product["variants"][0]


def _global_objects(visitor: Visitor, template: str) -> Objects:
    """Shopify's objects that every template may read."""
    catalog = visitor.catalog
    customer = None
    if visitor.customer:
        customer = {"id": visitor.customer, "first_name": visitor.customer_name}

    return {
        "shop": _shop_object(catalog),
        "request": _request_object(catalog, template),
        "routes": _route_addresses(catalog.root),
        "localization": {
            "country": {"iso_code": "DE"},
            "language": {"iso_code": catalog.language},
        },
        "customer": customer,
        "cart": cart_totals(visitor),
        "collections": catalog.collections,
        "all_products": catalog.products,
        "pages": catalog.pages,
        "blogs": sample_blog.list_blogs(find_store(DOMAIN).articles, catalog),
        "sample": {
            "theme": visitor.theme,
            "consent": visitor.consent,
            "plain_path": request.path,
        },
    }


def _shop_object(catalog: Catalog) -> Objects:
    locales = [
        {"iso_code": code, "endonym_name": name} for code, name in LANGUAGES.items()
    ]

    return {
        "id": 70001,
        "name": NAME,
        "permanent_domain": DOMAIN,
        "domain": request.host,
        "url": request.host_url.rstrip("/"),
        "currency": CURRENCY,
        "locale": "en",
        "published_locales": locales,
        "policies": catalog.policies,
    }


def _request_object(catalog: Catalog, template: str) -> Objects:
    language, root = catalog.language, catalog.root
    locale = {
        "iso_code": language,
        "root_url": root,
        "endonym_name": LANGUAGES[language],
    }

    return {
        "locale": locale,
        "page_type": template,
        "path": request.path if root == "/" else f"/{language}{request.path}",
        "design_mode": _is_editing(),
        "host": request.host,
    }


def _route_addresses(root: str) -> dict[str, str]:
    return {
        "root_url": root,
        "cart_url": f"{root}cart",
        "cart_add_url": f"{root}cart/add",
        "cart_change_url": f"{root}cart/change",
        "all_products_collection_url": f"{root}collections/all",
        "search_url": f"{root}search",
        "predictive_search_url": f"{root}search/suggest",
    }


def _content_for_header(visitor: Visitor, embed: RenderedEmbed) -> str:
    """`window.Shopify`, what the platform does with it, and the embed's own script."""
    root = visitor.catalog.root
    shopify: Objects = {
        "shop": DOMAIN,
        "locale": visitor.catalog.language,
        "currency": {"active": CURRENCY, "rate": "1.0"},
        "country": "DE",
        "theme": {"name": visitor.theme.capitalize(), "id": 1, "role": "main"},
        "routes": {"root": root},
    }
    if _is_editing():
        shopify["designMode"] = True

    script = platform_files.url("shopify-globals.js")
    lines = [
        f"<script>window.Shopify = {to_json(shopify)}</script>",
        f'<script src="{script}" data-consent="{visitor.consent}"></script>',
        embed.head,
    ]
    return "\n".join(lines)


def _rendered_embed(visitor: Visitor, page: Mapping[str, Any]) -> RenderedEmbed:
    """When the merchant has switched it on; `?embed=off` shows the page as it is without the app,
    to compare.
    """
    if request.args.get("embed") == "off" or not accounts().of(DOMAIN).embed:
        return NOTHING
    return _current_embed().render(
        visitor.catalog.language,
        page,
        visitor.settings,
        _is_editing(),
        find_store(DOMAIN).metafields.as_liquid(),
    )


def _current_embed() -> EmbedBlock:
    embed = current_app.extensions["embed"]
    assert isinstance(embed, EmbedBlock)
    return embed


def _is_editing() -> bool:
    """As in the theme editor's preview."""
    return "design_mode" in request.args
