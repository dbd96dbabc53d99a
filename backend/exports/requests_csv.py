"""Requests as CSV for spreadsheets: one a row, with all contact details, read piece by piece."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend.exports.csv_export import (
    BYTE_ORDER_MARK,
    guard_cell,
    write_line,
    write_time,
)
from backend.flows import request_records
from backend.flows.answers import Answers
from backend.flows.request_records import PAGE, Request, RequestFilter
from backend.inbox import request_list
from backend.inbox.request_cards import draw_card, name_place
from backend.inbox.request_list import Place, write_item
from backend.services import Services
from backend.shops import staff
from backend.shops.settings import Settings

COLUMNS = (
    "request",
    "kind",
    "state",
    "requested_at",
    "times_requested",
    "name",
    "phone",
    "email",
    "call_from",
    "call_until",
    "items",
    "not_found",
    "place",
    "total",
    "draft_order",
    "draft_order_state",
    "draft_order_link",
    "assigned_to",
    "tries",
    "outcome",
    "remind_at",
    "done_at",
    "conversation",
    "time_zone",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """One of them, with what was filled in, unless its key is gone, and the name of whoever has
    it.
    """

    request: Request
    answers: Answers | None
    assignee: str


def read_exported(
    services: Services,
    shop_id: int,
    wanted: RequestFilter,
) -> Iterator[Exported]:
    """The newest first, each page with one short read."""
    before: Place | None = None
    while True:
        with services.db.reading() as connection:
            config = services.config
            found = request_records.list_requests(
                connection, config, shop_id, wanted, before
            )
            page = found[:PAGE]
            runs = request_list.read_answers(connection, config, shop_id, page)
            ids = {each.staff_id for each in page if each.staff_id}
            names = staff.read_names(connection, shop_id, ids)

        for each in page:
            run = runs.get(each.run_id)
            assignee = names.get(each.staff_id or "") or each.staff_id or ""
            yield Exported(each, run.answers if run else None, assignee)

        before = request_list.next_place(found)
        if before is None:
            return


def write_requests(found: Iterable[Exported], chosen: Settings) -> Iterator[bytes]:
    """Times are those of the shop's zone, which each row names."""
    yield BYTE_ORDER_MARK + write_line(COLUMNS)

    for exported in found:
        cells = (
            *_request_cells(exported.request, chosen),
            *_answer_cells(exported, chosen),
            *_order_cells(exported.request),
            *_outcome_cells(exported, chosen),
        )
        yield write_line(cells)


def _request_cells(request: Request, chosen: Settings) -> tuple[str, ...]:
    return (
        request.id,
        request.kind,
        request.state,
        write_time(request.created_at, chosen),
        str(request.asked),
    )


def _answer_cells(exported: Exported, chosen: Settings) -> tuple[str, ...]:
    answers = exported.answers or Answers()
    card = draw_card(exported.request, answers)
    known = [line for line in answers.lines if line.product is not None]
    return (
        guard_cell(answers.name),
        guard_cell(answers.phone),
        guard_cell(answers.email),
        write_time(answers.when_from, chosen),
        write_time(answers.when_until, chosen),
        guard_cell("\n".join(map(write_item, known))),
        guard_cell("\n".join(card.unknown)),
        guard_cell(name_place(answers.place)),
        card.total,
    )


def _order_cells(request: Request) -> tuple[str, ...]:
    order = request.draft_order
    return (
        guard_cell(order.name if order else ""),
        request.order_state,
        guard_cell(order.url if order else ""),
    )


def _outcome_cells(exported: Exported, chosen: Settings) -> tuple[str, ...]:
    request = exported.request
    return (
        guard_cell(exported.assignee),
        str(request.tries),
        guard_cell(request.outcome),
        write_time(request.remind_at, chosen),
        write_time(request.done_at, chosen),
        request.conversation_id,
        chosen.time_zone,
    )
