"""An answer finds a shopper who has left: mailed once nobody has seen it for a minute, several
sentences together, and no more than one mail in ten minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import (
    conversations,
    messages,
    presence,
    reply_addresses,
    reply_links,
)
from backend.chat.conversations import Conversation
from backend.chat.messages import Message, Role, Span
from backend.chat.reply_addresses import ReplyAddress
from backend.chat.staff_news import MAIL_SHOPPER
from backend.clock import now_ms
from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.inbox import outbox, shopper_mail_text
from backend.inbox.outbox import SHOPPER, Delivery, DeliveryState
from backend.inbox.target_client import send_mail
from backend.logs import logger
from backend.metrics import NOTIFICATIONS
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import Shop
from backend.store import job_queue
from backend.store.job_queue import Claim

KIND, REASON = MAIL_SHOPPER, "reply"
# After the first words that nobody has seen.
SETTLES_MS = 60_000
# Looked at as often as a page gives a sign of life, so that none is missed.
LOOK_MS = presence.HERE_SECONDS * 1_000
MOST_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class _Unseen:
    """What staff has said since the shopper was last there, the oldest first."""

    shop: Shop
    conversation: Conversation
    address: ReplyAddress
    delivery: Delivery
    said: Sequence[Message]

    @property
    def last_seq(self) -> int:
        return self.said[-1].seq


def is_undelivered(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    shown: Sequence[Message],
) -> bool:
    """Whether the last mail never arrived, and its shopper has neither written since, as the newest
    messages show, nor left another address.
    """
    where = (conversation.shop_id, conversation.id)
    delivery = outbox.find_delivery(connection, *where, SHOPPER)
    if delivery is None or not delivery.state.is_lost:
        return False

    said = [message.seq for message in shown if message.role is Role.SHOPPER]
    if max(said, default=0) > delivery.seq:
        return False
    address = reply_addresses.find_address(connection, services.config, *where)
    return address is None or address.at <= delivery.since


def run_mail_shopper(services: Services, claim: Claim) -> None:
    """The job `mail_shopper` of a conversation in which staff has spoken."""
    now = now_ms()
    with services.db.reading() as connection:
        unseen = _find_unseen(connection, services, claim)
    if unseen is None:
        services.db.write(job_queue.complete, claim)
        return

    if presence.is_shopper_here(services, claim.ref):
        # Whoever gave a sign of life within this time has seen what was there before it.
        seen = [each.seq for each in unseen.said if each.at <= now - LOOK_MS]
        if seen:
            services.db.write(outbox.note_seen, unseen.delivery, seen[-1])
        services.db.write(_look_again, claim, unseen, seen, now)
        return

    due_at = when_due(unseen.said[0].at, unseen.delivery)
    if now < due_at:
        wait = min(LOOK_MS, due_at - now)
        services.db.write(job_queue.put_off, claim, _seconds(wait))
        return
    _send(services, claim, unseen, now)


def when_due(first_said_at: int, delivery: Delivery) -> int:
    """When the words are mailed, unless they are seen before."""
    due_at = first_said_at + SETTLES_MS
    if delivery.sent_at is not None:
        due_at = max(due_at, delivery.sent_at + outbox.PAUSE_MS)
    if delivery.state is DeliveryState.WAITING:
        due_at = max(due_at, delivery.due_at)
    return due_at


def _find_unseen(
    connection: Connection, services: Services, claim: Claim
) -> _Unseen | None:
    """None when there is nothing to be mailed, or nowhere to mail it."""
    where = (claim.shop_id, claim.ref)
    conversation = conversations.find(connection, *where)
    address = reply_addresses.find_address(connection, services.config, *where)
    if conversation is None or address is None or not _is_kept(conversation):
        return None
    shop = directory.get_shop(connection, claim.shop_id)
    if shop.uninstalled_at is not None or services.config.mail_server is None:
        return None

    delivery = outbox.open_delivery(connection, *where, SHOPPER)
    # Whoever left the address was there, and had seen what there was.
    said = [
        message
        for message in _list_unseen(connection, where, delivery.seq)
        if message.at > address.at
    ]
    if not said:
        return None
    return _Unseen(shop, conversation, address, delivery, said)


def _is_kept(conversation: Conversation) -> bool:
    """One that its shopper has put away is not to be spoken of any more."""
    why = conversation.closed_why
    return why is None or not why.is_final


def _list_unseen(
    connection: Connection, where: tuple[int, str], after: int
) -> list[Message]:
    """Whoever wrote after them has seen them."""
    latest, _ = messages.list_span(connection, *where, Span(MOST_MESSAGES))
    said: list[Message] = []
    for message in latest:
        if message.role is Role.SHOPPER:
            said = []
        elif message.role is Role.STAFF and message.seq > after:
            said.append(message)
    return said


def _look_again(
    connection: Connection,
    claim: Claim,
    unseen: _Unseen,
    seen: Sequence[int],
    now: int,
) -> None:
    """Until all of it was there for long enough."""
    if len(seen) == len(unseen.said):
        job_queue.complete(connection, claim)
    else:
        job_queue.put_off(connection, claim, _seconds(LOOK_MS))


def _send(services: Services, claim: Claim, unseen: _Unseen, now: int) -> None:
    """The link is new at each attempt, since nobody can look up the one before."""
    delivery, token = services.db.write(_prepare, unseen, now)
    link = reply_links.write_url(unseen.address.host, token)
    is_customers = unseen.conversation.customer_id is not None
    mail = shopper_mail_text.write_mail(
        unseen.shop, unseen.address, unseen.said, link, is_customers
    )

    try:
        send_mail(services.config, mail)
    except DeliveryDelayed as error:
        logger().warning("a mail to a shopper did not arrive", why=error.because)
        NOTIFICATIONS.labels("shopper", "failed").inc()
        failed = (delivery, unseen.last_seq, token)
        services.db.write(_note_failure, claim, failed, error, now)
        services.live.changed(claim.ref)
        return

    NOTIFICATIONS.labels("shopper", "sent").inc()
    services.db.write(_note_sent, claim, (delivery, unseen.last_seq), now)


def _prepare(connection: Connection, unseen: _Unseen, now: int) -> tuple[Delivery, str]:
    where = (unseen.delivery.shop_id, unseen.delivery.conversation_id)
    wanted = outbox.new_delivery(where, SHOPPER, REASON, now)
    delivery = outbox.put(connection, wanted)
    return delivery, reply_links.add_link(connection, *where)


def _note_sent(
    connection: Connection, claim: Claim, sent: tuple[Delivery, int], now: int
) -> None:
    delivery, last_seq = sent
    outbox.mark_sent(connection, [delivery], now)
    outbox.note_seen(connection, delivery, last_seq)
    job_queue.complete(connection, claim)


def _note_failure(
    connection: Connection,
    claim: Claim,
    failed: tuple[Delivery, int, str],
    error: DeliveryDelayed,
    now: int,
) -> None:
    """What is never taken, or was not in a day, is not tried again."""
    delivery, last_seq, token = failed
    reply_links.remove_link(connection, delivery.shop_id, token)
    if isinstance(error, DeliveryRefused):
        outbox.mark_refused(connection, delivery, error.because)
        is_over = True
    else:
        state = outbox.put_off_one(connection, delivery, now, error.because)
        is_over = state is DeliveryState.FAILED

    if is_over:
        outbox.note_seen(connection, delivery, last_seq)
        job_queue.complete(connection, claim)
    else:
        wait = min(LOOK_MS, outbox.wait_of(delivery.tries))
        job_queue.put_off(connection, claim, _seconds(wait))


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1_000)
