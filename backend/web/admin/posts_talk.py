"""What staff say to the copilot: in words, or by a button; and what they do with its reply while it
is being written, or after it has failed.
"""

from flask import (
    Blueprint,
    redirect,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from backend.chat.turns import known_id
from backend.errors import NotFound
from backend.inbox import staff_text
from backend.posts import board, team_chat
from backend.posts.board import BoardPlace
from backend.posts.team_chat import (
    MOST_CHARACTERS,
    Order,
    TeamMessage,
)
from backend.shops.staff import Staff
from backend.web.admin import forms, posts_form
from backend.web.admin.posts_page import Typed, render_page
from backend.web.admin.posts_words import order_text
from backend.web.guards import admin_only, services

admin_posts_talk = Blueprint("admin_posts_talk", __name__)


@admin_posts_talk.post("/posts/say")
@admin_only
def say(staff: Staff) -> AnyResponse | tuple[str, int]:
    """`client_id` came with the page: sent twice, it is said once."""
    place = posts_form.read_opened(request.form)
    client_id = forms.read_client_id(request.form)
    text = request.form.get("text", "")

    fault = staff_text.find_fault(text, "A message", MOST_CHARACTERS)
    if fault:
        typed = Typed(text=text, client_id=client_id, errors={"text": fault})
        return render_page(staff, place, typed), 422

    words = staff_text.read_text(text, "A message", MOST_CHARACTERS)
    said = TeamMessage(words, client_id, place.post_id)
    team_chat.say(services(), staff, said)
    return redirect(place.address, 303)


@admin_posts_talk.post("/posts/<post_id>/order")
@admin_only
def order(staff: Staff, post_id: str) -> AnyResponse:
    """It stands in the talk as if it had been written."""
    known = known_id(post_id)
    place = posts_form.read_opened(request.form)
    client_id = forms.read_client_id(request.form)
    action = posts_form.read_action(request.form)
    wish = posts_form.read_wish(request.form)

    text = order_text(action, _get_title(staff, known), wish)
    said = TeamMessage(
        text,
        client_id,
        known,
        order=Order(action, known, wish),
    )
    team_chat.say(services(), staff, said)
    return redirect(posts_form.address_of(place.post_id), 303)


def _get_title(staff: Staff, post_id: str) -> str:
    """Raises NotFound."""
    shown = board.read_board(services(), staff, BoardPlace(post_id))
    if shown.opened is None:
        raise NotFound
    return shown.opened.shown.title


@admin_posts_talk.post("/posts/turns/<turn_id>/stop")
@admin_only
def stop(staff: Staff, turn_id: str) -> AnyResponse:
    place = posts_form.read_opened(request.form)
    team_chat.stop(services(), staff.shop.id, turn_id)
    return redirect(place.address, 303)


@admin_posts_talk.post("/posts/turns/<turn_id>/retry")
@admin_only
def retry(staff: Staff, turn_id: str) -> AnyResponse:
    place = posts_form.read_opened(request.form)
    team_chat.retry(services(), staff, turn_id)
    return redirect(place.address, 303)
