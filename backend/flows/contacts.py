"""Who somebody is and how to reach them: one message may say all of it, in any order."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import regex

from backend.flows import contact_words
from backend.flows.answers import InvalidAnswer
from backend.flows.email_addresses import (
    check_address,
    mask_email,
    read_email,
    spelt_out,
    written_addresses,
)
from backend.flows.person_names import (
    is_possible_name,
    looks_like_name,
    mask_name,
    name_part,
    read_name,
)
from backend.flows.phone_numbers import (
    FEWEST_DIGITS,
    mask_phone,
    read_digits,
    read_phone,
    written_numbers,
)
from backend.flows.plain_words import plain

__all__ = [
    "Contacts",
    "mask_email",
    "mask_name",
    "mask_phone",
    "read_contacts",
    "read_email",
    "read_name",
    "read_phone",
]

DELIMITER = regex.compile(r"[\n,;،؛、。|•]|[.!](?=\s|$)|\s[-–—/]\s")
QUESTION = regex.compile(r"[?？؟¿]")
OF_NAMES = frozenset({"called", "name", "weak"})
OF_VALUES = frozenset({"email", "phone"})
# What an address has that is not one, behind "my e-mail is".
MEANT_AS_ADDRESS = regex.compile(
    r"\S*(?:[\p{L}\p{N}_]\.[\p{L}\p{N}_]|\s(?:at|dot)\s)\S*"
)


@dataclass(frozen=True, slots=True)
class Contacts:
    """What one message said of it, each in its final form; `problems` are what was meant as a
    contact detail and is none.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    problems: tuple[InvalidAnswer, ...] = ()


class _Piece(NamedTuple):
    """A part of the message. `kind` is what it is: `email` or `phone`, or what announces what
    follows (then `is_sure` if nothing else can follow), or `rest`.
    """

    kind: str
    text: str
    is_announcement: bool = False
    is_sure: bool = False


NOTHING = _Piece("nothing", "")


class _Span(NamedTuple):
    start: int
    end: int
    piece: _Piece


def read_contacts(
    text: str,
    country: str | None,
    wanted: Collection[str],
) -> Contacts:
    """Of `wanted` ("name", "phone", "email") a name may stand for itself, and what is wrong is a
    problem; what is announced, or cannot be anything else, is read at any time.
    """
    pieces = _pieces(spelt_out(plain(text)))
    name = _read_name(pieces, wanted)
    problems: list[InvalidAnswer] = []

    def read_phone_number(written: str) -> str:
        return read_digits(written, country)

    is_alone = _is_nothing_else(pieces, name)
    phone = _first_right(
        _phones(pieces, is_alone),
        read_phone_number,
        problems,
    )
    email = _first_right(_emails(pieces), check_address, problems)

    return Contacts(
        name,
        phone,
        email,
        tuple(problem for problem in problems if problem.field in wanted),
    )


def _first_right(
    written: Iterator[str],
    read: Callable[[str], str],
    problems: list[InvalidAnswer],
) -> str | None:
    """What is wrong with the first is a problem only if none is right."""
    refused: list[InvalidAnswer] = []
    for each in written:
        try:
            return read(each)
        except InvalidAnswer as invalid:
            refused.append(invalid)

    problems += refused[:1]
    return None


def _phones(
    pieces: list[_Piece],
    is_alone: bool,
) -> Iterator[str]:
    """Announced ones, and those that are long enough. Without either, only if nothing else stands
    in the message.
    """
    announced = ""
    for piece in pieces:
        is_long = _digits(piece.text) >= FEWEST_DIGITS
        if piece.kind == "phone" and not piece.is_announcement:
            is_meant = announced == "phone" or is_alone or is_long
            if is_meant and announced != "other":
                yield piece.text
        announced = piece.kind if piece.is_announcement else ""


def _emails(pieces: list[_Piece]) -> Iterator[str]:
    announced = False
    for piece in pieces:
        is_meant = announced and MEANT_AS_ADDRESS.match(piece.text)
        if piece.is_announcement:
            announced = piece.kind == "email"
            continue
        if piece.kind == "email" or is_meant:
            yield piece.text
        announced = False


def _read_name(
    pieces: list[_Piece],
    wanted: Collection[str],
) -> str | None:
    """The announced one, else the only part of the message that looks like one."""
    announced = NOTHING
    bare: list[str] = []

    for piece in pieces:
        if piece.kind == "rest":
            parts = list(_parts(piece.text))
            if _announces(announced, parts):
                return parts[0]
            if not announced.is_sure:
                bare += filter(looks_like_name, parts)
        announced = piece if piece.is_announcement else NOTHING

    if len(bare) != 1 or "name" not in wanted:
        return None
    return (
        None
        if _says_more(
            pieces,
            bare[0],
        )
        else bare[0]
    )


def _announces(
    announced: _Piece,
    parts: list[str],
) -> bool:
    """Whether it is a name that stands first."""
    if announced.kind not in OF_NAMES or not parts:
        return False
    return (is_possible_name if announced.is_sure else looks_like_name)(parts[0])


def _says_more(
    pieces: list[_Piece],
    name: str,
) -> bool:
    """Whether something that is no contact detail stands beside it, and no contact detail."""
    has_value = any(piece.kind in OF_VALUES for piece in pieces)
    return not has_value and not _is_nothing_else(pieces, name)


def _is_nothing_else(
    pieces: list[_Piece],
    name: str | None,
) -> bool:
    return all(part == name for part in _rest(pieces))


def _rest(pieces: list[_Piece]) -> Iterator[str]:
    for piece in pieces:
        if piece.kind == "rest":
            yield from _parts(piece.text)


def _parts(text: str) -> Iterator[str]:
    """Between the commas and the ends of lines, without the words around them. What asks stays a
    question.
    """
    for part in DELIMITER.split(text):
        if QUESTION.search(part):
            yield part.strip()
        elif bare := name_part(part):
            yield bare


def _digits(text: str) -> int:
    return sum(map(str.isdecimal, text))


def _pieces(text: str) -> list[_Piece]:
    pieces = []
    reached = 0

    for start, end, piece in sorted(_spans(text)):
        if start < reached:
            continue
        if rest := text[reached:start].strip():
            pieces.append(_Piece("rest", rest))
        pieces.append(piece)
        reached = end

    if rest := text[reached:].strip():
        pieces.append(_Piece("rest", rest))
    return pieces


def _spans(text: str) -> Iterator[_Span]:
    for found in written_addresses(text):
        yield _Span(
            found.start(),
            found.end(),
            _Piece("email", found[0]),
        )

    for number in written_numbers(text):
        yield _Span(
            number.start,
            number.end,
            _Piece("phone", number.digits),
        )

    for found in contact_words.announcements().finditer(text):
        kind = next(kind for kind in contact_words.KINDS if found[kind])
        is_sure = kind == "called" or kind != "weak" and bool(found["sure"])
        piece = _Piece(
            kind,
            found[0],
            True,
            is_sure,
        )
        yield _Span(
            found.start(),
            found.end(),
            piece,
        )
