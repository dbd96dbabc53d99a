"""Cards of products, which the shopper sees and can put into the cart."""

from typing import Annotated

from msgspec import Meta

from backend.catalog import store_search
from backend.tools import product_parts
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext, ToolMistake

MOST_PRODUCTS = 6
MOST_CHARACTERS = 255
UNKNOWN = "The store has no product with any of these handles. Search first."

Handle = Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


class Wanted(Arguments):
    handles: Annotated[
        list[Handle],
        Meta(
            min_length=1,
            max_length=MOST_PRODUCTS,
            description="Handles of the products, as search_products gave them, best first.",
        ),
    ]


def show_products(context: ToolContext, wanted: Wanted) -> Found:
    handles = list(dict.fromkeys(wanted.handles))
    products = store_search.find_products(
        context.services, context.shop_id, handles, context.locale, context.page
    )
    if not products:
        raise ToolMistake(UNKNOWN)

    facts = {"shown": [product.title for product in products]}
    return Found(facts, [product_parts.as_part(products)])


TOOL = Tool(
    name="show_products",
    purpose=(
        "Show products to the shopper as cards with picture, today's price, choices and a button"
        " that puts them into the cart. Always show what you recommend; never write prices."
    ),
    arguments=Wanted,
    run=show_products,
    seconds=3.0,
)
