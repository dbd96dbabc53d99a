"""An export of what a filter finds: asked for by staff, written piece by piece by a job that may be
taken over or called off, and there to be downloaded for a day.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import gevent
from sqlalchemy import Connection

from backend.errors import CannotWritePdf, NotFound, Undecipherable
from backend.exports import export_file, reader, stored_exports, text_layout
from backend.exports.export_file import ExportFile, Format
from backend.exports.reader import ExportFilter
from backend.exports.stored_exports import (
    KEPT_SECONDS,
    MOST_BYTES,
    ExportState,
    Progress,
    StoredExport,
)
from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.inbox.conversation_list import LOOK_SECONDS, Waiting, version_of
from backend.services import Services
from backend.shops import directory, settings
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store import job_queue
from backend.store.job_queue import Claim

KIND, FORGET = "export", "export_forget"
# Staff see how far it is at least so often.
TOLD_EVERY_SECONDS = 1.0


class _CalledOff(Exception):
    """Somebody has removed it, or another process writes it now."""


def start(
    services: Services,
    staff: Staff,
    chosen: Settings,
    form: Format,
    wanted: ExportFilter,
) -> str:
    """Returns its id. Raises TooManyMessages, CannotWritePdf, NotSetUp."""
    export_file.refuse_too_many(services, staff.shop.id)
    if form is Format.PDF and (because := text_layout.missing()):
        raise CannotWritePdf(because)

    name = export_file.name_file("conversations", chosen, form)
    owner = (staff.shop.id, staff.user_id)
    export = stored_exports.new_export(services.config, owner, name, form, wanted)
    claim = Claim(export.shop_id, KIND, export.id, export.epoch)

    services.db.write(_add, services, export, claim)
    services.process.run_now(claim)
    return export.id


def list_exports(services: Services, shop_id: int) -> Sequence[StoredExport]:
    """The newest first; one whose pieces are gone is out of date."""
    with services.db.reading() as connection:
        found = stored_exports.list_latest(connection, shop_id)
        there = stored_exports.count_chunks(connection, shop_id)
    return [_as_it_stands(export, there.get(export.id, 0)) for export in found]


def version_of_exports(found: Sequence[StoredExport]) -> str:
    """Differs when anything does that staff see of them."""
    shown = [(each.id, each.state, each.written, each.found) for each in found]
    return version_of(*shown)


def wait_for_change(services: Services, shop_id: int, waiting: Waiting) -> str:
    """The version of the list: at once when it is another than the one seen, else when it changes
    or time is up.
    """
    end = time.monotonic() + waiting.seconds
    version = version_of_exports(list_exports(services, shop_id))

    while version == waiting.seen and time.monotonic() + LOOK_SECONDS <= end:
        if services.process.stopping or waiting.held.displaced:
            break
        gevent.sleep(LOOK_SECONDS)
        version = version_of_exports(list_exports(services, shop_id))
    return version


def download(services: Services, staff: Staff, export_id: str) -> ExportFile:
    """That it was downloaded is logged. Raises NotFound, Invalid when it is out of date."""
    with services.db.reading() as connection:
        export = stored_exports.find(connection, staff.shop.id, export_id)
    if export is None:
        raise NotFound
    pieces = stored_exports.read_pieces(services, export)

    access_log.note_access(services, staff.shop.id, staff.user_id, What.EXPORTED)
    return ExportFile(export.name, pieces)


def remove(services: Services, shop_id: int, export_id: str) -> None:
    """Also one that is being written, which ends then. Raises NotFound."""
    if not services.db.write(stored_exports.remove, shop_id, export_id):
        raise NotFound


def run_export(services: Services, claim: Claim) -> None:
    """The job: from the first piece on, whoever has begun it before."""
    export = _find_unwritten(services, claim)
    if export is None:
        services.db.write(job_queue.let_go, claim)
        return

    try:
        state = _write(services, export)
    except _CalledOff:
        services.db.write(job_queue.let_go, claim)
        return
    services.db.write(_end, export, state, claim)


def give_up(services: Services, claim: Claim) -> None:
    """After its job has broken too often."""
    export = _find_unwritten(services, claim)
    if export is not None:
        services.db.write(_end_unwritten, export, claim)


def run_forget(services: Services, claim: Claim) -> None:
    """The job that comes a day later."""
    services.db.write(stored_exports.remove, claim.shop_id, claim.ref)
    services.db.write(job_queue.let_go, claim)


def _add(
    connection: Connection, services: Services, export: StoredExport, claim: Claim
) -> None:
    stored_exports.add(connection, export)
    lease = services.config.turn_lease_seconds
    job_queue.add_held(connection, claim, services.process.me, lease)
    job_queue.add_ready(connection, export.shop_id, FORGET, export.id, KEPT_SECONDS)


def _as_it_stands(export: StoredExport, there: int) -> StoredExport:
    if export.state is ExportState.READY and there != export.chunks:
        return replace(export, state=ExportState.OUTDATED)
    return export


def _find_unwritten(services: Services, claim: Claim) -> StoredExport | None:
    """As its job's holder writes it; None for one that is done, or removed."""
    with services.db.reading() as connection:
        export = stored_exports.find(connection, claim.shop_id, claim.ref)
    if export is None or not export.is_being_written:
        return None
    return replace(export, epoch=claim.epoch)


