"""Posts: the record of one, where it stands, and every statement on its table."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from backend.clock import now_ms
from backend.store.tables import posts

# Of a shop, on one page and to choose from.
MOST_LISTED = 50


class PostState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Pending(StrEnum):
    """What somebody has agreed to, and what has still to be done."""

    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


class ChannelName(StrEnum):
    BLOG = "blog"
    FACEBOOK = "facebook"


class Stage(StrEnum):
    """Where a post stands, as people say it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNPUBLISHING = "unpublishing"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Post:
    """`version` is the one that counts, `latest` how many there are. `approved_version` is what
    somebody has seen and agreed to; `published_version` what readers see. Times are milliseconds
    since 1970, UTC.
    """

    shop_id: int
    id: str
    request: str
    language: str
    created_by: str
    created_at: int
    touched_at: int
    channel: ChannelName = ChannelName.BLOG
    blog_id: int | None = None
    state: PostState = PostState.DRAFT
    version: int = 0
    latest: int = 0
    pending: Pending | None = None
    approved_version: int | None = None
    approved_by: str | None = None
    approved_at: int | None = None
    publish_at: int | None = None
    # When it was last sent without our knowing whether it has arrived, and which version.
    sending_since: int | None = None
    sending_version: int | None = None
    published_version: int | None = None
    published_at: int | None = None
    external_id: str | None = None
    link: str | None = None
    failure: str | None = None
    turn_id: str | None = None
    revision: int = 0

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["state"] = PostState(row.state)
        values["channel"] = ChannelName(row.channel)
        values["pending"] = Pending(row.pending) if row.pending else None
        return cls(**values)

    @property
    def stage(self) -> Stage:
        if self.pending is Pending.UNPUBLISH:
            return Stage.UNPUBLISHING
        if self.pending is Pending.PUBLISH:
            return Stage.SCHEDULED if self.is_scheduled else Stage.PUBLISHING
        return Stage(self.state)

    @property
    def is_scheduled(self) -> bool:
        """For a later time, and not on its way yet; what was sent before that was agreed to is
        another story.
        """
        is_agreed = self.pending is Pending.PUBLISH and self.publish_at is not None
        is_sent = (self.sending_since or -1) >= (self.approved_at or 0)
        return is_agreed and not is_sent

    @property
    def is_under_way(self) -> bool:
        return self.pending is not None and not self.is_scheduled

    @property
    def is_published(self) -> bool:
        return self.state is PostState.PUBLISHED

    @property
    def has_changes(self) -> bool:
        """Readers see another version than the one that counts."""
        return self.is_published and self.version != self.published_version


def add(connection: Connection, post: Post) -> None:
    connection.execute(insert(posts).values(asdict(post)))


def find(
    connection: Connection,
    shop_id: int,
    post_id: str,
    lock: bool = False,
) -> Post | None:
    """Locked until the transaction ends, if that is asked for."""
    query = select(posts).where(_is(shop_id, post_id))
    if lock:
        query = query.with_for_update()

    row = connection.execute(query).one_or_none()
    return None if row is None else Post.from_row(row)


def save(connection: Connection, post: Post, touches: bool = True) -> Post:
    """As it is now, of one that this transaction has locked; unless it `touches` nobody has done
    anything to it.
    """
    touched_at = now_ms() if touches else post.touched_at
    changed = replace(post, revision=post.revision + 1, touched_at=touched_at)
    values = asdict(changed)
    for fixed in ("shop_id", "id", "created_by", "created_at"):
        del values[fixed]

    connection.execute(update(posts).where(_is(post.shop_id, post.id)).values(**values))
    return changed


def list_posts(
    connection: Connection,
    shop_id: int,
    before: tuple[int, str] | None = None,
    limit: int = MOST_LISTED,
) -> list[Post]:
    """Those that were touched last first; `before` is when, and the id, of the last one seen."""
    query = select(posts).where(posts.c.shop_id == shop_id)
    if before is not None:
        at, post_id = before
        is_older = posts.c.touched_at < at
        is_beside = (posts.c.touched_at == at) & (posts.c.id < post_id)
        query = query.where(is_older | is_beside)

    ordered = query.order_by(posts.c.touched_at.desc(), posts.c.id.desc())
    rows = connection.execute(ordered.limit(limit)).all()
    return [Post.from_row(row) for row in rows]


def find_of_turn(connection: Connection, shop_id: int, turn_id: str) -> Post | None:
    """What an earlier attempt at a turn has changed."""
    query = select(posts).where(posts.c.shop_id == shop_id, posts.c.turn_id == turn_id)
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else Post.from_row(row)


def list_by_id(
    connection: Connection,
    shop_id: int,
    ids: Collection[str],
) -> dict[str, Post]:
    query = select(posts).where(posts.c.shop_id == shop_id, posts.c.id.in_(ids))
    rows = connection.execute(query).all()
    return {row.id: Post.from_row(row) for row in rows}


def list_ids(connection: Connection, shop_id: int, after: str) -> Sequence[str]:
    """In the order of their ids, for whoever goes through all of them."""
    query = (
        select(posts.c.id)
        .where(posts.c.shop_id == shop_id, posts.c.id > after)
        .order_by(posts.c.id)
        .limit(MOST_LISTED)
    )
    return connection.execute(query).scalars().all()


def read_version(connection: Connection, shop_id: int) -> tuple[int, int]:
    """Another one whenever any post of the shop has changed."""
    query = select(func.count(), func.coalesce(func.sum(posts.c.revision), 0)).where(
        posts.c.shop_id == shop_id
    )
    count, revisions = connection.execute(query).one()
    return int(count), int(revisions)


def _is(shop_id: int, post_id: str) -> ColumnElement[bool]:
    return (posts.c.shop_id == shop_id) & (posts.c.id == post_id)
