"""E-mail addresses: found in what somebody wrote, checked without the network, and masked."""

from collections.abc import Iterator

import regex
from email_validator import EmailNotValidError, validate_email

from backend.flows.answers import InvalidAnswer
from backend.flows.plain_words import plain

FIELD = "email"
AROUND = " \t\n<>()[]{}\"',;:.!?。、،؟।"
# What no address has; the rest may be wrong in any way.
OUTSIDE = r"\s<>(),;:\"'、。،؛|@"
WRITTEN = regex.compile(rf"(?<![^{OUTSIDE}])[^{OUTSIDE}]++ ?@ ?[^{OUTSIDE}]*+")
SPOKEN_AT = regex.compile(
    r"\s*[(\[{]\s*(?:at|ät|@|arroba)\s*[)\]}]\s*", regex.IGNORECASE
)
SPOKEN_DOT = regex.compile(
    r"\s*[(\[{]\s*(?:dot|punkt|point|punto|\.)\s*[)\]}]\s*", regex.IGNORECASE
)
# Scripts that put no blank behind an address.
BEHIND = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー]+$")
# Written before an address without a blank between.
BEFORE = regex.compile(
    r"^(?:mailto:|[\p{Han}\p{Hiragana}\p{Katakana}ー]+(?=[\x21-\x7e]))"
)


def read_email(text: str) -> str:
    """As it is sent to. Raises InvalidAnswer."""
    text = spelt_out(plain(text)).strip(AROUND)
    if not text:
        raise InvalidAnswer(FIELD, "email_missing")

    found = next(written_addresses(text), None)
    return check_address(found[0] if found else text)


def spelt_out(text: str) -> str:
    """With its signs, where somebody has written them as words in brackets."""
    return SPOKEN_DOT.sub(
        ".",
        SPOKEN_AT.sub("@", text),
    )


def written_addresses(text: str) -> Iterator[regex.Match[str]]:
    """Whatever is meant as one, in a plain text from the left."""
    return WRITTEN.finditer(text)


def check_address(written: str) -> str:
    """Raises InvalidAnswer."""
    bare = BEFORE.sub(
        "",
        "".join(written.split()).strip(AROUND),
    )
    bare = BEHIND.sub(
        "",
        bare,
    ).strip(AROUND)
    try:
        found = validate_email(
            bare,
            check_deliverability=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError:
        raise InvalidAnswer(FIELD, "email_invalid") from None

    if "." not in found.domain:
        raise InvalidAnswer(FIELD, "email_invalid")
    return found.normalized


def mask_email(email: str) -> str:
    """Only its first letter and its ending: many a domain is a name."""
    if not email:
        return ""
    _, _, ending = email.rpartition(".")
    return f"{email[0]}…@….{ending}"
