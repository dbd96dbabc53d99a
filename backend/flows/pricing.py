"""An order before it is shown for a yes: each line is one variant of the catalog, with what Shopify
asks for it at that moment.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from backend.catalog import product_records
from backend.catalog.products import Product, number_of
from backend.errors import ShopifyRefused, ShopifyUnavailable
from backend.flows import order_steps
from backend.flows.answers import Answers, Price, Quote
from backend.flows.orders import Ask, Candidate, Line, VariantRef, with_asks
from backend.logs import logger
from backend.services import Services
from backend.shopify.variant_prices import price_variants
from backend.shops import admin_access

SCOPE = "read_products"
# A shopper waits for it.
PATIENCE_SECONDS = 6.0
# How many ways of a product are offered to choose from.
MOST_CHOICES = 30


def complete(services: Services, shop_id: int, answers: Answers) -> Answers:
    """Each line of a product names one of its variants now, or asks which."""
    open_lines = [line for line in answers.lines if _needs_product(line)]
    if not open_lines:
        return answers

    handles = {line.product.handle for line in open_lines if line.product}
    with services.db.reading() as connection:
        found = product_records.find_by_handles(connection, shop_id, sorted(handles))

    lines = tuple(_completed(line, found) for line in answers.lines)
    if lines == answers.lines:
        return answers
    return order_steps.with_lines(answers, lines)


def _needs_product(line: Line) -> bool:
    return line.product is not None and (line.variant is None or bool(line.asks))


def _completed(line: Line, products: dict[str, Product]) -> Line:
    if not _needs_product(line) or line.product is None:
        return line

    product = products.get(line.product.handle)
    if product is None:
        # It has left the store meanwhile: its words stay for the people of the shop.
        return Line(line.words, line.quantity, asks=(Ask.PRODUCT,))

    is_only = len(product.variants) == 1
    if line.variant is None and is_only:
        line = _with_only(line, product)
    if order_steps.needs_choice(line) or line.variant is None:
        return _ask_variant(line, product)
    return line


def _with_only(line: Line, product: Product) -> Line:
    (only,) = product.variants
    left = tuple(ask for ask in line.asks if ask != Ask.VARIANT)
    return replace(line, variant=VariantRef(number_of(only.id), ""), asks=left)


def _ask_variant(line: Line, product: Product) -> Line:
    """Of those that can be bought. Where none can, the line can only be left out."""
    on_sale = [variant for variant in product.variants if variant.available]
    offered = on_sale[:MOST_CHOICES]
    candidates = tuple(Candidate.from_product(product, each) for each in offered)

    if order_steps.needs_choice(line):
        return replace(line, candidates=candidates)
    asked = with_asks(line, Ask.VARIANT if on_sale else Ask.SOLD_OUT)
    return replace(asked, candidates=candidates)


def quote(
    services: Services,
    shop_id: int,
    answers: Answers,
    country: str | None,
    now: int,
) -> Quote:
    """What the lines cost now; without prices where Shopify cannot be asked. Never call it inside a
    transaction.
    """
    ids = list_variants(answers.lines)
    if not ids or not admin_access.granted(services, shop_id, SCOPE):
        return Quote(now)

    ask = partial(admin_access.ask_shop, services, shop_id, patience=PATIENCE_SECONDS)
    try:
        found = price_variants(ask, ids, country)
    except (ShopifyRefused, ShopifyUnavailable) as error:
        logger().warning("prices of an order are not known", because=error.code)
        return Quote(now)

    prices = [
        Price(number, f"{each.price.amount:f}", each.price.currency)
        for number, each in found.items()
    ]
    return Quote(now, tuple(prices))


def list_variants(lines: Sequence[Line]) -> list[int]:
    """Shopify's numbers, each once."""
    known = order_steps.list_known(lines)
    return list(dict.fromkeys(line.variant.id for line in known if line.variant))
