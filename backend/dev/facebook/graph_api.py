"""The Graph API of the pretend Page under `/graph/<version>`: what an app that posts needs, with
Facebook's own errors.
"""

import json
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from backend.ai.picture_format import find_format
from backend.dev.facebook.page_posts import PagePhoto, PostOnPage, PretendPage
from backend.dev.shopify.app_proxy import BROWSER

MOST_MESSAGE, MOST_PHOTO = 63_206, 10 * 1024 * 1024
USUAL_LIMIT, MOST_LIMIT = 25, 100
PHOTO_TYPES = ("image/png", "image/jpeg")
GONE_SUBCODE = 33
# Of each error: its status, its type, and what it says.
ERRORS = {
    1: (500, "OAuthException", "An unknown error has occurred."),
    2: (503, "OAuthException", "Service temporarily unavailable."),
    4: (403, "OAuthException", "Application request limit reached."),
    10: (
        403,
        "OAuthException",
        "Application does not have permission for this action.",
    ),
    17: (400, "OAuthException", "User request limit reached."),
    32: (403, "OAuthException", "Page request limit reached."),
    100: (400, "OAuthException", "Invalid parameter."),
    102: (400, "OAuthException", "Session key invalid or no longer valid."),
    190: (400, "OAuthException", "Invalid OAuth access token."),
    200: (403, "OAuthException", "Permissions error."),
    324: (400, "OAuthException", "Missing or invalid image file."),
    368: (400, "OAuthException", "The action attempted has been deemed abusive."),
    506: (400, "OAuthException", "Duplicate status message."),
    613: (400, "OAuthException", "Calls to this api have exceeded the rate limit."),
}
OTHER_ERROR = (400, "OAuthException", "An error has occurred.")

graph_api = Blueprint("graph_api", __name__, url_prefix="/graph/<version>")
Fields = Mapping[str, Any]


class GraphRefusal(Exception):
    """By the number of the error."""

    def __init__(self, number: int, subcode: int | None = None) -> None:
        super().__init__(number)
        self.number = number
        self.subcode = subcode


def graph_call(
    name: str,
) -> Callable[[Callable[..., Fields]], Callable[..., AnyResponse]]:
    """Of somebody with the token, unless it is to go wrong."""

    def decorate(view: Callable[..., Fields]) -> Callable[..., AnyResponse]:
        @wraps(view)
        def answer(version: str, **path: str) -> AnyResponse:
            fault = pretend_page().take_fault(name)
            try:
                _require_token()
                if fault is not None and not fault.lost:
                    raise GraphRefusal(fault.number, fault.subcode)
                answered = view(**path)
            except GraphRefusal as refusal:
                return _refuse(refusal)
            return _lose_answer() if fault is not None else jsonify(answered)

        return answer

    return decorate


@graph_api.get("/me")
@graph_call("me")
def read_me() -> Fields:
    page = pretend_page()
    return {"id": page.id, "name": page.name}


@graph_api.get("/<page_id>/feed")
@graph_call("list")
def list_posts(page_id: str) -> Fields:
    _require_page(page_id)
    limit = min(request.args.get("limit", USUAL_LIMIT, type=int), MOST_LIMIT)

    posts = pretend_page().newest_first()[: max(1, limit)]
    return {"data": [_show_fields(post) for post in posts], "paging": {}}


@graph_api.post("/<page_id>/photos")
@graph_call("photo")
def upload_photo(page_id: str) -> Fields:
    _require_page(page_id)
    source = request.files.get("source")
    content = source.read(MOST_PHOTO + 1) if source else b""
    found = find_format(content)

    is_usable = found is not None and found.content_type in PHOTO_TYPES
    if found is None or not is_usable or len(content) > MOST_PHOTO:
        raise GraphRefusal(324)
    if request.form.get("published") != "false":
        raise GraphRefusal(100)

    alt_text = request.form.get("alt_text_custom", "")
    photo = pretend_page().add_photo(content, found.content_type, alt_text)
    return {"id": photo.id}


@graph_api.post("/<page_id>/feed")
@graph_call("create")
def create_post(page_id: str) -> Fields:
    _require_page(page_id)
    message, photos = _read_message(), _read_photos()
    link = request.form.get("link", "")
    if not message and not photos and not link:
        raise GraphRefusal(100)

    post = pretend_page().add_post(message, photos, link)
    return _show_fields(post)


@graph_api.get("/<post_id>")
@graph_call("read")
def read_post(post_id: str) -> Fields:
    page = pretend_page()
    if post_id == page.id:
        return {"id": page.id, "name": page.name}
    return _show_fields(_get_post(post_id))


@graph_api.post("/<post_id>")
@graph_call("update")
def update_post(post_id: str) -> Fields:
    post = _get_post(post_id)
    post.message = _read_message() or post.message
    post.is_edited = True
    return {"success": True}


@graph_api.delete("/<post_id>")
@graph_call("delete")
def delete_post(post_id: str) -> Fields:
    del pretend_page().posts[_get_post(post_id).id]
    return {"success": True}


def pretend_page() -> PretendPage:
    found = current_app.extensions["pretend_page"]
    assert isinstance(found, PretendPage)
    return found


def _require_token() -> None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ") or request.values.get("access_token", "")
    if token != pretend_page().token:
        raise GraphRefusal(190)


def _require_page(page_id: str) -> None:
    if page_id != pretend_page().id:
        raise GraphRefusal(100, GONE_SUBCODE)


def _get_post(post_id: str) -> PostOnPage:
    post = pretend_page().posts.get(post_id)
    if post is None:
        raise GraphRefusal(100, GONE_SUBCODE)
    return post


def _read_message() -> str:
    message = request.form.get("message", "").strip()
    if len(message) > MOST_MESSAGE:
        raise GraphRefusal(100)
    return message


def _read_photos() -> tuple[PagePhoto, ...]:
    """`attached_media[0]`, `attached_media[1]` …"""
    attached = [
        value
        for name, value in request.form.items()
        if name.startswith("attached_media[")
    ]
    return tuple(map(_find_attached, attached))


def _find_attached(written: str) -> PagePhoto:
    try:
        photo_id = json.loads(written)["media_fbid"]
    except (ValueError, TypeError, KeyError):
        raise GraphRefusal(100) from None

    photo = pretend_page().photos.get(str(photo_id))
    if photo is None:
        raise GraphRefusal(100)
    return photo


def _show_fields(post: PostOnPage) -> Fields:
    """What `fields` names, and always the id."""
    created = datetime.fromtimestamp(post.created_at, UTC)
    known = {
        "message": post.message,
        "created_time": f"{created:%Y-%m-%dT%H:%M:%S}+0000",
        "permalink_url": f"{request.host_url}sample/page#{post.id}",
    }

    wanted = request.values.get("fields", "").split(",")
    return {"id": post.id} | {name: known[name] for name in wanted if name in known}


def _refuse(refusal: GraphRefusal) -> Response:
    status, kind, message = ERRORS.get(refusal.number, OTHER_ERROR)
    error = {
        "message": f"(#{refusal.number}) {message}",
        "type": kind,
        "code": refusal.number,
        "fbtrace_id": "Asample",
    }
    if refusal.subcode is not None:
        error["error_subcode"] = refusal.subcode

    answer = jsonify({"error": error})
    answer.status_code = status
    return answer


def _lose_answer() -> Response:
    """Cuts the line where there is one."""
    line = request.environ.get(BROWSER)
    if line is not None:
        line.shutdown(socket.SHUT_RDWR)
    return Response("", 502)
