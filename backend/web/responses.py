"""Our values as the JSON of the contract."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response

from backend.chat.accepting import Accepted
from backend.chat.history import History, TurnNow
from backend.chat.messages import Message
from backend.chat.news import News
from backend.chat.ratings import WHOLE
from backend.chat.sessions import Caller, EarlierConversation, hash_of
from backend.chat.turns import Turn, TurnStatus
from backend.clock import iso
from backend.config import Config
from backend.errors import AnswerRefused, ChatError
from backend.store.live import LAST, LiveEvent
from backend.web.direct_tokens import NEWS, mint_token

Fields = dict[str, Any]
STATUS_OF_LAST = {"finished": "answered"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose answer it is; whoever may follow a turn gets a token that does it directly."""

    config: Config
    caller: Caller
    session_id: str

    def direct_token(self, turn_id: str, status: str) -> str | None:
        """A fresh one while there is something to follow."""
        if status not in TurnStatus.OPEN:
            return None

        session = hash_of(self.session_id)
        now = time.time()
        return mint_token(self.config, self.caller, session, turn_id, now)

    def news_token(self) -> str:
        session = hash_of(self.session_id)
        return mint_token(self.config, self.caller, session, NEWS, time.time())


def as_json(body: Any, status: int = 200) -> Response:
    encoded = msgspec.json.encode(body)
    return Response(encoded, status, content_type="application/json")


def error_response(error: ChatError, ref: str) -> Response:
    """Every error looks like this; `ref` finds its line in our log."""
    told: Fields = {
        "code": error.code,
        "message": error.say,
        "retry": error.retry,
        "ref": ref,
    }
    if isinstance(error, AnswerRefused):
        told["fields"] = error.fields

    response = as_json({"error": told}, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def accepted(reader: Reader, it: Accepted, status: str, reply: str) -> Response:
    body: Fields = {
        "sessionId": it.session_id,
        "session": it.session,
        "message": _accepted_message(it),
        "turn": {
            "id": it.turn_id,
            "status": status,
            "direct": reader.direct_token(it.turn_id, status),
        },
    }

    body |= _shop_links(reader.caller)
    if reply:
        body["reply"] = reply
    return as_json(body, 201)


def _accepted_message(it: Accepted) -> Fields:
    """What answered a form has words of ours, which its sender does not know."""
    message: Fields = {"id": it.message.id, "seq": it.message.seq}
    if it.text:
        message["text"] = it.text
    return message


def history(reader: Reader, it: History) -> Response:
    body: Fields = {
        "messages": [_rated_fields(row, it) for row in it.messages],
        "turn": it.turn and _turn_fields(reader, it.turn),
        "form": it.form,
        "mode": it.mode,
        "more": it.more,
        "waiting": it.waiting,
        "typing": it.typing,
        "rating": reader.caller.shop.settings.rating,
    }
    if it.ratings is not None:
        body["rated"] = WHOLE in it.ratings

    return as_json(body | _shop_links(reader.caller))


def news(it: News, direct: str | None) -> Response:
    """`direct` is there while there is something to wait for."""
    return as_json(_news_fields(it, direct))


def news_block(it: News) -> bytes:
    """The same in a stream, whose reader has its token."""
    data = msgspec.json.encode(_news_fields(it, None))
    return b"id: %d\nevent: news\ndata: %s\n\n" % (it.last, data)


def _news_fields(it: News, direct: str | None) -> Fields:
    preview = it.preview
    told = preview and {
        "text": preview.text,
        "author": preview.author,
        "at": iso(preview.at),
    }

    return {
        "mode": it.mode,
        "last": it.last,
        "unread": it.unread,
        "waiting": it.waiting,
        "preview": told,
        "direct": direct,
    }


def _shop_links(caller: Caller) -> Fields:
    """What the assistant may link to besides the shop itself, where the merchant has
    written any.
    """
    links = caller.shop.links
    return {"links": links} if links else {}


def _rated_fields(row: Message, it: History) -> Fields:
    fields = _message_fields(row)
    if it.ratings and row.seq in it.ratings:
        fields["rating"] = it.ratings[row.seq]
    return fields


def _message_fields(row: Message) -> Fields:
    shown = {
        "id": row.id,
        "seq": row.seq,
        "role": row.role,
        "text": row.text,
        "parts": row.parts or [],
        "at": iso(row.at),
        "status": row.status,
    }

    if row.role == "staff":
        # As they chose to be called; blank is "the team".
        shown["name"] = row.author or ""
    return shown


def conversation_list(rows: Sequence[EarlierConversation]) -> Response:
    """A customer's conversations, each with its first words."""
    shown = [
        {
            "id": row.id,
            "startedAt": iso(row.started_at),
            "activeAt": iso(row.active_at),
            "line": row.line,
            "open": row.is_open,
        }
        for row in rows
    ]

    return as_json({"conversations": shown})


def _turn_fields(reader: Reader, turn: TurnNow) -> Fields:
    return {
        "id": turn.id,
        "status": turn.status,
        "attempt": turn.attempt,
        "text": turn.text,
        "parts": turn.parts,
        "next": turn.next,
        "direct": reader.direct_token(turn.id, turn.status),
    }


def turn_events(
    reader: Reader, turn: Turn, after: int, events: list[LiveEvent]
) -> Response:
    """The answer to a poll: what came after that number, perhaps nothing."""
    status = _status_after(events) or turn.status

    body = {
        "events": [_event_fields(event) for event in events],
        "status": status,
        "next": events[-1].number if events else after,
        "direct": reader.direct_token(turn.id, status),
    }
    return as_json(body)


def _event_fields(event: LiveEvent) -> Fields:
    data = msgspec.Raw(event.data)
    return {"id": event.number, "name": event.name, "data": data}


def _status_after(events: list[LiveEvent]) -> str:
    """What the turn was when the last of them came; empty when none did."""
    if not events:
        return ""
    name = events[-1].name
    return STATUS_OF_LAST.get(name, name) if name in LAST else "running"
