"""Reads an exported JSON file back into a shop, one conversation at a time; exported again it says
the same.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from math import isfinite
from typing import Annotated, Any, Literal, TextIO

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, exc, insert, select

from backend.bounds import MOST_INTEGER, is_storable
from backend.chat import erasures
from backend.errors import Interrupted, Invalid
from backend.exports.json_export import FORMAT, VERSION
from backend.services import Services
from backend.store.tables import conversations, messages, notes, turns

OPEN = ("queued", "running")
FIRST_READ = 64 * 1024

# What the columns hold.
Id = Annotated[str, Meta(max_length=32)]
Word = Annotated[str, Meta(max_length=35)]
Name = Annotated[str, Meta(max_length=80)]
Whole = Annotated[int, Meta(ge=0, le=MOST_INTEGER)]

Outcome = Literal["added", "known", "erased"]


class NotAnExport(Exception):
    """The file cannot be read as an export; the text says why."""


class Struct(msgspec.Struct, rename="camel"):
    pass


class Turn(Struct):
    id: Id
    status: Literal["queued", "running", "answered", "failed", "stopped", "handed_over"]
    attempt: Whole
    failure: Annotated[str, Meta(max_length=20)] | None
    locale: Word | None
    page: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tokens_in: Whole | None
    tokens_out: Whole | None


class Message(Struct):
    id: Id
    seq: Whole
    role: Literal["shopper", "assistant", "staff"]
    author: Name | None
    text: str
    cards: list[dict[str, Any]]
    status: Literal["saved", "answered", "partial", "failed"]
    at: datetime
    turn: Turn | None


class Note(Struct):
    id: Id
    author: Name
    text: str
    at: datetime


class Conversation(Struct):
    id: Id
    status: Literal["open", "closed"]
    closed_why: Literal["reset", "erased", "expired"] | None
    mode: Literal["assistant", "staff", "closed"]
    staff_id: Id | None
    customer_id: Id | None
    locale: Word | None
    page: dict[str, Any] | None
    started_at: datetime
    active_at: datetime
    closed_at: datetime | None
    needs_staff_since: datetime | None
    notes: list[Note]
    messages: list[Message]


def load(
    services: Services, shop_id: int, file: TextIO, erased: list[str] | None = None
) -> tuple[int, int]:
    """How many conversations were added, and how many were there already and stay as they are.

    The ids of those that were erased since the export, and stay so, are added to `erased`.
    Raises NotAnExport; conversations that stood before the mistake have been added then.
    """
    added, known, gone = 0, 0, [] if erased is None else erased
    for number, value in enumerate(_conversations(file), 1):
        conversation = _read(value, f"Conversation {number}")
        try:
            outcome = services.db.write(partial(_add, shop_id=shop_id, it=conversation))
        except (
            Invalid,
            ValueError,
            OverflowError,
        ):  # also a time that no clock can show
            raise NotAnExport(
                f"Conversation {number} has a value that cannot be kept."
            ) from None
        except exc.IntegrityError:
            raise NotAnExport(
                f"Conversation {number} contradicts itself or what is here."
            ) from None
        added, known = added + (outcome == "added"), known + (outcome == "known")
        if outcome == "erased":
            gone.append(conversation.id)
    return added, known


def _read(value: Any, place: str) -> Conversation:
    try:
        _refuse_unstorable(value)
        return msgspec.convert(value, Conversation)
    except msgspec.ValidationError as error:
        raise NotAnExport(f"{place}: {error}") from None
    except (Invalid, ValueError, OverflowError, RecursionError):
        raise NotAnExport(f"{place} has a value that cannot be kept.") from None


def _refuse_unstorable(value: Any) -> None:
    """Raises Invalid for text or a number, however deep, that the database or a reader of it could
    not take.
    """
    texts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, part in texts:
        _refuse_unstorable(name)
        _refuse_unstorable(part)
    is_bad = isinstance(value, str) and not is_storable(value)
    if is_bad or isinstance(value, float) and not isfinite(value):
        raise Invalid


def _conversations(file: TextIO) -> Iterator[Any]:
    head: dict[str, Any] = {}
    for name, value in _members(file):
        if name != "conversations":
            head[name] = value
        elif head.get("format") != FORMAT or head.get("version") != VERSION:
            raise NotAnExport(
                f"This is not an export of the form {FORMAT}, version {VERSION}."
            )
        else:
            yield value


def _members(file: TextIO) -> Iterator[tuple[str, Any]]:
    """The members of a file's one object; of `conversations` each item, so that one of them is in
    memory.
    """
    text = _Text(file)
    text.expect("{")
    while not text.skip("}"):
        name = text.value()
        text.expect(":")
        if name == "conversations":
            text.expect("[")
            while not text.skip("]"):
                yield name, text.value()
                text.skip(",")
        else:
            yield name, text.value()
        text.skip(",")


class _Text:
    """JSON read from a file value by value."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._unread = ""
        self._decoder = json.JSONDecoder()

    def value(self) -> Any:
        size = FIRST_READ
        self._strip()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._unread)
            except RecursionError:
                raise NotAnExport(
                    "The file has values within values that no export has."
                ) from None
            except (
                ValueError
            ) as error:  # no JSON, or not yet; also a number of thousands of digits
                end = len(self._unread)
                problem: ValueError | None = error
            else:
                problem = None
            # What reaches to the end of what was read may go on behind it.
            if problem is None and end < len(self._unread):
                self._unread = self._unread[end:]
                return value
            # Twice as much each time, so that a long value is not read from its beginning again and
            # again.
            if not self._more(size):
                raise NotAnExport("The file is no JSON, or is not whole.") from None
            size *= 2

    def skip(self, mark: str) -> bool:
        self._strip()
        found = self._unread.startswith(mark)
        self._unread = self._unread[found:]
        return found

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            raise NotAnExport("The file is no JSON, or is not whole.")

    def _strip(self) -> None:
        self._unread = self._unread.lstrip()
        while not self._unread and self._more(FIRST_READ):
            self._unread = self._unread.lstrip()

    def _more(self, size: int) -> bool:
        try:
            read = self._file.read(size)
        except UnicodeDecodeError:
            raise NotAnExport("The file is not in UTF-8.") from None
        self._unread += read
        return bool(read)


