"""What the widget calls through the app proxy, and the direct stream beside it."""

import time
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request
from flask_cors.core import get_cors_options, set_cors_headers

from backend.assistant import fallback
from backend.chat import (
    accepting,
    history,
    news,
    person_requests,
    presence,
    ratings,
    reply_addresses,
    reply_links,
    retention,
    sessions,
    shopper_carts,
    turns,
)
from backend.chat import events as turn_events
from backend.chat.accepting import Accepted
from backend.chat.history import History
from backend.chat.messages import Span
from backend.chat.news import Reading
from backend.chat.sessions import Caller, hash_of
from backend.chat.turns import Turn
from backend.errors import NotFound, StoreUnavailable, TooManyOpen
from backend.logs import logger
from backend.metrics import ACCEPT
from backend.store.open_requests import Holder, Kind
from backend.web import event_stream, responses
from backend.web.cart_request import read_cart
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
    EmailRequest,
    HistoryRequest,
    LinkRequest,
    NewsRequest,
    PresenceRequest,
    RatingRequest,
    SentMessage,
    SessionRequest,
    StreamRequest,
    TurnRequest,
    read_form,
    read_message,
    read_request,
)
from backend.web.responses import Reader

storefront_chat = Blueprint("storefront_chat", __name__)
direct = Blueprint("direct", __name__)


@storefront_chat.post("/chat")
@storefront_only
def send_message(caller: Caller) -> Response:
    began = time.perf_counter()
    sent = read_message()

    accepted = accepting.accept(services(), caller, sent.message)
    _check_hops(caller, accepted)

    took = time.perf_counter() - began
    ACCEPT.observe(took)
    logger().info(
        "message",
        session=accepted.session,
        repeated=accepted.repeated,
        ms=round(took * 1000, 1),
    )
    return _with_reply(caller, sent, accepted)


@storefront_chat.post("/form")
@storefront_only
def answer_form(caller: Caller) -> Response:
    began = time.perf_counter()
    message = read_form()

    accepted = accepting.accept(services(), caller, message)
    _check_hops(caller, accepted)

    form = message.form
    logger().info(
        "form",
        session=accepted.session,
        flow=form.flow if form else None,
        step=form.step if form else None,
        repeated=accepted.repeated,
        ms=round((time.perf_counter() - began) * 1000, 1),
    )
    reader = _reader_of(caller, accepted.session_id)
    return responses.accepted(reader, accepted, accepted.status, "")


def _reader_of(caller: Caller, session_id: str | None) -> Reader:
    return Reader(services().config, caller, session_id or "")


def _holder_of(caller: Caller, session_id: str | None) -> Holder:
    session = hash_of(session_id or "")
    return caller.as_holder(session)


def _check_hops(caller: Caller, accepted: Accepted) -> None:
    session = hash_of(accepted.session_id)
    if not hop_check().note(session, caller.address):
        return

    services().daily_counts.add(caller.shop.id, ONE_ADDRESS)
    if not hop_check().may_warn():
        return

    logger().warning(
        "all shoppers seem to have one address, so limits meet all of them at once: check"
        " TRUSTED_HOPS",
        trusted_hops=services().config.trusted_hops,
    )


def _with_reply(caller: Caller, sent: SentMessage, accepted: Accepted) -> Response:
    status = accepted.status
    failure = None
    reply = ""

    if sent.wait:
        turn = _wait_for_end(caller, accepted, sent.wait)
        status = turn.status
        failure = turn.failure
        if status == "answered":
            read_reply = (
                turn_events.plain_reply_of if sent.is_bare else turn_events.reply_of
            )
            reply = read_reply(services(), turn)

    if sent.is_bare:
        text = reply or fallback.instead(status, failure, sent.message.locale)
        answer = {
            "reply": text,
            "sessionId": accepted.session_id,
        }
        return responses.as_json(answer, 201)

    reader = _reader_of(caller, accepted.session_id)
    return responses.accepted(reader, accepted, status, reply)


def _wait_for_end(caller: Caller, accepted: Accepted, wait: float) -> Turn:
    """The turn after its end, or after the wait. The message is stored, so where too much is open
    nobody waits.
    """
    turn = turns.get(
        services(),
        caller,
        accepted.session_id,
        accepted.turn_id,
    )
    holder = _holder_of(caller, accepted.session_id)

    try:
        with services().open_requests.hold(Kind.POLL, holder) as held:
            return turn_events.wait_for_end(services(), turn, wait, held)
    except TooManyOpen:
        return turn


@storefront_chat.route("/turns/<turn_id>", methods=["GET", "POST"])
@storefront_only
def follow_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_request(TurnRequest)
    holder = _holder_of(caller, asked.session_id)
    services().open_requests.knock(holder)

    turn = turns.get(services(), caller, asked.session_id, turn_id)
    after = event_stream.read_position(asked.after)
    if asked.as_stream:
        return event_stream.stream_response(services(), turn, after, holder)

    with services().open_requests.hold(Kind.POLL, holder) as held:
        events = turn_events.gather(
            services(),
            turn,
            after,
            asked.wait,
            held,
        )
    if not events:
        turn = turns.get(services(), caller, asked.session_id, turn_id)

    reader = _reader_of(caller, asked.session_id)
    return responses.turn_events(reader, turn, after, events)


@storefront_chat.post("/turns/<turn_id>/stop")
@storefront_only
def stop_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_request(SessionRequest)
    ended = turns.stop(services(), caller, asked.session_id, turn_id)
    if ended is None:
        return responses.as_json({"stopped": True})
    return responses.as_json({"stopped": False, "status": ended})


