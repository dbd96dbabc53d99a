"""The merchant's list of requests: what shoppers have asked for in a form, page by page. How to
reach somebody is masked here; their conversation says it in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.config import Config
from backend.errors import NotFound
from backend.flows import request_records, runs
from backend.flows.answers import Answers
from backend.flows.contacts import mask_email, mask_name, mask_phone
from backend.flows.orders import Line, title_of_line
from backend.flows.request_records import PAGE, Request, RequestFilter
from backend.flows.runs import Run
from backend.services import Services
from backend.shops import staff
from backend.shops.staff import StaffMember

# Where a page of the list ends: when the last of it was made, and its id.
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A line of the list. `first_item` is the beginning of an order, `more_items` how many follow
    it; all of it is blank where the key of what was answered is gone.
    """

    request: Request
    name: str = ""
    contact: str = ""
    call_from: int | None = None
    call_until: int | None = None
    first_item: str = ""
    more_items: int = 0
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class RequestPage:
    """`next` is None on the last one. `waiting` are not done, of the whole shop, and `due` of these
    are due; `members` are those to whom something may be assigned.
    """

    rows: Sequence[RequestRow]
    next: Place | None
    waiting: int
    due: int
    members: Sequence[StaffMember]


def read_page(
    services: Services,
    shop_id: int,
    wanted: RequestFilter,
    now: int,
    before: Place | None = None,
) -> RequestPage:
    config = services.config
    with services.db.reading() as connection:
        found = request_records.list_requests(
            connection, config, shop_id, wanted, before
        )
        shown = found[:PAGE]
        answered = read_answers(connection, config, shop_id, shown)
        waiting, due = request_records.count_waiting(connection, shop_id, now)
        members = staff.list_members(connection, shop_id)

    rows = [_row_of(request, answered.get(request.run_id), now) for request in shown]
    return RequestPage(
        rows=rows,
        next=next_place(found),
        waiting=waiting,
        due=due,
        members=members,
    )


def next_place(found: Sequence[Request]) -> Place | None:
    """Of one request more than a page has, if there are so many."""
    if len(found) <= PAGE:
        return None
    last = found[PAGE - 1]
    return last.created_at, last.id


def read_answers(
    connection: Connection,
    config: Config,
    shop_id: int,
    found: Sequence[Request],
) -> dict[str, Run]:
    """The runs that requests are about, by id; without those whose key is gone."""
    ids = {request.run_id for request in found}
    return runs.list_by_id(connection, config, shop_id, ids)


def assign(
    services: Services,
    shop_id: int,
    request_id: str,
    user_id: str | None,
) -> None:
    """To one of the shop's people, or to nobody. Raises NotFound."""
    if user_id is not None:
        with services.db.reading() as connection:
            known = staff.read_names(connection, shop_id, [user_id])
        if user_id not in known:
            raise NotFound
    request_records.assign(services, shop_id, request_id, user_id)


def _row_of(request: Request, run: Run | None, now: int) -> RequestRow:
    is_due = request.is_due(now)
    if run is None:
        return RequestRow(request, is_due=is_due)

    answers = run.answers
    first, *others = answers.lines or (None,)
    return RequestRow(
        request=request,
        name=mask_name(answers.name),
        contact=_mask_contact(answers),
        call_from=answers.when_from,
        call_until=answers.when_until,
        first_item=write_item(first) if first else "",
        more_items=len(others),
        is_due=is_due,
    )


def _mask_contact(answers: Answers) -> str:
    if answers.phone:
        return mask_phone(answers.phone)
    return mask_email(answers.email) if answers.email else ""


def write_item(line: Line) -> str:
    """Such as "11 × Remote control, Black"."""
    title = title_of_line(line)
    if line.quantity is None:
        return title
    return f"{line.quantity:,} × {title}"
