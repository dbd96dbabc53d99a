"""Conversations that wait for people of the shop: how long they have, and when anybody is there."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from backend.chat import conversations
from backend.chat.accepting import Accepted
from backend.chat.conversations import Conversation
from backend.clock import now_ms
from backend.services import Services
from backend.shops import directory, settings, staff
from backend.shops.settings import Settings
from backend.store import tables

MINUTE_MS, DAY_MS = 60_000, 86_400_000
MIRA, NOAH = "42", "43"


def come_to_work(services: Services, shop_id: int) -> None:
    """Both are known to be of the team."""
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, shop_id)
    for user_id in (MIRA, NOAH):
        staff.find_staff(services, shop, user_id, vouched_at=1)


def choose(services: Services, shop_id: int, **chosen: Any) -> Settings:
    """What the merchant has chosen from now on."""
    with services.db.reading() as connection:
        saved = settings.load(connection, shop_id)
    changed = replace(saved.settings, **chosen)
    services.db.write(directory.save_settings, shop_id, changed, saved.version)
    return changed


def send_home(services: Services, shop_id: int) -> None:
    """Nobody of the shop is there today."""
    open_day = (settings.DEFAULTS.local_time(now_ms()).weekday() + 3) % 7
    hours = tuple(((540, 1_020),) if day == open_day else () for day in range(7))
    choose(services, shop_id, hours=hours)


def set_row(services: Services, it: Accepted, **values: Any) -> None:
    """As if that much time had passed."""
    table = tables.conversations
    mine = (table.c.shop_id == it.shop_id) & (table.c.id == it.conversation_id)
    services.db.write(lambda c: c.execute(update(table).where(mine).values(**values)))


def fall_silent(services: Services, it: Accepted, minutes: int) -> None:
    """Whoever owes words has owed them for so long."""
    table = tables.conversations
    owes = (table.c.shop_id == it.shop_id) & (table.c.id == it.conversation_id)
    owes &= table.c.staff_silent_since.is_not(None)
    since = ago(minutes * MINUTE_MS)
    services.db.write(
        lambda c: c.execute(update(table).where(owes).values(staff_silent_since=since))
    )


def ago(milliseconds: int) -> int:
    return now_ms() - milliseconds


def find(services: Services, it: Accepted) -> Conversation:
    with services.db.reading() as connection:
        found = conversations.find(connection, it.shop_id, it.conversation_id)
    assert found is not None, "nothing deletes it"
    return found


def states(services: Services, it: Accepted) -> list[str]:
    """What has happened in it, in order, as its `person` parts say."""
    table = tables.messages
    mine = conversations.within(table, it.shop_id, it.conversation_id)
    with services.db.reading() as connection:
        rows = connection.execute(
            table.select().where(mine).order_by(table.c.seq)
        ).all()
    parts = [part for row in rows for part in row.parts or ()]
    return [part["state"] for part in parts if part["type"] == "person"]
