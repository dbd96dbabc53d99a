"""A shop leaves; told in time, twice, or long after it has come back.

A webhook alone ends nothing: Shopify is asked first, and what it has signed since counts.
"""

from enum import StrEnum

from sqlalchemy import Connection

from backend.errors import NeedsReauth, NotSetUp, Undecipherable
from backend.privacy import erasure
from backend.services import Services
from backend.shopify import access_check
from backend.shops import access_tokens, directory, installation
from backend.shops.installation import InstallationStatus
from backend.shops.uninstalls import Uninstall
from backend.shops.webhook_event import Outcome, Refusal, Refused, WebhookEvent


class Standing(StrEnum):
    """INSTALLED and GONE are Shopify's own words. UNKNOWN: there is no token to ask it with."""

    INSTALLED = "installed"
    GONE = "gone"
    UNKNOWN = "unknown"


def uninstall(services: Services, event: WebhookEvent) -> Outcome:
    """Refuse the shop, drop its tokens and end what is being answered. Its data waits for
    `shop/redact`.

    Raises ShopifyUnavailable when Shopify has a token to be asked with, and does not say.
    """
    if not event.domain:
        return None
    if services.db.write(_has_come_back, services, event):
        return Refused(Refusal.BACK)

    standing = ask_shopify(services, event.shop_id, event.domain)
    if standing is Standing.INSTALLED:
        return Refused(Refusal.SERVED)
    # Somebody of the shop may have come while Shopify was asked.
    if not services.db.write(_leave_unless_back, services, event, standing):
        return Refused(Refusal.BACK)

    erasure.end_turns(services, event.shop_id, "shop_uninstalled")
    return None


def ask_shopify(services: Services, shop_id: int, domain: str) -> Standing:
    """Ask with the shop's token; one that is refused is refreshed first. Raises
    ShopifyUnavailable.
    """
    status = installation.find_status(services, shop_id)
    if status is not InstallationStatus.INSTALLED:
        return Standing.UNKNOWN

    try:
        token = access_tokens.get_access_token(services, shop_id)
        if access_check.accepts(services.config, domain, token):
            return Standing.INSTALLED

        token = access_tokens.get_access_token(services, shop_id, refused=token)
        is_accepted = access_check.accepts(services.config, domain, token)
    except NeedsReauth:
        return Standing.GONE
    except (NotSetUp, Undecipherable):
        return Standing.UNKNOWN
    return Standing.INSTALLED if is_accepted else Standing.GONE


def leave(connection: Connection, event: WebhookEvent, standing: Standing) -> None:
    """From now on the shop is refused, and has no tokens."""
    is_confirmed = standing is Standing.GONE
    uninstall = Uninstall(event.triggered_at, is_confirmed)

    directory.close_shop(connection, event.domain, uninstall)
    installation.remove(connection, event.shop_id)


def _leave_unless_back(
    connection: Connection, services: Services, event: WebhookEvent, standing: Standing
) -> bool:
    if _has_come_back(connection, services, event):
        return False
    leave(connection, event, standing)
    return True


def _has_come_back(
    connection: Connection, services: Services, event: WebhookEvent
) -> bool:
    """Whether Shopify has vouched for somebody who opened the app after the uninstall, or forwarded
    a shopper.
    """
    vouched_at = installation.find_vouched_at(connection, event.shop_id)
    if vouched_at >= event.triggered_at:
        # Our tokens may be from before: Shopify ended them all when the app was removed.
        installation.give_up_older(connection, event.shop_id, event.triggered_at)
        return True

    signed_at = directory.find_signed_at(services, connection, event.shop_id)
    return Uninstall(event.triggered_at).is_outlived(signed_at)
