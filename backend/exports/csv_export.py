"""An export as CSV for spreadsheets: one message a row, in UTF-8 with a byte order mark, as Excel
wants it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial

from backend.chat.conversations import Conversation
from backend.clock import iso
from backend.exports.reader import ExportedConversation, ExportedMessage
from backend.store.part_display import describe_part

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
BLANKS = " \u00a0\u3000"
# Half of the world's spreadsheets begin a new cell at a semicolon, whatever the file says; a list
# keeps its dashes.
FORMULA_WITHIN = re.compile(rf"([;\r\n][{BLANKS}]*)(?=[=+@＝＋＠])")


def write_csv(
    conversations: Iterable[ExportedConversation], origin: str = ""
) -> Iterator[bytes]:
    """`origin` is the store's own address, below which its pages lie."""
    yield b"\xef\xbb\xbf" + _line(COLUMNS)

    for exported in conversations:
        head = _head_cells(exported.conversation)
        for message in exported.messages:
            yield _line((*head, *_message_cells(message, origin)))


def _head_cells(conversation: Conversation) -> tuple[str, ...]:
    page = conversation.page or {}
    return (
        conversation.id,
        iso(conversation.started_at),
        conversation.status,
        conversation.mode,
        _cell(conversation.customer_id),
        _cell(conversation.locale),
        _cell(page.get("url")),
        _cell(page.get("title")),
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
        _cell(message.author),
        _cell(message.text),
        message.status,
        _cell(parts),
        failure or "",
    )


def _cell(text: str | None) -> str:
    """What people wrote is text to a spreadsheet, whatever it begins with."""
    text = text or ""
    if text.lstrip(BLANKS).startswith(FORMULA):
        text = f"'{text}"
    return FORMULA_WITHIN.sub(r"\1'", text)


def _line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
