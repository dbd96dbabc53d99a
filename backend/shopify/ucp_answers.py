"""What a store answers through UCP: what it has found, or why it has not. Nothing of an answer is
sure to be there, or to be of its type.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from backend.errors import ShopifyUnavailable

Fields = dict[str, Any]
Code = str | int | None

# Not now, rather than not at all.
LATER = frozenset({408, 425, 429})
# JSON-RPC's own codes for a question that cannot be answered, whoever asks it.
BAD_QUESTION = frozenset({-32600, -32602})
# Sentences may quote people, and stay with the store.
CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
NO_CODE = "error"

# ISO 4217: how many figures of an amount stand behind the point, where that is not two.
NO_FIGURES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_FIGURES = "BHD IQD JOD KWD LYD OMR TND"
FOUR_FIGURES = "CLF UYW"
USUAL_FIGURES = 2

UNREADABLE = (
    msgspec.MsgspecError,
    UnicodeError,
    RecursionError,
)


class UcpRefused(Exception):
    """The store has answered that it does not do this. `because` is its code; `is_of_question`
    tells whether another question may be answered.
    """

    def __init__(
        self,
        because: str,
        is_of_question: bool = False,
    ) -> None:
        super().__init__(because)
        self.because = because
        self.is_of_question = is_of_question


class Money(Struct, frozen=True):
    """`amount` is in whole minor units."""

    amount: int
    currency: str

    @property
    def decimal(self) -> str:
        """In the currency's unit: 1899 of USD are 18.99, of JPY 1899."""
        figures = count_figures(self.currency)
        return f"{Decimal(self.amount).scaleb(-figures):f}"


def count_figures(currency: str) -> int:
    if currency in NO_FIGURES.split():
        return 0
    if currency in THREE_FIGURES.split():
        return 3
    if currency in FOUR_FIGURES.split():
        return 4
    return USUAL_FIGURES


class Pagination(Struct, frozen=True):
    total_count: int | None = None


class Message(Struct, frozen=True):
    code: Code = None


class Envelope(Struct, frozen=True):
    status: str | None = None


class Content(Struct, frozen=True):
    """What a tool of UCP's says: its products as the store tells them, or messages about them."""

    ucp: Envelope | None = None
    messages: list[Message] | None = None
    products: list[Fields] | None = None
    product: Fields | None = None
    pagination: Pagination | None = None

    @property
    def code(self) -> str:
        """The store's word for what is wrong."""
        messages = self.messages or []
        codes = [message.code for message in messages]
        return _first_code(codes)


class _Part(Struct, frozen=True):
    type: str | None = None
    text: str | None = None


class _Result(Struct, frozen=True, rename="camel"):
    structured_content: Content | None = None
    content: list[_Part] | None = None
    is_error: bool | None = None


class _Error(Struct, frozen=True):
    code: Code = None
    data: Any = None

    @property
    def own_code(self) -> str:
        """UCP's, which says more than JSON-RPC's number."""
        known = self.data if isinstance(self.data, dict) else {}
        own = known.get("code")
        return _first_code([own, self.code])


class _Told(Struct, frozen=True):
    result: _Result | None = None
    error: _Error | None = None


def read_answer(status: int, body: bytes) -> Content:
    """Raises UcpRefused, and ShopifyUnavailable for what is no answer."""
    if status in LATER or status >= 500:
        raise ShopifyUnavailable
    if status != 200:
        raise UcpRefused(_code_of_refusal(status, body))

    told = _decode(body)
    if told.error is not None:
        is_of_question = told.error.code in BAD_QUESTION
        raise UcpRefused(told.error.own_code, is_of_question)
    if told.result is None:
        raise ShopifyUnavailable
    return _read_result(told.result)


def _decode(body: bytes) -> _Told:
    try:
        return msgspec.json.decode(body, type=_Told)
    except UNREADABLE as error:
        raise ShopifyUnavailable from error


def _code_of_refusal(status: int, body: bytes) -> str:
    """The store's own word, if it has one."""
    try:
        told = _decode(body)
    except ShopifyUnavailable:
        return f"http_{status}"

    if told.error is None:
        return f"http_{status}"
    return told.error.own_code


def _read_result(result: _Result) -> Content:
    content = _find_content(result)
    if content is None and not result.is_error:
        raise ShopifyUnavailable

    # The store has understood the question: another may be answered.
    if content is None:
        raise UcpRefused(NO_CODE, is_of_question=True)
    is_refused = content.ucp is not None and content.ucp.status == "error"
    if is_refused or result.is_error:
        raise UcpRefused(content.code, is_of_question=True)
    return content


def _find_content(result: _Result) -> Content | None:
    """In the field of its own, or as JSON in a text."""
    if result.structured_content is not None:
        return result.structured_content

    for part in result.content or []:
        content = _read_part(part)
        if content is not None:
            return content
    return None


def _read_part(part: _Part) -> Content | None:
    if part.type != "text" or part.text is None:
        return None
    try:
        return msgspec.json.decode(part.text, type=Content)
    except UNREADABLE:
        return None


def _first_code(codes: list[Any]) -> str:
    for code in codes:
        is_code = isinstance(code, str | int)
        if is_code and CODE.fullmatch(str(code)):
            return str(code)
    return NO_CODE
