"""An export as CSV for spreadsheets: one message, form or request a row, in UTF-8 with a byte order
mark, as Excel wants it, and times as it reads them.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

from backend.chat.conversations import Conversation
from backend.exports.form_text import (
    describe_request,
    describe_run,
    head_of_request,
    head_of_run,
)
from backend.exports.reader import ExportedConversation, ExportedMessage
from backend.shops.settings import Settings
from backend.store.part_display import describe_part

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
COLUMNS = (
    "conversation",
    "started_at",
    "conversation_status",
    "mode",
    "customer",
    "locale",
    "page_url",
    "page_title",
    "seq",
    "at",
    "role",
    "author",
    "text",
    "message_status",
    "parts",
    "failure",
    "time_zone",
)
# What a spreadsheet takes for the beginning of a formula, in East Asian width as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BLANKS = " \u00a0\u3000"
# Half of the world's spreadsheets begin a new cell at a semicolon, whatever the file says; a list
# keeps its dashes.
FORMULA_WITHIN = re.compile(rf"([;\r\n][{BLANKS}]*)(?=[=+@＝＋＠])")


def write_csv(
    conversations: Iterable[ExportedConversation],
    chosen: Settings,
    origin: str = "",
) -> Iterator[bytes]:
    """`origin` is the store's own address, below which its pages lie. Times are those of the shop's
    zone, which each row names.
    """
    yield BYTE_ORDER_MARK + write_line(COLUMNS)

    zone = (chosen.time_zone,)
    for exported in conversations:
        head = _head_cells(exported.conversation, chosen)
        for message in exported.messages:
            cells = _message_cells(message, chosen, origin)
            yield write_line((*head, *cells, *zone))
        for cells in _form_cells(exported, chosen):
            yield write_line((*head, *cells, *zone))


def write_time(at: int | None, chosen: Settings) -> str:
    """As a spreadsheet reads it, in the shop's zone; blank for none."""
    if at is None:
        return ""
    return chosen.local_time(at).strftime("%Y-%m-%d %H:%M:%S")


def _head_cells(conversation: Conversation, chosen: Settings) -> tuple[str, ...]:
    page = conversation.page or {}
    return (
        conversation.id,
        write_time(conversation.started_at, chosen),
        conversation.status,
        conversation.mode,
        guard_cell(conversation.customer_id),
        guard_cell(conversation.locale),
        guard_cell(page.get("url")),
        guard_cell(page.get("title")),
    )


def _message_cells(
    exported: ExportedMessage, chosen: Settings, origin: str
) -> tuple[str, ...]:
    message = exported.message
    describe = partial(describe_part, origin=origin)
    parts = "\n".join(map(describe, message.parts or ()))
    failure = exported.turn.failure if exported.turn else None
    return (
        str(message.seq),
        write_time(message.at, chosen),
        message.role,
        guard_cell(message.author),
        guard_cell(message.text),
        message.status,
        guard_cell(parts),
        failure or "",
    )


def _form_cells(
    exported: ExportedConversation, chosen: Settings
) -> Iterator[tuple[str, ...]]:
    """A row for each form and each request, below the messages."""
    zone = ZoneInfo(chosen.time_zone)
    answered = {run.id: run for run in exported.runs}

    for run in exported.runs:
        at = write_time(run.started_at, chosen)
        told = [head_of_run(run), *describe_run(run, zone)]
        yield _row_of("form", at, told, run.state)

    for request in exported.requests:
        its = answered.get(request.run_id)
        at = write_time(request.created_at, chosen)
        told = [head_of_request(request), *describe_request(request, its, zone)]
        yield _row_of("request", at, told, request.state)


def _row_of(role: str, at: str, told: list[str], state: str) -> tuple[str, ...]:
    return ("", at, role, "", guard_cell("\n".join(told)), state, "", "")


def guard_cell(text: str | None) -> str:
    """What people wrote is text to a spreadsheet, whatever it begins with."""
    text = text or ""
    if text.lstrip(BLANKS).startswith(FORMULA):
        text = f"'{text}"
    return FORMULA_WITHIN.sub(r"\1'", text)


def write_line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
