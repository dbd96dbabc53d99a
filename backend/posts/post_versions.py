"""The versions of posts: what was written, by whom and from what. None is changed or deleted."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from sqlalchemy import Connection, Row, Select, insert, select, tuple_

from backend.store.tables import post_versions

MOST_TITLE, MOST_BODY, MOST_SUMMARY, MOST_ALT = 255, 60_000, 2_000, 512
MOST_TAGS, MOST_TAG, MOST_HANDLES = 20, 60, 20
# Of one post: whoever has so many goes on with a new one.
MOST_VERSIONS = 200


class Origin(StrEnum):
    """Who has written it."""

    MODEL = "model"
    TEMPLATE = "template"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Content:
    """What a post says. `body` is Markdown; `alt` says in words what its picture shows, `picture`
    is what it should show, for whoever paints it.
    """

    title: str
    body: str
    summary: str = ""
    tags: tuple[str, ...] = ()
    alt: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PostVersion:
    """`parent` is the version it was made from; `held_back` counts the statements of the model
    that nothing in the shop bore out and that were left out.
    """

    shop_id: int
    post_id: str
    number: int
    parent: int | None
    origin: Origin
    title: str
    body: str
    summary: str
    tags: tuple[str, ...]
    alt: str
    author: str
    at: int
    wish: str = ""
    handles: tuple[str, ...] = ()
    picture_id: str | None = None
    held_back: int = 0
    is_whole: bool = True
    turn_id: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["origin"] = Origin(row.origin)
        values["tags"] = tuple(row.tags)
        values["handles"] = tuple(row.handles)
        values["is_whole"] = bool(row.is_whole)
        return cls(**values)

    @property
    def content(self) -> Content:
        return Content(self.title, self.body, self.summary, self.tags, self.alt)


def add(connection: Connection, version: PostVersion) -> None:
    values = asdict(version)
    values["tags"] = list(version.tags)
    values["handles"] = list(version.handles)
    values["is_whole"] = int(version.is_whole)
    connection.execute(insert(post_versions).values(values))


def find(
    connection: Connection,
    shop_id: int,
    post_id: str,
    number: int,
) -> PostVersion | None:
    query = _of_post(shop_id, post_id).where(post_versions.c.number == number)
    row = connection.execute(query).one_or_none()
    return None if row is None else PostVersion.from_row(row)


def find_of_turn(
    connection: Connection,
    shop_id: int,
    turn_id: str,
) -> PostVersion | None:
    """What an earlier attempt at a turn has written."""
    query = select(post_versions).where(
        post_versions.c.shop_id == shop_id, post_versions.c.turn_id == turn_id
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else PostVersion.from_row(row)


def list_versions(
    connection: Connection,
    shop_id: int,
    post_id: str,
) -> list[PostVersion]:
    """The newest first."""
    query = _of_post(shop_id, post_id).order_by(post_versions.c.number.desc())
    rows = connection.execute(query).all()
    return [PostVersion.from_row(row) for row in rows]


def list_by_number(
    connection: Connection,
    shop_id: int,
    wanted: Collection[tuple[str, int]],
) -> dict[tuple[str, int], PostVersion]:
    """By post and number; those that are not there are left out."""
    place = tuple_(post_versions.c.post_id, post_versions.c.number)
    query = select(post_versions).where(
        post_versions.c.shop_id == shop_id, place.in_(list(wanted))
    )
    rows: Sequence[Row] = connection.execute(query).all()
    return {(row.post_id, row.number): PostVersion.from_row(row) for row in rows}


def list_titles(
    connection: Connection, shop_id: int, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """By post and number; those that are not there are left out."""
    columns = (post_versions.c.post_id, post_versions.c.number, post_versions.c.title)
    place = tuple_(post_versions.c.post_id, post_versions.c.number)
    query = select(*columns).where(
        post_versions.c.shop_id == shop_id,
        place.in_(list(wanted)),
    )
    rows = connection.execute(query).all() if wanted else ()
    return {(row.post_id, row.number): row.title for row in rows}


def _of_post(shop_id: int, post_id: str) -> Select:
    return select(post_versions).where(
        post_versions.c.shop_id == shop_id, post_versions.c.post_id == post_id
    )
