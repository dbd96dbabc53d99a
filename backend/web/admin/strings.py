"""Stored values in the words of the admin's pages: times in the shop's zone, who somebody is, where
they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from backend.chat.conversations import Conversation
from backend.clock import iso
from backend.inbox.access_log import What
from backend.inbox.conversation_list import InboxRow
from backend.inbox.conversation_view import Look
from backend.shops.addresses import links_of
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store import parts
from backend.store.parts import Part
from backend.web import markdown_html
from backend.web.markdown_inline import Node

ROLES = {"shopper": "Shopper", "assistant": "Assistant", "staff": "Your team"}
ENDED = {
    "reset": "The shopper reset it.",
    "erased": "The shopper deleted it.",
    "expired": "Nothing was said for a while.",
}
LOOKS = {
    What.READ: "opened",
    What.EXPORTED: "exported",
    What.HANDED_OVER: "handed over",
    What.DELETED: "deleted",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time twice: for people, and for machines."""

    words: str
    iso: str


class ReaderLabels:
    """What one reader of a page is shown, at one moment."""

    def __init__(self, staff: Staff, chosen: Settings, now: int) -> None:
        self._staff = staff
        self._chosen = chosen
        self._now = now

    def when(self, at_ms: int) -> Moment:
        """As short as it can be said: today's times have no day, this year's days no year."""
        at = self._chosen.local_time(at_ms)
        now = self._chosen.local_time(self._now)

        clock = f"{at:%H:%M}"
        if at.date() == now.date():
            return Moment(clock, iso(at_ms))
        if at.date() == now.date() - timedelta(days=1):
            return Moment(f"Yesterday {clock}", iso(at_ms))

        year = "" if at.year == now.year else f" {at.year}"
        return Moment(f"{at.day} {at:%b}{year} {clock}", iso(at_ms))

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
        # Names are as their people write them.
        begun = who if who == look.name else who.capitalize()
        return f"{begun} {LOOKS.get(look.what, look.what)} it"

    def role(self, role: str | None) -> str:
        return ROLES.get(role or "", "")

    def prose(self, said: str) -> list[Node]:
        return markdown_html.blocks(
            said, self._staff.shop.domain, links_of(self._chosen)
        )

    def part_label(self, part: Part) -> str:
        return parts.label_of(part)

    def part_titles(self, part: Part) -> list[str]:
        return parts.titles_of(part)

    def addresses(self, said: str) -> list[Node]:
        return markdown_html.addresses(said)

    def line(self, role: str, said: str) -> str:
        """A message in the list: only the assistant writes Markdown."""
        return markdown_html.plain(said) if role == "assistant" else said

    def ended(self, why: str | None) -> str:
        return ENDED.get(why or "", "It has ended.")


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
