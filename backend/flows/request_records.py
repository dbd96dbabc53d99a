"""Requests: what finished runs leave for the people of the shop to do. The record, the statements
on its table, and each change of one: new, tried, done.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from backend.clock import now_ms
from backend.config import Config
from backend.errors import ChangedMeanwhile, NotFound, Undecipherable
from backend.flows.runs import Run, Sealing
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import flow_requests

ALL_KEYS = {"across_shops": "a new key is for all shops"}
BULK_ORDER, CALLBACK = "bulk_order", "callback_request"
MOST_OUTCOME_CHARACTERS = 500
# A page of the list; one more is read, which says whether there is another page.
PAGE = 50
# Of the states that a filter may name: all that are not done.
WAITING = "waiting"


class RequestState(StrEnum):
    NEW = "new"
    TRIED = "tried"
    DONE = "done"


class OrderState(StrEnum):
    """What has become of a bulk order's draft order at Shopify."""

    # A callback has none.
    NONE = "none"
    # It is to be created; `sent` when that was tried and the answer has not come.
    PENDING = "pending"
    SENT = "sent"
    CREATED = "created"
    # Shopify takes no such order, or the shop has not allowed the app to create any.
    REFUSED = "refused"
    NO_ACCESS = "no_access"


class PlacedOrder(msgspec.Struct, frozen=True, omit_defaults=True):
    """A draft order as Shopify has created it. Whoever has its link may see it."""

    id: str
    name: str
    url: str
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as somebody had it before them: a later version is not changed unseen."""

    shop_id: int
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Request:
    """`asked` counts how often it was asked for, `tries` how often somebody tried. Times are in
    milliseconds.
    """

    shop_id: int
    id: str
    conversation_id: str
    run_id: str
    kind: str
    state: RequestState
    outcome: str
    staff_id: str | None
    tries: int
    asked: int
    due_at: int | None
    remind_at: int | None
    order_state: OrderState
    draft_order: PlacedOrder | None
    version: int
    created_at: int
    changed_at: int
    done_at: int | None

    @classmethod
    def from_row(cls, row: Row, vault: Vault) -> Self:
        values: dict[str, Any] = dict(row._mapping)
        del values["phone_hash"]

        values["state"] = RequestState(row.state)
        values["order_state"] = OrderState(row.order_state)
        values["draft_order"] = _open_order(row, vault)
        return cls(**values)

    @property
    def seen(self) -> Seen:
        return Seen(self.shop_id, self.id, self.version)

    @property
    def is_order(self) -> bool:
        return self.kind == BULK_ORDER

    def is_due(self, now: int) -> bool:
        """Whether somebody is to be reminded of it. A reminder takes the place of the agreed
        time.
        """
        if self.state is RequestState.DONE:
            return False
        time = self.due_at if self.remind_at is None else self.remind_at
        return time is not None and time <= now


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests are listed; None, or blank, is all of them. `due_by` is in milliseconds;
    `state` may be WAITING.
    """

    kind: str = ""
    state: str = ""
    staff_id: str = ""
    due_by: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The request of a finished run; `is_merged` when it was there and is about this run now."""

    request_id: str
    is_merged: bool


def open_request(
    connection: Connection,
    sealing: Sealing,
    run: Run,
    staff_id: str | None,
) -> Opened:
    """In the transaction that finishes the run. A callback that somebody already waits for is not
    asked for twice.
    """
    phone_hash = sealing.hash_of(run.answers.phone)
    waiting = _find_same(connection, run, phone_hash)
    if waiting is not None:
        _merge(connection, run, waiting)
        return Opened(waiting, is_merged=True)

    now = now_ms()
    is_order = run.flow == BULK_ORDER
    row = {
        "shop_id": run.shop_id,
        "id": uuid.uuid4().hex,
        "conversation_id": run.conversation_id,
        "run_id": run.id,
        "kind": run.flow,
        "state": RequestState.NEW,
        "staff_id": staff_id,
        "due_at": run.answers.when_from,
        "order_state": OrderState.PENDING if is_order else OrderState.NONE,
        "phone_hash": phone_hash,
        "created_at": now,
        "changed_at": now,
    }
    connection.execute(insert(flow_requests), row)
    return Opened(str(row["id"]), is_merged=False)


def _find_same(
    connection: Connection,
    run: Run,
    phone_hash: bytes | None,
) -> str | None:
    """A callback to the same number that nobody has done yet."""
    if run.flow != CALLBACK or phone_hash is None:
        return None
    query = select(flow_requests.c.id).where(
        flow_requests.c.shop_id == run.shop_id,
        flow_requests.c.kind == run.flow,
        flow_requests.c.state != RequestState.DONE,
        flow_requests.c.phone_hash == phone_hash,
    )
    return connection.execute(query.limit(1)).scalar_one_or_none()


def _merge(connection: Connection, run: Run, request_id: str) -> None:
    """It is about the later run now, in whose conversation somebody waits."""
    connection.execute(
        update(flow_requests)
        .where(_is(run.shop_id, request_id))
        .values(
            run_id=run.id,
            conversation_id=run.conversation_id,
            due_at=run.answers.when_from,
            remind_at=None,
            state=RequestState.NEW,
            asked=flow_requests.c.asked + 1,
            version=flow_requests.c.version + 1,
            changed_at=now_ms(),
        )
    )


def find(
    connection: Connection,
    config: Config,
    shop_id: int,
    request_id: str,
) -> Request | None:
    query = select(flow_requests).where(_is(shop_id, request_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else Request.from_row(row, _vault(config))


def find_of_run(
    connection: Connection,
    config: Config,
    shop_id: int,
    run_id: str,
) -> Request | None:
    query = select(flow_requests).where(
        flow_requests.c.shop_id == shop_id,
        flow_requests.c.run_id == run_id,
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else Request.from_row(row, _vault(config))


def list_requests(
    connection: Connection,
    config: Config,
    shop_id: int,
    wanted: RequestFilter,
    before: tuple[int, str] | None = None,
) -> list[Request]:
    """The newest first, one more than a PAGE at most; `before` is (created_at, id) of the last one
    seen.
    """
    query = select(flow_requests).where(*_matching(shop_id, wanted))
    created_at, request_id = flow_requests.c.created_at, flow_requests.c.id
    if before is not None:
        at, last_id = before
        is_older = created_at < at
        is_later_id = and_(created_at == at, request_id < last_id)
        query = query.where(or_(is_older, is_later_id))

    ordered = query.order_by(created_at.desc(), request_id.desc()).limit(PAGE + 1)
    vault = _vault(config)
    return [Request.from_row(row, vault) for row in connection.execute(ordered)]


def list_of_conversations(
    connection: Connection,
    config: Config,
    shop_id: int,
    ids: Collection[str],
) -> list[Request]:
    """All of theirs, the oldest first."""
    query = (
        select(flow_requests)
        .where(flow_requests.c.shop_id == shop_id)
        .where(flow_requests.c.conversation_id.in_(ids))
        .order_by(flow_requests.c.created_at, flow_requests.c.id)
    )
    vault = _vault(config)
    return [Request.from_row(row, vault) for row in connection.execute(query)]


def count_waiting(connection: Connection, shop_id: int, now: int) -> tuple[int, int]:
    """How many are not done, and how many of these are due."""
    waits = flow_requests.c.state != RequestState.DONE
    query = select(func.count(), func.count().filter(_is_due(now)))
    query = query.where(flow_requests.c.shop_id == shop_id, waits)

    waiting, due = connection.execute(query).one()
    return waiting, due


def count_pressing(connection: Connection, shop_id: int, now: int) -> int:
    """How many nobody has tried yet, or are due."""
    waits = flow_requests.c.state != RequestState.DONE
    is_new = flow_requests.c.state == RequestState.NEW
    query = select(func.count()).where(
        flow_requests.c.shop_id == shop_id,
        waits,
        or_(is_new, _is_due(now)),
    )
    return connection.execute(query).scalar_one()


def _matching(shop_id: int, wanted: RequestFilter) -> list[ColumnElement[bool]]:
    conditions = [flow_requests.c.shop_id == shop_id]
    if wanted.kind:
        conditions.append(flow_requests.c.kind == wanted.kind)
    if wanted.state == WAITING:
        conditions.append(flow_requests.c.state != RequestState.DONE)
    elif wanted.state:
        conditions.append(flow_requests.c.state == wanted.state)
    if wanted.staff_id:
        conditions.append(flow_requests.c.staff_id == wanted.staff_id)
    if wanted.due_by is not None:
        conditions.append(flow_requests.c.state != RequestState.DONE)
        conditions.append(_is_due(wanted.due_by))
    return conditions


def _is_due(now: int) -> ColumnElement[bool]:
    """A reminder that was set later than the agreed time takes its place."""
    time = func.coalesce(flow_requests.c.remind_at, flow_requests.c.due_at)
    return time <= now


def assign(
    services: Services,
    shop_id: int,
    request_id: str,
    staff_id: str | None,
) -> None:
    """Raises NotFound."""
    services.db.write(_change, shop_id, request_id, {"staff_id": staff_id})


def mark_tried(
    services: Services,
    seen: Seen,
    outcome: str,
    remind_at: int | None,
) -> None:
    """Somebody tried, and it is not done. Raises NotFound, ChangedMeanwhile."""
    values = {
        "state": RequestState.TRIED,
        "outcome": outcome,
        "remind_at": remind_at,
        "tries": flow_requests.c.tries + 1,
        "done_at": None,
    }
    services.db.write(_change_seen, seen, values)


def mark_done(services: Services, seen: Seen, outcome: str) -> None:
    """Raises NotFound, ChangedMeanwhile."""
    values = {
        "state": RequestState.DONE,
        "outcome": outcome,
        "remind_at": None,
        "done_at": now_ms(),
    }
    services.db.write(_change_seen, seen, values)


def reopen(services: Services, seen: Seen) -> None:
    """Not done after all. Raises NotFound, ChangedMeanwhile."""
    values = {
        "state": RequestState.NEW,
        "remind_at": None,
        "done_at": None,
    }
    services.db.write(_change_seen, seen, values)


def set_order_state(
    connection: Connection,
    request: Request,
    state: OrderState,
) -> None:
    """Raises NotFound when it is gone with its conversation."""
    _change(connection, request.shop_id, request.id, {"order_state": state})


def note_order(
    connection: Connection,
    sealing: Sealing,
    request: Request,
    order: PlacedOrder,
) -> None:
    """Shopify has it. Raises NotFound when the request is gone with its conversation."""
    values = {
        "order_state": OrderState.CREATED,
        "draft_order": _seal_order(sealing, request, order),
    }
    _change(connection, request.shop_id, request.id, values)


def import_requests(
    connection: Connection,
    sealing: Sealing,
    requests: Sequence[Request],
    phones: Mapping[str, str],
) -> None:
    """As they were exported; their conversations are there. `phones` are their numbers, by the
    request's id.
    """
    for request in requests:
        phone = phones.get(request.id, "")
        row = {
            name: getattr(request, name)
            for name in Request.__slots__
            if name != "draft_order"
        }
        row["phone_hash"] = sealing.hash_of(phone)
        if request.draft_order is not None:
            row["draft_order"] = _seal_order(sealing, request, request.draft_order)
        connection.execute(insert(flow_requests), row)


def _seal_order(sealing: Sealing, request: Request, order: PlacedOrder) -> bytes:
    text = msgspec.json.encode(order).decode()
    return sealing.vault.seal(text, _about(request.shop_id, request.id))


def _change(
    connection: Connection,
    shop_id: int,
    request_id: str,
    values: Mapping[str, Any],
) -> None:
    """Whatever version it has. Raises NotFound."""
    changed = _set(connection, _is(shop_id, request_id), values)
    if not changed:
        raise NotFound


def _change_seen(
    connection: Connection,
    seen: Seen,
    values: Mapping[str, Any],
) -> None:
    which = _is(seen.shop_id, seen.id)
    is_seen = flow_requests.c.version == seen.version
    if _set(connection, and_(which, is_seen), values):
        return

    known = connection.execute(select(flow_requests.c.id).where(which))
    raise NotFound if known.first() is None else ChangedMeanwhile


def _set(
    connection: Connection,
    which: ColumnElement[bool],
    values: Mapping[str, Any],
) -> int:
    """Returns how many there were."""
    changed = {
        "version": flow_requests.c.version + 1,
        "changed_at": now_ms(),
        **values,
    }
    return connection.execute(
        update(flow_requests).where(which).values(changed)
    ).rowcount


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many requests that were."""
    columns = (flow_requests.c.shop_id, flow_requests.c.id, flow_requests.c.draft_order)
    query = select(*columns).where(flow_requests.c.draft_order.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options=ALL_KEYS).all()

    changed = 0
    for row in rows:
        if vault.is_current(row.draft_order):
            continue
        about = _about(row.shop_id, row.id)
        sealed = vault.reencrypt(row.draft_order, about)
        services.db.write(_replace_order, row.shop_id, row.id, sealed)
        changed += 1
    return changed


def _replace_order(
    connection: Connection,
    shop_id: int,
    request_id: str,
    sealed: bytes,
) -> None:
    """An order is written once, so nothing newer is lost."""
    which = _is(shop_id, request_id)
    connection.execute(update(flow_requests).where(which).values(draft_order=sealed))


def _open_order(row: Row, vault: Vault) -> PlacedOrder | None:
    """None where there is none, and when its key is gone."""
    if row.draft_order is None:
        return None
    try:
        text = vault.open(row.draft_order, _about(row.shop_id, row.id))
    except Undecipherable:
        return None
    return msgspec.json.decode(text, type=PlacedOrder)


def _vault(config: Config) -> Vault:
    return Vault(config.encryption_keys)


def _about(shop_id: int, request_id: str) -> str:
    return f"flow_requests.draft_order:{shop_id}:{request_id}"


def _is(shop_id: int, request_id: str) -> ColumnElement[bool]:
    return and_(flow_requests.c.shop_id == shop_id, flow_requests.c.id == request_id)
