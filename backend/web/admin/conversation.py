"""One conversation in the inbox: its page, live as it goes on, and what a person of the shop does
in it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.bounds import MOST_INTEGER
from backend.chat import events as turn_events
from backend.chat import turns
from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import NotFound
from backend.inbox import (
    conversation_view,
    handoff,
    notes,
    reply_facts,
    saved_replies,
    staff_text,
)
from backend.inbox.conversation_list import Waiting
from backend.inbox.handoff import StaffReply
from backend.shops import settings
from backend.shops.staff import Staff, list_members
from backend.store.live import LiveEvent
from backend.store.part_display import read_part
from backend.web import responses
from backend.web.admin import forms, strings
from backend.web.admin.pages import WAIT_SECONDS, hold_open, settings_of
from backend.web.admin.request_words import RequestWords
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services
from backend.web.requests import MOST_NUMBER, read_number_field

admin_conversation = Blueprint("admin_conversation", __name__)

MOST_CHARACTERS = 8_000


def _new_client_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote on the page, and what is wrong with it, by field."""

    reply: str = ""
    client_id: str = field(default_factory=_new_client_id)
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@admin_conversation.get("/inbox/<conversation_id>")
@admin_only
def show_conversation(staff: Staff, conversation_id: str) -> str:
    return _page(staff, conversation_id)


def _page(staff: Staff, conversation_id: str, typed: Typed | None = None) -> str:
    typed = typed or Typed()
    known = known_id(conversation_id)
    before = read_number_field("before", MOST_INTEGER)
    view = conversation_view.open_view(services(), staff, known, before)

    with services().db.reading() as connection:
        chosen = settings.load(connection, staff.shop.id).settings
        replies = saved_replies.list_replies(connection, staff.shop.id)
        members = list_members(connection, staff.shop.id)
    unconfirmed = reply_facts.find_unconfirmed(
        services(), staff.shop, chosen, replies, view.messages
    )

    now = now_ms()
    labels = ReaderLabels(staff, chosen, now, services().config.shopify_cdn)

    return render_template(
        "admin/conversation.html",
        staff=staff,
        words=labels,
        about=RequestWords(labels, members, chosen, now),
        link=strings,
        talk=view,
        row=view.conversation,
        looks=view.looks,
        replies=replies,
        unconfirmed=[sentence for each in unconfirmed.values() for sentence in each],
        hours=chosen,
        is_open=chosen.is_open(now),
        draft=typed.reply,
        client_id_of_reply=typed.client_id,
        note=typed.note,
        errors=typed.errors,
    )


@admin_conversation.get("/inbox/<conversation_id>/changes")
@admin_only
def wait_for_news(staff: Staff, conversation_id: str) -> Response:
    seen = request.args.get("seen", "")

    with hold_open(staff) as held:
        version = conversation_view.wait_for_news(
            services(),
            staff.shop.id,
            known_id(conversation_id),
            Waiting(seen, WAIT_SECONDS, held),
        )
    return responses.as_json({"version": version})


@admin_conversation.get("/inbox/<conversation_id>/turns/<turn_id>")
@admin_only
def follow_turn(staff: Staff, conversation_id: str, turn_id: str) -> Response:
    """The events of a running reply past a number, numbered as the shopper gets them."""
    after = read_number_field("after", MOST_NUMBER) or 0
    with services().db.reading() as connection:
        turn = turns.find(
            connection, staff.shop.id, known_id(conversation_id), known_id(turn_id)
        )
    if turn is None:
        raise NotFound

    with hold_open(staff) as held:
        events = turn_events.gather(services(), turn, after, WAIT_SECONDS, held)

    told = [
        {"id": event.number, "name": event.name, "data": _payload_of(event)}
        for event in events
    ]
    return responses.as_json({"events": told})


def _payload_of(event: LiveEvent) -> Any:
    """Of a part what staff see of it; all else as it is."""
    if event.name != "part":
        return msgspec.Raw(event.data)

    part = msgspec.json.decode(event.data)["part"]
    display = read_part(part)
    return {
        "id": part["id"],
        "heading": display.heading,
        "lines": [item.words for item in display.items],
    }


@admin_conversation.post("/inbox/<conversation_id>/take")
@admin_only
def take_over(staff: Staff, conversation_id: str) -> AnyResponse:
    """From the assistant; from a colleague only when the form names who has it."""
    instead_of = forms.read_instead_of(request.form)
    handoff.take_over(
        services(), staff.shop.id, known_id(conversation_id), staff.user_id, instead_of
    )
    return _back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/say")
@admin_only
def say(staff: Staff, conversation_id: str) -> AnyResponse | tuple[str, int]:
    """`client_id` came with the page: sent twice, the reply is said once."""
    text = request.form.get("text", "")
    client_id = forms.read_client_id(request.form)
    if fault := staff_text.find_fault(text, "A reply", MOST_CHARACTERS):
        typed = Typed(reply=text, client_id=client_id, errors={"text": fault})
        return _page(staff, conversation_id, typed), 422

    said = staff_text.read_text(text, "A reply", MOST_CHARACTERS)
    name = staff.name or settings_of(staff).team_name
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
    text = request.form.get("note", "")
    if fault := notes.find_fault(text):
        typed = Typed(note=text, errors={"note": fault})
        return _page(staff, conversation_id, typed), 422

    author = staff.name or f"Colleague {staff.user_id}"
    notes.add_note(services(), staff.shop.id, known_id(conversation_id), author, text)
    return _back_to(conversation_id)


def _back_to(conversation_id: str) -> AnyResponse:
    return redirect(f"/admin/inbox/{conversation_id}", 303)
