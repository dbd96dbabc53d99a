"""An export as JSON, as docs/schemas/conversation-export.schema.json publishes it: everything, and
readable again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Row

from backend.clock import iso
from backend.exports.reader import Conversation

FORMAT, VERSION = "flux-chat/conversations", 2


def written(
    shop: str, now: int, conversations: Iterable[Conversation]
) -> Iterator[bytes]:
    """`shop` is its domain. One conversation a line, so that the file can be looked at as well."""
    head = {"format": FORMAT, "version": VERSION, "shop": shop, "exportedAt": iso(now)}
    yield _open(head) + b',"conversations":['
    for number, conversation in enumerate(conversations):
        yield b",\n" if number else b"\n"
        yield from _conversation(conversation)
    yield b"\n]}\n"


def _conversation(it: Conversation) -> Iterator[bytes]:
    yield _open(_head(it)) + b',"messages":['
    for number, message in enumerate(it.messages):
        yield (b"," if number else b"") + msgspec.json.encode(_message(message))
    yield b"]}"


def _open(fields: dict[str, Any]) -> bytes:
    """An object that more fields can be added to."""
    return msgspec.json.encode(fields)[:-1]


def _head(it: Conversation) -> dict[str, Any]:
    row = it.row
    return {
        "id": row.id,
        "status": row.status,
        "closedWhy": row.closed_why,
        "mode": row.mode,
        "staffId": row.staff_id,
        "customerId": row.customer_id,
        "locale": row.locale,
        "page": row.page,
        "startedAt": iso(row.started_at),
        "activeAt": iso(row.active_at),
        "closedAt": _iso(row.closed_at),
        "wantedAt": _iso(row.needs_staff_since),
        "notes": [
            {
                "id": note.id,
                "author": note.author,
                "text": note.text,
                "at": iso(note.at),
            }
            for note in it.notes
        ],
    }


def _message(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "seq": row.seq,
        "role": row.role,
        "author": row.author,
        "text": row.text,
        "parts": row.parts or [],
        "status": row.status,
        "at": iso(row.at),
        "turn": _turn(row) if row.turn_id else None,
    }


def _turn(row: Row) -> dict[str, Any]:
    return {
        "id": row.turn_id,
        "status": row.turn_status,
        "attempt": row.turn_attempt,
        "failure": row.turn_failure,
        "locale": row.turn_locale,
        "page": row.turn_page,
        "createdAt": iso(row.turn_created_at),
        "startedAt": _iso(row.turn_started_at),
        "endedAt": _iso(row.turn_ended_at),
        "tokensIn": row.turn_tokens_in,
        "tokensOut": row.turn_tokens_out,
    }


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)
