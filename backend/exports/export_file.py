"""An export as a file: of one conversation or of requests streamed while it is read, limited and
logged. What a filter finds is written by a job, see `export_job.py`.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

import gevent

from backend.clock import now_ms
from backend.errors import NotFound, TooManyMessages
from backend.exports import (
    csv_export,
    json_export,
    pdf_export,
    reader,
    requests_csv,
)
from backend.exports.reader import ExportedConversation, ExportFilter
from backend.flows.request_records import RequestFilter
from backend.inbox import access_log
from backend.inbox.access_log import What
from backend.services import Services
from backend.shops.directory import Shop
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.limits import Limit

# An export keeps a process busy for a while; chats of other shops go on beside it.
MOST_EXPORTS = Limit(10)
BLOCK = 64 * 1024
# After so much work at one stretch everybody else has a turn.
STRETCH_SECONDS = 0.01


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class ExportFile:
    name: str
    pieces: Iterator[bytes]


def export_one(
    services: Services,
    staff: Staff,
    chosen: Settings,
    form: Format,
    conversation_id: str,
) -> ExportFile:
    """Raises NotFound, TooManyMessages, CannotWritePdf."""
    wanted = ExportFilter(conversation_id=conversation_id)
    found = reader.read_conversations(services, staff.shop.id, wanted)
    first = next(found, None)
    if first is None:
        raise NotFound
    refuse_too_many(services, staff.shop.id)
    pieces = write_pieces(staff.shop, chosen, form, chain([first], found))

    access_log.note_access(
        services, staff.shop.id, staff.user_id, What.EXPORTED, conversation_id
    )
    return ExportFile(name_file("conversation", chosen, form), pieces)


def export_requests(
    services: Services,
    staff: Staff,
    chosen: Settings,
    wanted: RequestFilter,
) -> ExportFile:
    """What shoppers have asked for in forms, as CSV. Raises TooManyMessages."""
    refuse_too_many(services, staff.shop.id)
    found = requests_csv.read_exported(services, staff.shop.id, wanted)
    pieces = _in_blocks(requests_csv.write_requests(found, chosen))

    access_log.note_access(services, staff.shop.id, staff.user_id, What.EXPORTED)
    return ExportFile(name_file("requests", chosen, Format.CSV), pieces)


def write_pieces(
    shop: Shop,
    chosen: Settings,
    form: Format,
    found: Iterable[ExportedConversation],
) -> Iterator[bytes]:
    """Raises CannotWritePdf."""
    if form is Format.JSON:
        return _in_blocks(json_export.write_json(shop.domain, now_ms(), found))
    if form is Format.CSV:
        return _in_blocks(csv_export.write_csv(found, chosen, shop.origin))
    return _in_blocks(pdf_export.write_pdf(shop.name, chosen, found, shop.origin))


def refuse_too_many(services: Services, shop_id: int) -> None:
    """Raises TooManyMessages."""
    limit = services.limits.refused([(f"export:{shop_id}", MOST_EXPORTS)])
    if limit is not None:
        raise TooManyMessages(limit.left_of_window())


def name_file(what: str, chosen: Settings, form: Format) -> str:
    day = chosen.local_time(now_ms()).date()
    return f"{what}-{day.isoformat()}.{form}"


def _in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """In blocks worth a write, and never long without letting others work."""
    block = bytearray()
    began = time.monotonic()

    for piece in pieces:
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()

        if time.monotonic() - began > STRETCH_SECONDS:
            gevent.sleep(0)
            began = time.monotonic()

    yield bytes(block)
