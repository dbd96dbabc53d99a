"""What people and the copilot do to posts: each is one transaction on the locked post, and whoever
waits for news looks afterwards.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from backend.chat import team_room
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, Invalid, NotFound
from backend.posts import lifecycle, post_pictures, post_records, post_versions
from backend.posts.lifecycle import Approval
from backend.posts.post_records import ChannelName, Post
from backend.posts.post_versions import Content, Origin, PostVersion
from backend.services import Services
from backend.store import job_queue

PUBLISHING, PAINTING = "publish_post", "paint_post"


@dataclass(frozen=True, slots=True)
class Seen:
    """Who of the staff does something to a post, and the version that they had before them."""

    shop_id: int
    user_id: str
    post_id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a post goes; without a `blog_id` to the shop's first blog."""

    channel: ChannelName
    blog_id: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody has written by hand. `picture_id` is one of the post's, None for none;
    `product_picture` the address of a product's own in its place.
    """

    content: Content
    picture_id: str | None = None
    product_picture: str = ""
    handles: tuple[str, ...] = ()
    # When what was scheduled was agreed to, as the form has shown it; None if it was not.
    approved_at: int | None = None


def new_post(shop_id: int, user_id: str, request: str, language: str) -> Post:
    """Not stored, and without a version."""
    now = now_ms()
    return Post(
        shop_id=shop_id,
        id=uuid.uuid4().hex,
        request=request,
        language=language,
        created_by=user_id,
        created_at=now,
        touched_at=now,
    )


def add_first(connection: Connection, post: Post, version: PostVersion) -> Post:
    """A new post with its first version."""
    grown = lifecycle.add_version(post)
    post_records.add(connection, grown)
    post_versions.add(connection, replace(version, number=grown.version))
    return grown


def add_next(
    connection: Connection,
    post: Post,
    version: PostVersion,
    keeps_approval: bool = False,
) -> Post:
    """A further version of a post that this transaction has locked. Raises PostRefused."""
    grown = lifecycle.add_version(post, keeps_approval)
    numbered = replace(version, number=grown.version, parent=post.version or None)
    post_versions.add(connection, numbered)
    return post_records.save(connection, grown)


def lock(connection: Connection, shop_id: int, post_id: str) -> Post:
    """Raises NotFound."""
    found = post_records.find(connection, shop_id, post_id, lock=True)
    if found is None:
        raise NotFound
    return found


def write_by_hand(services: Services, seen: Seen, edit: Edit) -> Post:
    """A new post without the copilot; its title stands for what was asked for. Raises Invalid."""
    _require_words(edit.content)
    fresh = new_post(seen.shop_id, seen.user_id, edit.content.title, "")
    post = services.db.write(_write_by_hand, fresh, seen, edit)
    services.live.changed(team_room.talk_of(seen.shop_id))
    return post


def _write_by_hand(connection: Connection, fresh: Post, seen: Seen, edit: Edit) -> Post:
    placed = replace(seen, post_id=fresh.id)
    return add_first(connection, fresh, _version_of(connection, placed, edit))


def edit_post(services: Services, seen: Seen, edit: Edit) -> Post:
    """A new version by hand. What was scheduled goes out with it: who edits has that before them.
    Raises ChangedMeanwhile where somebody else was faster, with a version or with a time, Invalid,
    PostRefused, NotFound.
    """
    _require_words(edit.content)
    post = services.db.write(_edit, seen, edit)
    services.live.changed(team_room.talk_of(seen.shop_id))
    return post


def _edit(connection: Connection, seen: Seen, edit: Edit) -> Post:
    post = lock(connection, seen.shop_id, seen.post_id)
    _require_newest(post, seen)
    if post.is_scheduled:
        if post.approved_at != edit.approved_at:
            raise ChangedMeanwhile
        post = replace(post, approved_by=seen.user_id)

    version = _version_of(connection, seen, edit)
    return add_next(connection, post, version, keeps_approval=True)


def _version_of(connection: Connection, seen: Seen, edit: Edit) -> PostVersion:
    content = edit.content
    return PostVersion(
        shop_id=seen.shop_id,
        post_id=seen.post_id,
        number=0,
        parent=None,
        origin=Origin.HAND,
        title=content.title,
        body=content.body,
        summary=content.summary,
        tags=content.tags,
        alt=content.alt,
        author=seen.user_id,
        at=now_ms(),
        handles=edit.handles,
        picture_id=_choose_picture(connection, seen, edit),
    )


def _choose_picture(connection: Connection, seen: Seen, edit: Edit) -> str | None:
    """Raises Invalid for a picture of another post."""
    where = (connection, seen.shop_id)
    if edit.product_picture:
        url = edit.product_picture
        return post_pictures.add_of_product(*where, seen.post_id, url)
    if edit.picture_id is None:
        return None

    found = post_pictures.find(*where, edit.picture_id)
    if found is None or found.post_id != seen.post_id:
        raise Invalid("Choose a picture of this post.")
    return found.id


def _require_words(content: Content) -> None:
    if not content.title.strip() or not content.body.strip():
        raise Invalid("Enter a title and some text.")


def _require_newest(post: Post, seen: Seen) -> None:
    if seen.version is not None and post.version != seen.version:
        raise ChangedMeanwhile


def approve(services: Services, seen: Seen, publish_at: int | None = None) -> Post:
    """Publish the version that somebody has seen, now or at a moment. Raises ChangedMeanwhile when
    another one counts by now, PostBusy, PostRefused, NotFound.
    """
    return _change(services, seen, partial(_approve, seen, publish_at))


def _approve(seen: Seen, publish_at: int | None, post: Post) -> Post:
    _require_newest(post, seen)
    return lifecycle.approve(post, _approval_of(seen), publish_at)


def withdraw(services: Services, seen: Seen) -> Post:
    """What was scheduled stays a draft. Raises PostBusy, PostRefused, NotFound."""
    return _change(services, seen, lifecycle.withdraw)


def cancel(services: Services, seen: Seen) -> Post:
    """Raises PostBusy, PostRefused, NotFound."""
    return _change(services, seen, lifecycle.cancel)


def reopen(services: Services, seen: Seen) -> Post:
    """Raises NotFound."""
    return _change(services, seen, lifecycle.reopen)


def remove(services: Services, seen: Seen) -> Post:
    """Readers are to see it no more. Raises PostBusy, PostRefused, NotFound."""
    transition = partial(lifecycle.approve_removal, approval=_approval_of(seen))
    return _change(services, seen, transition)


def _approval_of(seen: Seen) -> Approval:
    return Approval(seen.user_id, now_ms())


def choose_version(services: Services, seen: Seen, number: int) -> Post:
    """An earlier version counts again. Raises PostRefused, NotFound."""
    transition = partial(lifecycle.choose_version, number=number)
    return _change(services, seen, transition)


def set_destination(services: Services, seen: Seen, chosen: Destination) -> Post:
    """Before it has gone anywhere. Raises PostBusy, PostRefused, NotFound."""
    transition = partial(
        lifecycle.choose_destination, channel=chosen.channel, blog_id=chosen.blog_id
    )
    return _change(services, seen, transition)


def _change(services: Services, seen: Seen, transition: Callable[[Post], Post]) -> Post:
    post = services.db.write(_write_change, seen, transition)
    services.live.changed(team_room.talk_of(seen.shop_id))
    return post


def _write_change(
    connection: Connection,
    seen: Seen,
    transition: Callable[[Post], Post],
) -> Post:
    post = lock(connection, seen.shop_id, seen.post_id)
    changed = post_records.save(connection, transition(post))
    if changed.pending is not None:
        publish_later(connection, changed)
    return changed


def note_picture(connection: Connection, shop_id: int, picture_id: str) -> None:
    """A picture of a post looks otherwise now, and so the post does."""
    picture = post_pictures.find(connection, shop_id, picture_id)
    if picture is None:
        return
    post = post_records.find(connection, shop_id, picture.post_id, lock=True)
    if post is not None:
        post_records.save(connection, post, touches=False)


def publish_later(connection: Connection, post: Post) -> None:
    """When it is due; `publishing.run_publish` does it."""
    wait = max((post.publish_at or 0) - now_ms(), 0)
    # Rounded up: a job that comes too early would only be put off.
    seconds = -(-wait // 1000)
    job_queue.add_ready(connection, post.shop_id, PUBLISHING, post.id, seconds)


def paint_later(connection: Connection, shop_id: int, picture_id: str) -> None:
    """`paint_job.run_paint` does it."""
    job_queue.add_ready(connection, shop_id, PAINTING, picture_id)
