"""What a turn of the team's talk changes by itself: nothing that readers see, nothing that cannot
be brought back, and nothing twice when the turn is begun again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from backend.chat import team_room, turns
from backend.chat.answering import Work
from backend.clock import now_ms
from backend.posts import (
    changes,
    lifecycle,
    post_pictures,
    post_records,
    post_versions,
)
from backend.posts.post_records import Post, PostState
from backend.posts.post_versions import PostVersion
from backend.posts.team_request import ShownPost
from backend.services import Services


@dataclass(frozen=True, slots=True)
class Undone:
    """The post as it is now, and the key of the sentence that says what has happened."""

    post: Post
    key: str


def list_wishes(services: Services, shown: ShownPost) -> tuple[str, ...]:
    """Those that led to the version that counts, the first one first."""
    post = shown.post
    with services.db.reading() as connection:
        found = post_versions.list_versions(connection, post.shop_id, post.id)

    by_number = {version.number: version for version in found}
    wishes: list[str] = []
    at: PostVersion | None = by_number.get(post.version)
    while at is not None:
        if at.wish:
            wishes.append(at.wish)
        at = by_number.get(at.parent or 0)
    return tuple(reversed(wishes))


def cancel(work: Work, post: Post) -> Post:
    """Raises LeaseLost, PostRefused, NotFound."""
    return work.services.db.write(_change, work, post.id, lifecycle.cancel)


def undo(work: Work, shown: ShownPost) -> Undone:
    """The last thing that was done to it. Raises LeaseLost, PostRefused, NotFound."""
    post = shown.post
    if post.state is PostState.CANCELLED:
        transition, key = lifecycle.reopen, "reopened"
    elif post.is_scheduled:
        transition, key = lifecycle.withdraw, "unscheduled"
    elif shown.version.parent is None:
        return Undone(post, "nothing_to_undo")
    else:
        number = shown.version.parent
        transition = partial(lifecycle.choose_version, number=number)
        key = "brought_back"

    undone = work.services.db.write(_change, work, post.id, transition)
    return Undone(undone, key)


def change_picture(work: Work, shown: ShownPost, wish: str, is_wanted: bool) -> Post:
    """The same words with another picture, or without one. Raises LeaseLost, PostRefused."""
    return work.services.db.write(_change_picture, work, shown, wish, is_wanted)


def _change_picture(
    connection: Connection,
    work: Work,
    shown: ShownPost,
    wish: str,
    is_wanted: bool,
) -> Post:
    turns.require_held(connection, work.turn)
    post = changes.lock(connection, shown.post.shop_id, shown.post.id)
    # A colleague's words may be newer than those that were read before.
    counts = post_versions.find(connection, post.shop_id, post.id, post.version)
    assert counts is not None, "versions are never deleted alone"
    picture_id = None
    if is_wanted:
        prompt = _prompt_of(connection, counts, wish)
        where = (connection, post.shop_id)
        picture_id = post_pictures.add_wanted(*where, post.id, prompt)
        changes.paint_later(*where, picture_id)

    user_id = (work.turn.page or {}).get("staff")
    version = replace(
        counts,
        picture_id=picture_id,
        alt=counts.alt if is_wanted else "",
        wish="",
        author=str(user_id or ""),
        at=now_ms(),
        turn_id=work.turn.id,
    )
    return changes.add_next(connection, post, version)


def _prompt_of(connection: Connection, version: PostVersion, wish: str) -> str:
    """What the picture before it was painted from, and what is to be different."""
    known = None
    if version.picture_id is not None:
        known = post_pictures.find(connection, version.shop_id, version.picture_id)

    before = known.prompt if known and known.prompt else ""
    about = before or version.alt or f"{version.title}. {version.summary}"
    return f"{about} {wish}".strip()


def _change(
    connection: Connection,
    work: Work,
    post_id: str,
    transition: Callable[[Post], Post],
) -> Post:
    turns.require_held(connection, work.turn)
    shop_id = team_room.shop_of(work.turn.shop_id)
    post = changes.lock(connection, shop_id, post_id)
    if post.turn_id == work.turn.id:
        return post

    changed = replace(transition(post), turn_id=work.turn.id)
    return post_records.save(connection, changed)
