"""Conversations as rows, for tests that read what the chat has written before."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, text, update

from backend.services import Services
from backend.store.database import Database
from backend.store.tables import (
    conversations,
    messages,
    notes,
    sessions,
    shops,
    turns,
)

MIRAS, OTTOS = 1, 2
BEGAN = 1_795_000_000_000  # a moment in November 2026
MINUTE = 60_000


GO_ON_COUNTING = (
    "SELECT setval(pg_get_serial_sequence('shops', 'id'), (SELECT max(id) FROM shops))"
)


def add_shops(services: Services) -> None:
    add_shops_to(services.db)


def add_shops_to(db: Database) -> None:
    """Mira's and Otto's; a shop that comes later has another number."""
    rows = [
        {
            "id": number,
            "domain": f"shop-{number}.myshopify.com",
            "session_key": b"k",
            "created_at": 1,
        }
        for number in (MIRAS, OTTOS)
    ]
    db.write(Connection.execute, insert(shops), rows)
    if db.engine.dialect.name == "postgresql":
        db.write(Connection.execute, text(GO_ON_COUNTING))


def add_talk(
    services: Services, shop: int, number: int, said: list[str], **more: Any
) -> str:
    """A conversation of shopper and assistant by turns, begun `number` minutes after the first.
    Returns its id.
    """
    talk_id = f"{number:032x}"
    head = {
        "shop_id": shop,
        "id": talk_id,
        "status": "open",
        "last_seq": len(said),
        "started_at": BEGAN + number * MINUTE,
        "active_at": BEGAN + number * MINUTE,
    }
    rows = [
        _message(shop, talk_id, number, seq, text) for seq, text in enumerate(said, 1)
    ]
    asked = [_turn(row) for row in rows if row["role"] == "shopper"]
    session = {
        "shop_id": shop,
        "session_hash": more.pop("session_hash", sha256(talk_id.encode()).digest()),
        "conversation_id": talk_id,
        "at": head["started_at"],
    }

    def write(connection: Any) -> None:
        connection.execute(insert(conversations).values(**(head | more)))
        connection.execute(insert(sessions).values(**session))
        if rows:
            connection.execute(insert(messages), rows)
            connection.execute(insert(turns), asked)

    services.db.write(write)
    return talk_id


def show_parts(
    services: Services, talk_id: str, *parts: dict[str, Any], seq: int = 2
) -> None:
    """Beside the words of one of its messages."""
    numbered = [
        {"id": f"part-{place}", "at": 0} | part for place, part in enumerate(parts)
    ]
    its = (messages.c.conversation_id == talk_id) & (messages.c.seq == seq)

    with services.db.engine.begin() as connection:
        connection.execute(
            update(messages)
            .where(messages.c.shop_id == MIRAS, its)
            .values(parts=numbered)
        )


def add_note(services: Services, shop: int, talk_id: str, text: str) -> None:
    row = {
        "shop_id": shop,
        "conversation_id": talk_id,
        "id": sha256(text.encode()).hexdigest()[:32],
    }
    note = row | {"author": "Mira", "text": text, "at": BEGAN}
    services.db.write(
        lambda connection: connection.execute(insert(notes).values(**note))
    )


def _message(
    shop: int, talk_id: str, number: int, seq: int, text: str
) -> dict[str, Any]:
    return {
        "shop_id": shop,
        "conversation_id": talk_id,
        "seq": seq,
        "id": f"{number:016x}{seq:016x}",
        "role": "shopper" if seq % 2 else "assistant",
        "text": text,
        "status": "answered",
        "at": BEGAN + number * MINUTE + seq,
    }


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "shop_id": message["shop_id"],
        "id": f"t{message['id'][1:]}",
        "conversation_id": message["conversation_id"],
        "seq": message["seq"],
        "message_id": message["id"],
        "status": "answered",
        "epoch": 1,
        "attempt": 1,
        "locale": "en",
        "page": {"url": "https://tide.example/products/lamp", "title": "Lamp"},
        "created_at": message["at"],
        "started_at": message["at"],
        "ended_at": message["at"] + 900,
        "tokens_in": 120,
        "tokens_out": 30,
    }
