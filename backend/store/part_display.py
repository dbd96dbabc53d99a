"""Parts as people of the shop read them, wherever they are drawn: what is shown, where it leads,
what it costs. What was read back from a file may be anything.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from backend.store.money_format import read_amount, write_money
from backend.store.parts import Part, label_of, objects_of

Fields = Mapping[str, Any]

# No address has them; some browsers leave them out, and go elsewhere.
NO_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")
YEARS = range(2000, 2200)
PERSON_STATES = {
    "offered": "A person can be asked",
    "requested": "A person has been asked for",
    "away": "A person has been asked for; the team is away",
    "joined": "A person has joined",
    "returned": "Returned to assistant",
    "asked_back": "Asked whether the assistant may go on",
    "gave_up": "Nobody could answer in time",
}


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class PartItem:
    """One thing of a part. `url` is an address of the web, or empty."""

    title: str
    url: str = ""
    picture: Picture | None = None
    price: str = ""
    price_before: str = ""
    is_sold_out: bool = False

    @property
    def words(self) -> str:
        """All but where it leads."""
        price = self.price
        if self.price_before:
            price = f"{price} (was {self.price_before})"

        more = [price, "sold out" if self.is_sold_out else ""]
        told = _join(*more)
        return f"{self.title} — {told}" if told else self.title


@dataclass(frozen=True, slots=True)
class PartDisplay:
    """`lead` says what the part itself is, such as an order's number."""

    label: str
    lead: str = ""
    placed_at: int | None = None
    items: Sequence[PartItem] = ()

    @property
    def heading(self) -> str:
        return f"{self.label}: {self.lead}" if self.lead else self.label


def read_part(part: Part, origin: str = "") -> PartDisplay:
    """Addresses that begin with a slash lie below `origin`. What nobody knows is its
    names alone.
    """
    kind = part.get("type")
    read = READERS.get(kind, _read_other) if isinstance(kind, str) else _read_other
    return read(label_of(part), part, origin)


def describe_part(part: Part, origin: str = "") -> str:
    """In one line."""
    display = read_part(part, origin)
    items = [_join(item.words, item.url) for item in display.items]

    lead = display.lead
    if display.placed_at is not None:
        day = datetime.fromtimestamp(display.placed_at / 1000, UTC).date()
        lead = f"{lead}, placed {day.isoformat()}"

    told = " | ".join(filter(None, [lead, *items]))
    return f"{display.label}: {told}" if told else display.label


def _read_products(label: str, part: Part, origin: str) -> PartDisplay:
    items = [_read_product(fields, origin) for fields in objects_of(part, "items")]
    return PartDisplay(label, items=_named(items))


def _read_product(fields: Fields, origin: str) -> PartItem:
    price = fields.get("price")
    before = fields.get("compareAtPrice")
    is_reduced = _is_less(price, before)

    return PartItem(
        title=_text_at(fields, "title") or _text_at(fields, "handle"),
        url=_address(fields.get("url"), origin),
        picture=_read_picture(fields.get("image"), origin),
        price=write_money(price),
        price_before=write_money(before) if is_reduced else "",
        is_sold_out=fields.get("available") is False,
    )


def _read_picture(image: Any, origin: str) -> Picture | None:
    fields = image if isinstance(image, Mapping) else {}
    url = _address(fields.get("url"), origin)
    if not url:
        return None

    alt = _text_at(fields, "alt")
    return Picture(url, alt)


def _is_less(price: Any, before: Any) -> bool:
    amount = read_amount(price)
    amount_before = read_amount(before)
    if amount is None or amount_before is None:
        return False
    is_same_money = price["currency"] == before["currency"]
    return is_same_money and amount < amount_before


def _read_sources(label: str, part: Part, origin: str) -> PartDisplay:
    items = []
    for fields in objects_of(part, "items"):
        url = _address(fields.get("url"), origin)
        title = _text_at(fields, "title")
        item = PartItem(title or url, url)
        items.append(item)
    return PartDisplay(label, items=_named(items))


def _read_order(label: str, part: Part, origin: str) -> PartDisplay:
    name = _text_at(part, "name")
    status = _status(part.get("status"))
    bought = map(_read_bought, objects_of(part, "items"))
    parcels = [
        _read_parcel(fields, origin) for fields in objects_of(part, "fulfilments")
    ]

    items = [*bought, *parcels]
    return PartDisplay(
        label,
        lead=_join(name, status),
        placed_at=_read_time(part.get("placedAt")),
        items=_named(items),
    )


def _read_bought(fields: Fields) -> PartItem:
    title = _text_at(fields, "title")
    quantity = fields.get("quantity")
    # True is a number to Python.
    if not title or isinstance(quantity, bool) or not isinstance(quantity, int):
        return PartItem(title)
    return PartItem(f"{quantity} × {title}")


def _read_parcel(fields: Fields, origin: str) -> PartItem:
    company = _text_at(fields, "company")
    number = _text_at(fields, "number")
    carrier = f"{company} {number}".strip()
    status = _status(fields.get("status"))
    title = _join(carrier, status)
    url = _address(fields.get("url"), origin)
    return PartItem(f"Parcel: {title}" if title else "Parcel", url)


def _read_person(label: str, part: Part, origin: str) -> PartDisplay:
    state = _text_at(part, "state")
    hours = _text_at(part, "hours")
    name = _text_at(part, "name")
    told = PERSON_STATES.get(state) or _status(state)
    if state == "joined" and name:
        told = f"{name} joined"
    return PartDisplay(label, lead=_join(told, hours))


def _read_other(label: str, part: Part, origin: str) -> PartDisplay:
    """A form, or what a later version has shown."""
    name = _text_at(part, "name")
    titles = [_text_at(fields, "title") for fields in objects_of(part, "items")]
    labels = [_text_at(fields, "label") for fields in objects_of(part, "fields")]
    return PartDisplay(label, lead=_join(name, *titles, *labels))


READERS: Mapping[str, Callable[[str, Part, str], PartDisplay]] = {
    "products": _read_products,
    "sources": _read_sources,
    "order": _read_order,
    "person": _read_person,
}


def _join(*texts: str) -> str:
    said = filter(None, texts)
    return ", ".join(said)


def _named(items: Sequence[PartItem]) -> list[PartItem]:
    return [item for item in items if item.title]


def _text(value: Any) -> str:
    """In one line."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _text_at(fields: Fields, key: str) -> str:
    value = fields.get(key)
    return _text(value)


def _status(value: Any) -> str:
    """A word of Shopify's, such as in_transit."""
    return _text(value).replace("_", " ").lower()


def _read_time(value: Any) -> int | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    if at.year not in YEARS:
        return None

    zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(zoned.timestamp() * 1000)


def _address(value: Any, origin: str) -> str:
    """One that a browser may open, or nothing."""
    address = value.strip() if isinstance(value, str) else ""
    if NO_ADDRESS.search(address):
        return ""
    if address.startswith("/") and not address.startswith("//"):
        return f"{origin}{address}"

    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and has_host
    return address if is_web and "@" not in parts.netloc else ""
