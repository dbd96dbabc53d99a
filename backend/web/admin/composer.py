"""What happens while a reply is being written: its draft is kept, others see that somebody writes,
and products are looked for.
"""

from flask import Blueprint, Response, render_template, request

from backend.chat import conversations, presence
from backend.chat.turns import known_id
from backend.errors import NotFound
from backend.inbox import product_cards, reply_drafts
from backend.shops.staff import Staff
from backend.web import responses
from backend.web.guards import admin_only, services

admin_composer = Blueprint("admin_composer", __name__)


@admin_composer.post("/inbox/<conversation_id>/draft")
@admin_only
def save_draft(staff: Staff, conversation_id: str) -> Response:
    """Also tells the others whether somebody writes."""
    text = request.form.get("text", "")
    known = known_id(conversation_id)
    reply_drafts.save_draft(services(), staff.shop.id, known, staff.user_id, text)

    is_typing = request.form.get("typing") == "yes"
    presence.note_staff(services(), known, staff.user_id, is_typing)
    return responses.as_json({"saved": True})


@admin_composer.get("/inbox/<conversation_id>/products")
@admin_only
def find_products(staff: Staff, conversation_id: str) -> str:
    """Those that fit some words, to choose from."""
    words = request.args.get("words", "").strip()
    known = known_id(conversation_id)
    with services().db.reading() as connection:
        conversation = conversations.find(connection, staff.shop.id, known)
    if conversation is None:
        raise NotFound

    found = product_cards.search_products(
        services(), staff.shop.id, words, conversation.locale
    )
    return render_template(
        "admin/product_choices.html",
        products=found,
        words=words,
        price_of=product_cards.price_of,
    )
