"""An export as JSON, as docs/schemas/conversation-export.schema.json publishes it: everything, and
readable again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from backend.chat.ratings import Rating
from backend.chat.reply_addresses import ReplyAddress
from backend.clock import iso
from backend.exports.exported_forms import iso_or_none, request_fields, run_fields
from backend.exports.reader import (
    ExportedConversation,
    ExportedMessage,
    ExportedTurn,
)
from backend.inbox.notes import Note

FORMAT, VERSION = "flux-chat/conversations", 3


def write_json(
    shop: str, now: int, conversations: Iterable[ExportedConversation]
) -> Iterator[bytes]:
    """`shop` is its domain. One conversation a line, so that the file can be looked at as well."""
    head = {"format": FORMAT, "version": VERSION, "shop": shop, "exportedAt": iso(now)}
    yield _open_object(head) + b',"conversations":['

    for number, conversation in enumerate(conversations):
        yield b",\n" if number else b"\n"
        yield from _write_conversation(conversation)

    yield b"\n]}\n"


def _write_conversation(exported: ExportedConversation) -> Iterator[bytes]:
    yield _open_object(_head_fields(exported)) + b',"messages":['

    for number, message in enumerate(exported.messages):
        comma = b"," if number else b""
        yield comma + msgspec.json.encode(_message_fields(message))

    yield b"]}"


def _open_object(fields: dict[str, Any]) -> bytes:
    """An object that more fields can be added to."""
    return msgspec.json.encode(fields)[:-1]


def _head_fields(exported: ExportedConversation) -> dict[str, Any]:
    conversation = exported.conversation
    fields = {
        "id": conversation.id,
        "status": conversation.status,
        "closedWhy": conversation.closed_why,
        "mode": conversation.mode,
        "staffId": conversation.staff_id,
        "customerId": conversation.customer_id,
        "locale": conversation.locale,
        "page": conversation.page,
        "startedAt": iso(conversation.started_at),
        "activeAt": iso(conversation.active_at),
        "closedAt": iso_or_none(conversation.closed_at),
        "wantedAt": iso_or_none(conversation.needs_staff_since),
        "wantedWhy": conversation.needs_staff_why,
        "labels": list(exported.labels),
        "notes": [_note_fields(note) for note in exported.notes],
        "forms": [run_fields(run) for run in exported.runs],
        "requests": [request_fields(request) for request in exported.requests],
        "ratings": [_rating_fields(rating) for rating in exported.ratings],
    }
    if exported.reply_address is not None:
        fields["replyAddress"] = _address_fields(exported.reply_address)
    return fields


def _address_fields(address: ReplyAddress) -> dict[str, Any]:
    return {
        "email": address.email,
        "language": address.language,
        "host": address.host,
        "at": iso(address.at),
    }


def _rating_fields(rating: Rating) -> dict[str, Any]:
    return {"seq": rating.seq, "value": rating.value, "at": iso(rating.at)}


def _note_fields(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "author": note.author,
        "text": note.text,
        "at": iso(note.at),
        "editedAt": iso_or_none(note.edited_at),
    }


def _message_fields(exported: ExportedMessage) -> dict[str, Any]:
    message = exported.message
    return {
        "id": message.id,
        "seq": message.seq,
        "role": message.role,
        "author": message.author,
        "text": message.text,
        "parts": message.parts or [],
        "status": message.status,
        "at": iso(message.at),
        "turn": _turn_fields(exported.turn) if exported.turn else None,
    }


def _turn_fields(turn: ExportedTurn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "status": turn.status,
        "attempt": turn.attempt,
        "failure": turn.failure,
        "locale": turn.locale,
        "page": turn.page,
        "createdAt": iso(turn.created_at),
        "startedAt": iso_or_none(turn.started_at),
        "endedAt": iso_or_none(turn.ended_at),
        "tokensIn": turn.tokens_in,
        "tokensOut": turn.tokens_out,
    }
