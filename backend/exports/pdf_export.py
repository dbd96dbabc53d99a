"""An export as PDF: each conversation begins a page, and pages leave as they fill."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from backend.chat.conversations import Conversation
from backend.chat.messages import Message, MessageStatus, Role
from backend.exports.form_text import (
    describe_request,
    describe_run,
    head_of_request,
    head_of_run,
)
from backend.exports.pdf_markdown import Links, write_markdown
from backend.exports.pdf_pages import GREY, LARGE, ORDINARY, SMALL, Pages
from backend.exports.reader import ExportedConversation, ExportedMessage
from backend.exports.text_layout import Span, Style
from backend.inbox.notes import Note
from backend.shops.addresses import links_of
from backend.shops.settings import Settings
from backend.store import part_display
from backend.store.parts import Part

SPEAKERS = {Role.SHOPPER: "Shopper", Role.ASSISTANT: "Assistant", Role.STAFF: "Team"}
STATUSES = {
    MessageStatus.PARTIAL: " (cut off)",
    MessageStatus.FAILED: " (not answered)",
}
# A speaker's name is not left alone at the foot of a page.
NAME_AND_TWO_LINES = 50
INDENT = 12.0


def write_pdf(
    shop: str,
    chosen: Settings,
    conversations: Iterable[ExportedConversation],
    origin: str = "",
) -> Iterator[bytes]:
    """`shop` is its name, `origin` the address below which its pages lie. Raises CannotWritePdf
    before the first piece. Times are those of the shop's zone.
    """
    pages = Pages(f"Conversations of {shop}", shop)
    return _pieces(pages, chosen, conversations, origin)


def _pieces(
    pages: Pages,
    chosen: Settings,
    conversations: Iterable[ExportedConversation],
    origin: str,
) -> Iterator[bytes]:
    zone = ZoneInfo(chosen.time_zone)
    links = Links(urlsplit(origin).netloc, links_of(chosen))
    found = False

    for exported in conversations:
        found = True
        pages.begin_page()
        _write_head(pages, exported.conversation, zone)
        for note in exported.notes:
            _write_note(pages, note, zone)
        _write_forms(pages, exported, zone)

        locale = exported.conversation.locale or ""
        for message in exported.messages:
            _write_message(pages, message, chosen, locale, links)
            for part in message.message.parts or ():
                _write_part(pages, part, origin, zone)
            pages.space(8)
            yield pages.take()

    if not found:
        pages.write("No conversation was found.")
    yield pages.finish()


def _write_head(pages: Pages, conversation: Conversation, zone: ZoneInfo) -> None:
    pages.write(
        f"Conversation of {_time(conversation.started_at, zone)}", LARGE, bold=True
    )

    page = conversation.page or {}
    where = [page.get("title"), page.get("url")]
    facts = [
        f"Customer {conversation.customer_id}" if conversation.customer_id else "Guest",
        f"{conversation.status}, last active {_time(conversation.active_at, zone)} ({zone.key})",
        " ".join(filter(None, where)),
        conversation.id,
    ]
    for fact in filter(None, facts):
        pages.write(fact, SMALL, colour=GREY)

    pages.space(8)
    pages.rule()
    pages.space(10)


def _write_note(pages: Pages, note: Note, zone: ZoneInfo) -> None:
    by = f"Note by {note.author}, {_time(note.at, zone)}"

    pages.keep(NAME_AND_TWO_LINES)
    pages.write(by, SMALL, bold=True, colour=GREY)
    pages.write(note.text, colour=GREY)
    pages.space(8)


def _write_forms(pages: Pages, exported: ExportedConversation, zone: ZoneInfo) -> None:
    answered = {run.id: run for run in exported.runs}
    for run in exported.runs:
        head = f"{head_of_run(run)}, {_time(run.started_at, zone)}"
        _write_block(pages, head, describe_run(run, zone))

    for request in exported.requests:
        its = answered.get(request.run_id)
        head = f"{head_of_request(request)}, {_time(request.created_at, zone)}"
        _write_block(pages, head, describe_request(request, its, zone))


def _write_block(pages: Pages, head: str, lines: list[str]) -> None:
    pages.keep(NAME_AND_TWO_LINES)
    pages.write(head, SMALL, bold=True, colour=GREY)
    for line in lines:
        pages.write(line, colour=GREY)
    pages.space(8)


def _write_message(
    pages: Pages,
    exported: ExportedMessage,
    chosen: Settings,
    locale: str,
    links: Links,
) -> None:
    """`locale` is the conversation's; what its turn was asked in goes before."""
    message = exported.message
    at = _time(message.at, ZoneInfo(chosen.time_zone))
    status = STATUSES.get(message.status, "")
    spoken = exported.turn.locale if exported.turn else None

    pages.keep(NAME_AND_TWO_LINES)
    pages.write(
        f"{_speaker(message, chosen)}, {at}{status}", SMALL, bold=True, colour=GREY
    )
    style = Style(ORDINARY, locale=spoken or locale)
    # Shoppers and staff write no Markdown: their signs are their own.
    if message.role is Role.ASSISTANT:
        write_markdown(pages, message.text, style, links)
    else:
        pages.write_spans([Span(message.text)], style)


def _write_part(pages: Pages, part: Part, origin: str, zone: ZoneInfo) -> None:
    """Its things below it, and where they lead below them."""
    display = part_display.read_part(part, origin)
    heading = display.heading
    if display.placed_at is not None:
        heading = f"{heading}, placed {_time(display.placed_at, zone)}"
    pages.write(heading, SMALL, colour=GREY)

    for item in display.items:
        with pages.indented(INDENT):
            pages.write(item.words, SMALL, colour=GREY)
        if item.url:
            with pages.indented(2 * INDENT):
                pages.write(item.url, SMALL, colour=GREY)


def _speaker(message: Message, chosen: Settings) -> str:
    names = {Role.ASSISTANT: chosen.assistant_name, Role.STAFF: chosen.team_name}
    name = message.author or names.get(message.role)

    word = SPEAKERS[message.role]
    return f"{name} ({word.lower()})" if name else word


def _time(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M")
