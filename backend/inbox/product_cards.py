"""Products of the shop that staff put into a reply as cards, as the assistant shows them."""

from collections.abc import Sequence

from backend.catalog import store_search
from backend.catalog.products import Product, cheapest
from backend.catalog.store_search import Asked
from backend.chat.conversations import Conversation
from backend.chat.plain_text import utf16_length
from backend.errors import Invalid
from backend.services import Services
from backend.store.money_format import write_money
from backend.store.parts import Part
from backend.tools import product_parts

# Of those that are offered for some words, and of those that one reply shows.
MOST_FOUND, MOST_SHOWN = 8, 6
MOST_CHARACTERS = 400
LONGEST_HANDLE = 255
UNKNOWN = "One of these products isn't in your store anymore. Remove it and try again."


def search_products(
    services: Services, shop_id: int, words: str, locale: str | None = None
) -> Sequence[Product]:
    """The best first; none for blank words. Raises ShopifyUnavailable, as every search does."""
    asked = words.strip()[:MOST_CHARACTERS]
    if not asked:
        return []
    found = store_search.search_store(
        services, shop_id, Asked(asked, locale, MOST_FOUND)
    )
    return found.products


def find_products(
    services: Services, conversation: Conversation, handles: Sequence[str]
) -> Sequence[Product]:
    """Those that the store has, in their order. It may wait for the store."""
    wanted = [handle for handle in handles if 0 < len(handle) <= LONGEST_HANDLE]
    if not wanted:
        return []
    return store_search.find_products(
        services,
        conversation.shop_id,
        list(dict.fromkeys(wanted))[:MOST_SHOWN],
        conversation.locale,
        conversation.page,
    )


def build_parts(
    services: Services, conversation: Conversation, handles: Sequence[str], text: str
) -> list[Part]:
    """The cards of some products, below the words of a reply. It may wait for the store, so never
    call it inside a transaction. Raises Invalid where a product is not there.
    """
    if not handles:
        return []
    wanted = list(dict.fromkeys(handles))
    if len(wanted) > MOST_SHOWN:
        raise Invalid(f"A reply can show up to {MOST_SHOWN} products.")

    products = find_products(services, conversation, wanted)
    if len(products) != len(wanted):
        raise Invalid(UNKNOWN)

    cards = product_parts.as_part(products)
    return [{"id": "part-1", "at": utf16_length(text), **cards}]


def price_of(product: Product) -> str:
    """The lowest, in words."""
    amount = cheapest(product).amount
    return write_money({"amount": amount, "currency": product.currency})
