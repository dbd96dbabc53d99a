"""What the widget calls through the app proxy, and the direct stream beside it."""

import time
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request
from flask_cors.core import get_cors_options, set_cors_headers

from backend.assistant import fallback
from backend.chat import accepting, history, retention, sessions, turns
from backend.chat import events as turn_events
from backend.chat.accepting import Accepted, NewMessage
from backend.chat.history import History
from backend.chat.messages import Span
from backend.chat.sessions import Caller, hash_of
from backend.chat.turns import Turn
from backend.errors import StoreUnavailable, TooManyOpen
from backend.logs import logger
from backend.metrics import ACCEPT
from backend.store.open_requests import Kind
from backend.web import event_stream, responses
from backend.web.direct_tokens import DirectPass
from backend.web.guards import (
    directory,
    hop_check,
    is_host,
    open_to_all,
    origin_of,
    services,
    storefront_only,
    stream_only,
)
from backend.web.hop_check import ONE_ADDRESS
from backend.web.requests import (
    HistoryQuestion,
    SessionQuestion,
    StreamQuestion,
    TurnQuestion,
    read_message,
    read_question,
)

storefront_chat = Blueprint("storefront_chat", __name__)
direct = Blueprint("direct", __name__)


@storefront_chat.post("/chat")
@storefront_only
def send_message(caller: Caller) -> Response:
    began = time.perf_counter()
    message, wait, bare = read_message()
    accepted = accepting.accept(services(), caller, message)
    _check_hops(caller, accepted)
    took = time.perf_counter() - began
    ACCEPT.observe(took)
    logger().info(
        "message",
        session=accepted.session,
        flow=None,
        step=None,
        repeated=accepted.repeated,
        ms=round(took * 1000, 1),
    )
    return _with_reply(caller, message, accepted, wait, bare)


def _check_hops(caller: Caller, accepted: Accepted) -> None:
    if not hop_check().note(hash_of(accepted.session_id), caller.address):
        return
    services().daily_counts.add(caller.shop.id, ONE_ADDRESS)
    if hop_check().may_warn():
        logger().warning(
            "all shoppers seem to have one address, so limits meet all of them at once: check"
            " TRUSTED_HOPS",
            trusted_hops=services().config.trusted_hops,
        )


def _with_reply(
    caller: Caller, message: NewMessage, accepted: Accepted, wait: float, bare: bool
) -> Response:
    config, status, failure, reply = services().config, accepted.status, None, ""
    if wait:
        turn = _ended(caller, accepted, wait)
        status, failure = turn.status, turn.failure
        reply = turn_events.reply_of(services(), turn) if status == "answered" else ""
    if bare:
        said = reply or fallback.instead(status, failure, message.locale)
        return responses.as_json({"reply": said, "sessionId": accepted.session_id}, 201)
    return responses.accepted(config, caller, accepted, status, reply)


def _ended(caller: Caller, accepted: Accepted, wait: float) -> Turn:
    """The turn after its end, or after the wait. The message is stored, so where too much is open
    nobody waits.
    """
    turn = turns.get(services(), caller, accepted.session_id, accepted.turn_id)
    try:
        with services().open_requests.hold(
            Kind.POLL, caller.as_holder(hash_of(accepted.session_id))
        ) as held:
            return turn_events.wait_for_end(services(), turn, wait, held)
    except TooManyOpen:
        return turn


@storefront_chat.route("/turns/<turn_id>", methods=["GET", "POST"])
@storefront_only
def follow_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_question(TurnQuestion)
    holder = caller.as_holder(hash_of(asked.session_id or ""))
    services().open_requests.knock(holder)
    turn = turns.get(services(), caller, asked.session_id, turn_id)
    after = event_stream.position(asked.after)
    if asked.as_stream:
        return event_stream.answer(services(), turn, after, holder)
    with services().open_requests.hold(Kind.POLL, holder) as held:
        events = turn_events.gather(services(), turn, after, asked.wait, held)
    if not events:
        turn = turns.get(services(), caller, asked.session_id, turn_id)
    return responses.polled(
        services().config, caller, asked.session_id or "", turn, after, events
    )


