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
        told = ", ".join(filter(None, more))
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
    items = [", ".join(filter(None, (it.words, it.url))) for it in display.items]

    lead = display.lead
    if display.placed_at is not None:
        day = datetime.fromtimestamp(display.placed_at / 1000, UTC).date()
        lead = f"{lead}, placed {day.isoformat()}"

    told = " | ".join(filter(None, [lead, *items]))
    return f"{display.label}: {told}" if told else display.label


def _read_products(label: str, part: Part, origin: str) -> PartDisplay:
    items = [_read_product(fields, origin) for fields in objects_of(part.get("items"))]
    return PartDisplay(label, items=_named(items))


def _read_product(fields: Fields, origin: str) -> PartItem:
    price, before = fields.get("price"), fields.get("compareAtPrice")
    return PartItem(
        title=_text(fields.get("title")) or _text(fields.get("handle")),
        url=_address(fields.get("url"), origin),
        picture=_read_picture(fields.get("image"), origin),
        price=write_money(price),
        price_before=write_money(before) if _is_less(price, before) else "",
        is_sold_out=fields.get("available") is False,
    )


def _read_picture(image: Any, origin: str) -> Picture | None:
    fields = image if isinstance(image, Mapping) else {}
    url = _address(fields.get("url"), origin)
    return Picture(url, _text(fields.get("alt"))) if url else None


def _is_less(price: Any, before: Any) -> bool:
    amount, amount_before = read_amount(price), read_amount(before)
    if amount is None or amount_before is None:
        return False
    return amount < amount_before and price["currency"] == before["currency"]


def _read_sources(label: str, part: Part, origin: str) -> PartDisplay:
    items = []
    for fields in objects_of(part.get("items")):
        url = _address(fields.get("url"), origin)
        items.append(PartItem(_text(fields.get("title")) or url, url))
    return PartDisplay(label, items=_named(items))


def _read_order(label: str, part: Part, origin: str) -> PartDisplay:
    names = [_text(part.get("name")), _status(part.get("status"))]
    items = [_read_bought(fields) for fields in objects_of(part.get("items"))]
    for fields in objects_of(part.get("fulfilments")):
        items.append(_read_parcel(fields, origin))

    return PartDisplay(
        label,
        lead=", ".join(filter(None, names)),
        placed_at=_read_time(part.get("placedAt")),
        items=_named(items),
    )


def _read_bought(fields: Fields) -> PartItem:
    title, quantity = _text(fields.get("title")), fields.get("quantity")
    # True is a number to Python.
    if not title or isinstance(quantity, bool) or not isinstance(quantity, int):
        return PartItem(title)
    return PartItem(f"{quantity} × {title}")


def _read_parcel(fields: Fields, origin: str) -> PartItem:
    carrier = [_text(fields.get("company")), _text(fields.get("number"))]
    told = [" ".join(filter(None, carrier)), _status(fields.get("status"))]
    title = ", ".join(filter(None, told))
    url = _address(fields.get("url"), origin)
    return PartItem(f"Parcel: {title}" if title else "Parcel", url)


def _read_person(label: str, part: Part, origin: str) -> PartDisplay:
    state, hours = _text(part.get("state")), _text(part.get("hours"))
    told = [PERSON_STATES.get(state, _status(state)), hours]
    return PartDisplay(label, lead=", ".join(filter(None, told)))


def _read_other(label: str, part: Part, origin: str) -> PartDisplay:
    """A form, or what a later version has shown."""
    names = [_text(part.get("name"))]
    names += [_text(fields.get("title")) for fields in objects_of(part.get("items"))]
    names += [_text(fields.get("label")) for fields in objects_of(part.get("fields"))]
    return PartDisplay(label, lead=", ".join(filter(None, names)))


READERS: Mapping[str, Callable[[str, Part, str], PartDisplay]] = {
    "products": _read_products,
    "sources": _read_sources,
    "order": _read_order,
    "person": _read_person,
}


def _named(items: Sequence[PartItem]) -> list[PartItem]:
    return [item for item in items if item.title]


def _text(value: Any) -> str:
    """In one line."""
    return " ".join(value.split()) if isinstance(value, str) else ""


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
