"""An export as CSV for spreadsheets: one message a row, in UTF-8 with a byte order mark, as Excel
wants it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Row

from backend.clock import iso
from backend.exports.reader import Conversation

COLUMNS = (
    *(
        "conversation",
        "started_at",
        "conversation_status",
        "mode",
        "customer",
        "locale",
        "page_url",
        "page_title",
    ),
    *("seq", "at", "role", "author", "text", "message_status", "cards", "failure"),
)
# What a spreadsheet takes for the beginning of a formula, in East Asian width as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BLANKS = " \u00a0\u3000"
# Half of the world's spreadsheets begin a new cell at a semicolon, whatever the file says; a list
# keeps its dashes.
FORMULA_WITHIN = re.compile(rf"([;\r\n][{BLANKS}]*)(?=[=+@＝＋＠])")


def written(conversations: Iterable[Conversation]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    for it in conversations:
        head = _head(it.row)
        for message in it.messages:
            yield _lines([(*head, *_message(message))])


def _head(row: Row) -> tuple[str, ...]:
    page = row.page or {}
    texts = (row.customer_id, row.locale, page.get("url"), page.get("title"))
    return (row.id, iso(row.started_at), row.status, row.mode, *map(_cell, texts))


def _message(row: Row) -> tuple[str, ...]:
    cards = msgspec.json.encode(row.cards).decode() if row.cards else ""
    failure = row.turn_failure or ""
    said = (_cell(row.author), _cell(row.text))
    return (str(row.seq), iso(row.at), row.role, *said, row.status, cards, failure)


def _cell(text: str | None) -> str:
    """What people wrote is text to a spreadsheet, whatever it begins with."""
    text = text or ""
    marked = f"'{text}" if text.lstrip(BLANKS).startswith(FORMULA) else text
    return FORMULA_WITHIN.sub(r"\1'", marked)


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode()
