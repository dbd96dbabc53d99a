"""Reads an exported JSON file back into a shop, one conversation at a time; exported again it says
the same.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal, TextIO

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, exc

from backend.bounds import MOST_INTEGER, is_storable
from backend.chat import (
    conversations,
    erasures,
    messages,
    ratings,
    reply_addresses,
    turns,
)
from backend.chat.conversations import ClosedWhy, Conversation, ConversationStatus, Mode
from backend.chat.handoffs import Why
from backend.chat.messages import Message, MessageStatus, Role
from backend.chat.ratings import Rating
from backend.chat.reply_addresses import ReplyAddress
from backend.chat.turns import Turn, TurnStatus
from backend.config import Config
from backend.errors import Interrupted, Invalid, NotSetUp
from backend.exports.exported_forms import (
    FileRequest,
    FileRun,
    request_of,
    run_of,
    to_ms,
    to_ms_or_none,
)
from backend.exports.json_export import FORMAT, VERSION
from backend.exports.named_contacts import find_contacts
from backend.flows import request_records, runs
from backend.flows.runs import Sealing
from backend.inbox import labels, notes
from backend.inbox.labels import MOST_CHARACTERS, MOST_LABELS
from backend.inbox.notes import Note
from backend.services import Services
from backend.shops import directory

# Versions of the form that are read; the first one had no parts, the second no forms and requests.
READABLE = (1, 2, VERSION)
FIRST_READ = 64 * 1024
NOT_WHOLE = "The file is no JSON, or is not whole."

# What the columns hold.
Id = Annotated[str, Meta(max_length=32)]
Word = Annotated[str, Meta(max_length=35)]
Name = Annotated[str, Meta(max_length=80)]
Label = Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]
Labels = Annotated[list[Label], Meta(max_length=MOST_LABELS)]
Whole = Annotated[int, Meta(ge=0, le=MOST_INTEGER)]

Outcome = Literal["added", "known", "erased"]


class NotAnExport(Exception):
    """The file cannot be read as an export; the text says why."""


class Struct(msgspec.Struct, rename="camel"):
    pass


class FileTurn(Struct):
    id: Id
    status: TurnStatus
    attempt: Whole
    failure: Annotated[str, Meta(max_length=20)] | None
    locale: Word | None
    page: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tokens_in: Whole | None
    tokens_out: Whole | None


class FilePart(Struct):
    """What all parts have; each type has fields of its own."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    type: Annotated[str, Meta(min_length=1, max_length=20)]
    at: Whole


class FileMessage(Struct):
    id: Id
    seq: Whole
    role: Role
    author: Name | None
    text: str
    status: MessageStatus
    at: datetime
    turn: FileTurn | None
    parts: list[dict[str, Any]] = []


class FileNote(Struct):
    id: Id
    author: Name
    text: str
    at: datetime
    edited_at: datetime | None = None


class FileRating(Struct):
    seq: Whole
    value: Literal[1, -1]
    at: datetime


class FileReplyAddress(Struct):
    email: Annotated[str, Meta(min_length=3, max_length=320)]
    language: Annotated[str, Meta(max_length=8)]
    host: Annotated[str, Meta(max_length=255)]
    at: datetime


class FileConversation(Struct):
    id: Id
    status: ConversationStatus
    closed_why: ClosedWhy | None
    mode: Mode
    staff_id: Id | None
    customer_id: Id | None
    locale: Word | None
    page: dict[str, Any] | None
    started_at: datetime
    active_at: datetime
    closed_at: datetime | None
    wanted_at: datetime | None
    notes: list[FileNote]
    messages: list[FileMessage]
    forms: list[FileRun] = []
    requests: list[FileRequest] = []
    wanted_why: Why | None = None
    ratings: list[FileRating] = []
    reply_address: FileReplyAddress | None = None
    labels: Labels = []


def import_conversations(
    services: Services, shop_id: int, file: TextIO, erased: list[str] | None = None
) -> tuple[int, int]:
    """How many conversations were added, and how many were there already and stay as they are.

    The ids of those that were erased since the export, and stay so, are added to `erased`.
    Raises NotAnExport; conversations that stood before the mistake have been added then.
    """
    outcomes: Counter[Outcome] = Counter()

    for number, value in enumerate(_each_conversation(file), 1):
        place = f"Conversation {number}"
        conversation = _read_conversation(value, place)
        outcome = _import_one(services, shop_id, conversation, place)

        outcomes[outcome] += 1
        if outcome == "erased" and erased is not None:
            erased.append(conversation.id)

    return outcomes["added"], outcomes["known"]


