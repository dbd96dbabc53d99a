"""A person who has a conversation and does not speak: within the shop's hours its shopper is asked
whether the assistant may go on, after them it goes on by itself.
"""

from sqlalchemy import Connection

from backend.chat import conversations, person_events, returning, turns
from backend.chat.conversations import Mode
from backend.clock import now_ms
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Settings
from backend.store.job_queue import Claim

MINUTE_MS = 60_000


def return_silent(services: Services) -> None:
    """Of all shops, as each has chosen."""
    with services.db.reading() as connection:
        shop_ids = conversations.list_shops_of_silent(connection, now_ms() - MINUTE_MS)

    for shop_id in shop_ids:
        _return_silent_of(services, shop_id)


def _return_silent_of(services: Services, shop_id: int) -> None:
    with services.db.reading() as connection:
        chosen = directory.get_shop(connection, shop_id).settings
        before = _latest_silent(chosen)
        unasked = chosen.is_open(now_ms())
        found = conversations.list_silent(connection, shop_id, before, unasked)

    for conversation_id in found:
        where = (shop_id, conversation_id)
        claim = services.db.write(_break_silence, services, where, chosen)
        turns.conclude(services, conversation_id, begun=claim)


def _latest_silent(chosen: Settings) -> int:
    """Who has been silent since then, has been for too long."""
    return now_ms() - chosen.silence_minutes * MINUTE_MS


def _break_silence(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    chosen: Settings,
) -> Claim | None:
    """They may have spoken since it was found, or left."""
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        return None
    since = conversation.staff_silent_since
    if conversation.mode is not Mode.STAFF or since is None:
        return None
    if since > _latest_silent(chosen):
        return None

    if not chosen.is_open(now_ms()):
        return returning.return_to_assistant(
            connection, services, conversation, keeps_need=True
        )
    if conversation.offered_back_at is None:
        person_events.ask_back(connection, conversation)
    return None
