"""Our values as the JSON of the contract."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Response

from backend.chat.accepting import Accepted
from backend.chat.history import History, TurnNow
from backend.chat.messages import Message
from backend.chat.sessions import Caller, EarlierConversation, hash_of
from backend.chat.turns import Turn, TurnStatus
from backend.clock import iso
from backend.config import Config
from backend.errors import ChatError
from backend.store.live import LAST, LiveEvent
from backend.web.direct_tokens import mint_token

STATUS_OF_LAST = {"finished": "answered"}


def as_json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, content_type="application/json")


def told(error: ChatError, ref: str) -> Response:
    """Every error looks like this; `ref` finds its line in our log."""
    body = {
        "error": {
            "code": error.code,
            "message": error.say,
            "retry": error.retry,
            "ref": ref,
        }
    }
    response = as_json(body, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def accepted(
    config: Config, caller: Caller, it: Accepted, status: str, reply: str
) -> Response:
    body: dict[str, Any] = {
        "sessionId": it.session_id,
        "session": it.session,
        "message": {"id": it.message.id, "seq": it.message.seq},
        "turn": {
            "id": it.turn_id,
            "status": status,
            "direct": direct(config, caller, it.session_id, it.turn_id, status),
        },
    } | _links(caller)
    if reply:
        body["reply"] = reply
    return as_json(body, 201)


def direct(
    config: Config, caller: Caller, session_id: str, turn_id: str, status: str
) -> str | None:
    """A fresh token while there is something to follow."""
    if status not in TurnStatus.OPEN:
        return None
    return mint_token(
        config,
        caller.shop.domain,
        hash_of(session_id),
        turn_id,
        caller.customer,
        caller.host,
        time.time(),
    )


def history(
    config: Config, caller: Caller, session_id: str | None, it: History
) -> Response:
    body = {
        "messages": [_message(row) for row in it.messages],
        "turn": it.turn and _turn(config, caller, session_id or "", it.turn),
        "form": None,
        "mode": it.mode,
        "more": it.more,
    }
    return as_json(body | _links(caller))


def _links(caller: Caller) -> dict[str, Any]:
    """What the assistant may link to besides the shop itself, where the merchant has
    written any.
    """
    return {"links": caller.shop.links} if caller.shop.links else {}


def _message(row: Message) -> dict[str, Any]:
    shown = {
        "id": row.id,
        "seq": row.seq,
        "role": row.role,
        "text": row.text,
        "parts": row.parts or [],
        "at": iso(row.at),
        "status": row.status,
    }
    # Who of the staff speaks is said as they chose to be called; blank is "the team".
    return shown | {"name": row.author or ""} if row.role == "staff" else shown


def earlier(rows: Sequence[EarlierConversation]) -> Response:
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


def _turn(
    config: Config, caller: Caller, session_id: str, turn: TurnNow
) -> dict[str, Any]:
    return {
        "id": turn.id,
        "status": turn.status,
        "attempt": turn.attempt,
        "text": turn.text,
        "parts": turn.parts,
        "next": turn.next,
        "direct": direct(config, caller, session_id, turn.id, turn.status),
    }


def polled(
    config: Config,
    caller: Caller,
    session_id: str,
    turn: Turn,
    after: int,
    events: list[LiveEvent],
) -> Response:
    status: str = turn.status
    if events:
        last = events[-1].name
        status = STATUS_OF_LAST.get(last, last) if last in LAST else "running"
    body = {
        "events": [
            {"id": event.number, "name": event.name, "data": msgspec.Raw(event.data)}
            for event in events
        ],
        "status": status,
        "next": events[-1].number if events else after,
        "direct": direct(config, caller, session_id, turn.id, status),
    }
    return as_json(body)