def _write(services: Services, export: StoredExport) -> ExportState:
    """Raises _CalledOff."""
    try:
        wanted = stored_exports.open_filter(services.config, export)
    except Undecipherable:
        return ExportState.FAILED

    with services.db.reading() as connection:
        shop = directory.get_shop(connection, export.shop_id)
        chosen = settings.load(connection, export.shop_id).settings
        count = reader.count_conversations(connection, export.shop_id, wanted)
    if not services.db.write(stored_exports.begin, export, count):
        raise _CalledOff

    writing = _Writing(services, export)
    found = reader.read_conversations(
        services, export.shop_id, wanted, writing.note_looked
    )
    try:
        for block in export_file.write_pieces(shop, chosen, export.format, found):
            writing.add(block)
            if writing.progress.size > MOST_BYTES:
                return ExportState.TOO_LARGE
    except CannotWritePdf:
        return ExportState.FAILED

    writing.tell()
    return ExportState.READY


class _Writing:
    """How far one holder is with an export. Raises _CalledOff as soon as it is another's."""

    def __init__(self, services: Services, export: StoredExport) -> None:
        self._services = services
        self._export = export
        self._told_at = time.monotonic()
        self.progress = Progress()

    def note_looked(self, number: int) -> None:
        written = self.progress.written + number
        self.progress = replace(self.progress, written=written)
        if time.monotonic() - self._told_at > TOLD_EVERY_SECONDS:
            self.tell()

    def add(self, block: bytes) -> None:
        """One more piece; none is added for nothing."""
        if not block:
            return
        number = self.progress.chunks + 1
        size = self.progress.size + len(block)
        self.progress = replace(self.progress, chunks=number, size=size)

        sealed = stored_exports.seal_chunk(
            self._services.config, self._export, number, block
        )
        self._refuse_unless(
            self._services.db.write(
                stored_exports.add_chunk, self._export, self.progress, sealed
            )
        )

    def tell(self) -> None:
        self._refuse_unless(
            self._services.db.write(
                stored_exports.note_progress, self._export, self.progress
            )
        )

    def _refuse_unless(self, is_ours: bool) -> None:
        if not is_ours:
            raise _CalledOff
        self._told_at = time.monotonic()


def _end_unwritten(connection: Connection, export: StoredExport, claim: Claim) -> None:
    """What holders before this one have written goes as well."""
    stored_exports.begin(connection, export, 0)
    _end(connection, export, ExportState.FAILED, claim)


def _end(
    connection: Connection, export: StoredExport, state: ExportState, claim: Claim
) -> None:
    stored_exports.end(connection, export, state)
    job_queue.let_go(connection, claim)
