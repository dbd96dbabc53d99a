"""A shop leaves, or changes what it lets the app do; told in time, twice, or long after it has come
back.

A webhook alone ends nothing: Shopify is asked first.
"""

from sqlalchemy import Connection

from backend.logs import logger
from backend.privacy import erasure
from backend.services import Services
from backend.shopify import scopes
from backend.shops import installation, standing, uninstalls
from backend.shops.standing import Standing
from backend.shops.webhook_event import Notice, Outcome, Refused


def uninstall(services: Services, notice: Notice) -> Outcome:
    """Refuse the shop, drop its tokens and end what is being answered. Its data waits for
    `shop/redact`.

    Raises ShopifyUnavailable when Shopify has a token to be asked with, and does not say.
    """
    if not notice.domain:
        return None
    if _is_back(services, notice):
        return Refused("back")

    said = standing.ask_shopify(services, notice.shop_id, notice.domain)
    if said is Standing.INSTALLED:
        return Refused("served")
    # Somebody of the shop may have come while Shopify was asked.
    if not services.db.write(_leave, services, notice, said):
        return Refused("back")

    erasure.end_turns(services, notice.shop_id, "shop_uninstalled")
    return None


def _is_back(services: Services, notice: Notice) -> bool:
    return services.db.write(_has_come_since, services, notice)


def _leave(
    connection: Connection, services: Services, notice: Notice, said: Standing
) -> bool:
    if _has_come_since(connection, services, notice):
        return False
    uninstalls.note(
        connection, notice.domain, notice.triggered_at, confirmed=said is Standing.GONE
    )
    installation.remove(connection, notice.shop_id)
    return True


def _has_come_since(connection: Connection, services: Services, notice: Notice) -> bool:
    """Whether Shopify has vouched for somebody who opened the app after the uninstall, or forwarded
    a shopper.
    """
    if installation.seen_until(connection, notice.shop_id) >= notice.triggered_at:
        # Our tokens may be from before: Shopify ended them all when the app was removed.
        installation.give_up_older(connection, notice.shop_id, notice.triggered_at)
        return True
    signed_at = standing.signed_until(services, connection, notice.shop_id)
    return uninstalls.is_outlived(notice.triggered_at, signed_at)


def update_scopes(services: Services, notice: Notice) -> None:
    """Tokens are good for what was granted when they were given, so the next use of them gets a new
    pair.
    """
    granted = ",".join(notice.told.get("current") or ())
    if lacking := scopes.missing(granted):
        logger().warning("a shop has taken scopes back", scopes=lacking)
    services.db.write(installation.set_scopes, notice.shop_id, granted)
