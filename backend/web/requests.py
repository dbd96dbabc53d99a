"""What a request may say: JSON bodies and queries read into values, or refused by the name of the
field.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from backend.bounds import MOST_INTEGER, is_storable, read_number
from backend.chat.accepting import NewMessage
from backend.chat.form_answers import FormMessage
from backend.chat.plain_text import is_blank, keepable
from backend.errors import Invalid, TooLong
from backend.web import hints
from backend.web.cart_request import CartRequest

MOST_CHARACTERS = 8_000
MOST_BYTES = 64 * 1024
# What a refused body may hold before we stop listening: enough for its sender to hear the refusal.
MOST_DRAINED = 16 * 1024 * 1024
STREAM_TYPE = "text/event-stream"
# A simple client gets its reply with the answer, if it comes within this many seconds.
BARE_WAIT = 25.0
# What JavaScript can count to; the numbers of events stay far below.
MOST_NUMBER = 2**53

Id = Annotated[str, Meta(max_length=128)]
Seconds = Annotated[float, Meta(ge=0, le=25)]
EventNumber = Annotated[int, Meta(ge=0, le=MOST_NUMBER)]
Seq = Annotated[int, Meta(ge=0, le=MOST_INTEGER)]
FieldName = Annotated[str, Meta(max_length=32)]
FieldText = Annotated[str, Meta(max_length=MOST_CHARACTERS)]
# One for each line of the longest order.
MOST_FIELDS = 420
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# 128 random bits in hex or base64url; longer is fine.
FIRST_ID = re.compile(r"[A-Za-z0-9_-]{22,64}", re.ASCII)
# Longer ones are none that a field may have.
MOST_DIGITS = 300


class ChatRequest(msgspec.Struct, rename="camel"):
    message: str
    message_id: str | None = None
    first_id: str | None = None
    session_id: Id | None = None
    # Hints, of whatever type they come.
    page: Any = None
    locale: Any = None
    country: Any = None
    currency: Any = None
    wait: Seconds | None = None


class FormRequest(msgspec.Struct, rename="camel"):
    """An answer to a form, or, without a run, the wish for one."""

    message_id: str
    session_id: Id | None = None
    first_id: str | None = None
    run: Id = ""
    revision: Annotated[int, Meta(ge=0, le=MOST_INTEGER)] = 0
    action: Literal["answer", "back", "cancel", "change"] = "answer"
    step: Annotated[str, Meta(max_length=16)] = ""
    values: Annotated[dict[FieldName, FieldText], Meta(max_length=MOST_FIELDS)] = {}
    flow: Literal["", "bulk_order", "callback_request"] = ""
    page: Any = None
    locale: Any = None
    country: Any = None
    currency: Any = None


class StreamRequest(msgspec.Struct):
    after: EventNumber | None = None


class TurnRequest(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    after: EventNumber | None = None
    wait: Annotated[float, Meta(ge=0, le=10)] = 10
    as_: str | None = msgspec.field(default=None, name="as")

    @property
    def as_stream(self) -> bool:
        accepted = request.headers.get("Accept", "")
        return self.as_ == "stream" or STREAM_TYPE in accepted


class HistoryRequest(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    before: Seq | None = None
    after: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    wait: Annotated[float, Meta(ge=0, le=8)] = 0


class SessionRequest(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    erase: bool = False


class NewsRequest(msgspec.Struct, rename="camel"):
    """`after` is what the shopper has seen; `last` the newest that the page has heard of."""

    session_id: Id | None = None
    after: Seq = 0
    last: Seq | None = None


class PresenceRequest(msgspec.Struct, rename="camel"):
    """What a page does not tell stays as it was."""

    session_id: Id | None = None
    typing: bool | None = None
    cart: CartRequest | None = None


class RatingRequest(msgspec.Struct, rename="camel"):
    seq: Seq
    value: Annotated[int, Meta(ge=-1, le=1)]
    session_id: Id | None = None


class EmailRequest(msgspec.Struct, rename="camel"):
    session_id: Id | None = None
    email: str = ""


class LinkRequest(msgspec.Struct, rename="camel"):
    # Of whatever length: what is no token is answered like one that nobody knows.
    token: str = ""
    first_id: Id | None = None


Decode = Callable[[bytes], Any]
AnyRequest = TypeVar("AnyRequest", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message, and how long its sender waits for the reply. A bare one came with nothing else."""

    message: NewMessage
    wait: float
    is_bare: bool


