"""What staff do with a post by hand: write and edit it, publish, schedule, take down, discard it,
choose a version and where it goes; and the Facebook Page that the shop has connected.
"""

from dataclasses import replace

from flask import (
    Blueprint,
    redirect,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from backend.bounds import is_storable
from backend.chat import team_room
from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, Invalid
from backend.posts import (
    board,
    changes,
    page_connections,
    paint_job,
)
from backend.posts.board import BoardPlace
from backend.posts.changes import Seen
from backend.posts.post_versions import MOST_ALT
from backend.posts.schedule_times import InvalidTime
from backend.posts.team_request import ShownPost
from backend.shops.staff import Staff
from backend.web.admin import posts_form, posts_page
from backend.web.admin.pages import settings_of
from backend.web.admin.posts_form import (
    OF_PRODUCT,
    PostPlace,
    TypedEdit,
)
from backend.web.admin.posts_page import Typed, render_page
from backend.web.guards import admin_only, services

admin_posts_actions = Blueprint("admin_posts_actions", __name__)

MOST_FIELD = 2_000
NO_SUCH_PHOTO = "Choose one of these pictures."


@admin_posts_actions.post("/posts/new")
@admin_only
def write_post(staff: Staff) -> AnyResponse | tuple[str, int]:
    edit = posts_form.read_edit(request.form)
    if edit.errors:
        place = PostPlace(panel="new")
        return render_page(staff, place, Typed(edit=edit)), 422

    seen = Seen(staff.shop.id, staff.user_id, "")
    written = replace(edit, picture="").as_edit(())
    post = changes.write_by_hand(services(), seen, written)
    return redirect(posts_form.address_of(post.id), 303)


@admin_posts_actions.post("/posts/<post_id>/edit")
@admin_only
def edit_post(staff: Staff, post_id: str) -> AnyResponse | tuple[str, int]:
    """With the version that it was made from: what a colleague has saved is not overwritten."""
    seen = _read_seen(staff, post_id)
    place = PostPlace(seen.post_id, "edit")
    edit = posts_form.read_edit(request.form)
    shown = _get_shown(staff, seen.post_id)

    if edit.picture.startswith(OF_PRODUCT):
        edit = _take_photo(staff, shown, edit)
    if edit.errors:
        typed = Typed(edit=edit, version=seen.version)
        return render_page(staff, place, typed), 422

    try:
        changes.edit_post(services(), seen, edit.as_edit(shown.version.handles))
    except ChangedMeanwhile:
        return render_page(staff, place, Typed(edit=edit, is_late=True)), 409
    return redirect(posts_form.address_of(seen.post_id), 303)


def _take_photo(
    staff: Staff,
    shown: ShownPost,
    edit: TypedEdit,
) -> TypedEdit:
    """With the product's own alt text where there is none. Nobody puts the address of anything else
    into a post.
    """
    address = edit.picture.removeprefix(OF_PRODUCT)
    photos = posts_page.find_photos(staff, shown)
    chosen = [photo for photo in photos if photo.url == address]
    if not chosen:
        errors = {**edit.errors, "picture": NO_SUCH_PHOTO}
        return replace(edit, errors=errors)
    return replace(edit, alt=edit.alt or chosen[0].alt[:MOST_ALT])


@admin_posts_actions.post("/posts/<post_id>/publish")
@admin_only
def publish(staff: Staff, post_id: str) -> AnyResponse:
    """The version that somebody has before them, and no other."""
    changes.approve(services(), _read_seen(staff, post_id))
    return _back()


@admin_posts_actions.post("/posts/<post_id>/schedule")
@admin_only
def schedule(staff: Staff, post_id: str) -> AnyResponse | tuple[str, int]:
    seen = _read_seen(staff, post_id)
    zone = settings_of(staff).time_zone
    try:
        publish_at = posts_form.read_publish_at(request.form, zone, now_ms())
    except InvalidTime as error:
        return _refuse_time(staff, error.say), 422

    changes.approve(services(), seen, publish_at)
    return _back()


def _refuse_time(staff: Staff, fault: str) -> str:
    typed = Typed(
        spot=posts_form.read_spot(request.form),
        day=_read_short("day"),
        time=_read_short("time"),
        errors={"time": fault},
    )
    return render_page(staff, posts_form.read_opened(request.form), typed)


@admin_posts_actions.post("/posts/<post_id>/withdraw")
@admin_only
def withdraw(staff: Staff, post_id: str) -> AnyResponse:
    changes.withdraw(services(), _name_post(staff, post_id))
    return _back()


@admin_posts_actions.post("/posts/<post_id>/remove")
@admin_only
def remove(staff: Staff, post_id: str) -> AnyResponse:
    changes.remove(services(), _name_post(staff, post_id))
    return _back()


@admin_posts_actions.post("/posts/<post_id>/cancel")
@admin_only
def cancel(staff: Staff, post_id: str) -> AnyResponse:
    changes.cancel(services(), _name_post(staff, post_id))
    return _back()


@admin_posts_actions.post("/posts/<post_id>/reopen")
@admin_only
def reopen(staff: Staff, post_id: str) -> AnyResponse:
    changes.reopen(services(), _name_post(staff, post_id))
    return _back()


@admin_posts_actions.post("/posts/<post_id>/versions")
@admin_only
def choose_version(staff: Staff, post_id: str) -> AnyResponse:
    """An earlier one counts again."""
    number = posts_form.read_version(request.form)
    changes.choose_version(services(), _name_post(staff, post_id), number)
    return _back()


@admin_posts_actions.post("/posts/<post_id>/destination")
@admin_only
def set_destination(staff: Staff, post_id: str) -> AnyResponse:
    chosen = posts_form.read_destination(request.form)
    changes.set_destination(services(), _name_post(staff, post_id), chosen)
    return _back()


@admin_posts_actions.post("/posts/pictures/<picture_id>/retry")
@admin_only
def paint_again(staff: Staff, picture_id: str) -> AnyResponse:
    known = known_id(picture_id)
    seen = _name_post(staff, request.form.get("post", ""))
    paint_job.try_again(services(), seen, known)
    return _back()


@admin_posts_actions.post("/posts/page")
@admin_only
def connect_page(staff: Staff) -> AnyResponse | tuple[str, int]:
    """What does not work is not kept. It waits for Facebook."""
    page_id, token = _read_short("page_id"), _read_short("token")
    try:
        page_connections.connect_page(
            services(),
            staff.shop.id,
            page_id,
            token,
        )
    except Invalid as refusal:
        # The token is never shown again.
        typed = Typed(page_id=page_id, errors={"page": refusal.say})
        return render_page(staff, PostPlace(panel="connect"), typed), 422

    _tell_readers(staff)
    return redirect(posts_form.PATH, 303)


@admin_posts_actions.post("/posts/page/disconnect")
@admin_only
def disconnect_page(staff: Staff) -> AnyResponse:
    """What was published stays where it is."""
    services().db.write(page_connections.disconnect_page, staff.shop.id)
    _tell_readers(staff)
    return redirect(posts_form.PATH, 303)


def _tell_readers(staff: Staff) -> None:
    services().live.changed(team_room.talk_of(staff.shop.id))


def _name_post(staff: Staff, post_id: str) -> Seen:
    """Raises NotFound."""
    return Seen(staff.shop.id, staff.user_id, known_id(post_id))


def _read_seen(staff: Staff, post_id: str) -> Seen:
    """Raises Invalid, NotFound."""
    named = _name_post(staff, post_id)
    return replace(named, version=posts_form.read_version(request.form))


def _get_shown(staff: Staff, post_id: str) -> ShownPost:
    """Raises NotFound."""
    shown = board.read_board(services(), staff, BoardPlace(post_id))
    return shown.named[post_id]


def _read_short(name: str) -> str:
    """What may be shown again. Raises Invalid."""
    text = request.form.get(name, "")
    if len(text) > MOST_FIELD or not is_storable(text):
        raise Invalid(f"`{name}` is not valid.")
    return text


def _back() -> AnyResponse:
    """To where the form stood; its panel is done with."""
    place = posts_form.read_opened(request.form)
    return redirect(posts_form.address_of(place.post_id), 303)