def _import_one(
    services: Services, shop_id: int, conversation: FileConversation, place: str
) -> Outcome:
    try:
        return services.db.write(
            _add_conversation, services.config, shop_id, conversation
        )
    except NotSetUp:
        raise NotAnExport(
            f"{place} has contact details, which are kept with ENCRYPTION_KEYS only."
        ) from None
    except msgspec.ValidationError as error:
        raise NotAnExport(f"{place}: {error}") from None
    # The last two are a time that no clock can show.
    except (Invalid, ValueError, OverflowError):
        raise NotAnExport(f"{place} has a value that cannot be kept.") from None
    except exc.IntegrityError:
        raise NotAnExport(f"{place} contradicts itself or what is here.") from None


def _read_conversation(value: Any, place: str) -> FileConversation:
    try:
        _refuse_unstorable(value)
        conversation = msgspec.convert(value, FileConversation)
        for message in conversation.messages:
            msgspec.convert(message.parts, list[FilePart])
        return conversation
    except msgspec.ValidationError as error:
        raise NotAnExport(f"{place}: {error}") from None
    except (Invalid, ValueError, OverflowError, RecursionError):
        raise NotAnExport(f"{place} has a value that cannot be kept.") from None


def _refuse_unstorable(value: Any) -> None:
    """Raises Invalid for text or a number, however deep, that no database or reader could take."""
    if isinstance(value, dict):
        for name, part in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_unstorable(part)
    elif not _may_be_stored(value):
        raise Invalid


