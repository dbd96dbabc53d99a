"""Requests and forms in the words of the admin's pages: what they are, how they stand, what has
become of a draft order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.clock import clock_words
from backend.flows.request_records import (
    BULK_ORDER,
    CALLBACK,
    OrderState,
    Request,
    RequestState,
)
from backend.flows.runs import Run, RunState
from backend.inbox import request_orders
from backend.inbox.request_cards import name_place
from backend.inbox.request_list import RequestRow
from backend.shops.settings import Settings
from backend.shops.staff import StaffMember
from backend.web.admin.requests_form import (
    IN_AN_HOUR,
    NO_REMINDER,
    ON_A_DAY,
    TOMORROW,
)
from backend.web.admin.strings import Moment, ReaderLabels, count_of, draft_order_link

KINDS = {BULK_ORDER: "Bulk order", CALLBACK: "Callback"}
FORMS = {BULK_ORDER: "Order form", CALLBACK: "Callback form"}
STEPS = {
    "items": "Items",
    "choose": "Choice of products",
    "contact": "Contact",
    "place": "Pickup or delivery",
    "confirm": "Confirmation",
    "when": "Time of the call",
}
STATES = {
    RequestState.NEW: ("New", "info"),
    RequestState.TRIED: ("Tried", "caution"),
    RequestState.DONE: ("Done", "success"),
}
VIEWS = {
    "todo": "To do",
    "due": "Due",
    "new": "New",
    "tried": "Tried",
    "done": "Done",
    "all": "All",
}
NOTHING_HERE = {
    "todo": "Bulk orders and callbacks that shoppers ask for in the chat appear here.",
    "due": "No call and no reminder is due.",
}
ORDER_STATES = {
    OrderState.PENDING: "Draft order is being created",
    OrderState.SENT: "Draft order was sent to Shopify, which has not answered yet",
    OrderState.CREATED: "Draft order created",
    OrderState.REFUSED: "Shopify didn’t accept it: create it by hand",
    OrderState.NO_ACCESS: "Flux Chat isn’t allowed to create draft orders",
}
REMINDERS = (
    (NO_REMINDER, "No reminder"),
    (IN_AN_HOUR, "In an hour"),
    (TOMORROW, "Tomorrow at 9:00 AM"),
    (ON_A_DAY, "On a date"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str


class RequestWords:
    """What one reader is shown of requests. `members` may be assigned."""

    kinds = KINDS
    reminders = REMINDERS

    def __init__(
        self,
        labels: ReaderLabels,
        members: Sequence[StaffMember],
        chosen: Settings,
        now: int,
    ) -> None:
        self._labels = labels
        self._names = {member.user_id: member.name for member in members}
        self._chosen = chosen
        self._now = now

    def kind(self, request: Request) -> str:
        return KINDS.get(request.kind, request.kind)

    def state(self, request: Request) -> tuple[str, str]:
        """Its words, and the tone of a badge."""
        return STATES[request.state]

    def is_due(self, request: Request) -> bool:
        return request.is_due(self._now)

    def asked_again(self, request: Request) -> str:
        """Blank for once."""
        return f"Asked {request.asked} times" if request.asked > 1 else ""

    def tried(self, request: Request) -> str:
        return f"Tried {count_of(request.tries, 'time')}" if request.tries else ""

    def draft_order(self, request: Request) -> str:
        """What has become of it; blank for a callback."""
        return ORDER_STATES.get(request.order_state, "")

    def draft_order_link(self, request: Request) -> str:
        order = request.draft_order
        return draft_order_link(order.id) if order is not None else ""

    def may_try_again(self, request: Request) -> bool:
        return request_orders.may_try_again(request)

    def items(self, row: RequestRow) -> str:
        if not row.more_items:
            return row.first_item
        return f"{row.first_item}, and {row.more_items:,} more"

    def place(self, place: str) -> str:
        """Where an order goes; the only pickup place is asked of nobody."""
        if place:
            return name_place(place)
        places = self._chosen.pickup_places
        is_only_one = len(places) == 1 and not self._chosen.delivery
        return places[0].name if is_only_one else ""

    def call_time(self, since: int, until: int | None) -> Moment:
        """In the shop's time zone; a day is said once."""
        begin = self._labels.when(since)
        if until is None or until <= since:
            return begin

        end = self._labels.when(until)
        local = self._chosen.local_time
        if local(since).date() == local(until).date():
            clock = clock_words(local(until))
            return Moment(f"{begin.words}–{clock}", begin.iso)
        return Moment(f"{begin.words} – {end.words}", begin.iso)

    def assigned(self, request: Request) -> str:
        """Blank when it is nobody's."""
        if request.staff_id is None:
            return ""
        name = self._names.get(request.staff_id)
        return self._labels.colleague(request.staff_id, name)

    def assignees(self, request: Request) -> list[Choice]:
        """Those to choose from, and who has it, known or not."""
        known = list(self._names)
        if request.staff_id is not None and request.staff_id not in known:
            known.append(request.staff_id)

        members = [Choice(user_id, self._call(user_id)) for user_id in known]
        return [Choice("", "Nobody"), *members]

    def _call(self, user_id: str) -> str:
        words = self._labels.colleague(user_id, self._names.get(user_id))
        return words[:1].upper() + words[1:]

    def unfinished(self, run: Run) -> str:
        """Such as "Order form: left at Contact"."""
        form = FORMS.get(run.flow, run.flow)
        verb = "open at" if run.state is RunState.OPEN else "left at"
        return f"{form}: {verb} {step(run.step)}"


def step(name: str | None) -> str:
    return STEPS.get(name or "", "the end")
