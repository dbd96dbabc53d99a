"""Products of the store for what a shopper looks for."""

from typing import Annotated

from msgspec import Meta

from backend.catalog import store_search
from backend.catalog.store_search import Asked
from backend.tools import product_parts
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext

MOST_PRODUCTS = 6
MOST_CHARACTERS = 400


class Wanted(Arguments):
    query: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description=(
                "What the shopper looks for, in the shopper's own words: the thing, and colour,"
                " size, material, occasion and bounds of price if they were said."
            ),
        ),
    ]
    limit: Annotated[
        int, Meta(ge=1, le=MOST_PRODUCTS, description="How many at most.")
    ] = MOST_PRODUCTS


def search_products(context: ToolContext, wanted: Wanted) -> Found:
    asked = Asked(wanted.query, context.locale, wanted.limit, context.page)
    results = store_search.search_store(context.services, context.shop_id, asked)

    told = [product_parts.describe(product) for product in results.products]
    facts = {"products": told, "found": results.found}
    if results.mended is not None:
        facts["understood"] = results.mended
    return Found(facts)


TOOL = Tool(
    name="search_products",
    purpose=(
        "Find products of this store. Shows nothing to the shopper: call show_products with the"
        " handles that fit."
    ),
    arguments=Wanted,
    run=search_products,
    seconds=3.0,
)
