"""The copy of a shop's catalog, kept up with Shopify: filled whole from a bulk export, and looked
through every night.

Whatever is asked of Shopify is asked by a job and outside of any transaction.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection

from backend.catalog import document_sync, fill, product_sync, sync_state
from backend.catalog.fill import Overtaken
from backend.catalog.product_records import SLICE
from backend.catalog.sync_state import INDEX_VERSION, Sync, SyncState
from backend.clock import iso, now_ms
from backend.errors import (
    BrokenExport,
    ChangeRefused,
    ExportRunning,
    NeedsReauth,
    QueryRejected,
    ShopifyRefused,
    ShopifyUnavailable,
)
from backend.logs import logger
from backend.services import Services
from backend.shopify import bulk_export
from backend.shopify.bulk_export import BulkOperation
from backend.shopify.exported_products import ExportedProduct, read_products
from backend.shops import admin_access, installation
from backend.store import job_queue
from backend.store.job_queue import Claim

# The jobs: a whole fill of a shop's products; its policies, pages and articles; what has changed
# since; every shop's turn.
FILL, DOCUMENTS = "catalog_fill", "catalog_documents"
CHANGES, EVERY_SHOP = "catalog_changes", "catalog_nightly"
# The scope without which there is nothing to copy.
SCOPE = "read_products"

# While Shopify writes its file; while another export of the app's is under way there; while it does
# not answer.
POLL_SECONDS, BUSY_SECONDS, AGAIN_SECONDS = 2, 30, 60
# An hour and a bit.
MOST_DOUBLINGS = 6
# Deletions of which no webhook has come are found by a whole fill.
WHOLE_AGAIN_MS = 7 * 86_400_000
# A night's work is spread, so that no minute has it all.
SPREAD_SECONDS = 5
# What changes while changes are read is read once more.
OVERLAP_MS = 120_000

# What asking again does not help against before somebody does something about it.
HOPELESS = (ShopifyRefused, QueryRejected, ChangeRefused)


def begin_if_granted(services: Services, claim: Claim) -> None:
    """The job of a shop that has given tokens or scopes: its first fill. One that was filled before
    has sent no webhooks while it was away, or lets us read more than then.
    """
    if admin_access.granted(services, claim.shop_id, SCOPE):
        fill_later(services, claim.shop_id)
    services.db.write(job_queue.complete, claim)


def fill_later(services: Services, shop_id: int) -> None:
    """Everything anew, by the next process that has time for it."""
    services.db.write(_add_fill, shop_id)


def _add_fill(connection: Connection, shop_id: int) -> None:
    for kind in (FILL, DOCUMENTS):
        job_queue.add_ready(connection, shop_id, kind, "")


def run_fill(services: Services, claim: Claim) -> None:
    """The job FILL: a step of it, until everything is stored."""
    _run(services, claim, _try_fill_step)


def run_documents(services: Services, claim: Claim) -> None:
    """The job DOCUMENTS: all of them, each time."""
    _run(services, claim, _read_documents)


def run_changes(services: Services, claim: Claim) -> None:
    """The job CHANGES: a night's pass over one shop."""
    _run(services, claim, _read_changes)


def run_every_shop(services: Services, claim: Claim) -> None:
    """The job EVERY_SHOP: each shop's pass is a job of its own."""
    shop_ids = installation.list_installed(services)
    for number, shop_id in enumerate(shop_ids):
        wait = number * SPREAD_SECONDS
        services.db.write(job_queue.add_ready, shop_id, CHANGES, "", wait)


def _run(
    services: Services,
    claim: Claim,
    step: Callable[[Services, int], int | None],
) -> None:
    """One step, which says after how many seconds the next is due; None when it was the last."""
    if not admin_access.granted(services, claim.shop_id, SCOPE):
        services.db.write(job_queue.complete, claim)
        return

    try:
        again = step(services, claim.shop_id)
    except ShopifyUnavailable as error:
        again = _pause_after(error)
    except HOPELESS as error:
        logger().warning("a catalog cannot be read", job=claim.kind, because=error.code)
        again = None

    if again is None:
        services.db.write(job_queue.complete, claim)
    else:
        services.db.write(job_queue.put_off, claim, again)


def _pause_after(error: ShopifyUnavailable) -> int:
    if isinstance(error, ExportRunning):
        return BUSY_SECONDS
    logger().warning("Shopify does not answer about a catalog", because=error.code)
    return AGAIN_SECONDS


