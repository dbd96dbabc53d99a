"""A shop leaves, or changes what it lets the app do; told in time, twice, or long after it has come back."""

from sqlalchemy import Connection

from backend.logs import logger
from backend.merchant import erasure
from backend.merchant.notices import Notice
from backend.services import Services
from backend.shops import departures, installation


def uninstall(services: Services, notice: Notice) -> None:
    """Refuse the shop, drop its tokens and end what is being answered. Its data waits for `shop/redact`."""
    if not notice.domain:
        return
    if not services.db.write(lambda connection: _leave(connection, notice)):
        logger().info("an uninstall came after the shop was back")
        return
    erasure.end_turns(services, notice.shop_id, "shop_uninstalled")


def _leave(connection: Connection, notice: Notice) -> bool:
    """False when somebody of the shop has opened the app since."""
    if installation.seen_until(connection, notice.shop_id) >= notice.triggered_at:
        # Our tokens may be from before: Shopify ended them all when the app was removed.
        installation.give_up_older(connection, notice.shop_id, notice.triggered_at)
        return False
    departures.note(connection, notice.domain, notice.triggered_at)
    installation.remove(connection, notice.shop_id)
    return True


def update_scopes(services: Services, notice: Notice) -> None:
    """Tokens are good for what was granted when they were given, so the next use of them gets a new pair."""
    scopes = ",".join(str(scope) for scope in notice.told.get("current") or ())
    services.db.write(lambda connection: installation.set_scopes(connection, notice.shop_id, scopes))
