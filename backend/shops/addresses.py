"""Addresses in words: where one begins and ends, its one way of being written, and which ones a
merchant has written.

The browser's half of the same rules is `chat-links.js`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

from backend.shops.settings import Settings

MOST_LINKS = 100
LONGEST_LINK = 500

BEGINS = re.compile(r"https?://", re.IGNORECASE)
# Letters of other scripts end an address: who writes them puts no space before them.
ADDRESS = re.compile(
    r"https?://[a-z\d](?:[!#-%'-)+-;=?-Z_a-z~]|&(?!(?:lt|gt|quot|apos|nbsp|#3[49]);))*",
    re.ASCII | re.IGNORECASE,
)
# It begins only where nothing of it stands before, so that a long word is looked through once.
MAILBOX = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
MAIL_LINK = re.compile(
    r"mailto:([\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?:\?[^\n]*)?", re.ASCII | re.IGNORECASE
)
PHONE = re.compile(r"\+?[\d ().-]{3,30}", re.ASCII)
# In free text only what is long enough for a number that somebody would call.
WRITTEN_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{4,28}\d(?!\w)", re.ASCII)
MOST_DIGITS, FEWEST_DIGITS = 15, 6
ESCAPED = re.compile(
    r"\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z0-9_]{2,8}));",
    re.ASCII,
)
NAMED = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "apos": "'",
    "nbsp": "\u00a0",
    "euro": "€",
    "pound": "£",
    "copy": "©",
    "reg": "®",
    "times": "×",
    "deg": "°",
    "hellip": "…",
    "ndash": "–",
    "mdash": "—",
    "rsquo": "’",
    "auml": "ä",
    "ouml": "ö",
    "uuml": "ü",
    "Auml": "Ä",
    "Ouml": "Ö",
    "Uuml": "Ü",
    "szlig": "ß",
    "eacute": "é",
}
HOST = re.compile(r"[a-z0-9.-]+", re.ASCII)
USUAL_PORTS = {"http": 80, "https": 443}
CHANGED_BY_BROWSERS = re.compile(r"[\x00-\x1f\\]")
# Control characters, and those that turn the reading direction.
UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def without_unseen(text: str) -> str:
    return UNSEEN.sub("", text)


def unescaped(text: str) -> str:
    """Words with their escaped and named characters as they are meant."""
    return ESCAPED.sub(character_of, text)


def character_of(found: re.Match[str]) -> str:
    escaped, decimal, hexadecimal, name = found.groups()
    if escaped or name:
        return escaped or NAMED.get(name, found[0])

    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF
    return without_unseen(chr(code)) if is_character else "\ufffd"


def address_at(text: str, at: int) -> str:
    """The bare address that begins there, without the signs that end a sentence; or nothing."""
    before = text[at - 1 : at]
    if before.isascii() and before.isalnum():
        return ""

    found = ADDRESS.match(text, at)
    return _without_end_signs(found[0]) if found else ""


def _without_end_signs(address: str) -> str:
    """A bracket that closes one of the address belongs to it."""
    opened = address.count("(") - address.count(")")
    end = len(address)

    while end and address[end - 1] in ".,;:!?'_~()":
        last = address[end - 1]
        if last == ")" and opened >= 0:
            break
        if last == "(":
            opened -= 1
        elif last == ")":
            opened += 1
        end -= 1
    return address[:end]


def normal(href: str) -> str:
    """One way to write each page, mailbox and number, without orders to a mail program; nothing for
    all else.
    """
    if mail := MAIL_LINK.fullmatch(href):
        return f"mailto:{mail[1].lower()}"
    if href[:4].lower() == "tel:":
        return f"tel:{_digits(href[4:])}" if PHONE.fullmatch(href, 4) else ""
    return _web_address(href)


def links_of(chosen: Settings) -> tuple[str, ...]:
    """Pages, mailboxes and numbers in what a merchant tells shoppers; those in orders to the
    assistant stay unsaid.
    """
    texts = [chosen.knowledge]
    for answered in chosen.questions:
        texts += [answered.question, answered.answer]
    for place in chosen.pickup_places:
        texts += [place.name, place.address]
    texts += [chosen.welcome, chosen.away]

    return _links_in(tuple(filter(None, texts)))


@lru_cache(256)
def _links_in(texts: tuple[str, ...]) -> tuple[str, ...]:
    # A dict keeps their order, and each once.
    found: dict[str, None] = {}
    for text in texts:
        for link in _list_links(text):
            if len(link) <= LONGEST_LINK:
                found[link] = None
    return tuple(found)[:MOST_LINKS]


def _list_links(text: str) -> Iterator[str]:
    yield from _list_web_addresses(text)

    for mailbox in MAILBOX.findall(text):
        yield f"mailto:{mailbox.rstrip('.-').lower()}"

    for number in list_phones(text):
        yield f"tel:{_digits(number)}"


def list_phones(text: str) -> Iterator[str]:
    """Numbers that somebody could call, as they are written."""
    for number in WRITTEN_PHONE.findall(text):
        digits = _digits(number).lstrip("+")
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
            yield number


def _list_web_addresses(text: str) -> Iterator[str]:
    done = 0
    for begun in BEGINS.finditer(text):
        start = begun.start()
        if start < done:
            continue

        address = address_at(text, start)
        done = start + len(address)
        if link := _web_address(unescaped(address)):
            yield link


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign in "+0123456789")


def _web_address(href: str) -> str:
    """As a browser writes it: an address with a user's name in it, or with signs that browsers
    change, is none.
    """
    try:
        parts = urlsplit(href.strip(" "))
        port = parts.port
    except ValueError:
        return ""

    host = parts.hostname or ""
    if parts.scheme not in USUAL_PORTS or HOST.fullmatch(host) is None:
        return ""
    if "@" in parts.netloc or CHANGED_BY_BROWSERS.search(href):
        return ""

    is_usual = port in (None, USUAL_PORTS[parts.scheme])
    written = parts._replace(
        netloc=host if is_usual else f"{host}:{port}",
        path=quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._|[]"),
        query=_quoted(parts.query),
        fragment=_quoted(parts.fragment),
    )
    return written.geturl()


def _quoted(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?|[]{}^`\\#")
