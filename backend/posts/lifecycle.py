"""Where a post may go from where it stands: every transition, pure. Nothing is published without a
version that somebody has seen and agreed to.
"""

# draft ──approve──► scheduled ──(its time)──► publishing ──note_sent──► published
#   ▲  │                 │ withdraw                │ note_failed            │  ▲
#   │  └──cancel──► cancelled                      ▼                approve_removal, or
#   └──────reopen───────┘               draft, or published as before   a new version to approve

from dataclasses import dataclass, replace

from backend.errors import PostBusy, PostRefused
from backend.posts.post_records import ChannelName, Pending, Post, PostState
from backend.posts.post_versions import MOST_VERSIONS

BEING_PUBLISHED = "This post is being published right now. Try again in a moment."
IS_CANCELLED = "This post was discarded. Bring it back first."
ALREADY_PUBLISHED = "This version is published already."
NOT_PUBLISHED = "This post isn’t published."
NOT_SCHEDULED = "This post isn’t scheduled."
IS_PUBLISHED = "This post is published. Take it down first."
STAYS_THERE = (
    "This post has been published elsewhere. Take it down, or start a new one."
)
NO_SUCH_VERSION = "This post has no such version."
TOO_MANY = "This post has too many versions. Start a new one."


def add_version(post: Post, keeps_approval: bool = False) -> Post:
    """A new one that counts from now on. What was scheduled has to be agreed to again, unless who
    wrote the words has the schedule before them. Raises PostRefused.
    """
    if post.latest >= MOST_VERSIONS:
        raise PostRefused(TOO_MANY)

    number = post.latest + 1
    grown = replace(_open_again(post), latest=number, version=number, failure=None)
    if not grown.is_scheduled:
        return grown
    if keeps_approval:
        return replace(grown, approved_version=number)
    return _without_approval(grown)


def choose_version(post: Post, number: int) -> Post:
    """An earlier one counts again. Raises PostRefused."""
    if not 1 <= number <= post.latest:
        raise PostRefused(NO_SUCH_VERSION)

    chosen = replace(_open_again(post), version=number, failure=None)
    return _without_approval(chosen) if chosen.is_scheduled else chosen


@dataclass(frozen=True, slots=True)
class Approval:
    """Whose tap it was, and when, in milliseconds since 1970."""

    by: str
    at: int


def approve(post: Post, approval: Approval, publish_at: int | None = None) -> Post:
    """Somebody has seen the version that counts, and wants it published, now or later. Raises
    PostBusy, PostRefused.
    """
    _require_calm(post)
    if post.state is PostState.CANCELLED:
        raise PostRefused(IS_CANCELLED)
    if post.is_published and not post.has_changes:
        raise PostRefused(ALREADY_PUBLISHED)

    return replace(
        post,
        pending=Pending.PUBLISH,
        approved_version=post.version,
        approved_by=approval.by,
        approved_at=approval.at,
        publish_at=publish_at,
        failure=None,
    )


def withdraw(post: Post) -> Post:
    """What was scheduled is not to be published. Raises PostBusy, PostRefused."""
    _require_calm(post)
    if not post.is_scheduled:
        raise PostRefused(NOT_SCHEDULED)
    return _without_approval(post)


def cancel(post: Post) -> Post:
    """Put away, with all its versions; of a published post only what readers have not seen. Raises
    PostBusy, PostRefused.
    """
    _require_calm(post)
    calm = _without_approval(post)
    if post.has_changes and post.published_version is not None:
        return replace(calm, version=post.published_version)
    if post.is_scheduled:
        return calm
    if post.is_published:
        raise PostRefused(IS_PUBLISHED)
    return replace(calm, state=PostState.CANCELLED)


def reopen(post: Post) -> Post:
    """What was put away is a draft again."""
    return _open_again(post)


def approve_removal(post: Post, approval: Approval) -> Post:
    """Readers are to see it no more. Raises PostBusy, PostRefused."""
    _require_calm(post)
    if not post.is_published:
        raise PostRefused(NOT_PUBLISHED)

    calm = _without_approval(post)
    return replace(
        calm,
        pending=Pending.UNPUBLISH,
        approved_by=approval.by,
        approved_at=approval.at,
        failure=None,
    )


def choose_destination(post: Post, channel: ChannelName, blog_id: int | None) -> Post:
    """Where it is to go. One that readers may have somewhere stays there. Raises PostBusy,
    PostRefused.
    """
    _require_calm(post)
    is_known_there = post.external_id is not None or post.sending_since is not None
    moves = channel is not post.channel and is_known_there
    if moves or (post.is_published and blog_id != post.blog_id):
        raise PostRefused(STAYS_THERE)
    return replace(post, channel=channel, blog_id=blog_id)


def begin_sending(post: Post, now: int) -> Post:
    """From now on it may have arrived."""
    return replace(post, sending_since=now, sending_version=post.approved_version)


def note_sent(post: Post, external_id: str, link: str, now: int) -> Post:
    """Readers see the version that was agreed to."""
    done = replace(
        post,
        state=PostState.PUBLISHED,
        published_version=post.approved_version,
        published_at=post.published_at or now,
        external_id=external_id,
        link=link,
        sending_since=None,
        sending_version=None,
    )
    return _without_approval(done)


def note_removed(post: Post, external_id: str | None) -> Post:
    """`external_id` is what it can be published to again, where it still is there unseen."""
    gone = replace(
        post,
        state=PostState.DRAFT,
        published_version=None,
        external_id=external_id,
        link=None,
        sending_since=None,
        sending_version=None,
    )
    return _without_approval(gone)


def note_failed(post: Post, failure: str) -> Post:
    """As it was before somebody agreed, with all its words, and why. Whether an attempt has arrived
    all the same is looked for the next time.
    """
    return replace(_without_approval(post), failure=failure)


def _require_calm(post: Post) -> None:
    if post.is_under_way:
        raise PostBusy(BEING_PUBLISHED)


def _without_approval(post: Post) -> Post:
    return replace(
        post,
        pending=None,
        approved_version=None,
        publish_at=None,
    )


def _open_again(post: Post) -> Post:
    if post.state is PostState.CANCELLED:
        return replace(post, state=PostState.DRAFT)
    return post
