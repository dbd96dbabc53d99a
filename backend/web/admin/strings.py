"""Stored values in the words of the admin's pages: times in the shop's zone, who somebody is, where
they were, what something costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from backend.assistant.budgets import DOLLAR, MONEY
from backend.chat import markdown_html
from backend.chat.conversations import Conversation
from backend.chat.markdown_inline import Node
from backend.clock import clock_words, iso
from backend.inbox.access_log import What
from backend.inbox.conversation_list import InboxRow
from backend.inbox.conversation_view import Look
from backend.inbox.search import Hit
from backend.reports.budget_report import BudgetStanding, Period
from backend.reports.catalog_report import CatalogReport
from backend.shops.addresses import links_of
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.part_display import PartDisplay, PartItem, Picture, read_part
from backend.store.parts import Part, is_event

MINUTE_MS = 60_000
CENT = Decimal("0.01")
# In minutes.
UNITS = {"day": 1_440, "hour": 60, "minute": 1}
ROLES = {"shopper": "Shopper", "assistant": "Assistant", "staff": "Your team"}
# Where a search has found something that nobody said.
FOUND_IN = {
    "note": "Internal note",
    "label": "Label",
    "form": "Form",
    "address": "Email",
    "customer": "Customer ID",
}
ENDED = {
    "reset": "Reset by the shopper",
    "erased": "Deleted by the shopper",
    "expired": "Closed due to inactivity",
}
LOOKS = {
    What.READ: "Viewed",
    What.EXPORTED: "Exported",
    What.HANDED_OVER: "Handed over",
    What.DELETED: "Deleted",
    What.NOTE_DELETED: "Note deleted",
}


PERIODS = {
    Period.DAY: ("today", "Daily", "tomorrow"),
    Period.MONTH: ("this month", "Monthly", "next month"),
}
# By the code of what went wrong, which is ours or Shopify's.
READ_FAILURE = "Shopify’s list of your products could not be read."
READ_FAILURES = {
    "unauthorized": (
        "Shopify does not let Flux Chat in. Open the app again from your admin."
    ),
    "ACCESS_DENIED": "Shopify did not allow Flux Chat to read your products.",
    "TIMEOUT": "Shopify took too long to list your products.",
    "INTERNAL_SERVER_ERROR": "Shopify had a problem while it listed your products.",
    "FAILED": "Shopify had a problem while it listed your products.",
    "CANCELED": "Shopify stopped listing your products before it was done.",
    "EXPIRED": "Shopify’s list of your products was gone before it was read.",
    "gone": "Shopify’s list of your products was gone before it was read.",
    "upstream_invalid": (
        "Shopify did not understand what Flux Chat asked. Tell whoever runs it."
    ),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time twice: for people, and for machines."""

    words: str
    iso: str


class ReaderLabels:
    """What one reader of a page is shown, at one moment. `pictures` is whose pictures a page loads;
    an address that a file has brought along tells nobody that somebody reads it.
    """

    def __init__(
        self, staff: Staff, chosen: Settings, now: int, pictures: str = ""
    ) -> None:
        self._staff = staff
        self._chosen = chosen
        self._now = now
        self._pictures = pictures

    def when(self, at_ms: int) -> Moment:
        """As short as it can be said: today's times have no day, this year's days no year."""
        at = self._chosen.local_time(at_ms)
        now = self._chosen.local_time(self._now)

        clock = clock_words(at)
        if at.date() == now.date():
            return Moment(clock, iso(at_ms))
        if at.date() == now.date() - timedelta(days=1):
            return Moment(f"Yesterday {clock}", iso(at_ms))
        if at.date() == now.date() + timedelta(days=1):
            return Moment(f"Tomorrow {clock}", iso(at_ms))

        year = "" if at.year == now.year else f", {at.year}"
        return Moment(f"{at:%b} {at.day}{year}, {clock}", iso(at_ms))

    def ago(self, at_ms: int) -> Moment:
        """How long it is past, in the largest unit."""
        past = max(0, self._now - at_ms)
        minutes = past // MINUTE_MS
        for unit, length in UNITS.items():
            count = minutes // length
            if count:
                words = count_of(count, unit)
                return Moment(f"{words} ago", iso(at_ms))
        return Moment("just now", iso(at_ms))

    def who(self, row: InboxRow | Conversation) -> str:
        """The shopper. Guests have no name; a piece of the conversation's id tells them apart."""
        if row.customer_id:
            return f"Customer {row.customer_id}"
        return f"Guest {row.id[:4].upper()}"

    def colleague(self, user_id: str | None, name: str | None) -> str:
        if user_id == self._staff.user_id:
            return "you"
        return name or f"colleague {user_id}"

    def looked(self, look: Look) -> str:
        who = self.colleague(look.user_id, look.name)
        return f"{LOOKS.get(look.what, look.what)} by {who}"

    def role(self, role: str | None) -> str:
        return ROLES.get(role or "", "")

    def found_in(self, hit: Hit) -> str:
        """Who has said it, or where else it stands."""
        return FOUND_IN.get(hit.where) or self.role(hit.role)

    def prose(self, said: str) -> list[Node]:
        return markdown_html.blocks(
            said, self._staff.shop.domain, links_of(self._chosen)
        )

    def part(self, part: Part) -> PartDisplay:
        return read_part(part, self._staff.shop.origin)

    def event(self, parts: Sequence[Part]) -> str:
        """What a message says has happened with the people of its conversation; empty, if it holds
        somebody's words.
        """
        events = (self.part(part).lead for part in parts if is_event(part))
        return next(events, "")

    def picture_of(self, item: PartItem) -> Picture | None:
        picture = item.picture
        if picture is None or not self._pictures:
            return None
        return picture if picture.url.startswith(f"{self._pictures}/") else None

    def addresses(self, said: str) -> list[Node]:
        return markdown_html.addresses(said)

    def known_addresses(self, said: str) -> list[Node]:
        return markdown_html.known_addresses(
            said, self._staff.shop.domain, links_of(self._chosen)
        )

    def line(self, role: str, said: str) -> str:
        """A message in the list: only the assistant writes Markdown."""
        return markdown_html.plain(said) if role == "assistant" else said

    def ended(self, why: str | None) -> str:
        return ENDED.get(why or "", "Closed")


