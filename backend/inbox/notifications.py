"""Staff are told of shoppers who wait: each target once for each conversation, outside its quiet
hours, and only while somebody still is needed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import conversations, messages
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Role, Span
from backend.chat.staff_news import NOTIFY_STAFF
from backend.clock import now_ms
from backend.errors import DeliveryDelayed, DeliveryRefused, NotFound
from backend.inbox import admin_links, news_texts, notification_targets, outbox
from backend.inbox.news_texts import News
from backend.inbox.notification_targets import Reason, Target
from backend.inbox.outbox import Delivery, new_delivery
from backend.inbox.quiet_hours import next_allowed
from backend.inbox.target_client import send_news, send_test
from backend.logs import logger
from backend.metrics import NOTIFICATIONS
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import Shop
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.job_queue import Claim

KIND, SEND = NOTIFY_STAFF, "send_news"
# What comes within it goes into one mail.
MAIL_EVERY_MS = 60_000
MOST_IN_MAIL, MOST_WEBHOOKS = 250, 20
# The shopper's latest message is among so many.
LOOKED_THROUGH = Span(30)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is sent next to one target, or from when on something may be."""

    shop: Shop
    target: Target
    due: Sequence[Delivery]
    not_before: int


def run_notify(services: Services, claim: Claim) -> None:
    """The job `notify_staff`: whoever wants to know is told by a job for each target."""
    services.db.write(_queue_news, services, claim, now_ms())


def _queue_news(
    connection: Connection, services: Services, claim: Claim, now: int
) -> None:
    conversation_id, _, named = claim.ref.partition(":")
    where = (claim.shop_id, conversation_id)
    conversation = conversations.find(connection, *where)
    if conversation is not None:
        reason = _reason_of(named, conversation)
        if is_needed(conversation, reason):
            _queue_for_all(connection, services, where, reason, now)

    job_queue.complete(connection, claim)


def _reason_of(named: str, conversation: Conversation) -> Reason:
    if named in set(Reason):
        return Reason(named)
    is_held = conversation.mode is Mode.STAFF
    return Reason.MESSAGE if is_held else Reason.ASKED


def is_needed(conversation: Conversation, reason: Reason) -> bool:
    """Whether there still is something to do for somebody of the staff."""
    if not conversation.is_open:
        return False
    if reason is Reason.ASSIGNED and conversation.mode is Mode.STAFF:
        return True
    return conversation.needs_staff_since is not None


def _queue_for_all(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    reason: Reason,
    now: int,
) -> None:
    shop = directory.get_shop(connection, where[0])
    if shop.uninstalled_at is not None:
        return

    vault = Vault(services.config.encryption_keys)
    targets = notification_targets.list_targets(connection, vault, shop.id)
    wanted = [
        new_delivery(where, target.id, reason, now)
        for target in targets
        if target.wants(reason)
    ]

    by_wait: dict[int, list[str]] = {}
    for delivery in outbox.put_each(connection, wanted):
        wait = _seconds(max(0, delivery.due_at - now))
        by_wait.setdefault(wait, []).append(delivery.target_id)
    for wait, ids in by_wait.items():
        job_queue.add_each_ready(connection, shop.id, SEND, ids, wait)


def run_send(services: Services, claim: Claim) -> None:
    """The job `send_news` of one target. What does not arrive comes later: nothing is lost."""
    now = now_ms()
    batch = services.db.write(_take_batch, services, claim, now)
    if batch is not None and batch.due:
        _send_batch(services, batch, now)

    services.db.write(_go_on, claim, batch, now)


def _take_batch(
    connection: Connection, services: Services, claim: Claim, now: int
) -> _Batch | None:
    """None when the target is not there any more, or the shop has left."""
    vault = Vault(services.config.encryption_keys)
    where = (claim.shop_id, claim.ref)
    target = notification_targets.find_target(connection, vault, *where)
    if target is None or not target.chosen.is_on:
        outbox.drop_all(connection, *where)
        return None
    shop = directory.get_shop(connection, claim.shop_id)
    if shop.uninstalled_at is not None:
        outbox.drop_all(connection, *where)
        return None

    not_before = _not_before(shop, target, now)
    if not_before > now:
        return _Batch(shop, target, (), not_before)
    return _Batch(shop, target, _list_needed(connection, target, now), now)


def _not_before(shop: Shop, target: Target, now: int) -> int:
    """Outside the quiet hours, and a mailbox gets one mail in a minute."""
    earliest = now
    if target.is_mailbox and target.told_at is not None:
        earliest = max(now, target.told_at + MAIL_EVERY_MS)
    return next_allowed(earliest, target.chosen.quiet, shop.settings.time_zone)


def _list_needed(
    connection: Connection, target: Target, now: int
) -> Sequence[Delivery]:
    most = MOST_IN_MAIL if target.is_mailbox else MOST_WEBHOOKS
    due = outbox.list_due(connection, target.shop_id, target.id, now, most)

    known = _list_conversations(connection, target.shop_id, due)

    needed = []
    for delivery in due:
        conversation = known.get(delivery.conversation_id)
        reason = Reason(delivery.reason)
        is_done = conversation is None or not is_needed(conversation, reason)
        if is_done or not target.wants(reason):
            outbox.drop(connection, delivery)
        else:
            needed.append(delivery)
    return needed