def _may_be_stored(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    return not isinstance(value, float) or isfinite(value)


def _each_conversation(file: TextIO) -> Iterator[Any]:
    head: dict[str, Any] = {}
    for name, value in _each_member(file):
        if name != "conversations":
            head[name] = value
        elif head.get("format") != FORMAT or head.get("version") not in READABLE:
            raise NotAnExport(
                f"This is not an export of the form {FORMAT}, version 1 to {VERSION}."
            )
        else:
            yield value


def _each_member(file: TextIO) -> Iterator[tuple[str, Any]]:
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
            value, end = self._decode()
            # What reaches to the end of what was read may go on behind it.
            if end < len(self._unread):
                self._unread = self._unread[end:]
                return value

            # Twice as much each time, so that a long value is not read from its beginning again and
            # again.
            if not self._more(size):
                raise NotAnExport(NOT_WHOLE)
            size *= 2

    def _decode(self) -> tuple[Any, int]:
        """What begins here and where it ends: at the end of what was read, while it is no JSON."""
        try:
            return self._decoder.raw_decode(self._unread)
        except RecursionError:
            raise NotAnExport(
                "The file has values within values that no export has."
            ) from None
        # No JSON, or not yet; also a number of thousands of digits.
        except ValueError:
            return None, len(self._unread)

    def skip(self, mark: str) -> bool:
        self._strip()
        found = self._unread.startswith(mark)
        self._unread = self._unread[found:]
        return found

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            raise NotAnExport(NOT_WHOLE)

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


def _add_conversation(
    connection: Connection,
    config: Config,
    shop_id: int,
    exported: FileConversation,
) -> Outcome:
    if conversations.find(connection, shop_id, exported.id) is not None:
        return "known"

    conversation = _as_conversation(shop_id, exported)
    if _is_erased(connection, conversation, exported):
        return "erased"

    said = [_as_message(conversation, message) for message in exported.messages]
    asked = [
        _as_turn(conversation, message, message.turn)
        for message in exported.messages
        if message.turn
    ]
    noted = [_as_note(conversation, note) for note in exported.notes]
    rated = [_as_rating(conversation, rating) for rating in exported.ratings]

    conversations.import_conversation(connection, conversation)
    messages.import_messages(connection, said)
    turns.import_turns(connection, asked)
    notes.import_notes(connection, shop_id, noted)
    ratings.import_ratings(connection, shop_id, rated)
    labels.import_labels(connection, shop_id, conversation.id, exported.labels)
    _add_forms(connection, config, conversation, exported)
    _add_address(connection, config, conversation, exported.reply_address)
    return "added"


def _add_address(
    connection: Connection,
    config: Config,
    conversation: Conversation,
    exported: FileReplyAddress | None,
) -> None:
    if exported is None:
        return

    address = ReplyAddress(
        conversation_id=conversation.id,
        email=exported.email,
        language=exported.language,
        host=exported.host,
        at=to_ms(exported.at),
    )
    shop = directory.get_shop(connection, conversation.shop_id)
    reply_addresses.put_address(connection, config, shop, address)


def _add_forms(
    connection: Connection,
    config: Config,
    conversation: Conversation,
    exported: FileConversation,
) -> None:
    if not exported.forms and not exported.requests:
        return
    its = (conversation.shop_id, conversation.id)
    begun = [run_of(*its, run) for run in exported.forms]
    left = [request_of(*its, request) for request in exported.requests]

    shop = directory.get_shop(connection, conversation.shop_id)
    sealing = Sealing.of(config, shop.session_key)
    phones = {run.id: run.answers.phone for run in begun}

    runs.import_runs(connection, sealing, begun)
    request_records.import_requests(
        connection,
        sealing,
        left,
        {request.id: phones.get(request.run_id, "") for request in left},
    )


def _is_erased(
    connection: Connection,
    conversation: Conversation,
    exported: FileConversation,
) -> bool:
    shop_id = conversation.shop_id
    began = conversation.started_at
    if erasures.is_erased(
        connection, shop_id, conversation.id, conversation.customer_id, began
    ):
        return True

    # A signed-in customer has a number, and may name anybody.
    if conversation.customer_id:
        return False
    shoppers = (each for each in exported.messages if each.role is Role.SHOPPER)
    contacts = find_contacts(
        (message.text for message in shoppers),
        (run.answers for run in exported.forms),
    )
    return erasures.is_contact_erased(connection, shop_id, contacts, began)


def _as_conversation(shop_id: int, exported: FileConversation) -> Conversation:
    last = max((message.seq for message in exported.messages), default=0)
    return Conversation(
        shop_id=shop_id,
        id=exported.id,
        customer_id=exported.customer_id,
        status=exported.status,
        closed_why=exported.closed_why,
        mode=exported.mode,
        staff_id=exported.staff_id,
        staff_seq=last,
        needs_staff_since=to_ms_or_none(exported.wanted_at),
        locale=exported.locale,
        page=exported.page,
        last_seq=last,
        open_turns=0,
        started_at=to_ms(exported.started_at),
        active_at=to_ms(exported.active_at),
        closed_at=to_ms_or_none(exported.closed_at),
        needs_staff_why=_why_of(exported),
    )


def _why_of(exported: FileConversation) -> Why | None:
    """Older files do not say it."""
    if exported.wanted_at is None:
        return None
    return exported.wanted_why or Why.ASKED


def _as_message(conversation: Conversation, exported: FileMessage) -> Message:
    return Message(
        shop_id=conversation.shop_id,
        conversation_id=conversation.id,
        seq=exported.seq,
        id=exported.id,
        role=exported.role,
        text=exported.text,
        status=exported.status,
        at=to_ms(exported.at),
        author=exported.author,
        parts=exported.parts or None,
    )


def _as_turn(
    conversation: Conversation, asked: FileMessage, exported: FileTurn
) -> Turn:
    # Nobody works on it here: a turn that was exported in the middle can only be tried again.
    cut_off = exported.status in TurnStatus.OPEN
    return Turn(
        shop_id=conversation.shop_id,
        id=exported.id,
        conversation_id=conversation.id,
        seq=asked.seq,
        message_id=asked.id,
        client_id=None,
        status=TurnStatus.FAILED if cut_off else exported.status,
        epoch=1,
        attempt=exported.attempt,
        locale=exported.locale,
        page=exported.page,
        text="",
        parts=None,
        last_number=0,
        reply_seq=None,
        reply_id=None,
        failure=Interrupted.code if cut_off else exported.failure,
        created_at=to_ms(exported.created_at),
        started_at=to_ms_or_none(exported.started_at),
        ended_at=to_ms_or_none(exported.ended_at),
        tokens_in=exported.tokens_in,
        tokens_out=exported.tokens_out,
    )


def _as_note(conversation: Conversation, exported: FileNote) -> Note:
    return Note(
        conversation.id,
        exported.id,
        exported.author,
        exported.text,
        to_ms(exported.at),
        to_ms_or_none(exported.edited_at),
    )


def _as_rating(conversation: Conversation, exported: FileRating) -> Rating:
    return Rating(conversation.id, exported.seq, exported.value, to_ms(exported.at))
