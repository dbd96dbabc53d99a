"""Whether a shop has the app: what Shopify says when it is asked, and what it has signed for the
shop since.
"""

from enum import StrEnum

from sqlalchemy import Connection, select

from backend.errors import NeedsReauth, NotSetUp, Undecipherable
from backend.services import Services
from backend.shopify import access_check
from backend.shops import installation
from backend.store.tables import shops


class Standing(StrEnum):
    """INSTALLED and GONE are Shopify's own words. UNTOLD: there is no token to ask it with."""

    INSTALLED = "installed"
    GONE = "gone"
    UNTOLD = "untold"


def ask_shopify(services: Services, shop_id: int, domain: str) -> Standing:
    """Ask with the shop's token; one that is refused is refreshed first. Raises
    ShopifyUnavailable.
    """
    if installation.find_status(services, shop_id) != "installed":
        return Standing.UNTOLD
    try:
        token = installation.access_token(services, shop_id)
        if access_check.accepts(services.config, domain, token):
            return Standing.INSTALLED

        token = installation.access_token(services, shop_id, refused=token)
        is_accepted = access_check.accepts(services.config, domain, token)
    except NeedsReauth:
        return Standing.GONE
    except (NotSetUp, Undecipherable):
        return Standing.UNTOLD
    return Standing.INSTALLED if is_accepted else Standing.GONE


def signed_until(services: Services, connection: Connection, shop_id: int) -> int:
    """The time of the latest proxy request that Shopify has signed for the shop, in milliseconds; 0
    for none.

    Other processes' are at most some minutes late.
    """
    query = select(shops.c.signed_at).where(shops.c.id == shop_id)
    stored = connection.execute(query).scalar_one_or_none() or 0
    return max(stored, services.daily_counts.signed_until(shop_id))
