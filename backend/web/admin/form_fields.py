"""Fields of a form, read into values or into a sentence beside the field: texts, numbers, amounts,
choices, and rows of fields.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Concatenate, ParamSpec

from backend.bounds import is_storable, read_number

# Fields by name; a field of a list, such as `question`, comes once for each of its rows.
Form = Mapping[str, Sequence[str]]
Arguments = ParamSpec("Arguments")

LEAST_DOLLARS, MOST_DOLLARS = Decimal("0.01"), Decimal(100_000)
DOLLARS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?", re.ASCII)
MOST_ROWS = 100
MOST_WHOLE = 999_999_999
# What a checkbox sends when it is checked; unchecked it sends nothing.
CHECKED = "on"


class Refused(ValueError):
    """Of a group of fields: which are wrong, and why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = errors


@dataclass(slots=True)
class Reading:
    """What has been read of a form so far: values by setting, errors by field."""

    form: Form
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def read_field(
        self,
        name: str,
        parse: Callable[Concatenate[str, Arguments], Any],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        """A setting that is one field."""
        text = read_first(self.form, name)
        try:
            self.values[name] = parse(text, *arguments, **named)
        except ValueError as error:
            self.errors[name] = str(error)

    def read_form(self, name: str, parse: Callable[[Form], Any]) -> None:
        """A setting of several fields."""
        try:
            self.values[name] = parse(self.form)
        except Refused as refused:
            self.errors |= refused.errors


def read_first(form: Form, name: str) -> str:
    texts = form.get(name, ())
    if not texts:
        return ""
    return texts[0].strip()


def read_text(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not is_storable(text):
        raise ValueError("This has characters that are no text.")

    length = len(text)
    if length > most:
        raise ValueError(f"This may have up to {most:,} characters; it has {length:,}.")
    return text


def read_line(text: str, most: int) -> str:
    words = read_text(text, most).split()
    return " ".join(words)


def read_filled(text: str, most: int) -> str:
    read = read_text(text, most)
    if not read:
        raise ValueError("Fill this in, or clear the whole row.")
    return read


def read_count(text: str, most: int) -> int | None:
    if not text:
        return None

    number = read_whole(text)
    if not 1 <= number <= most:
        raise ValueError(f"This must be a whole number from 1 to {most:,}, or blank.")
    return number


def read_within(text: str, most: int, otherwise: int) -> int:
    """From 1; `otherwise` where nothing is said."""
    number = read_whole(text) if text else otherwise
    if not 1 <= number <= most:
        raise ValueError(f"This must be a whole number from 1 to {most:,}.")
    return number


def read_whole(text: str) -> int:
    """Zero, which no field allows, for what is no number; nor are digits by the hundred read as
    one.
    """
    number = read_number(text, MOST_WHOLE)
    return number or 0


def read_dollars(text: str) -> Decimal | None:
    """In whole cents."""
    if not text:
        return None

    amount = Decimal(text) if DOLLARS.fullmatch(text) else Decimal(0)
    if not LEAST_DOLLARS <= amount <= MOST_DOLLARS:
        raise ValueError(
            f"This must be an amount from {LEAST_DOLLARS} to {MOST_DOLLARS:,}, such as 12.50, or"
            " blank."
        )
    return amount


def read_one_of(text: str, words: Collection[str]) -> str:
    if text not in words:
        choices = ", ".join(words)
        raise ValueError(f"Choose one of: {choices}.")
    return text


def read_checkbox(text: str) -> bool:
    return bool(text)


def read_rows(
    form: Form,
    columns: Mapping[str, int],
    optional: Collection[str] = (),
) -> list[list[str]]:
    """Rows of which every column is filled but for the `optional` ones, by the most characters of
    each; rows of blanks are none. Errors are told by column and row, from 0.
    """
    errors: dict[str, str] = {}
    rows = []

    for number, row in enumerate(rows_of(form, columns)):
        is_blank = not any(text.strip() for text in row)
        if is_blank:
            continue

        read = []
        for name, text in zip(columns, row, strict=True):
            parse = read_text if name in optional else read_filled
            try:
                read.append(parse(text, columns[name]))
            except ValueError as error:
                errors[f"{name}.{number}"] = str(error)
        rows.append(read)

    if len(rows) > MOST_ROWS:
        first, *_ = columns
        place = f"{first}.{MOST_ROWS}"
        errors.setdefault(place, f"There may be up to {MOST_ROWS} of these.")
    if errors:
        raise Refused(errors)
    return rows


def rows_of(form: Form, columns: Iterable[str]) -> list[tuple[str, ...]]:
    """A column that an older page does not send is blank."""
    texts = [form.get(name, ()) for name in columns]
    return list(zip_longest(*texts, fillvalue=""))