def _send_batch(services: Services, batch: _Batch, now: int) -> None:
    """A mail of all of them, or one webhook after the other until one does not arrive."""
    parts = [batch.due] if batch.target.is_mailbox else [[one] for one in batch.due]
    for part in parts:
        failure = _send_part(services, batch, part, now)
        if failure is not None and not isinstance(failure, DeliveryRefused):
            return


def _send_part(
    services: Services, batch: _Batch, part: Sequence[Delivery], now: int
) -> DeliveryDelayed | None:
    """Outside any transaction; what became of it is written down at once."""
    kind = batch.target.chosen.kind
    with services.db.reading() as connection:
        known = _list_conversations(connection, batch.shop.id, part)
        words = {each: _words_of(connection, batch.target, each) for each in known}
    news = [_news_of(services, batch, each, known, words) for each in part]

    try:
        send_news(services.config, batch.shop, batch.target, news, now)
    except DeliveryDelayed as error:
        logger().warning("a notification did not arrive", kind=kind, why=error.because)
        NOTIFICATIONS.labels(kind, "failed").inc()
        services.db.write(_note_failure, batch.target, part, error, now)
        return error

    NOTIFICATIONS.labels(kind, "sent").inc()
    services.db.write(_note_sent, batch.target, part, now)
    return None


def _list_conversations(
    connection: Connection, shop_id: int, deliveries: Sequence[Delivery]
) -> dict[str, Conversation]:
    ids = [each.conversation_id for each in deliveries]
    return conversations.list_by_id(connection, shop_id, ids)


def _news_of(
    services: Services,
    batch: _Batch,
    delivery: Delivery,
    known: Mapping[str, Conversation],
    words: Mapping[str, str],
) -> News:
    id_ = delivery.conversation_id
    conversation = known.get(id_)
    waits_since = conversation.needs_staff_since if conversation is not None else None

    return News(
        id=delivery.id,
        conversation_id=id_,
        reason=Reason(delivery.reason),
        since=waits_since or delivery.since,
        url=admin_links.conversation_url(services.config, batch.shop, id_),
        message=words.get(id_, ""),
    )


def _words_of(connection: Connection, target: Target, conversation_id: str) -> str:
    """Blank unless the merchant wants them told."""
    if not target.chosen.has_message:
        return ""
    where = (target.shop_id, conversation_id)
    return news_texts.last_words(_last_message(connection, where))


def _last_message(connection: Connection, where: tuple[int, str]) -> str:
    """The shopper's."""
    latest, _ = messages.list_span(connection, *where, LOOKED_THROUGH)
    said = [message.text for message in latest if message.role is Role.SHOPPER]
    return said[-1] if said else ""


def _note_sent(
    connection: Connection, target: Target, part: Sequence[Delivery], now: int
) -> None:
    outbox.mark_sent(connection, part, now)
    notification_targets.note_attempt(connection, target, now, None)


def _note_failure(
    connection: Connection,
    target: Target,
    part: Sequence[Delivery],
    error: DeliveryDelayed,
    now: int,
) -> None:
    """What is never taken is over; else all that is due there waits, so that one attempt stands for
    many.
    """
    if isinstance(error, DeliveryRefused):
        for delivery in part:
            outbox.mark_refused(connection, delivery, error.because)
    else:
        where = (target.shop_id, target.id)
        outbox.put_off_due(connection, *where, now, error.because)
    notification_targets.note_attempt(connection, target, now, error.because)


def _go_on(
    connection: Connection, claim: Claim, batch: _Batch | None, now: int
) -> None:
    """The job stays as long as something waits. Locked first: what is written meanwhile is either
    seen here, or makes the job due once more.
    """
    if not job_queue.is_held(connection, claim):
        return

    due_at = outbox.find_next_due(connection, claim.shop_id, claim.ref)
    if batch is None or due_at is None:
        job_queue.complete(connection, claim)
        return
    wait = max(due_at, batch.not_before) - now
    job_queue.put_off(connection, claim, _seconds(max(0, wait)))


def try_target(services: Services, shop_id: int, target_id: str) -> str | None:
    """Send a test now. Returns why it did not arrive, in a word, or None. Raises NotFound."""
    vault = Vault(services.config.encryption_keys)
    with services.db.reading() as connection:
        where = (shop_id, target_id)
        target = notification_targets.find_target(connection, vault, *where)
        shop = directory.get_shop(connection, shop_id)
    if target is None:
        raise NotFound

    now = now_ms()
    failure = None
    try:
        send_test(services.config, shop, target, now)
    except DeliveryDelayed as error:
        failure = error.because
    services.db.write(
        notification_targets.note_attempt, target, now, failure, is_news=False
    )
    return failure


def _seconds(milliseconds: int) -> int:
    return math.ceil(milliseconds / 1000)
