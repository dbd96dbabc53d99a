"""Forms that shoppers have filled in, and what became of them, as lines of an export for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.flows.answers import Answers
from backend.flows.request_records import Request
from backend.flows.runs import Run
from backend.inbox.request_cards import draw_card, name_place
from backend.inbox.request_list import write_item

FORMS = {"bulk_order": "Order form", "callback_request": "Callback form"}
REQUESTS = {"bulk_order": "Bulk order", "callback_request": "Callback"}


def head_of_run(run: Run) -> str:
    """Such as "Order form, finished"."""
    form = FORMS.get(run.flow, run.flow)
    at_step = f" at {run.step}" if run.step else ""
    return f"{form}, {run.state}{at_step}"


def describe_run(run: Run, zone: ZoneInfo) -> list[str]:
    """What was filled in; none where nothing was."""
    answers = run.answers
    named = {
        "Name": answers.name,
        "Phone": answers.phone,
        "Email": answers.email,
        "Pickup or delivery": name_place(answers.place),
        "Call": _call_time(answers, zone),
    }
    told = _write_named(named)
    items = _list_items(answers)
    return [*told, *items]


def head_of_request(request: Request) -> str:
    """Such as "Callback, done"."""
    kind = REQUESTS.get(request.kind, request.kind)
    return f"{kind}, {request.state}"


def describe_request(request: Request, run: Run | None, zone: ZoneInfo) -> list[str]:
    """What staff have noted, and the draft order."""
    order = request.draft_order
    answers = run.answers if run else None
    card = draw_card(request, answers)

    named = {
        "Outcome": request.outcome,
        "Draft order": order.name if order else "",
        "Total": card.total,
        "Reminder": _time(request.remind_at, zone),
        "Done": _time(request.done_at, zone),
    }
    return _write_named(named)


def _write_named(named: Mapping[str, str]) -> list[str]:
    """Those that say something."""
    return [f"{label}: {value}" for label, value in named.items() if value]


def _list_items(answers: Answers) -> Iterator[str]:
    for line in answers.lines:
        item = write_item(line)
        if line.product is None:
            item = f"{item} (not found)"
        yield item


def _call_time(answers: Answers, zone: ZoneInfo) -> str:
    since = _time(answers.when_from, zone)
    until = _time(answers.when_until, zone)
    return f"{since} to {until}" if until else since


def _time(at: int | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    local = datetime.fromtimestamp(at / 1000, zone)
    return local.strftime("%Y-%m-%d %H:%M")
