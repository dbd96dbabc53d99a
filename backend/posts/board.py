"""What the people of a shop have before them: the talk with the copilot, the posts, and the one
that is opened; and how their page waits for news of all three.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import team_room
from backend.errors import NotFound
from backend.inbox.conversation_list import LOOK_SECONDS, Waiting, version_of
from backend.posts import (
    page_connections,
    post_parts,
    post_pictures,
    post_records,
    post_versions,
    team_chat,
    team_request,
)
from backend.posts.page_connections import PageConnection
from backend.posts.post_pictures import PostPicture
from backend.posts.post_versions import PostVersion
from backend.posts.team_chat import Talk
from backend.posts.team_request import ShownPost
from backend.services import Services
from backend.shops.staff import Staff, StaffMember, list_members


@dataclass(frozen=True, slots=True)
class OpenedPost:
    """One post with all that belongs to it, the newest version first. `published` is the version
    that readers see.
    """

    shown: ShownPost
    versions: Sequence[PostVersion]
    pictures: Mapping[str, PostPicture]

    @property
    def published(self) -> PostVersion | None:
        return self.find_version(self.shown.post.published_version)

    def find_version(self, number: int | None) -> PostVersion | None:
        found = [each for each in self.versions if each.number == number]
        return found[0] if found else None

    @property
    def picture(self) -> PostPicture | None:
        """Of the version that counts."""
        return self.pictures.get(self.shown.version.picture_id or "")


@dataclass(frozen=True, slots=True)
class Board:
    """`named` are the posts that the talk points at, by id, also those that `posts` has no room
    for; `pictures` are those of all these posts, `titles` those of the versions that the talk has
    shown, by post and number. `version` differs when anything on it does.
    """

    talk: Talk
    posts: Sequence[ShownPost]
    named: Mapping[str, ShownPost]
    pictures: Mapping[str, PostPicture]
    opened: OpenedPost | None
    page: PageConnection | None
    members: Sequence[StaffMember]
    titles: Mapping[tuple[str, int], str]
    version: str
    next: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class BoardPlace:
    """What of it somebody looks at: a post, or none; older messages, or older posts."""

    post_id: str | None = None
    before_seq: int | None = None
    before_post: tuple[int, str] | None = None


def read_board(services: Services, somebody: Staff, place: BoardPlace) -> Board:
    """Raises NotFound for a post that is not there."""
    with services.db.reading() as connection:
        return _read(connection, somebody.shop.id, place)


def _read(connection: Connection, shop_id: int, place: BoardPlace) -> Board:
    talk = team_chat.read_talk(connection, shop_id, place.before_seq)
    most = post_records.MOST_LISTED
    listed = post_records.list_posts(connection, shop_id, place.before_post, most + 1)
    posts = team_request.with_versions(connection, shop_id, listed[:most])
    pointed = _list_pointed(talk)
    named = _read_named(connection, shop_id, pointed, posts)
    opened = None
    if place.post_id is not None:
        opened = _open(connection, shop_id, place.post_id)
        named = named | {opened.shown.post.id: opened.shown}

    last = listed[most - 1] if len(listed) > most else None
    return Board(
        talk=talk,
        posts=posts,
        named=named,
        pictures=_read_pictures(connection, shop_id, named.values()),
        opened=opened,
        page=page_connections.find_page(connection, shop_id),
        members=list_members(connection, shop_id),
        titles=post_versions.list_titles(connection, shop_id, pointed),
        version=_read_version(connection, shop_id, place),
        next=None if last is None else (last.touched_at, last.id),
    )


def _list_pointed(talk: Talk) -> set[tuple[str, int]]:
    """Each post and version that a reply shows."""
    return {
        (str(part.get("post")), int(part.get("version") or 0))
        for message in talk.messages
        for part in message.parts or ()
        if part.get("type") == post_parts.TYPE
    }


def _read_version(
    connection: Connection,
    shop_id: int,
    place: BoardPlace,
) -> str:
    """Without the words of anything: whoever waits for news asks it again and again."""
    talk = team_chat.read_standing(connection, shop_id)
    posts = post_records.read_version(connection, shop_id)
    page = page_connections.find_page(connection, shop_id)
    if place.post_id is not None:
        opened = post_records.find(connection, shop_id, place.post_id)
        if opened is None:
            raise NotFound
    return version_of(talk, posts, page and (page.page_id, page.failure))


def _read_named(
    connection: Connection,
    shop_id: int,
    pointed: Collection[tuple[str, int]],
    posts: Sequence[ShownPost],
) -> dict[str, ShownPost]:
    named = {shown.post.id: shown for shown in posts}
    missing = {post_id for post_id, _ in pointed} - named.keys()
    if missing:
        found = post_records.list_by_id(connection, shop_id, missing)
        older = team_request.with_versions(connection, shop_id, list(found.values()))
        named |= {shown.post.id: shown for shown in older}
    return named


def _read_pictures(
    connection: Connection,
    shop_id: int,
    shown: Iterable[ShownPost],
) -> dict[str, PostPicture]:
    ids = {each.version.picture_id for each in shown if each.version.picture_id}
    return post_pictures.list_by_id(connection, shop_id, ids) if ids else {}


def _open(connection: Connection, shop_id: int, post_id: str) -> OpenedPost:
    post = post_records.find(connection, shop_id, post_id)
    if post is None:
        raise NotFound

    versions = post_versions.list_versions(connection, shop_id, post_id)
    counts = [each for each in versions if each.number == post.version]
    pictures = post_pictures.list_of_post(connection, shop_id, post_id)
    return OpenedPost(
        ShownPost(post, counts[0]),
        versions,
        {picture.id: picture for picture in pictures},
    )


def wait_for_news(
    services: Services,
    somebody: Staff,
    place: BoardPlace,
    waiting: Waiting,
) -> str:
    """The version of the page: at once when it is another than the one seen, else when it changes
    or time is up. Raises NotFound.
    """
    end = time.monotonic() + waiting.seconds
    with services.live.watch(team_room.talk_of(somebody.shop.id)) as watch:
        waiting.held.wake = watch.wake
        version = _look(services, somebody, place)
        while version == waiting.seen and (left := end - time.monotonic()) > 0:
            if services.process.stopping or waiting.held.displaced:
                break
            if watch.wait(min(left, LOOK_SECONDS)) or services.live.degraded:
                version = _look(services, somebody, place)
    return version


def _look(services: Services, somebody: Staff, place: BoardPlace) -> str:
    with services.db.reading() as connection:
        return _read_version(connection, somebody.shop.id, place)
