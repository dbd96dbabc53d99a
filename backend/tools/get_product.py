"""All that the store says about one product."""

from typing import Annotated

from msgspec import Meta

from backend.catalog import store_search
from backend.tools import product_parts
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext, ToolMistake

MOST_CHARACTERS = 255
UNKNOWN = "The store has no product with this handle. Search for it."


class Wanted(Arguments):
    handle: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description="The product's handle, from search_products or the page's address.",
        ),
    ]


def get_product(context: ToolContext, wanted: Wanted) -> Found:
    handles = [wanted.handle]
    known = store_search.find_products(
        context.services, context.shop_id, handles, context.locale, context.page
    )
    if not known:
        raise ToolMistake(UNKNOWN)
    return Found({"product": product_parts.describe_whole(known[0])})


TOOL = Tool(
    name="get_product",
    purpose="Read a product's description, options, variants, prices and availability.",
    arguments=Wanted,
    run=get_product,
    seconds=3.0,
)
