"""Single products kept up with Shopify: what a webhook has named, or a night's pass has found.

A webhook is never believed in what it says of a product: Shopify is asked for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from backend.catalog import fill, product_records, sync_state
from backend.catalog.product_records import SLICE, Indexed
from backend.catalog.products import (
    MOST_VARIANTS,
    NotAProduct,
    Product,
    number_of,
    read_product,
)
from backend.catalog.sync_state import SyncState
from backend.errors import QueryRejected, ShopifyRefused, ShopifyUnavailable
from backend.logs import logger
from backend.metrics import CATALOG_PRODUCTS
from backend.services import Services
from backend.shops import admin_access
from backend.shops.webhook_event import Later, Outcome, WebhookEvent
from backend.store import job_queue
from backend.store.job_queue import Claim, Lease

# The job of one product; it is also the lock that keeps two answers about it in their order.
KIND = "catalog_product"
SCOPE = "read_products"
LEASE_SECONDS, AGAIN_SECONDS = 60, 15

Node = Mapping[str, Any]


def note_change(services: Services, event: WebhookEvent) -> Outcome:
    """The webhooks of products: created, updated or deleted, which Shopify alone can tell."""
    if not admin_access.granted(services, event.shop_id, SCOPE):
        return None

    ref = str(event.payload["id"])
    lease = Lease(services.process.me, LEASE_SECONDS)
    claim = services.db.write(job_queue.hold, event.shop_id, KIND, ref, lease)
    if claim is None:
        # Somebody is asking about it; what they learn may be older than this.
        return Later(1)

    try:
        refresh(services, claim)
    except ShopifyUnavailable:
        # The webhook itself comes again.
        services.db.write(job_queue.let_go, claim)
        raise
    return None


def run_refresh(services: Services, claim: Claim) -> None:
    """The job KIND: what a holder that has died left undone, or a fill may have undone."""
    if not admin_access.granted(services, claim.shop_id, SCOPE):
        services.db.write(job_queue.let_go, claim)
        return

    try:
        refresh(services, claim)
    except ShopifyUnavailable as error:
        logger().warning("a product waits for Shopify's word", because=error.code)
        services.db.write(job_queue.put_off, claim, AGAIN_SECONDS)


def refresh(services: Services, claim: Claim) -> None:
    """The product as it is now, or nothing of it. Raises ShopifyUnavailable; where Shopify refuses
    for good, it stays as it was.
    """
    number = int(claim.ref)
    try:
        is_settled = _refresh(services, claim.shop_id, number)
    except (ShopifyRefused, QueryRejected) as error:
        logger().warning("a product cannot be asked for", because=error.code)
        is_settled = True
    services.db.write(_end, claim, is_settled)


def _end(connection: Connection, claim: Claim, is_settled: bool) -> None:
    """A fill under way may have read that the product is there: it is looked at once more."""
    sync = sync_state.find_sync(connection, claim.shop_id)
    if sync.state is SyncState.FILLING and not is_settled:
        job_queue.put_off(connection, claim, AGAIN_SECONDS)
    else:
        job_queue.let_go(connection, claim)


def _refresh(services: Services, shop_id: int, number: int) -> bool:
    """Returns whether shoppers see it."""
    node = _ask_product(services, shop_id, number)
    if node is None or not is_published(node):
        services.db.write(_remove, shop_id, [number])
        return False

    _store(services, shop_id, [node])
    return True


def _ask_product(services: Services, shop_id: int, number: int) -> Node | None:
    """With all of its variants; None when there is no such product."""
    node = _ask_page(services, shop_id, number, None)
    return None if node is None else _with_all_variants(services, shop_id, node)


def _with_all_variants(services: Services, shop_id: int, node: Node) -> Node | None:
    """As many as are kept. None when the product goes meanwhile."""
    number = number_of(node["id"])
    variants = list(node["variants"]["nodes"])
    page = node["variants"]["pageInfo"]

    while page["hasNextPage"] and len(variants) < MOST_VARIANTS:
        more = _ask_page(services, shop_id, number, page["endCursor"])
        if more is None:
            return None
        variants += more["variants"]["nodes"]
        page = more["variants"]["pageInfo"]
    return {**node, "variants": variants}


def _ask_page(
    services: Services, shop_id: int, number: int, after: str | None
) -> Node | None:
    wanted = {"id": f"gid://shopify/Product/{number}", "variantsAfter": after}
    answered = admin_access.ask_shop(services, shop_id, "product_by_id", wanted)
    node: Node | None = answered["product"]
    return node


def is_published(node: Node) -> bool:
    """Whether shoppers see it in the online store."""
    return node.get("status") == "ACTIVE" and bool(node.get("onlineStoreUrl"))


def store_nodes(services: Services, shop_id: int, nodes: Sequence[Node]) -> None:
    """Products as Shopify has just told of them: stored, or removed where shoppers do not see them
    any more. Raises what asking Shopify for the rest of long ones does.
    """
    shown = [node for node in nodes if is_published(node)]
    hidden = [number_of(node["id"]) for node in nodes if not is_published(node)]
    for start in range(0, len(hidden), SLICE):
        services.db.write(_remove, shop_id, hidden[start : start + SLICE])

    whole = [_with_all_variants(services, shop_id, node) for node in shown]
    _store(services, shop_id, [node for node in whole if node is not None])


def _store(services: Services, shop_id: int, nodes: Sequence[Node]) -> None:
    indexed = list(fill.index_products(_readable(nodes)))
    for start in range(0, len(indexed), SLICE):
        services.db.write(_put, shop_id, indexed[start : start + SLICE])
    CATALOG_PRODUCTS.labels("change").inc(len(indexed))


def _readable(nodes: Sequence[Node]) -> list[Product]:
    products = []
    for node in nodes:
        try:
            products.append(read_product(node))
        except NotAProduct as error:
            logger().warning("a product cannot be read", because=str(error))
    return products


def _put(connection: Connection, shop_id: int, indexed: Sequence[Indexed]) -> None:
    sync = sync_state.lock_sync(connection, shop_id)
    newer = product_records.keep_newer(connection, shop_id, indexed)
    more = product_records.put_products(connection, shop_id, newer, sync.fill)
    sync_state.add_products(connection, shop_id, more)


def _remove(connection: Connection, shop_id: int, numbers: Sequence[int]) -> None:
    sync_state.lock_sync(connection, shop_id)
    gone = product_records.remove_products(connection, shop_id, numbers)
    sync_state.add_products(connection, shop_id, -gone)
