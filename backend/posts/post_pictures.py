"""Pictures of posts: painted by a model, or one of a product's own; every statement on their
table.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from backend.clock import now_ms
from backend.store.tables import post_pictures

MOST_PROMPT = 2_000


class PictureKind(StrEnum):
    PAINTED = "painted"
    PRODUCT = "product"


class PictureState(StrEnum):
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PostPicture:
    """Without its bytes, which are read where they are needed. `url` is where everybody can see
    it: a product's own always has one, a painted one once it is at Shopify.
    """

    shop_id: int
    id: str
    post_id: str
    kind: PictureKind
    state: PictureState
    prompt: str = field(repr=False)
    failure: str | None
    content_type: str | None
    width: int | None
    height: int | None
    sending_since: int | None
    file_id: str | None
    url: str | None
    created_at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["kind"] = PictureKind(row.kind)
        values["state"] = PictureState(row.state)
        return cls(**values)

    @property
    def is_ready(self) -> bool:
        return self.state is PictureState.READY

    @property
    def file_name(self) -> str:
        """By which it is found again at Shopify. No two pictures have the same."""
        ending = (self.content_type or "image/png").rpartition("/")[2]
        return f"flux-{self.id}.{ending}"


@dataclass(frozen=True, slots=True)
class Painted:
    """What a model has made."""

    content: bytes = field(repr=False)
    content_type: str
    width: int
    height: int


_COLUMNS = [column for column in post_pictures.c if column.name != "content"]


def add_wanted(connection: Connection, shop_id: int, post_id: str, prompt: str) -> str:
    """One that has still to be painted; returns its id."""
    return _add(
        connection,
        shop_id=shop_id,
        post_id=post_id,
        kind=PictureKind.PAINTED,
        state=PictureState.MAKING,
        prompt=prompt[:MOST_PROMPT],
    )


def add_of_product(connection: Connection, shop_id: int, post_id: str, url: str) -> str:
    """One that the shop has already; returns its id."""
    return _add(
        connection,
        shop_id=shop_id,
        post_id=post_id,
        kind=PictureKind.PRODUCT,
        state=PictureState.READY,
        prompt="",
        url=url,
    )


def _add(connection: Connection, **values: Any) -> str:
    picture_id = uuid.uuid4().hex
    row = {"id": picture_id, "created_at": now_ms(), **values}
    connection.execute(insert(post_pictures).values(**row))
    return picture_id


def find(connection: Connection, shop_id: int, picture_id: str) -> PostPicture | None:
    query = select(*_COLUMNS).where(_is(shop_id, picture_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else PostPicture.from_row(row)


def list_by_id(
    connection: Connection,
    shop_id: int,
    ids: Collection[str],
) -> dict[str, PostPicture]:
    query = select(*_COLUMNS).where(
        post_pictures.c.shop_id == shop_id, post_pictures.c.id.in_(ids)
    )
    rows = connection.execute(query).all()
    return {row.id: PostPicture.from_row(row) for row in rows}


def list_of_post(
    connection: Connection,
    shop_id: int,
    post_id: str,
) -> list[PostPicture]:
    """The newest first."""
    query = (
        select(*_COLUMNS)
        .where(post_pictures.c.shop_id == shop_id, post_pictures.c.post_id == post_id)
        .order_by(post_pictures.c.created_at.desc(), post_pictures.c.id)
    )
    rows = connection.execute(query).all()
    return [PostPicture.from_row(row) for row in rows]


def read_content(connection: Connection, shop_id: int, picture_id: str) -> bytes | None:
    query = select(post_pictures.c.content).where(_is(shop_id, picture_id))
    content: bytes | None = connection.execute(query).scalar_one_or_none()
    return content


def note_painted(
    connection: Connection,
    shop_id: int,
    picture_id: str,
    painted: Painted,
) -> None:
    _set(
        connection,
        shop_id,
        picture_id,
        state=PictureState.READY,
        failure=None,
        content=painted.content,
        content_type=painted.content_type,
        width=painted.width,
        height=painted.height,
    )


def note_failed(
    connection: Connection,
    shop_id: int,
    picture_id: str,
    failure: str,
) -> None:
    _set(connection, shop_id, picture_id, state=PictureState.FAILED, failure=failure)


def note_wanted_again(connection: Connection, shop_id: int, picture_id: str) -> None:
    _set(connection, shop_id, picture_id, state=PictureState.MAKING, failure=None)


def note_sending(connection: Connection, shop_id: int, picture_id: str) -> None:
    """From now on Shopify may have a file of it without our knowing."""
    _set(connection, shop_id, picture_id, sending_since=now_ms())


def note_file(
    connection: Connection,
    shop_id: int,
    picture_id: str,
    file_id: str | None,
    url: str | None,
) -> None:
    """Where Shopify keeps it; None once it is there no more."""
    known = {"file_id": file_id, "url": url, "sending_since": None}
    _set(connection, shop_id, picture_id, **known)


def _set(connection: Connection, shop_id: int, picture_id: str, **values: Any) -> None:
    changing = update(post_pictures).where(_is(shop_id, picture_id))
    connection.execute(changing.values(**values))


def _is(shop_id: int, picture_id: str) -> ColumnElement[bool]:
    return (post_pictures.c.shop_id == shop_id) & (post_pictures.c.id == picture_id)
