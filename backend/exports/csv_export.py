"""An export as CSV for spreadsheets: one message, form or request a row, in UTF-8 with a byte order
mark, as Excel wants it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

from backend.chat.conversations import Conversation
from backend.clock import iso
from backend.exports.form_text import (
    describe_request,
    describe_run,
    head_of_request,
    head_of_run,
)
from backend.exports.reader import ExportedConversation, ExportedMessage
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
)
# What a spreadsheet takes for the beginning of a formula, in East Asian width as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UTC = ZoneInfo("UTC")
BLANKS = " \u00a0\u3000"
# Half of the world's spreadsheets begin a new cell at a semicolon, whatever the file says; a list
# keeps its dashes.
FORMULA_WITHIN = re.compile(rf"([;\r\n][{BLANKS}]*)(?=[=+@＝＋＠])")


def write_csv(
    conversations: Iterable[ExportedConversation], origin: str = ""
) -> Iterator[bytes]:
    """`origin` is the store's own address, below which its pages lie."""
    yield BYTE_ORDER_MARK + write_line(COLUMNS)

    for exported in conversations:
        head = _head_cells(exported.conversation)
        for message in exported.messages:
            yield write_line((*head, *_message_cells(message, origin)))
        for cells in _form_cells(exported):
            yield write_line((*head, *cells))


def _head_cells(conversation: Conversation) -> tuple[str, ...]:
    page = conversation.page or {}
    return (
        conversation.id,
        iso(conversation.started_at),
        conversation.status,
        conversation.mode,
        guard_cell(conversation.customer_id),
        guard_cell(conversation.locale),
        guard_cell(page.get("url")),
        guard_cell(page.get("title")),
    )


def _message_cells(exported: ExportedMessage, origin: str) -> tuple[str, ...]:
    message = exported.message
    describe = partial(describe_part, origin=origin)
    parts = "\n".join(map(describe, message.parts or ()))
    failure = exported.turn.failure if exported.turn else None
    return (
        str(message.seq),
        iso(message.at),
        message.role,
        guard_cell(message.author),
        guard_cell(message.text),
        message.status,
        guard_cell(parts),
        failure or "",
    )


def _form_cells(exported: ExportedConversation) -> Iterator[tuple[str, ...]]:
    """A row for each form and each request, below the messages."""
    answered = {run.id: run for run in exported.runs}
    for run in exported.runs:
        told = [head_of_run(run), *describe_run(run, UTC)]
        yield _row_of("form", run.started_at, told, run.state)

    for request in exported.requests:
        its = answered.get(request.run_id)
        told = [head_of_request(request), *describe_request(request, its, UTC)]
        yield _row_of("request", request.created_at, told, request.state)


def _row_of(role: str, at: int, told: list[str], state: str) -> tuple[str, ...]:
    return ("", iso(at), role, "", guard_cell("\n".join(told)), state, "", "")


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
