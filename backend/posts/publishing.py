"""The job that brings a post to its readers, or takes it away from them: what somebody has agreed
to, once, whatever is tried again.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from backend.chat import conversations, messages, team_room
from backend.chat.plain_text import utf16_length
from backend.clock import now_ms
from backend.errors import (
    ChatError,
    LeaseLost,
    NeedsReauth,
    PageUnavailable,
    ScopeMissing,
    ShopifyUnavailable,
    StoreUnavailable,
)
from backend.logs import logger
from backend.posts import (
    lifecycle,
    post_parts,
    post_pictures,
    post_records,
    post_versions,
)
from backend.posts.blog_channel import BlogChannel
from backend.posts.channels import (
    REFUSED,
    CannotSend,
    Channel,
    NotYet,
    Posting,
    PostIsGone,
    Sent,
)
from backend.posts.copilot_replies import say
from backend.posts.facebook_channel import FacebookChannel
from backend.posts.post_parts import Card, Shows
from backend.posts.post_records import ChannelName, Pending, Post
from backend.services import Services
from backend.shops import directory
from backend.store import job_queue
from backend.store.job_queue import Claim
from backend.store.parts import Part

CHANNELS: dict[ChannelName, Channel] = {
    ChannelName.BLOG: BlogChannel(),
    ChannelName.FACEBOOK: FacebookChannel(),
}
SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 15, 600
# Whoever has agreed to it expects it by then; later it would only surprise.
GIVEN_UP_SECONDS = 86_400
NO_ACCESS, UNAVAILABLE, BROKEN = "no_access", "unavailable", "broken"


def run_publish(services: Services, claim: Claim) -> None:
    """The job. While the channel cannot be asked it is put off, for a day."""
    posting = _find(services, claim)
    if posting is None:
        services.db.write(job_queue.complete, claim)
        return

    if posting.shop.uninstalled_at is not None:
        _give_up(posting, claim, NO_ACCESS)
        return

    wait = (posting.post.publish_at or 0) - now_ms()
    if wait > 0 and posting.post.is_scheduled:
        services.db.write(job_queue.put_off, claim, -(-wait // 1000))
        return
    _attempt(posting, claim)


def give_up(services: Services, claim: Claim) -> None:
    """After its job has broken too often."""
    posting = _find(services, claim)
    if posting is not None:
        _give_up(posting, claim, BROKEN)


def _find(services: Services, claim: Claim) -> Posting | None:
    """What is still to do; None for what was withdrawn, done before, or erased."""
    shop_id = claim.shop_id
    with services.db.reading() as connection:
        post = post_records.find(connection, shop_id, claim.ref)
        if post is None or post.pending is None:
            return None
        number = post.approved_version or post.version
        version = post_versions.find(connection, shop_id, post.id, number)
        assert version is not None, "versions are never deleted alone"
        picture = None
        if version.picture_id is not None:
            picture = post_pictures.find(connection, shop_id, version.picture_id)
        sent = None
        if post.sending_version is not None:
            sent = post_versions.find(
                connection, shop_id, post.id, post.sending_version
            )
        shop = directory.get_shop(connection, shop_id)
    return Posting(services, shop, post, version, picture, sent)


def _attempt(posting: Posting, claim: Claim) -> None:
    services, post = posting.services, posting.post
    channel = CHANNELS[post.channel]
    work = _remove if post.pending is Pending.UNPUBLISH else _send
    try:
        work(posting, channel, claim)
    except NotYet as later:
        _wait(posting, claim, later.seconds)
    except (ShopifyUnavailable, PageUnavailable, PostIsGone):
        _wait(posting, claim)
    except LeaseLost:
        # Changed in the last moment, or another holder is at it: looked at anew.
        services.db.write(job_queue.put_off, claim, 1)
    except StoreUnavailable:
        raise
    except (CannotSend, ChatError) as error:
        _give_up(posting, claim, _failure_of(error))


def _failure_of(error: CannotSend | ChatError) -> str:
    match error:
        case CannotSend():
            return error.failure
        case ScopeMissing() | NeedsReauth():
            return NO_ACCESS
    logger().error("a post cannot be published", code=error.code)
    return REFUSED


def _send(posting: Posting, channel: Channel, claim: Claim) -> None:
    prepared = channel.prepare(posting)
    begin = partial(posting.services.db.write, _begin, claim, posting.post)

    sent = _update(prepared, channel, begin) or channel.publish(prepared, begin)
    _conclude(posting, claim, partial(_note_sent, sent), "published")


def _update(
    posting: Posting,
    channel: Channel,
    begin: Callable[[], None],
) -> Sent | None:
    """Where it is already; None where it has never been, or somebody has deleted it."""
    external_id = posting.post.external_id
    if external_id is None:
        return None

    begin()
    try:
        return channel.update(posting, external_id)
    except PostIsGone:
        logger().info("a post was deleted where it had been published")
        return None


def _begin(connection: Connection, claim: Claim, seen: Post) -> None:
    """From now on it may have arrived. Raises LeaseLost when something else was agreed to since it
    was read, or somebody else has the job.
    """
    post = _lock_as_seen(connection, claim, seen)
    if post is None:
        raise LeaseLost
    begun = lifecycle.begin_sending(post, now_ms())
    post_records.save(connection, begun, touches=False)


def _lock_as_seen(connection: Connection, claim: Claim, seen: Post) -> Post | None:
    """None when something else was agreed to since, and for whoever has lost the job."""
    post = post_records.find(connection, seen.shop_id, seen.id, lock=True)
    if post is None or _agreed(post) != _agreed(seen):
        return None
    return post if job_queue.is_held(connection, claim) else None


def _agreed(post: Post) -> tuple[object, ...]:
    """What somebody has agreed to, and when."""
    return (
        post.pending,
        post.approved_version,
        post.approved_at,
        post.publish_at,
        post.channel,
        post.blog_id,
    )


def _remove(posting: Posting, channel: Channel, claim: Claim) -> None:
    external_id, left = posting.post.external_id, None
    if external_id is not None:
        left = channel.unpublish(posting, external_id)
    _conclude(posting, claim, partial(_note_removed, left), "taken_down")


def _note_sent(sent: Sent, post: Post) -> Post:
    return lifecycle.note_sent(post, sent.external_id, sent.link, now_ms())


def _note_removed(external_id: str | None, post: Post) -> Post:
    return lifecycle.note_removed(post, external_id)


def _note_failed(failure: str, post: Post) -> Post:
    return lifecycle.note_failed(post, failure)


def _give_up(posting: Posting, claim: Claim, failure: str) -> None:
    """It stays as it was, and the people of the shop are told what to do."""
    logger().warning("a post could not be published", because=failure)
    is_removal = posting.post.pending is Pending.UNPUBLISH
    key = "not_taken_down" if is_removal else "not_published"
    _conclude(posting, claim, partial(_note_failed, failure), key)


def _wait(posting: Posting, claim: Claim, seconds: int | None = None) -> None:
    """So long, or each time longer; for a day."""
    post = posting.post
    due = max(post.approved_at or 0, post.publish_at or 0)
    waited = (now_ms() - due) // 1000
    if waited > GIVEN_UP_SECONDS:
        _give_up(posting, claim, UNAVAILABLE)
        return

    longer = min(max(SHORTEST_WAIT_SECONDS, waited // 2), LONGEST_WAIT_SECONDS)
    posting.services.db.write(job_queue.put_off, claim, seconds or longer)


def _conclude(
    posting: Posting,
    claim: Claim,
    transition: Callable[[Post], Post],
    key: str,
) -> None:
    """With the line that tells the team."""
    services = posting.services
    services.db.write(_write_end, posting, claim, transition, key)
    services.live.changed(team_room.talk_of(posting.shop.id))


def _write_end(
    connection: Connection,
    posting: Posting,
    claim: Claim,
    transition: Callable[[Post], Post],
    key: str,
) -> None:
    """Gone is gone: of what was erased meanwhile nobody is told, and whoever has lost the job has
    nothing to say. The talk is locked before the post, as everywhere.
    """
    where = (
        connection,
        team_room.room_of(posting.shop.id),
        team_room.talk_of(posting.shop.id),
    )
    talk = conversations.find(*where, lock=True)
    post = _lock_as_seen(connection, claim, posting.post)
    if post is not None:
        post_records.save(connection, transition(post))
        if talk is not None:
            text, part = _line_of(posting, key)
            messages.add_spoken(*where, text, [part])
    job_queue.complete(connection, claim)


def _line_of(posting: Posting, key: str) -> tuple[str, Part]:
    """What tells the team, and the card beneath it."""
    version = posting.version
    text = say(key, posting.post.language, title=version.title)
    card = post_parts.point_at(version.post_id, version.number, Card(Shows.POST))
    return text, card | {"at": utf16_length(text)}