def count_of(number: int, one: str, many: str = "") -> str:
    """Such as "1 product", "2,465 products"."""
    word = one if number == 1 else many or f"{one}s"
    return f"{number:,} {word}"


def write_dollars(microdollars: int) -> str:
    """In cents; what is less than one is written out."""
    amount = Decimal(microdollars) / DOLLAR
    if 0 < amount < CENT:
        return f"${amount:.4f}"
    return f"${amount:,.2f}"


@dataclass(frozen=True, slots=True)
class BudgetWords:
    heading: str
    sentence: str


def budget_words(standing: BudgetStanding) -> BudgetWords:
    """Of one that is reached, or near its end."""
    is_money = standing.name == MONEY
    kind = "AI budget" if is_money else "reply limit"
    used, limit = f"{standing.used:,}", count_of(standing.limit, "reply", "replies")
    if is_money:
        used, limit = write_dollars(standing.used), write_dollars(standing.limit)

    this, adverb, then = PERIODS[standing.period]
    said = f"The assistant has used {used} of the {limit} that you allow for {this}."
    if not standing.is_reached:
        heading = f"{standing.share:.0%} of the {adverb.lower()} {kind} is used"
        return BudgetWords(heading, said)

    if standing.used < standing.limit:
        said += f" One more reply may cost {write_dollars(standing.least)}."
    return BudgetWords(f"{adverb} {kind} reached", f"{said} AI replies resume {then}.")


def catalog_words(report: CatalogReport) -> str:
    """What has been read."""
    words = [count_of(report.products, "product")]
    if report.documents:
        words.append(count_of(report.documents, "policy or page", "policies and pages"))
    return ", ".join(words)


def reading_words(report: CatalogReport) -> str:
    """What is being read."""
    if report.expected is not None:
        return f"Reading your products: {report.seen:,} of about {report.expected:,}"
    if report.seen:
        return f"Reading your products: {report.seen:,} so far"
    return "Reading your products"


def failure_words(report: CatalogReport) -> str:
    """Why the products could not be read."""
    return READ_FAILURES.get(report.failure, READ_FAILURE)


def page_link(page: Mapping[str, Any] | None) -> str:
    """Where the shopper was, if a browser may go there: what a shopper's browser says can be any
    text.
    """
    return web_link((page or {}).get("url"))


def page_name(page: Mapping[str, Any] | None) -> str:
    said = page or {}
    return str(said.get("title") or said.get("url") or "")


def product_link(page: Mapping[str, Any] | None) -> str:
    return _admin_link("products", (page or {}).get("productId"))


def customer_link(customer_id: str | None) -> str:
    return _admin_link("customers", customer_id)


def draft_order_link(order_id: str) -> str:
    """Shopify names it by a gid, which ends in its number."""
    _, _, number = order_id.rpartition("/")
    return _admin_link("draft_orders", number)


def _admin_link(kind: str, id_: Any) -> str:
    """A page of Shopify's admin, or nothing for what is no number of Shopify's."""
    number = str(id_ or "")
    if not number.isascii() or not number.isdigit():
        return ""
    return f"shopify://admin/{kind}/{number}"


def web_link(address: Any) -> str:
    """An address of the web, or nothing."""
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        return ""

    is_of_the_web = parts.scheme in ("https", "http") and bool(parts.netloc)
    return str(address) if is_of_the_web else ""
