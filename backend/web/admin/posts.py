"""The page of posts, live as the copilot writes and pictures are painted; its pictures, and all
posts as a file.
"""

from typing import Any

import msgspec
from flask import (
    Blueprint,
    Response,
    request,
)

from backend.chat import events as turn_events
from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import NotFound
from backend.exports import export_file
from backend.exports.export_file import Format
from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.inbox.conversation_list import Waiting
from backend.posts import (
    board,
    post_export,
    post_parts,
    post_pictures,
    team_chat,
)
from backend.posts.board import BoardPlace
from backend.shops.staff import Staff
from backend.store.live import LiveEvent
from backend.web import responses
from backend.web.admin import posts_form
from backend.web.admin.pages import (
    WAIT_SECONDS,
    hold_open,
    settings_of,
)
from backend.web.admin.posts_page import render_page
from backend.web.guards import admin_only, services
from backend.web.requests import MOST_NUMBER, read_number_field

admin_posts = Blueprint("admin_posts", __name__)

# What a picture shows never changes.
KEPT = "private, max-age=31536000, immutable"
JSON = "application/json"
# Of a part that a running reply shows.
SHOWS_POST = "Post"


@admin_posts.get("/posts")
@admin_only
def show_posts(staff: Staff) -> str:
    return render_page(staff, posts_form.read_place(request.args))


@admin_posts.get("/posts/<post_id>")
@admin_only
def show_post(staff: Staff, post_id: str) -> str:
    known = known_id(post_id)
    return render_page(staff, posts_form.read_place(request.args, known))


@admin_posts.get("/posts/changes")
@admin_only
def wait_for_news(staff: Staff) -> Response:
    opened = request.args.get("post", "")
    place = BoardPlace(known_id(opened) if opened else None)
    seen = request.args.get("seen", "")

    with hold_open(staff) as held:
        waiting = Waiting(seen, WAIT_SECONDS, held)
        version = board.wait_for_news(
            services(),
            staff,
            place,
            waiting,
        )
    return responses.as_json({"version": version})


@admin_posts.get("/posts/turns/<turn_id>")
@admin_only
def follow_turn(staff: Staff, turn_id: str) -> Response:
    """The events of a running reply past a number."""
    after = read_number_field("after", MOST_NUMBER) or 0
    turn = team_chat.get_turn(services(), staff.shop.id, turn_id)

    with hold_open(staff) as held:
        events = turn_events.gather(
            services(),
            turn,
            after,
            WAIT_SECONDS,
            held,
        )

    told = [
        {"id": event.number, "name": event.name, "data": _payload_of(event)}
        for event in events
    ]
    return responses.as_json({"events": told})


def _payload_of(event: LiveEvent) -> Any:
    """A post's card is drawn once the reply is whole; until then a line stands for it."""
    if event.name != "part":
        return msgspec.Raw(event.data)

    part = msgspec.json.decode(event.data)["part"]
    heading = SHOWS_POST if part["type"] == post_parts.TYPE else ""
    return {"id": part["id"], "heading": heading, "lines": []}


@admin_posts.get("/posts/pictures/<picture_id>")
@admin_only
def show_picture(staff: Staff, picture_id: str) -> Response:
    """One that a model has painted. The browser asks for it with the token of whoever looks."""
    known, shop_id = known_id(picture_id), staff.shop.id
    with services().db.reading() as connection:
        picture = post_pictures.find(connection, shop_id, known)
        content = post_pictures.read_content(connection, shop_id, known)
    if picture is None or content is None or picture.content_type is None:
        raise NotFound

    response = Response(content, content_type=picture.content_type)
    response.headers["Cache-Control"] = KEPT
    return response


@admin_posts.get("/posts/export")
@admin_only
def export_posts(staff: Staff) -> Response:
    """That they were exported is logged. Raises TooManyMessages."""
    shop = staff.shop
    export_file.refuse_too_many(services(), shop.id)
    access_log.note_access(
        services(),
        shop.id,
        staff.user_id,
        What.EXPORTED,
    )

    name = export_file.name_file("posts", settings_of(staff), Format.JSON)
    named = f'attachment; filename="{name}"'
    return Response(
        post_export.write_posts(services(), shop, now_ms()),
        headers={"Content-Disposition": named},
        content_type=JSON,
    )
