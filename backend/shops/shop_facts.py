"""The facts of a shop, read from Shopify: when the app is installed or granted something, and every
day.
"""

from functools import partial

from sqlalchemy import Connection

from backend.errors import QueryRejected, ShopifyRefused, ShopifyUnavailable
from backend.logs import logger
from backend.services import Services
from backend.shopify import shop_answer
from backend.shopify.shop_answer import ShopFacts
from backend.shops import admin_access, directory, installation
from backend.store import job_queue
from backend.store.job_queue import Claim

# The jobs: one shop's facts; every shop's turn.
KIND, EVERY_SHOP = "shop_facts", "shop_facts_daily"
AGAIN_SECONDS = 60
# A day's work is spread, so that no minute has it all.
SPREAD_SECONDS = 5


def read_later(services: Services, shop_id: int) -> None:
    services.db.write(job_queue.add_ready, shop_id, KIND, "")


def run_read(services: Services, claim: Claim) -> None:
    """The job KIND. What was known stays where Shopify refuses."""
    ask = partial(admin_access.ask_shop, services, claim.shop_id)
    try:
        facts = shop_answer.ask_facts(ask)
    except ShopifyUnavailable as error:
        again = max(AGAIN_SECONDS, error.retry_after or 0)
        services.db.write(job_queue.put_off, claim, again)
    except (ShopifyRefused, QueryRejected) as error:
        logger().warning("a shop's facts cannot be read", because=error.code)
        services.db.write(job_queue.complete, claim)
    else:
        services.db.write(_store, claim, facts)


def run_every_shop(services: Services, claim: Claim) -> None:
    """The job EVERY_SHOP: each shop's facts are a job of their own."""
    for number, shop_id in enumerate(installation.list_installed(services)):
        wait = number * SPREAD_SECONDS
        services.db.write(job_queue.add_ready, shop_id, KIND, "", wait)


def _store(connection: Connection, claim: Claim, facts: ShopFacts) -> None:
    directory.set_facts(connection, claim.shop_id, facts)
    job_queue.complete(connection, claim)