def read_message() -> SentMessage:
    body = _read_body(_tolerant_json)
    fields = _convert_fields(body, ChatRequest)

    is_bare = set(body) == {"message"}
    wait = BARE_WAIT if is_bare else fields.wait or 0.0
    return SentMessage(_new_message(fields), wait, is_bare)


def read_form() -> NewMessage:
    """Of an answer to a form. Its words are ours."""
    fields = _convert_fields(_read_body(_tolerant_json), FormRequest)
    if not fields.run and not fields.flow:
        raise Invalid("`run` is missing: which form is it about?")

    values = {}
    for name, text in fields.values.items():
        _refuse_unstorable("values", name)
        values[name] = keepable(text)
    form = FormMessage(
        run=fields.run,
        revision=fields.revision,
        action=fields.action,
        step=fields.step,
        values=values,
        flow=fields.flow,
    )
    return NewMessage(text="", form=form, **_about(fields))


def _page_of(fields: ChatRequest | FormRequest) -> Any:
    """With the market, which stands beside it: both say where somebody asks from."""
    market = {"country": fields.country, "currency": fields.currency}
    given = {name: value for name, value in market.items() if value is not None}
    if not given:
        return fields.page
    page = fields.page if isinstance(fields.page, dict) else {}
    return page | given


def _new_message(fields: ChatRequest) -> NewMessage:
    text = keepable(fields.message)
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    if is_blank(text):
        raise Invalid("`message` is blank.")

    return NewMessage(text=text, **_about(fields))


def _about(fields: ChatRequest | FormRequest) -> dict[str, Any]:
    """From which browser, session and page it comes."""
    return {
        "client_id": _check_form("messageId", fields.message_id, UUID, lower=True),
        "first_id": _check_form("firstId", fields.first_id, FIRST_ID),
        "session_id": keepable(fields.session_id or "") or None,
        "page": hints.read_page(_page_of(fields)),
        "locale": hints.read_locale(fields.locale),
    }


def _check_form(
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


def read_request(kind: type[AnyRequest]) -> AnyRequest:
    """The fields of a POST's body, or of a GET's query."""
    if request.method == "POST":
        return _convert_fields(_read_body(), kind)
    return _convert_fields(request.args.to_dict(), kind)


def read_number_field(name: str, most: int) -> int | None:
    """A number of the staff's forms and pages; None where it is blank. Raises Invalid."""
    text = request.values.get(name, "").strip()
    number = read_number(text, most)
    if text and number is None:
        raise Invalid(f"`{name}` must be a whole number from 0 to {most:,}.")
    return number


def _convert_fields(fields: dict[str, Any], kind: type[AnyRequest]) -> AnyRequest:
    is_typed = request.method == "POST"
    try:
        return msgspec.convert(fields, kind, strict=is_typed)
    except msgspec.ValidationError as error:
        # Its text names the field and the rule, and never repeats the value.
        raise Invalid(str(error)) from None
    except UnicodeEncodeError:
        raise Invalid("A field has characters that are no text.") from None


def _read_body(decode: Decode = msgspec.json.decode) -> dict[str, Any]:
    raw = _read_bounded()

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
            raw.decode(), parse_int=_parse_number, parse_constant=_refuse_constant
        )


def _parse_number(digits: str) -> int | float:
    if len(digits) > MOST_DIGITS:
        return float(digits)
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_bounded() -> bytes:
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