def _add(connection: Connection, shop_id: int, it: Conversation) -> Outcome:
    mine = (conversations.c.shop_id == shop_id) & (conversations.c.id == it.id)
    if connection.execute(select(conversations.c.id).where(mine)).first() is not None:
        return "known"
    if erasures.is_erased(
        connection,
        shop_id,
        it.id,
        it.customer_id,
        round(it.started_at.timestamp() * 1000),
    ):
        return "erased"
    connection.execute(insert(conversations).values(shop_id=shop_id, **_head(it)))
    of_it = {"shop_id": shop_id, "conversation_id": it.id}
    if it.messages:
        connection.execute(
            insert(messages), [of_it | _message(message) for message in it.messages]
        )
    asked = [
        of_it | _turn(message, message.turn) for message in it.messages if message.turn
    ]
    if asked:
        connection.execute(insert(turns), asked)
    if it.notes:
        rows = [
            {
                "id": note.id,
                "author": note.author,
                "text": note.text,
                "at": _ms(note.at),
            }
            for note in it.notes
        ]
        connection.execute(insert(notes), [of_it | row for row in rows])
    return "added"


def _head(it: Conversation) -> dict[str, Any]:
    last = max((message.seq for message in it.messages), default=0)
    return {
        "id": it.id,
        "status": it.status,
        "closed_why": it.closed_why,
        "mode": it.mode,
        "staff_id": it.staff_id,
        "staff_seq": last,
        "customer_id": it.customer_id,
        "locale": it.locale,
        "page": it.page,
        "last_seq": last,
        "started_at": _ms(it.started_at),
        "active_at": _ms(it.active_at),
        "closed_at": _ms(it.closed_at),
        "needs_staff_since": _ms(it.needs_staff_since),
    }


def _message(it: Message) -> dict[str, Any]:
    return {
        "seq": it.seq,
        "id": it.id,
        "role": it.role,
        "author": it.author,
        "text": it.text,
        "cards": it.cards or None,
        "status": it.status,
        "at": _ms(it.at),
    }


def _turn(message: Message, it: Turn) -> dict[str, Any]:
    # Nobody works on it here: a turn that was exported in the middle can only be tried again.
    cut_off = it.status in OPEN
    return {
        "id": it.id,
        "seq": message.seq,
        "message_id": message.id,
        "status": "failed" if cut_off else it.status,
        "failure": Interrupted.code if cut_off else it.failure,
        "epoch": 1,
        "attempt": it.attempt,
        "locale": it.locale,
        "page": it.page,
        "created_at": _ms(it.created_at),
        "started_at": _ms(it.started_at),
        "ended_at": _ms(it.ended_at),
        "tokens_in": it.tokens_in,
        "tokens_out": it.tokens_out,
    }


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
