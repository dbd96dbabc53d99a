"""One conversation in the inbox: its page, live as it goes on, and what a person of the shop does
in it.
"""

import re
import uuid
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.bounds import MOST_INTEGER, is_storable
from backend.chat import events as turn_events
from backend.chat import turns
from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import Invalid, NotFound
from backend.inbox import access_log, conversation_list, handoff, notes
from backend.inbox.handoff import StaffReply
from backend.shops import settings
from backend.shops.staff import Staff
from backend.web import responses
from backend.web.admin import strings
from backend.web.admin.inbox import WAIT_SECONDS, holding
from backend.web.admin.strings import Words
from backend.web.guards import admin_only, services
from backend.web.requests import MOST_NUMBER, read_number_field

admin_conversation = Blueprint("admin_conversation", __name__)

MOST_CHARACTERS = 8_000
MOST_LOOKS = 5
CLIENT_ID = re.compile(r"[0-9a-f]{32}")


@admin_conversation.get("/inbox/<conversation_id>")
@admin_only
def show_conversation(staff: Staff, conversation_id: str) -> str:
    return _page(staff, conversation_id)


def _page(staff: Staff, conversation_id: str, **typed: Any) -> str:
    before, shop_id = read_number_field("before", MOST_INTEGER), staff.shop.id
    talk = conversation_list.read_talk(
        services(), shop_id, known_id(conversation_id), before
    )
    access_log.note_look(services(), shop_id, staff.user_id, conversation_id)
    conversation_list.mark_seen(services(), talk.row)
    with services().db.reading() as connection:
        chosen = settings.load(connection, shop_id).settings
        looks = access_log.list_latest(connection, shop_id, conversation_id, MOST_LOOKS)
        replies = notes.list_replies(connection, shop_id)
    told: dict[str, Any] = {
        "draft": "",
        "client_id_of_reply": uuid.uuid4().hex,
        "errors": {},
    }
    return render_template(
        "admin/conversation.html",
        staff=staff,
        words=Words(staff, chosen, now_ms()),
        link=strings,
        talk=talk,
        row=talk.row,
        looks=looks,
        replies=replies,
        hours=chosen,
        is_open=chosen.is_open(now_ms()),
        **(told | typed),
    )


@admin_conversation.get("/inbox/<conversation_id>/changes")
@admin_only
def wait_for_news(staff: Staff, conversation_id: str) -> Response:
    seen = request.args.get("seen", "")
    with holding(staff) as held:
        version = conversation_list.wait_for_news(
            services(),
            staff.shop.id,
            known_id(conversation_id),
            seen,
            WAIT_SECONDS,
            held,
        )
    return responses.as_json({"version": version})


@admin_conversation.get("/inbox/<conversation_id>/turns/<turn_id>")
@admin_only
def follow_turn(staff: Staff, conversation_id: str, turn_id: str) -> Response:
    """The words of a running reply past a number, as the shopper gets them."""
    after = read_number_field("after", MOST_NUMBER) or 0
    with services().db.reading() as connection:
        turn = turns.find(
            connection, staff.shop.id, known_id(conversation_id), known_id(turn_id)
        )
    if turn is None:
        raise NotFound
    with holding(staff) as held:
        events = turn_events.gather(services(), turn, after, WAIT_SECONDS, held)
    told = [
        {"id": event.number, "name": event.name, "data": msgspec.Raw(event.data)}
        for event in events
    ]
    return responses.as_json({"events": told})


@admin_conversation.post("/inbox/<conversation_id>/take")
@admin_only
def take_over(staff: Staff, conversation_id: str) -> AnyResponse:
    """From the assistant; from a colleague only when the form names who has it."""
    instead_of = request.form.get("instead_of") or None
    if not is_storable(instead_of or ""):
        raise Invalid("`instead_of` has characters that are no text.")
    handoff.take_over(
        services(), staff.shop.id, known_id(conversation_id), staff.user_id, instead_of
    )
    return _back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/say")
@admin_only
def say(staff: Staff, conversation_id: str) -> AnyResponse | tuple[str, int]:
    """`client_id` came with the page: sent twice, the reply is said once."""
    text, client_id = request.form.get("text", ""), request.form.get("client_id", "")
    if CLIENT_ID.fullmatch(client_id) is None:
        raise Invalid("This page is too old. Open the conversation once more.")
    if fault := notes.fault(text, "A reply", MOST_CHARACTERS):
        typed = {
            "draft": text,
            "client_id_of_reply": client_id,
            "errors": {"text": fault},
        }
        return _page(staff, conversation_id, **typed), 422
    said = notes.within(text, "A reply", MOST_CHARACTERS)
    with services().db.reading() as connection:
        team = settings.load(connection, staff.shop.id).settings.team_name
    name = staff.name or team
    reply = StaffReply(staff.user_id, name, said, client_id)
    handoff.say(services(), staff.shop.id, known_id(conversation_id), reply)
    return _back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/hand-back")
@admin_only
def hand_back(staff: Staff, conversation_id: str) -> AnyResponse:
    handoff.hand_back(
        services(), staff.shop.id, known_id(conversation_id), staff.user_id
    )
    return _back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/close")
@admin_only
def close(staff: Staff, conversation_id: str) -> AnyResponse:
    handoff.close(services(), staff.shop.id, known_id(conversation_id), staff.user_id)
    return _back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/notes")
@admin_only
def add_note(staff: Staff, conversation_id: str) -> AnyResponse | tuple[str, int]:
    text, author = (
        request.form.get("note", ""),
        staff.name or f"Colleague {staff.user_id}",
    )
    if fault := notes.fault(text, "A note", notes.MOST_NOTE_CHARACTERS):
        return _page(staff, conversation_id, note=text, errors={"note": fault}), 422
    notes.add_note(services(), staff.shop.id, known_id(conversation_id), author, text)
    return _back_to(conversation_id)


def _back_to(conversation_id: str) -> AnyResponse:
    return redirect(f"/admin/inbox/{conversation_id}", 303)
