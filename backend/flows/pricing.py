"""An order before it is shown for a yes: each line is one variant of the catalog, with what Shopify
asks for it at that moment.
"""

from collections.abc import Sequence
from functools import partial

from backend.catalog import product_records
from backend.catalog.products import Product, Variant
from backend.errors import ShopifyRefused, ShopifyUnavailable
from backend.flows import order_steps
from backend.flows.answers import Answers, Price, Quote
from backend.flows.orders import Candidate, Line, ProductRef, VariantRef
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
    """Each settled line names a variant now, or is asked about."""
    open_lines = [line for line in answers.lines if _lacks_variant(line)]
    if not open_lines:
        return answers

    handles = {line.product.handle for line in open_lines if line.product}
    with services.db.reading() as connection:
        found = product_records.find_by_handles(connection, shop_id, sorted(handles))

    lines = [_completed(line, found) for line in answers.lines]
    return order_steps.with_lines(answers, lines)


def _lacks_variant(line: Line) -> bool:
    return line.product is not None and line.variant is None and not line.asks


def _completed(line: Line, products: dict[str, Product]) -> Line:
    if not _lacks_variant(line) or line.product is None:
        return line

    product = products.get(line.product.handle)
    if product is None:
        # It has left the store meanwhile: its words stay for the people of the shop.
        return Line(words=line.words, quantity=line.quantity, asks=("product",))

    if len(product.variants) == 1:
        (only,) = product.variants
        return _with_variant(line, VariantRef(number_of(only), ""))
    return _ask_variant(line, product)


def _with_variant(line: Line, variant: VariantRef) -> Line:
    return Line(
        words=line.words,
        quantity=line.quantity,
        product=line.product,
        variant=variant,
    )


def _ask_variant(line: Line, product: Product) -> Line:
    on_sale = [variant for variant in product.variants if variant.available]
    offered = (on_sale or list(product.variants))[:MOST_CHOICES]
    reference = ProductRef(product.number, product.handle, product.title)

    return Line(
        words=line.words,
        quantity=line.quantity,
        product=line.product,
        asks=("variant",),
        candidates=tuple(_candidate(reference, each) for each in offered),
    )


def _candidate(product: ProductRef, variant: Variant) -> Candidate:
    reference = VariantRef(number_of(variant), variant.title)
    return Candidate(product, reference, variant.available)


def number_of(variant: Variant) -> int:
    """Shopify's, of its gid."""
    _, _, number = variant.id.rpartition("/")
    return int(number)


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