@storefront_chat.post("/turns/<turn_id>/stop")
@storefront_only
def stop_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_question(SessionQuestion)
    ended = turns.stop(services(), caller, asked.session_id, turn_id)
    return responses.as_json(
        {"stopped": True} if ended is None else {"stopped": False, "status": ended}
    )


@storefront_chat.post("/turns/<turn_id>/retry")
@storefront_only
def retry_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_question(SessionQuestion)
    accepted = accepting.retry(services(), caller, asked.session_id, turn_id)
    return responses.accepted(services().config, caller, accepted, accepted.status, "")


@storefront_chat.route("/history", methods=["GET", "POST"])
@storefront_only
def read_history(caller: Caller) -> Response:
    asked = read_question(HistoryQuestion)
    if asked.after is None:
        span = Span(asked.limit, before=asked.before)
        found = history.read(services(), caller, asked.session_id, span)
    else:
        found = _news(caller, asked, asked.after)
    return responses.history(services().config, caller, asked.session_id, found)


def _news(caller: Caller, asked: HistoryQuestion, after: int) -> History:
    span = Span(asked.limit, after=after, wait=asked.wait)
    if not asked.wait:
        return history.wait_for_news(services(), caller, asked.session_id, span)
    holder = caller.as_holder(hash_of(asked.session_id or ""))
    services().open_requests.knock(holder)
    with services().open_requests.hold(Kind.POLL, holder) as held:
        return history.wait_for_news(services(), caller, asked.session_id, span, held)


@storefront_chat.post("/reset")
@storefront_only
def reset_session(caller: Caller) -> Response:
    asked = read_question(SessionQuestion)
    retention.reset(services(), caller, asked.session_id, asked.erase)
    return responses.as_json({"reset": True})


@storefront_chat.post("/conversations")
@storefront_only
def list_conversations(caller: Caller) -> Response:
    return responses.earlier(sessions.list_conversations(services(), caller))


@storefront_chat.post("/conversations/<conversation_id>/open")
@storefront_only
def open_conversation(caller: Caller, conversation_id: str) -> Response:
    return responses.as_json(
        {
            "sessionId": sessions.open_here(
                services(), caller, turns.known_id(conversation_id)
            )
        }
    )


@direct.get("/<turn_id>", provide_automatic_options=False)
@stream_only
def stream_turn(pass_: DirectPass, caller: Caller) -> Response:
    session = bytes.fromhex(pass_.session)
    services().open_requests.knock(caller.as_holder(session))
    turn = turns.get_by_hash(services(), caller, session, pass_.turn)
    asked = read_question(StreamQuestion)
    return event_stream.answer(
        services(), turn, event_stream.position(asked.after), caller.as_holder(session)
    )


@direct.route("/<turn_id>", methods=["OPTIONS"])
@open_to_all
def may_stream(turn_id: str) -> Response:
    """A browser's question before the real one: any storefront that we know of may ask."""
    return Response(status=204)


@direct.after_request
def only_the_storefront(response: Response) -> Response:
    """CORS for one origin: a storefront that was seen in a signed request, never what the request
    merely claims.
    """
    host = request.headers.get("Origin", "").lower().partition("://")[2]
    if is_host(host) and _is_storefront(host):
        set_cors_headers(response, _allowed_from(host))
    response.headers.add("Vary", "Origin")
    return response


def _is_storefront(host: str) -> bool:
    """Without the records nobody is known: a browser then takes the way through the shop's own
    address.
    """
    try:
        return directory().is_storefront(host)
    except StoreUnavailable:
        return False


@lru_cache(maxsize=1_024)
def _allowed_from(host: str) -> Any:
    """Computed once for a host: the library reads all its options anew at every call."""
    allowed = {
        "origins": [origin_of(host)],
        "methods": ["GET"],
        "allow_headers": ["Authorization"],
        "send_wildcard": False,
        "vary_header": True,
        "max_age": 7200,
    }
    return get_cors_options(None, allowed)
