"""Posts of Mira's shop without a web server: whoever drafts, taps and publishes, and a channel that
does as it is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, update

from backend.clock import now_ms
from backend.errors import ShopifyUnavailable
from backend.posts import changes, post_records, post_versions, publishing
from backend.posts.changes import Edit, Seen
from backend.posts.channels import NotYet, Posting, PostIsGone, Sent
from backend.posts.post_records import Post
from backend.posts.post_versions import Content, Origin, PostVersion
from backend.services import Services
from backend.store import job_queue
from backend.store.job_queue import Claim
from backend.store.tables import jobs, post_pictures, posts
from tests.support.talks import MIRAS

MIRA, NOOR = "11", "12"
MUGS = Content(
    title="Harbour mugs",
    body="Our [Harbour mug](/products/harbour-mug) is back.\n\n- thrown by hand\n- glazed twice",
    summary="The mug is back.",
    tags=("mugs", "news"),
    alt="A blue mug on a quay",
    picture="a blue mug on a quay in the morning",
)


class ChannelIsDown(ShopifyUnavailable):
    """Its answer never comes."""


@dataclass
class PretendChannel:
    """Keeps what was published, by id. `ways` are how its next calls go: `down` does nothing,
    `lost` does it and never says so.
    """

    live: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    # What is there, and no search finds before time passes.
    unfound: set[str] = field(default_factory=set)
    log: list[tuple[str, int]] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    numbers: int = 0

    def prepare(self, posting: Posting) -> Posting:
        return posting

    def publish(self, posting: Posting, begin: Callable[[], None]) -> Sent:
        is_unfound = posting.tag in self.unfound
        known = None if is_unfound else self.tags.get(posting.tag)
        if known is not None:
            begin()
            return self.update(posting, known)
        if posting.is_unsure:
            raise NotYet(15)

        begin()
        way = self._next_way()
        if way != "down":
            self.numbers += 1
            known = str(self.numbers)
            self.tags[posting.tag] = known
            self.unfound.add(posting.tag)
            self._put(known, posting)
        return self._answer(way, known or "")

    def update(self, posting: Posting, external_id: str) -> Sent:
        way = self._next_way()
        if external_id not in self.live and external_id not in self.hidden:
            raise PostIsGone
        if way != "down":
            self.hidden.discard(external_id)
            self._put(external_id, posting)
        return self._answer(way, external_id)

    def unpublish(self, posting: Posting, external_id: str) -> str | None:
        way = self._next_way()
        if way != "down" and external_id in self.live:
            del self.live[external_id]
            self.hidden.add(external_id)
        self._answer(way, external_id)
        return external_id if external_id in self.hidden else None

    def link(self, posting: Posting, external_id: str) -> str:
        return f"https://blog.example/{external_id}"

    def deletes_all(self) -> None:
        self.live.clear()
        self.hidden.clear()
        self.tags.clear()

    def _put(self, external_id: str, posting: Posting) -> None:
        self.live[external_id] = posting.post.id
        self.log.append((posting.post.id, posting.version.number))

    def _next_way(self) -> str:
        return self.ways.pop(0) if self.ways else ""

    def _answer(self, way: str, external_id: str) -> Sent:
        if way:
            raise ChannelIsDown
        return Sent(external_id, f"https://blog.example/{external_id}")


@dataclass
class PostDesk:
    """Mira's shop and one post of it. `shown` is the version that she has before her."""

    services: Services
    post_id: str = ""

    @property
    def post(self) -> Post:
        with self.services.db.reading() as connection:
            found = post_records.find(connection, MIRAS, self.post_id)
        assert found is not None, "it was drafted"
        return found

    @property
    def versions(self) -> list[PostVersion]:
        with self.services.db.reading() as connection:
            return post_versions.list_versions(connection, MIRAS, self.post_id)

    def seen(self, version: int | None = None, by: str = MIRA) -> Seen:
        return Seen(MIRAS, by, self.post_id, version)

    def drafts(self, request: str = "a post about mugs", **more: Any) -> Post:
        """As the copilot does."""
        post = changes.new_post(MIRAS, MIRA, request, "en")
        version = replace(version_of(post), **more)
        stored = self.services.db.write(changes.add_first, post, version)
        self.post_id = stored.id
        return stored

    def writes_anew(self, wish: str = "shorter") -> Post:
        return self.services.db.write(self._write_anew, wish)

    def _write_anew(self, connection: Connection, wish: str) -> Post:
        post = changes.lock(connection, MIRAS, self.post_id)
        version = replace(version_of(post), wish=wish)
        return changes.add_next(connection, post, version)

    def edits(self, version: int, title: str = "By hand", by: str = MIRA) -> Post:
        post = self.post
        seen = post.approved_at if post.is_scheduled else None
        edit = Edit(replace(MUGS, title=title), approved_at=seen)
        return changes.edit_post(self.services, self.seen(version, by), edit)

    def taps(self, version: int | None = None, at: int | None = None) -> Post:
        return changes.approve(self.services, self.seen(version), at)

    def works(self) -> None:
        """What is due of the job, once."""
        for claim in self.services.db.write(
            job_queue.claim, "tests", 60, 5, [changes.PUBLISHING]
        ):
            publishing.run_publish(self.services, claim)

    def time_passes(self) -> None:
        """So much that all that was put off or planned is due, and every search finds what there
        is.
        """
        self.services.db.write(_make_due)

    def hurries(self) -> None:
        """The job is due by now, and no search finds more than before."""
        self.services.db.write(_make_jobs_due)

    def claims(self) -> Claim | None:
        self.time_passes()
        found = self.services.db.write(
            job_queue.claim, "tests", 60, 1, [changes.PUBLISHING]
        )
        return found[0] if found else None

    @property
    def has_job(self) -> bool:
        with self.services.db.reading() as connection:
            return job_queue.is_any_due(connection)


def version_of(post: Post, content: Content = MUGS) -> PostVersion:
    return PostVersion(
        shop_id=post.shop_id,
        post_id=post.id,
        number=0,
        parent=None,
        origin=Origin.MODEL,
        title=content.title,
        body=content.body,
        summary=content.summary,
        tags=content.tags,
        alt=content.alt,
        author=MIRA,
        at=now_ms(),
    )


def _make_jobs_due(connection: Connection) -> None:
    mine = jobs.c.shop_id == MIRAS
    connection.execute(update(jobs).where(mine).values(due_at=0, until=0))


def _make_due(connection: Connection) -> None:
    _make_jobs_due(connection)
    of_shop = posts.c.shop_id == MIRAS
    for column in (posts.c.publish_at, posts.c.sending_since):
        known = of_shop & column.is_not(None)
        connection.execute(update(posts).where(known).values({column: 1}))

    asked = post_pictures.c.sending_since.is_not(None)
    mine = post_pictures.c.shop_id == MIRAS
    old = update(post_pictures).where(mine, asked).values(sending_since=1)
    connection.execute(old)