def _try_fill_step(services: Services, shop_id: int) -> int | None:
    """A failure is noted for the merchant to see; what was there before is still there."""
    try:
        return _fill_step(services, shop_id)
    except BrokenExport as error:
        because = error.because[:32]
        logger().warning("an export cannot be used", because=because)
        failed = services.db.write(sync_state.fail_fill, shop_id, because)
        return _pause_after_failure(failed)

    except HOPELESS as error:
        services.db.write(sync_state.fail_fill, shop_id, error.code)
        raise
    except Overtaken:
        # An operator has filled the catalog from a file meanwhile.
        return None


def _pause_after_failure(sync: Sync) -> int:
    """Each time twice as long, and never given up; a shop with an older catalog has time."""
    if sync.is_filled:
        return AGAIN_SECONDS << MOST_DOUBLINGS
    failures_before = max(0, sync.fill - 1)
    return AGAIN_SECONDS << min(failures_before, MOST_DOUBLINGS)


def _fill_step(services: Services, shop_id: int) -> int | None:
    ask = partial(admin_access.ask_shop, services, shop_id)
    with services.db.reading() as connection:
        sync = sync_state.find_sync(connection, shop_id)

    if sync.operation is None:
        started = bulk_export.start_export(ask)
        services.db.write(sync_state.begin_fill, shop_id, started.id)
        return POLL_SECONDS

    operation = bulk_export.find_export(ask, sync.operation)
    if operation is None:
        raise BrokenExport("gone")
    if operation.is_open:
        services.db.write(sync_state.note_expected, shop_id, operation.products)
        return POLL_SECONDS
    if not operation.is_complete:
        raise BrokenExport(operation.error_code or operation.status)

    services.db.write(sync_state.note_expected, shop_id, operation.products)
    filled = fill.fill_products(services, sync, _read_export(services, sync, operation))
    logger().info("a catalog is filled", products=filled.products)
    return None


def _read_export(
    services: Services,
    sync: Sync,
    operation: BulkOperation,
) -> Iterator[ExportedProduct]:
    """From where an earlier holder of the job has stopped. A shop without products has no file."""
    if not operation.url:
        return iter(())
    lines = bulk_export.stream_lines(services.config, operation.url, sync.lines)
    return _while_installed(services, sync.shop_id, read_products(lines))


def _while_installed(
    services: Services,
    shop_id: int,
    products: Iterator[ExportedProduct],
) -> Iterator[ExportedProduct]:
    """Raises NeedsReauth when the shop leaves before the file ends."""
    for number, product in enumerate(products):
        is_next_slice = number % SLICE == 0
        if is_next_slice and not admin_access.granted(services, shop_id, SCOPE):
            raise NeedsReauth
        yield product


def _read_documents(services: Services, shop_id: int) -> None:
    document_sync.read_documents(services, shop_id)


def _read_changes(services: Services, shop_id: int) -> int | None:
    with services.db.reading() as connection:
        sync = sync_state.find_sync(connection, shop_id)
    if _needs_whole(sync):
        fill_later(services, shop_id)
        return None

    now = now_ms()
    since = (sync.changed_since or 0) - OVERLAP_MS
    for nodes in _changed_pages(services, shop_id, since):
        product_sync.store_nodes(services, shop_id, nodes)

    services.db.write(_end_changes, shop_id, now)
    return None


def _needs_whole(sync: Sync) -> bool:
    """Nothing is there yet, it is found by other terms now, or it is time. A fill under way is one;
    should its job have been given up, it is taken up again.
    """
    if sync.state is SyncState.FILLING:
        return True
    filled_at = sync.filled_at or 0
    is_old = now_ms() - filled_at > WHOLE_AGAIN_MS
    return is_old or sync.index_version != INDEX_VERSION


def _changed_pages(
    services: Services, shop_id: int, since: int
) -> Iterator[list[dict[str, Any]]]:
    wanted = {"query": f"updated_at:>'{iso(max(0, since))}'", "after": None}
    while True:
        answered = admin_access.ask_shop(services, shop_id, "changed_products", wanted)
        page = answered["products"]
        yield page["nodes"]

        if not page["pageInfo"]["hasNextPage"]:
            return
        wanted["after"] = page["pageInfo"]["endCursor"]


def _end_changes(connection: Connection, shop_id: int, until: int) -> None:
    sync_state.lock_sync(connection, shop_id)
    sync_state.note_changes(connection, shop_id, until)
    job_queue.add_ready(connection, shop_id, DOCUMENTS, "")
