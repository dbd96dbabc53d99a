"""What a request may say: JSON bodies and queries read into values, or refused by the name of the
field.
"""

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from backend.bounds import MOST_INTEGER, is_storable, read_number
from backend.chat.accepting import NewMessage
from backend.chat.plain_text import is_blank, keepable
from backend.errors import Invalid, TooLong
from backend.web import hints

MOST_CHARACTERS = 8_000
MOST_BYTES = 64 * 1024
# What a refused body may hold before we stop listening: enough for its sender to hear the refusal.
MOST_DRAINED = 16 * 1024 * 1024
STREAM_TYPE = "text/event-stream"
# What JavaScript can count to; the numbers of events stay far below.
MOST_NUMBER = 2**53

Id = Annotated[str, Meta(max_length=128)]
Seconds = Annotated[float, Meta(ge=0, le=25)]
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# 128 random bits in hex or base64url; longer is fine.
FIRST_ID = re.compile(r"[A-Za-z0-9_-]{22,64}", re.ASCII)
# Longer ones are none that a field may have.
MOST_DIGITS = 300


class ChatQuestion(msgspec.Struct, rename="camel"):
    message: str
    message_id: str | None = None
    first_id: str | None = None
    session_id: Id | None = None
    # Hints, of whatever type they come.
    page: Any = None
    locale: Any = None
    wait: Seconds | None = None


class StreamQuestion(msgspec.Struct):
    after: Annotated[int, Meta(ge=0, le=MOST_NUMBER)] | None = None


class TurnQuestion(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    after: Annotated[int, Meta(ge=0, le=MOST_NUMBER)] | None = None
    wait: Annotated[float, Meta(ge=0, le=10)] = 10
    as_: str | None = msgspec.field(default=None, name="as")

    @property
    def as_stream(self) -> bool:
        return self.as_ == "stream" or STREAM_TYPE in request.headers.get("Accept", "")


class HistoryQuestion(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    before: Annotated[int, Meta(ge=0, le=MOST_INTEGER)] | None = None
    after: Annotated[int, Meta(ge=0, le=MOST_INTEGER)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    wait: Annotated[float, Meta(ge=0, le=8)] = 0


class SessionQuestion(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    erase: bool = False


Question = TypeVar("Question", bound=msgspec.Struct)


def read_message() -> tuple[NewMessage, float, bool]:
    """The message of a chat request, how long its sender waits for the reply, and whether it said
    nothing else.
    """
    body = _body(_tolerant_json)
    asked = _converted(body, ChatQuestion)
    bare = set(body) == {"message"}
    wait = 25.0 if bare else asked.wait or 0.0
    return _message(asked), wait, bare


def _message(asked: ChatQuestion) -> NewMessage:
    text = keepable(asked.message)
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    if is_blank(text):
        raise Invalid("`message` is blank.")
    return NewMessage(
        text=text,
        client_id=_matching("messageId", asked.message_id, UUID, lower=True),
        first_id=_matching("firstId", asked.first_id, FIRST_ID),
        session_id=keepable(asked.session_id or "") or None,
        page=hints.read_page(asked.page),
        locale=hints.read_locale(asked.locale),
    )


def _matching(
    name: str, value: str | None, form: re.Pattern[str], lower: bool = False
) -> str | None:
    if not value:
        return None
    if form.fullmatch(value) is None:
        raise Invalid(f"`{name}` does not have the form that it should.")
    return value.lower() if lower else value


def _refuse_unstorable(name: str, text: str) -> None:
    if not is_storable(text):
        raise Invalid(f"`{name}` has characters that are no text.")


def read_question(kind: type[Question]) -> Question:
    """The fields of a POST's body, or of a GET's query."""
    return _converted(
        _body() if request.method == "POST" else request.args.to_dict(), kind
    )


def read_number_field(name: str, most: int) -> int | None:
    """A number of the staff's forms and pages; None where it is blank. Raises Invalid."""
    text = request.values.get(name, "").strip()
    number = read_number(text, most)
    if text and number is None:
        raise Invalid(f"`{name}` must be a whole number from 0 to {most:,}.")
    return number


def _converted(fields: dict[str, Any], kind: type[Question]) -> Question:
    try:
        return msgspec.convert(fields, kind, strict=request.method == "POST")
    except msgspec.ValidationError as error:
        # Its text names the field and the rule, and never repeats the value.
        raise Invalid(str(error)) from None
    except UnicodeEncodeError:
        raise Invalid("A field has characters that are no text.") from None


def _body(decode: Callable[[bytes], Any] = msgspec.json.decode) -> dict[str, Any]:
    raw = _bounded()
    try:
        body = decode(raw or b"{}")
    # What is malformed, no UTF-8 or no JSON is a ValueError to both decoders.
    except (ValueError, RecursionError):
        raise Invalid("The body is not valid JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise Invalid("The body is not a JSON object.")
    return body


def _tolerant_json(raw: bytes) -> Any:
    """Also with halves of surrogate pairs and numbers beyond measure, which browsers write where a
    title was cut.
    """
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return json.loads(
            raw.decode(), parse_int=_number, parse_constant=_refuse_constant
        )


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _bounded() -> bytes:
    """The body, or TooLong. What is too long is read off without keeping it, so that its sender
    gets the answer.
    """
    raw = request.stream.read(MOST_BYTES + 1)
    if len(raw) <= MOST_BYTES:
        return raw
    drained = len(raw)
    while drained < MOST_DRAINED and (part := request.stream.read(MOST_BYTES)):
        drained += len(part)
    raise TooLong
