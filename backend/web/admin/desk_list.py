"""The list beside a conversation, and on a page of its own: what was asked for in the address, what
is found, and the addresses that lead on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import request

from backend.inbox import conversation_list, labels, search
from backend.inbox.conversation_list import (
    SORTABLE,
    START,
    Cursor,
    InboxFilter,
    InboxPage,
    InboxRow,
)
from backend.inbox.search import Hit
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.web.admin import forms
from backend.web.admin.desk_words import write_count
from backend.web.guards import services

TABS = {
    "wanted": "Needs reply",
    "mine": "Mine",
    "unread": "Unread",
    "all": "All",
    "closed": "Closed",
}
ASKED = ("view", "since", "until", "words", "label", "sort")
# How far below a message that was found its page reaches.
MESSAGES_AFTER = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """`count` is in words, and empty where none is told."""

    name: str
    label: str
    address: str
    count: str


@dataclass(frozen=True, slots=True)
class DeskList:
    """A page of the list, or of a search; `hits` are the search's, by conversation. `query` is what
    its links ask for again, and `version` is blank where it does not change by itself.
    """

    rows: Sequence[InboxRow]
    older: str
    newest: str
    version: str
    wanted: InboxFilter
    asked: Mapping[str, str]
    tabs: Sequence[Tab]
    labels: Sequence[str]
    hits: Mapping[str, Hit] = field(default_factory=dict)
    stopped: bool = False
    # What was typed, where nothing had it and `asked` names what was looked for instead.
    mistyped: str = ""

    @property
    def query(self) -> str:
        return urlencode(self.asked)

    @property
    def is_sortable(self) -> bool:
        return self.wanted.view in SORTABLE and not self.asked.get("words")

    @property
    def is_filtered(self) -> bool:
        return any(self.asked.get(name) for name in ("since", "until", "label"))

    def address_of(self, row: InboxRow) -> str:
        """Of its conversation, with this list beside it."""
        hit = self.hits.get(row.id)
        if hit is None or not hit.seq:
            return address_of(f"/admin/inbox/{row.id}", self.asked)
        place = {"before": str(hit.seq + MESSAGES_AFTER)}
        return f"{address_of(f'/admin/inbox/{row.id}', {**self.asked, **place})}#m-{hit.seq}"


@dataclass(frozen=True, slots=True)
class _Found:
    rows: Sequence[InboxRow]
    next: Cursor | None
    version: str = ""
    hits: Mapping[str, Hit] = field(default_factory=dict)
    stopped: bool = False
    instead: str = ""

    @classmethod
    def of_page(cls, page: InboxPage, is_first: bool) -> "_Found":
        return cls(page.rows, page.next, page.version if is_first else "")


def read_list(staff: Staff, chosen: Settings, opened: str = "") -> DeskList:
    """What the address asks for. A search is logged unless a conversation is `opened` beside it:
    then it has been. Raises Invalid.
    """
    wanted = read_wanted(staff, chosen)
    words = forms.read_search(request.args)
    asked = asked_fields()

    found = (
        _find(staff, wanted, words, is_logged=not opened)
        if words
        else _read(staff, wanted)
    )
    if found.instead:
        asked["words"] = found.instead
    place = f"/admin/inbox/{opened}" if opened else "/admin/inbox"

    with services().db.reading() as connection:
        counts = conversation_list.read_counts(connection, staff.shop.id, staff.user_id)
        known = labels.list_known(connection, staff.shop.id)

    return DeskList(
        rows=found.rows,
        older=_older(place, asked, found.next),
        newest=address_of(place, asked) if request.args.get("after") else "",
        version=found.version,
        wanted=wanted,
        asked=asked,
        tabs=_tabs(asked, {name: getattr(counts, name, 0) for name in TABS}),
        labels=known,
        hits=found.hits,
        stopped=found.stopped,
        mistyped=words if found.instead else "",
    )


def read_wanted(staff: Staff, chosen: Settings) -> InboxFilter:
    """Raises Invalid."""
    return forms.read_inbox_filter(request.args, chosen.time_zone, staff.user_id)


def asked_fields() -> dict[str, str]:
    """What the page was asked for, and its links ask for again."""
    fields = {name: request.args.get(name, "").strip() for name in ASKED}
    return {name: text for name, text in fields.items() if text}


def address_of(place: str, fields: Mapping[str, str]) -> str:
    return f"{place}?{urlencode(fields)}" if fields else place


def _read(staff: Staff, wanted: InboxFilter) -> _Found:
    after = forms.read_cursor(request.args, wanted.start)
    page = conversation_list.read_page(services(), staff.shop.id, wanted, after)
    return _Found.of_page(page, after == wanted.start)


def _find(staff: Staff, wanted: InboxFilter, words: str, is_logged: bool) -> _Found:
    after = forms.read_cursor(request.args, START)
    if is_logged:
        found = search.search_as(services(), staff, wanted, words, after)
    else:
        found = search.search(services(), staff.shop, wanted, words, after)

    return _Found(
        rows=[hit.row for hit in found.hits],
        next=found.next,
        hits={hit.row.id: hit for hit in found.hits},
        stopped=found.stopped,
        instead=found.instead,
    )


def _older(place: str, asked: Mapping[str, str], end: Cursor | None) -> str:
    if end is None:
        return ""
    return address_of(place, {**asked, "after": forms.write_cursor(end)})


def _tabs(asked: Mapping[str, str], counts: Mapping[str, int]) -> list[Tab]:
    """A tab is a list of its own: of what else was asked for it keeps the filters."""
    kept = {name: text for name, text in asked.items() if name != "sort"}
    return [
        Tab(
            name,
            label,
            address_of("/admin/inbox", {**kept, "view": name}),
            write_count(counts[name]),
        )
        for name, label in TABS.items()
    ]