@storefront_chat.post("/turns/<turn_id>/retry")
@storefront_only
def retry_turn(caller: Caller, turn_id: str) -> Response:
    asked = read_request(SessionRequest)
    accepted = accepting.retry(services(), caller, asked.session_id, turn_id)

    reader = _reader_of(caller, accepted.session_id)
    return responses.accepted(reader, accepted, accepted.status, "")


@storefront_chat.route("/history", methods=["GET", "POST"])
@storefront_only
def read_history(caller: Caller) -> Response:
    asked = read_request(HistoryRequest)

    if asked.after is None:
        span = Span(asked.limit, before=asked.before)
        found = history.read(services(), caller, asked.session_id, span)
    else:
        found = _read_news(caller, asked, asked.after)

    reader = _reader_of(caller, asked.session_id)
    return responses.history(reader, found)


def _read_news(caller: Caller, asked: HistoryRequest, after: int) -> History:
    span = Span(asked.limit, after=after, wait=asked.wait)
    if not asked.wait:
        return history.wait_for_news(services(), caller, asked.session_id, span)

    holder = _holder_of(caller, asked.session_id)
    services().open_requests.knock(holder)
    with services().open_requests.hold(Kind.POLL, holder) as held:
        return history.wait_for_news(
            services(),
            caller,
            asked.session_id,
            span,
            held,
        )


@storefront_chat.post("/person")
@storefront_only
def ask_for_person(caller: Caller) -> Response:
    asked = read_request(SessionRequest)
    called = person_requests.ask_for_person(services(), caller, asked.session_id)
    return responses.as_json({"state": called.state, "hours": called.hours})


@storefront_chat.post("/person/return")
@storefront_only
def return_to_assistant(caller: Caller) -> Response:
    asked = read_request(SessionRequest)
    mode = person_requests.return_to_assistant(services(), caller, asked.session_id)
    return responses.as_json({"mode": mode})


@storefront_chat.post("/news")
@storefront_only
def read_news(caller: Caller) -> Response:
    asked = read_request(NewsRequest)
    services().open_requests.knock(_holder_of(caller, asked.session_id))

    session = hash_of(asked.session_id or "")
    found = news.read(services(), caller, session, asked.after)
    reader = _reader_of(caller, asked.session_id)
    return responses.news(found, reader.news_token() if found.waiting else None)


@storefront_chat.post("/presence")
@storefront_only
def tell_presence(caller: Caller) -> Response:
    asked = read_request(PresenceRequest)
    services().open_requests.knock(_holder_of(caller, asked.session_id))
    conversation = sessions.find_open(services(), caller, asked.session_id)
    if conversation is None:
        raise NotFound

    is_other = presence.tell_shopper(services(), conversation.id, asked.typing)
    if asked.cart is not None:
        cart = read_cart(asked.cart)
        is_other |= shopper_carts.keep_cart(services(), conversation, cart)

    if is_other:
        services().live.changed(conversation.id)
    return responses.as_json({"told": True})


@storefront_chat.post("/rating")
@storefront_only
def rate(caller: Caller) -> Response:
    asked = read_request(RatingRequest)
    services().open_requests.knock(_holder_of(caller, asked.session_id))
    ratings.rate(services(), caller, asked.session_id, asked.seq, asked.value)
    return responses.as_json({"value": asked.value})


@storefront_chat.post("/person/email")
@storefront_only
def save_email(caller: Caller) -> Response:
    asked = read_request(EmailRequest)
    shown = reply_addresses.save_address(
        services(), caller, asked.session_id, asked.email
    )
    return responses.as_json({"saved": True, "shown": shown})


@storefront_chat.post("/link")
@storefront_only
def open_link(caller: Caller) -> Response:
    asked = read_request(LinkRequest)
    session_id = reply_links.redeem(services(), caller, asked.token, asked.first_id)
    return responses.as_json({"sessionId": session_id})


@storefront_chat.post("/reset")
@storefront_only
def reset_session(caller: Caller) -> Response:
    asked = read_request(SessionRequest)
    retention.reset(services(), caller, asked.session_id, asked.erase)
    return responses.as_json({"reset": True})


@storefront_chat.post("/conversations")
@storefront_only
def list_conversations(caller: Caller) -> Response:
    rows = sessions.list_conversations(services(), caller)
    return responses.conversation_list(rows)


@storefront_chat.post("/conversations/<conversation_id>/open")
@storefront_only
def open_conversation(caller: Caller, conversation_id: str) -> Response:
    known_id = turns.known_id(conversation_id)
    session_id = sessions.open_here(services(), caller, known_id)
    return responses.as_json({"sessionId": session_id})


@direct.get("/news", provide_automatic_options=False)
@stream_only
def stream_news(pass_: DirectPass, caller: Caller) -> Response:
    session = bytes.fromhex(pass_.session)
    holder = caller.as_holder(session)
    services().open_requests.knock(holder)

    asked = read_request(NewsRequest)
    last = asked.after if asked.last is None else asked.last
    reading = Reading(caller, session, asked.after, last)
    return event_stream.news_response(services(), reading, holder)


@direct.get("/<turn_id>", provide_automatic_options=False)
@stream_only
def stream_turn(pass_: DirectPass, caller: Caller) -> Response:
    session = bytes.fromhex(pass_.session)
    holder = caller.as_holder(session)
    services().open_requests.knock(holder)

    turn = turns.get_by_hash(services(), caller, session, pass_.turn)
    asked = read_request(StreamRequest)
    after = event_stream.read_position(asked.after)
    return event_stream.stream_response(services(), turn, after, holder)


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
    origin = request.headers.get("Origin", "").lower()
    _, _, host = origin.partition("://")
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
