"""Exports that are written in the background: the record, its encrypted pieces, and every statement
on both. They are kept for a day.
"""

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.clock import now_ms
from backend.config import Config
from backend.errors import Invalid, NotFound
from backend.exports.export_file import Format
from backend.exports.reader import ExportFilter
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import export_chunks, export_files

KEPT_SECONDS = 86_400
# Of a shop at a time; what is more takes the place of the oldest.
MOST_KEPT = 10
# A database is no disk.
MOST_BYTES = 512 * 1024 * 1024


class ExportState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    TOO_LARGE = "too_large"
    # Never stored: pieces are gone, because something in them was erased.
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class StoredExport:
    """`found` conversations are looked through, `written` of these so far; None while they are not
    counted. `epoch` is that of the job that writes it.
    """

    shop_id: int
    id: str
    user_id: str
    name: str
    format: Format
    wanted: bytes = field(repr=False)
    state: ExportState
    epoch: int
    found: int | None
    written: int
    chunks: int
    size: int
    created_at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = {name: row._mapping[name] for name in cls.__slots__}
        values["format"] = Format(row.format)
        values["state"] = ExportState(row.state)
        return cls(**values)

    @property
    def is_being_written(self) -> bool:
        return self.state is ExportState.WAITING

    @property
    def until(self) -> int:
        """When it is deleted."""
        return self.created_at + KEPT_SECONDS * 1000


@dataclass(frozen=True, slots=True)
class Progress:
    """What a job has written: so many conversations looked through, pieces, and bytes."""

    written: int = 0
    chunks: int = 0
    size: int = 0


def new_export(
    config: Config,
    owner: tuple[int, str],
    name: str,
    form: Format,
    wanted: ExportFilter,
) -> StoredExport:
    """One that nobody has begun; `owner` is the shop and who asked. Raises NotSetUp."""
    shop_id, user_id = owner
    export_id = uuid.uuid4().hex
    vault = Vault(config.encryption_keys)
    asked = msgspec.json.encode(wanted).decode()

    return StoredExport(
        shop_id=shop_id,
        id=export_id,
        user_id=user_id,
        name=name,
        format=form,
        wanted=vault.seal(asked, _about(shop_id, export_id)),
        state=ExportState.WAITING,
        epoch=1,
        found=None,
        written=0,
        chunks=0,
        size=0,
        created_at=now_ms(),
    )


def add(connection: Connection, export: StoredExport) -> None:
    connection.execute(insert(export_files).values(asdict(export)))
    for old in list_latest(connection, export.shop_id)[MOST_KEPT:]:
        remove(connection, old.shop_id, old.id)


def find(connection: Connection, shop_id: int, export_id: str) -> StoredExport | None:
    row = connection.execute(
        select(export_files).where(_is(shop_id, export_id))
    ).one_or_none()
    return None if row is None else StoredExport.from_row(row)


def list_latest(connection: Connection, shop_id: int) -> list[StoredExport]:
    """The newest first."""
    query = (
        select(export_files)
        .where(export_files.c.shop_id == shop_id)
        .order_by(export_files.c.created_at.desc(), export_files.c.id)
        .limit(2 * MOST_KEPT)
    )
    return [StoredExport.from_row(row) for row in connection.execute(query)]


def count_chunks(connection: Connection, shop_id: int) -> dict[str, int]:
    """By export, of those that are there."""
    query = (
        select(export_chunks.c.export_id, func.count().label("number"))
        .where(export_chunks.c.shop_id == shop_id)
        .group_by(export_chunks.c.export_id)
    )
    return {row.export_id: row.number for row in connection.execute(query)}


def open_filter(config: Config, export: StoredExport) -> ExportFilter:
    """Raises Undecipherable."""
    vault = Vault(config.encryption_keys)
    asked = vault.open(export.wanted, _about(export.shop_id, export.id))
    return msgspec.json.decode(asked, type=ExportFilter)


