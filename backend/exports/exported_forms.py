"""Forms and requests as an export in JSON has them: names as all of it has them, times of their
records as ISO, what was filled in as it is kept.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from backend.bounds import MOST_INTEGER
from backend.clock import iso
from backend.flows.answers import Answers
from backend.flows.request_records import OrderState, PlacedOrder, Request, RequestState
from backend.flows.runs import SHORT, Run, RunState

# What the columns hold.
Id = Annotated[str, Meta(min_length=1, max_length=32)]
Whole = Annotated[int, Meta(ge=0, le=MOST_INTEGER)]
Count = Annotated[int, Meta(ge=0, le=32_767)]
MOST_OUTCOME = 10_000


class Struct(msgspec.Struct, rename="camel"):
    pass


class FileRun(Struct):
    id: Id
    flow: str
    version: Count
    state: RunState
    step: Annotated[str, Meta(max_length=8)] | None
    revision: Whole
    language: Annotated[str, Meta(max_length=8)]
    seq: Whole
    started_at: datetime
    changed_at: datetime
    answers: dict[str, Any]


class FileOrder(Struct):
    id: str
    name: str
    url: str
    amount: str
    currency: str


class FileRequest(Struct):
    id: Id
    run_id: Id
    kind: str
    state: RequestState
    outcome: Annotated[str, Meta(max_length=MOST_OUTCOME)]
    staff_id: Id | None
    tries: Count
    asked: Count
    due_at: datetime | None
    remind_at: datetime | None
    order_state: OrderState
    draft_order: FileOrder | None
    created_at: datetime
    changed_at: datetime
    done_at: datetime | None


def run_fields(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "flow": run.flow,
        "version": run.version,
        "state": run.state,
        "step": run.step,
        "revision": run.revision,
        "language": run.language,
        "seq": run.seq,
        "startedAt": iso(run.started_at),
        "changedAt": iso(run.changed_at),
        "answers": rename_all(msgspec.to_builtins(run.answers), _in_camel_case),
    }


def request_fields(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "runId": request.run_id,
        "kind": request.kind,
        "state": request.state,
        "outcome": request.outcome,
        "staffId": request.staff_id,
        "tries": request.tries,
        "asked": request.asked,
        "dueAt": iso_or_none(request.due_at),
        "remindAt": iso_or_none(request.remind_at),
        "orderState": request.order_state,
        "draftOrder": _order_fields(request.draft_order),
        "createdAt": iso(request.created_at),
        "changedAt": iso(request.changed_at),
        "doneAt": iso_or_none(request.done_at),
    }


def _order_fields(order: PlacedOrder | None) -> dict[str, str] | None:
    if order is None:
        return None
    return {
        "id": order.id,
        "name": order.name,
        "url": order.url,
        "amount": order.amount,
        "currency": order.currency,
    }


def run_of(shop_id: int, conversation_id: str, exported: FileRun) -> Run:
    """Raises msgspec.ValidationError for answers that are none."""
    if exported.flow not in SHORT:
        raise msgspec.ValidationError(f"There is no form {exported.flow[:20]!r}")

    kept = rename_all(exported.answers, _in_snake_case)
    return Run(
        shop_id=shop_id,
        id=exported.id,
        conversation_id=conversation_id,
        flow=exported.flow,
        version=exported.version,
        state=exported.state,
        step=exported.step,
        revision=exported.revision,
        answers=msgspec.convert(kept, Answers),
        language=exported.language,
        seq=exported.seq,
        started_at=to_ms(exported.started_at),
        changed_at=to_ms(exported.changed_at),
    )


def request_of(shop_id: int, conversation_id: str, exported: FileRequest) -> Request:
    if exported.kind not in SHORT:
        raise msgspec.ValidationError(f"There is no request {exported.kind[:20]!r}")

    return Request(
        shop_id=shop_id,
        id=exported.id,
        conversation_id=conversation_id,
        run_id=exported.run_id,
        kind=exported.kind,
        state=exported.state,
        outcome=exported.outcome,
        staff_id=exported.staff_id,
        tries=exported.tries,
        asked=exported.asked,
        due_at=to_ms_or_none(exported.due_at),
        remind_at=to_ms_or_none(exported.remind_at),
        order_state=exported.order_state,
        draft_order=_order_of(exported.draft_order),
        version=1,
        created_at=to_ms(exported.created_at),
        changed_at=to_ms(exported.changed_at),
        done_at=to_ms_or_none(exported.done_at),
    )


def _order_of(exported: FileOrder | None) -> PlacedOrder | None:
    if exported is None:
        return None
    return PlacedOrder(
        id=exported.id,
        name=exported.name,
        url=exported.url,
        amount=exported.amount,
        currency=exported.currency,
    )


def rename_all(value: Any, rename: Callable[[str], str]) -> Any:
    """The same with other names, however deep; no text that somebody has written is a name."""
    if isinstance(value, dict):
        return {rename(name): rename_all(part, rename) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rename_all(part, rename) for part in value]
    return value


def _in_camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _in_snake_case(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def to_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def to_ms_or_none(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def iso_or_none(at: int | None) -> str | None:
    return None if at is None else iso(at)
