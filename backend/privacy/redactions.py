"""Redactions, as Shopify asks for them: a customer's at once, a shop's when Shopify confirms that
it is without the app.
"""

from collections import Counter

from sqlalchemy import Connection

from backend.chat import erasures
from backend.clock import now_ms
from backend.privacy import app_uninstalled, erasure, privacy_requests, subjects
from backend.privacy.app_uninstalled import Standing
from backend.privacy.privacy_requests import PrivacyRequest, Removed
from backend.privacy.subjects import Subject
from backend.services import Services
from backend.shops import directory, installation, uninstalls, webhook_deliveries
from backend.shops.uninstalls import Uninstall
from backend.shops.webhook_event import (
    Later,
    Outcome,
    Refusal,
    Refused,
    WebhookEvent,
)
from backend.store import job_queue

HOUR_MS = 3_600_000
# Shopify asks for a shop's erasure two days after the uninstall, give or take.
UNINSTALLED_AT_MOST_BEFORE_MS = 49 * HOUR_MS
UNINSTALLED_AT_LEAST_BEFORE_MS = 47 * HOUR_MS
# Where Shopify could not be asked, a shop that still has the app will show it by then.
SHOWS_ITSELF_WITHIN_MS = 24 * HOUR_MS


def redact_customer(services: Services, event: WebhookEvent) -> None:
    """Everything that the customer has said, or that was said to them, is gone, wherever it was
    kept.
    """
    if not event.domain:
        return
    subject = Subject.from_payload(event.payload)
    services.db.write(privacy_requests.begin, event)
    services.db.write(erasures.note_customer, event.shop_id, subject.id)
    for contact in (subject.email, subjects.as_e164(subject.phone)):
        services.db.write(erasures.note_contact, event.shop_id, contact)

    request = privacy_requests.find_begun(services, event)
    assert request is not None, "just begun, or earlier"
    removed = _erase_subject(services, request, subject)

    privacy_requests.end_requests_of(services, event.shop_id, subject)
    services.db.write(privacy_requests.prove, event, removed)


def _erase_subject(
    services: Services, request: PrivacyRequest, subject: Subject
) -> Removed:
    """Slice by slice, each noted with what went and how far it is: whoever does the job again goes
    on from there.
    """
    shop_id, contacts = request.shop_id, subject.contacts
    position = request.position or ""
    removed: Removed = Counter(request.removed)
    removed += erasure.erase_customer(services, shop_id, subject.id)
    removed += erasure.erase_guest(services, shop_id, subject)

    guests = subjects.walk_guests(services, shop_id, contacts, after=position)
    for ids, position in guests:
        removed += erasure.erase_these(services, shop_id, ids)
        services.db.write(privacy_requests.note_progress, request, removed, position)

    # Once more those in which somebody has written since it began.
    removed += erasure.erase_guest(services, shop_id, subject)
    since = request.requested_at
    for ids, _ in subjects.walk_guests(services, shop_id, contacts, since=since):
        removed += erasure.erase_these(services, shop_id, ids)
        services.db.write(privacy_requests.note_progress, request, removed, position)
    return removed


def redact_shop(services: Services, event: WebhookEvent) -> Outcome:
    """Everything of the shop is gone, but for the proof.

    A shop that has the app keeps what it has: Shopify says so by accepting its token, or by signing
    for it after it is said to have left. Raises ShopifyUnavailable when Shopify has a token to be
    asked with, and does not say.
    """
    request = privacy_requests.find_begun(services, event)
    if event.domain and request is None:
        return _begin(services, event)
    if event.domain and not services.db.write(_close_door, event):
        return Refused(Refusal.BACK)

    # Also without a domain, because the shop's row is gone: our own repetition still owes the
    # proof.
    if request is not None:
        removed = erasure.erase_shop(services, event.shop_id)
        services.db.write(erasures.note_shop, request.shop_hash)
        services.db.write(privacy_requests.prove, event, removed)

    services.db.write(_retire, event)
    return None


def _begin(services: Services, event: WebhookEvent) -> Outcome:
    """The erasure itself comes when all processes know that the shop is refused."""
    waits = _confirm(services, event)
    if waits is not None:
        return waits

    services.db.write(privacy_requests.begin, event)
    return Later(erasure.ALL_KNOW_SECONDS)


def _confirm(services: Services, event: WebhookEvent) -> Outcome:
    """None when the shop is without the app, whatever order its webhooks came in; from then on it
    is refused.
    """
    standing = app_uninstalled.ask_shopify(services, event.shop_id, event.domain)
    if standing is Standing.INSTALLED:
        return Refused(Refusal.SERVED)

    with services.db.reading() as connection:
        uninstall = uninstalls.find_uninstall(connection, event.domain)
        was_told = webhook_deliveries.was_told_of_uninstall(connection, event.shop_id)
        has_come = _has_come(connection, services, event, standing)
    if uninstall is None:
        if has_come:
            return Refused(Refusal.BACK)
        services.db.write(app_uninstalled.leave, event, standing)
        erasure.end_turns(services, event.shop_id, "shop_uninstalled")

    if standing is Standing.GONE:
        return None
    if uninstall is not None and (was_told or uninstall.confirmed):
        return None

    # Without the uninstall's own webhook this would be one message's word alone.
    missing_ms = event.received_at + SHOWS_ITSELF_WITHIN_MS - now_ms()
    return Later(missing_ms // 1000 + 1) if missing_ms > 0 else None


def _has_come(
    connection: Connection, services: Services, event: WebhookEvent, standing: Standing
) -> bool:
    """Whether Shopify has vouched for somebody of the shop since it left, as far as we know when
    that was.
    """
    vouched_at = installation.find_vouched_at(connection, event.shop_id)
    signed_at = directory.find_signed_at(services, connection, event.shop_id)

    if standing is Standing.GONE:
        is_outlived = Uninstall(event.triggered_at).is_outlived(signed_at)
        return is_outlived or vouched_at >= event.triggered_at

    left_since = event.triggered_at - UNINSTALLED_AT_MOST_BEFORE_MS
    left_until = event.triggered_at - UNINSTALLED_AT_LEAST_BEFORE_MS
    return vouched_at >= left_since or signed_at >= left_until


def _close_door(connection: Connection, event: WebhookEvent) -> bool:
    """The last look before the erasure: False when the shop is back, and then this redaction was
    never begun.
    """
    uninstall = uninstalls.find_uninstall(connection, event.domain)
    if uninstall is None:
        privacy_requests.withdraw(connection, event)
        return False

    # What is signed while rows go would open a shop that is half erased.
    at = max(uninstall.at, now_ms())
    still_away = Uninstall(at, uninstall.confirmed)
    directory.close_shop(connection, event.domain, still_away)
    return True


def _retire(connection: Connection, event: WebhookEvent) -> None:
    privacy_requests.forget_subjects(connection, event.shop_id)
    webhook_deliveries.retire_shop(connection, event.shop_id, event.webhook_id)
    job_queue.delete_others(connection, event.shop_id, event.webhook_id)