def begin(connection: Connection, export: StoredExport, found: int) -> bool:
    """From its first piece on, by the holder of its epoch; what one before has written goes. False
    when it is done, removed, or a later holder's.
    """
    values = {"epoch": export.epoch, "found": found, **asdict(Progress())}
    which = and_(
        _is_written(export.shop_id, export.id), export_files.c.epoch <= export.epoch
    )
    begun = connection.execute(update(export_files).where(which).values(values))
    if begun.rowcount != 1:
        return False

    gone = delete(export_chunks).where(_has_chunk(export.shop_id, export.id))
    connection.execute(gone)
    return True


def note_progress(
    connection: Connection, export: StoredExport, progress: Progress
) -> bool:
    """False when it was removed, or another holder writes it."""
    return _update(connection, export, asdict(progress))


def add_chunk(
    connection: Connection, export: StoredExport, progress: Progress, content: bytes
) -> bool:
    """The last piece that `progress` counts, encrypted. False as `note_progress` says."""
    if not note_progress(connection, export, progress):
        return False

    row = {
        "shop_id": export.shop_id,
        "export_id": export.id,
        "number": progress.chunks,
        "content": content,
    }
    connection.execute(insert(export_chunks).values(row))
    return True


def end(connection: Connection, export: StoredExport, state: ExportState) -> bool:
    return _update(connection, export, {"state": state})


def remove(connection: Connection, shop_id: int, export_id: str) -> bool:
    """With all its pieces; whoever writes it stops. False when there is none."""
    connection.execute(delete(export_chunks).where(_has_chunk(shop_id, export_id)))
    gone = connection.execute(delete(export_files).where(_is(shop_id, export_id)))
    return gone.rowcount == 1


def seal_chunk(
    config: Config, export: StoredExport, number: int, block: bytes
) -> bytes:
    """Raises NotSetUp."""
    about = _about_chunk(export, number)
    return Vault(config.encryption_keys).seal_bytes(block, about)


def read_pieces(services: Services, export: StoredExport) -> Iterator[bytes]:
    """Each with a short read. Raises NotFound before the first for one that is not ready, Invalid
    for one that is out of date.
    """
    if export.state is not ExportState.READY:
        raise NotFound
    with services.db.reading() as connection:
        there = count_chunks(connection, export.shop_id).get(export.id, 0)
    if there != export.chunks:
        raise Invalid("Something in this file was erased since. Export it again.")
    return _each_piece(services, export)


def _each_piece(services: Services, export: StoredExport) -> Iterator[bytes]:
    vault = Vault(services.config.encryption_keys)
    for number in range(1, export.chunks + 1):
        with services.db.reading() as connection:
            content = _find_chunk(connection, export, number)
        # Erased while it is downloaded: what is missing shows that the file is not whole.
        if content is None:
            raise NotFound
        yield vault.open_bytes(content, _about_chunk(export, number))


def _find_chunk(
    connection: Connection, export: StoredExport, number: int
) -> bytes | None:
    query = select(export_chunks.c.content).where(
        _has_chunk(export.shop_id, export.id), export_chunks.c.number == number
    )
    content: bytes | None = connection.execute(query).scalar_one_or_none()
    return content


def _update(
    connection: Connection, export: StoredExport, values: dict[str, object]
) -> bool:
    """While it is being written, by the holder of its epoch."""
    which = and_(
        _is_written(export.shop_id, export.id), export_files.c.epoch == export.epoch
    )
    changed = connection.execute(update(export_files).where(which).values(values))
    return changed.rowcount == 1


def _is_written(shop_id: int, export_id: str) -> ColumnElement[bool]:
    return and_(_is(shop_id, export_id), export_files.c.state == ExportState.WAITING)


def _is(shop_id: int, export_id: str) -> ColumnElement[bool]:
    return and_(export_files.c.shop_id == shop_id, export_files.c.id == export_id)


def _has_chunk(shop_id: int, export_id: str) -> ColumnElement[bool]:
    return and_(
        export_chunks.c.shop_id == shop_id, export_chunks.c.export_id == export_id
    )


def _about(shop_id: int, export_id: str) -> str:
    return f"export_files.wanted:{shop_id}:{export_id}"


def _about_chunk(export: StoredExport, number: int) -> str:
    return f"export_chunks.content:{export.shop_id}:{export.id}:{number}"
