"""An export as PDF: each conversation begins a page, and pages leave as they fill."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from backend.exports.pdf_pages import GREY, LARGE, SMALL, Pages
from backend.exports.reader import Conversation
from backend.shops.settings import Settings

SPEAKERS = {"shopper": "Shopper", "assistant": "Assistant", "staff": "Team"}
STATUSES = {"partial": " (cut off)", "failed": " (not answered)"}
# A speaker's name is not left alone at the foot of a page.
NAME_AND_TWO_LINES = 50


def written(
    shop: str, chosen: Settings, conversations: Iterable[Conversation]
) -> Iterator[bytes]:
    """`shop` is its name. Raises CannotWritePdf before the first piece. Times are those of the
    shop's zone.
    """
    pages = Pages(f"Conversations of {shop}", shop)
    return _pieces(pages, chosen, conversations)


def _pieces(
    pages: Pages, chosen: Settings, conversations: Iterable[Conversation]
) -> Iterator[bytes]:
    zone = ZoneInfo(chosen.time_zone)
    found = False
    for it in conversations:
        found = True
        pages.begin_page()
        _write_head(pages, it.row, zone)
        for note in it.notes:
            _write_note(pages, note, zone)
        for message in it.messages:
            _write_message(pages, message, chosen, zone, it.row.locale or "")
            yield pages.take()
    if not found:
        pages.write("No conversation was found.")
    yield pages.finish()


def _write_head(pages: Pages, row: Row, zone: ZoneInfo) -> None:
    pages.write(f"Conversation of {_time(row.started_at, zone)}", LARGE, bold=True)
    page = row.page or {}
    facts = [
        f"Customer {row.customer_id}" if row.customer_id else "Guest",
        f"{row.status}, last active {_time(row.active_at, zone)} ({zone.key})",
        " ".join(filter(None, (page.get("title"), page.get("url")))),
        row.id,
    ]
    for fact in filter(None, facts):
        pages.write(fact, SMALL, colour=GREY)
    pages.space(8)
    pages.rule()
    pages.space(10)


def _write_note(pages: Pages, note: Row, zone: ZoneInfo) -> None:
    pages.keep(NAME_AND_TWO_LINES)
    pages.write(
        f"Note by {note.author}, {_time(note.at, zone)}", SMALL, bold=True, colour=GREY
    )
    pages.write(note.text, colour=GREY)
    pages.space(8)


def _write_message(
    pages: Pages, row: Row, chosen: Settings, zone: ZoneInfo, locale: str
) -> None:
    pages.keep(NAME_AND_TWO_LINES)
    said_at = (
        f"{_speaker(row, chosen)}, {_time(row.at, zone)}{STATUSES.get(row.status, '')}"
    )
    pages.write(said_at, SMALL, bold=True, colour=GREY)
    pages.write(row.text, locale=row.turn_locale or locale)
    for card in row.cards or ():
        price = card.get("price") or {}
        pages.write(
            f"• {card.get('title', '')}, {price.get('amount', '')} {price.get('currency', '')}",
            colour=GREY,
        )
        pages.write(card.get("url", ""), SMALL, colour=GREY)
    pages.space(8)


def _speaker(row: Row, chosen: Settings) -> str:
    named = row.author or {
        "assistant": chosen.assistant_name,
        "staff": chosen.team_name,
    }.get(row.role)
    word = SPEAKERS[row.role]
    return f"{named} ({word.lower()})" if named else word


def _time(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M")
