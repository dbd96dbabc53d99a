"""By which addresses and numbers a conversation of a file can be somebody's: those that its shopper
has written or filled in.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
PHONE = re.compile(r"\+[0-9][0-9 ()./-]{4,30}[0-9]", re.ASCII)
FIELDS = ("email", "phone")
# Nobody has more; who writes a list of addresses is not looked up for each.
MOST = 200


def find_contacts(
    said: Iterable[str], forms: Iterable[Mapping[str, Any]]
) -> frozenset[str]:
    """`said` are the shopper's words, `forms` what was filled in. Numbers as forms keep them."""
    found: dict[str, None] = {}
    for answers in forms:
        written = (answers.get(field) for field in FIELDS)
        found |= {text: None for text in written if text and isinstance(text, str)}

    for text in said:
        found |= dict.fromkeys(EMAIL.findall(text))
        found |= {_in_digits(phone): None for phone in PHONE.findall(text)}

    return frozenset(list(found)[:MOST])


def _in_digits(phone: str) -> str:
    return "+" + "".join(filter(str.isdigit, phone))
