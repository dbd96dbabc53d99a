"""One conversation in the inbox: its page, live as it goes on, and what a person of the shop does
in it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.bounds import MOST_INTEGER
from backend.catalog.products import Product
from backend.chat import conversations, turns
from backend.chat import events as turn_events
from backend.chat.conversations import Conversation
from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import Invalid, NotFound
from backend.inbox import (
    conversation_view,
    desk,
    filled_replies,
    handoff,
    labels,
    notes,
    onlookers,
    product_cards,
    reply_drafts,
    reply_facts,
    reply_variables,
    saved_replies,
    shopper_facts,
    staff_text,
)
from backend.inbox.conversation_list import Waiting
from backend.inbox.conversation_view import ConversationView
from backend.inbox.desk import DeskPlace
from backend.inbox.handoff import StaffReply
from backend.shops import settings
from backend.shops.staff import Staff, list_members
from backend.store.live import LiveEvent
from backend.store.part_display import read_part
from backend.web import responses
from backend.web.admin import cart_words, desk_list, forms, strings
from backend.web.admin.desk_words import SNOOZES, DeskWords
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

    reply: str | None = None
    handles: Sequence[str] = ()
    client_id: str = field(default_factory=_new_client_id)
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@admin_conversation.get("/inbox/<conversation_id>")
@admin_only
def show_conversation(staff: Staff, conversation_id: str) -> str:
    return render_page(staff, conversation_id)


def render_page(staff: Staff, conversation_id: str, typed: Typed | None = None) -> str:
    """With what somebody typed, beside what is wrong with it."""
    typed = typed or Typed()
    known = known_id(conversation_id)
    before = read_number_field("before", MOST_INTEGER)
    view = conversation_view.open_view(services(), staff, known, before)

    with services().db.reading() as connection:
        chosen = settings.load(connection, staff.shop.id).settings
        replies = saved_replies.list_replies(connection, staff.shop.id)
        members = list_members(connection, staff.shop.id)
        colleagues = onlookers.list_colleagues(connection, staff)
        draft = reply_drafts.find_draft(connection, staff.shop.id, known, staff.user_id)
        known_labels = labels.list_known(connection, staff.shop.id)
    # After the conversation, which is seen by now.
    listed = desk_list.read_list(staff, chosen, opened=known)
    there = onlookers.read_onlookers(services(), staff.shop.id, known, colleagues)
    filled = filled_replies.fill_replies(staff, chosen, view, replies)
    unconfirmed = reply_facts.find_unconfirmed(
        services(), staff.shop, chosen, filled, view.messages
    )

    now = now_ms()
    words = ReaderLabels(staff, chosen, now, services().config.shopify_cdn)

    return render_template(
        "admin/conversation.html",
        staff=staff,
        words=words,
        desk=DeskWords(staff, words, now),
        about=RequestWords(words, members, chosen, now),
        link=strings,
        listed=listed,
        talk=view,
        row=view.conversation,
        looks=view.looks,
        shopper=shopper_facts.read_shopper(view),
        orders=reply_variables.list_orders(view.messages),
        there=there,
        cart=cart_words.describe_cart(staff.shop, there.cart),
        version=desk.version_at(view.version, listed.version, there),
        snoozes=SNOOZES,
        members=members,
        known_labels=[each for each in known_labels if each not in view.labels],
        replies=filled,
        unconfirmed=[sentence for each in unconfirmed.values() for sentence in each],
        hours=chosen,
        is_open=chosen.is_open(now),
        draft=_draft_of(view, draft) if typed.reply is None else typed.reply,
        chosen_products=_find_chosen(view.conversation, typed.handles),
        most_products=product_cards.MOST_SHOWN,
        client_id_of_reply=typed.client_id,
        note=typed.note,
        errors=typed.errors,
    )


def _draft_of(view: ConversationView, draft: str | None) -> str:
    """What was sent is no draft any more, whatever a browser has saved behind it."""
    said = [each.text for each in view.messages if each.seq == view.answered_seq]
    if draft is None or draft.strip() in said:
        return ""
    return draft


def _find_chosen(
    conversation: Conversation, handles: Sequence[str]
) -> Sequence[Product]:
    """Those of a reply that was refused."""
    return product_cards.find_products(services(), conversation, handles)


@admin_conversation.get("/inbox/<conversation_id>/changes")
@admin_only
def wait_for_news(staff: Staff, conversation_id: str) -> Response:
    seen = request.args.get("seen", "")
    wanted = desk_list.read_wanted(staff, settings_of(staff))
    stands_still = request.args.get("words") or request.args.get("after")
    place = DeskPlace(known_id(conversation_id), None if stands_still else wanted)

    with hold_open(staff) as held:
        waiting = Waiting(seen, WAIT_SECONDS, held)
        version = desk.wait_for_news(services(), staff, place, waiting)
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
    return back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/say")
@admin_only
def say(staff: Staff, conversation_id: str) -> AnyResponse | tuple[str, int]:
    """`client_id` came with the page: sent twice, the reply is said once."""
    known = known_id(conversation_id)
    text = request.form.get("text", "")
    typed = Typed(
        reply=text,
        handles=request.form.getlist("product"),
        client_id=forms.read_client_id(request.form),
    )
    if fault := _find_fault(text):
        return _refuse(staff, known, typed, fault)

    said = staff_text.read_text(text, "A reply", MOST_CHARACTERS)
    try:
        parts = product_cards.build_parts(
            services(), _get_conversation(staff, known), typed.handles, said
        )
    except Invalid as refusal:
        return _refuse(staff, known, typed, refusal.say)

    name = staff.name or settings_of(staff).team_name
    reply = StaffReply(staff.user_id, name, said, typed.client_id, parts)
    handoff.say(services(), staff.shop.id, known, reply)
    reply_drafts.delete_draft(services(), staff.shop.id, known, staff.user_id)
    return back_to(conversation_id)


def _find_fault(text: str) -> str:
    fault = staff_text.find_fault(text, "A reply", MOST_CHARACTERS)
    return fault or reply_variables.find_fault(text)


def _refuse(staff: Staff, known: str, typed: Typed, fault: str) -> tuple[str, int]:
    refused = Typed(typed.reply, typed.handles, typed.client_id, errors={"text": fault})
    return render_page(staff, known, refused), 422


def _get_conversation(staff: Staff, known: str) -> Conversation:
    """Raises NotFound."""
    with services().db.reading() as connection:
        found = conversations.find(connection, staff.shop.id, known)
    if found is None:
        raise NotFound
    return found


@admin_conversation.post("/inbox/<conversation_id>/hand-back")
@admin_only
def hand_back(staff: Staff, conversation_id: str) -> AnyResponse:
    handoff.hand_back(
        services(), staff.shop.id, known_id(conversation_id), staff.user_id
    )
    return back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/close")
@admin_only
def close(staff: Staff, conversation_id: str) -> AnyResponse:
    handoff.close(services(), staff.shop.id, known_id(conversation_id), staff.user_id)
    return back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/notes")
@admin_only
def add_note(staff: Staff, conversation_id: str) -> AnyResponse | tuple[str, int]:
    text = request.form.get("note", "")
    if fault := notes.find_fault(text):
        typed = Typed(note=text, errors={"note": fault})
        return render_page(staff, conversation_id, typed), 422

    author = staff.name or f"Colleague {staff.user_id}"
    notes.add_note(services(), staff.shop.id, known_id(conversation_id), author, text)
    return back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/notes/<note_id>")
@admin_only
def edit_note(staff: Staff, conversation_id: str, note_id: str) -> AnyResponse:
    text = request.form.get("note", "")
    notes.edit_note(
        services(),
        staff.shop.id,
        known_id(conversation_id),
        known_id(note_id),
        text,
    )
    return back_to(conversation_id)


@admin_conversation.post("/inbox/<conversation_id>/notes/<note_id>/delete")
@admin_only
def delete_note(staff: Staff, conversation_id: str, note_id: str) -> AnyResponse:
    notes.delete_note(
        services(),
        staff.shop.id,
        known_id(conversation_id),
        known_id(note_id),
        staff.user_id,
    )
    return back_to(conversation_id)


def back_to(conversation_id: str) -> AnyResponse:
    """With the list that stood beside it."""
    place = f"/admin/inbox/{conversation_id}"
    return redirect(desk_list.address_of(place, desk_list.asked_fields()), 303)
