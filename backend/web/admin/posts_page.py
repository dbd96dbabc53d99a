"""How the page of posts is drawn: the talk with the copilot beside the list of posts, or beside the
one that is opened, with the panel that is open and what somebody has typed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template

from backend.ai.openai_chat import NoModel
from backend.chat.team_room import talk_of
from backend.clock import now_ms
from backend.posts import (
    blog_channel,
    board,
    post_blogs,
    product_photos,
)
from backend.posts.board import Board, OpenedPost
from backend.posts.product_photos import ProductPhoto
from backend.posts.team_request import ShownPost
from backend.shops import admin_access
from backend.shops.staff import Staff
from backend.web.admin import (
    posts_compare,
    posts_form,
    requests_form,
)
from backend.web.admin.pages import settings_of
from backend.web.admin.posts_compare import ComparedField
from backend.web.admin.posts_form import (
    PATH,
    PostPlace,
    TypedEdit,
)
from backend.web.admin.posts_offers import Offers
from backend.web.admin.posts_words import PostWords
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import services

SUGGESTIONS = (
    "Create a post about our new products with a picture",
    "What did we post last week?",
)
DEFAULT_LANGUAGE = "en"


def new_client_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has sent that was not taken, and why, by field. `spot` is which of several
    forms it was; with `is_late` somebody else has saved another version meanwhile.
    """

    text: str = ""
    client_id: str = field(default_factory=new_client_id)
    edit: TypedEdit | None = None
    version: int | None = None
    is_late: bool = False
    spot: str = ""
    day: str = ""
    time: str = ""
    page_id: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


NOTHING = TypedEdit()


def render_page(
    staff: Staff,
    place: PostPlace,
    typed: Typed | None = None,
) -> str:
    """Raises NotFound for a post that is not there."""
    typed = typed or Typed()
    shown = board.read_board(services(), staff, place.board)
    chosen = settings_of(staff)
    now, cdn = now_ms(), services().config.shopify_cdn
    labels = ReaderLabels(
        staff,
        chosen,
        now,
        cdn,
    )

    return render_template(
        "admin/posts.html",
        staff=staff,
        words=labels,
        about=PostWords(
            labels,
            shown.members,
            chosen,
            cdn,
        ),
        board=shown,
        place=place,
        typed=typed,
        talk_id=talk_of(staff.shop.id),
        order_id=new_client_id(),
        offers=Offers.of,
        time_zone=chosen.time_zone,
        today=chosen.local_time(now).date().isoformat(),
        changes=f"{PATH}/changes?post={place.post_id or ''}",
        older=_address_of_older(shown),
        suggestions=SUGGESTIONS,
        **_describe_setup(staff),
        **_fill_panel(
            staff,
            place,
            shown.opened,
            typed,
        ),
    )


def _address_of_older(shown: Board) -> str:
    """Blank on the last page."""
    if shown.next is None:
        return ""
    after = requests_form.write_place(shown.next)
    return posts_form.address_of(None, after=after)


def _describe_setup(staff: Staff) -> dict[str, Any]:
    """What may be missing."""
    scopes = blog_channel.SCOPES
    return {
        "scopes": scopes,
        "may_publish": admin_access.granted(services(), staff.shop.id, scopes),
        "has_model": not isinstance(services().ai, NoModel),
        "has_painter": services().images.is_set_up,
    }


def _fill_panel(
    staff: Staff, place: PostPlace, opened: OpenedPost | None, typed: Typed
) -> dict[str, Any]:
    """What only the panel needs that is open: for any other one the store is not asked."""
    if opened is None:
        return {"edit": typed.edit or NOTHING}

    shown, panel = opened.shown, place.panel
    blogs = post_blogs.find_blogs(services(), staff.shop.id) if panel == "where" else ()
    return {
        "edit": typed.edit or write_edit(shown),
        "blogs": blogs,
        "photos": find_photos(staff, shown) if panel == "edit" else (),
        "compared": _compare(place, opened),
        "theirs": _compare_with_typed(shown, typed),
    }


def write_edit(shown: ShownPost) -> TypedEdit:
    """The form, with what the version that counts says."""
    version = shown.version
    return TypedEdit(
        title=version.title,
        body=version.body,
        summary=version.summary,
        tags=", ".join(version.tags),
        alt=version.alt,
        picture=version.picture_id or "",
    )


def find_photos(staff: Staff, shown: ShownPost) -> Sequence[ProductPhoto]:
    """Those that the page may load. It may wait for the store."""
    language = shown.post.language or DEFAULT_LANGUAGE
    found = product_photos.find_photos(
        services(),
        staff.shop.id,
        shown.version,
        language,
    )

    cdn = services().config.shopify_cdn
    return [photo for photo in found if photo.url.startswith(f"{cdn}/")]


def _compare(place: PostPlace, opened: OpenedPost) -> Sequence[ComparedField]:
    """The version that was chosen with the one that counts; none where it is the same."""
    chosen = opened.find_version(place.compared)
    counts = opened.shown.version
    if chosen is None or chosen.number == counts.number:
        return ()
    return posts_compare.compare_versions(chosen.content, counts.content)


def _compare_with_typed(shown: ShownPost, typed: Typed) -> Sequence[ComparedField]:
    """What somebody else has saved with what somebody wanted to."""
    if not typed.is_late or typed.edit is None:
        return ()
    return posts_compare.compare_versions(shown.version.content, typed.edit.content)
