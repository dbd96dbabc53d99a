"""The calls of a form as a back end answers them, in the hand of a test: what is asked, step by
step, and what came of each answer.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Route

Fields = dict[str, Any]

AT = "2026-11-29T12:00:00Z"
RUN = "run-1"
# What the chat is told when its message is not taken.
ERROR: Fields = {"code": "invalid", "message": "No.", "retry": False, "ref": "0" * 12}
HELLO: Fields = {
    "id": "m1",
    "seq": 1,
    "role": "shopper",
    "text": "We need 12 mugs",
    "parts": [],
    "at": AT,
    "status": "answered",
}


def money(amount: str) -> Fields:
    return {"amount": amount, "currency": "EUR"}


def asked(kind: str, name: str, label: str, **more: Any) -> Fields:
    return {"name": name, "label": label, "kind": kind, "required": True} | more


def options(*labels: str) -> list[Fields]:
    return [{"value": str(at), "label": each} for at, each in enumerate(labels)]


def form(step: str | None, **more: Any) -> Fields:
    """An open form of a bulk order; `more` takes the place of what is usual."""
    usual: Fields = {
        "id": "form-1",
        "type": "form",
        "at": 0,
        "run": RUN,
        "revision": 1,
        "flow": "bulk_order",
        "step": step,
        "title": "How can we reach you?",
        "fields": [],
        "values": {},
        "items": [],
        "total": None,
        "summary": [],
        "actions": ["back", "cancel"],
        "order": None,
        "state": "open",
    }
    return usual | more


CONTACT = form(
    "contact",
    fields=[
        asked("text", "name", "Your name"),
        asked("phone", "phone", "Phone", hint="With the country, such as +49"),
        asked("email", "email", "Email", required=False),
    ],
)
PLACE = form(
    "place",
    revision=2,
    title="Where should it go?",
    fields=[
        asked(
            "choice",
            "place",
            "Where?",
            options=[
                {"value": "pickup-0", "label": "Husum, Hafenstraße 1"},
                {"value": "delivery", "label": "To my address"},
            ],
        )
    ],
)
ITEMS = [
    {
        "title": "Harbour Mug",
        "variant": "Blue",
        "quantity": 1200,
        "price": money("22.00"),
        "total": money("26400.00"),
        "note": "Only 900 are here; the others come in May.",
    },
    {
        "title": "Driftwood Serving Board of Baltic oak",
        "variant": "",
        "quantity": 2,
        "price": None,
        "total": None,
        "note": "",
    },
]
SUMMARY = [
    {"step": "contact", "label": "Name", "value": "Ben Petersen"},
    {"step": "contact", "label": "Phone", "value": "+49 151 0000000"},
    {"step": "place", "label": "Where", "value": "Husum, Hafenstraße 1"},
]
CONFIRM = form(
    "confirm",
    revision=3,
    title="Is everything right?",
    items=ITEMS,
    total=money("26444.00"),
    summary=SUMMARY,
    actions=["back", "cancel", "change:items", "change:contact", "change:place"],
)
RECEIPT = form(
    None,
    revision=4,
    title="Your order is with us",
    items=ITEMS,
    total=money("26444.00"),
    summary=SUMMARY,
    actions=[],
    order={"name": "#D7", "url": "https://pay.example/invoices/7"},
    state="finished",
)


@dataclass
class PretendForms:
    """All tabs of a browser meet the same one; a test sets what the next answers lead to."""

    context: BrowserContext
    now: Fields | None = None
    messages: list[Fields] = field(default_factory=lambda: [HELLO])
    # What a form call leads to: a form, or a status with what is wrong with which field.
    leads_to: list[Fields | tuple[int, Fields]] = field(default_factory=list)
    calls: list[Fields] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _accepted: dict[str, Fields] = field(default_factory=dict)
    _events: dict[str, list[Fields]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, answer in (
            ("history", self._history),
            ("form", self._form),
            ("chat", self._chat),
            (r"turns/[^/]+", self._turn),
        ):
            self.context.route(re.compile(rf"/apps/flux-chat/{path}$"), answer)

    def tells(self, text: str, *parts: Fields) -> None:
        self._add("assistant", text, list(parts))

    def _history(self, route: Route) -> None:
        after = _body(route).get("after") or 0
        told: Fields = {
            "messages": [each for each in self.messages if each["seq"] > after],
            "turn": None,
            "form": self.now,
            "mode": "assistant",
            "more": False,
            "waiting": False,
            "typing": False,
            "rating": False,
        }
        _answer(route, 200, told)

    def _form(self, route: Route) -> None:
        call = _body(route)
        self.calls.append(call)
        known = self._accepted.get(call["messageId"])
        if known:
            _answer(route, 201, known)
            return

        then = self.leads_to.pop(0)
        if isinstance(then, tuple):
            status, problems = then
            _answer(route, status, {"error": ERROR | problems})
            return
        _answer(route, 201, self._accept(call, then))

    def _accept(self, call: Fields, then: Fields) -> Fields:
        words = ", ".join(call.get("values", {}).values()) or call.get(
            "action", "Begin"
        )
        message = self._add("shopper", words, [])
        reply = self._add("assistant", then["title"], [then])
        turn = f"turn-{reply['seq']}"

        self.now = then if then["state"] == "open" else None
        # What stands with a message tells nobody how to reach the shopper.
        masked = [each | {"value": "•••"} for each in then["summary"]]
        shown = then | {"values": {}, "summary": masked}
        self._events[turn] = [
            {"id": 1, "name": "part", "data": {"at": 0, "part": shown}},
            {"id": 2, "name": "text", "data": {"at": 0, "text": then["title"]}},
            {"id": 3, "name": "finished", "data": {"message": _place(reply)}},
        ]
        accepted = {
            "sessionId": call["sessionId"],
            "session": "kept",
            "message": _place(message) | {"text": words},
            "turn": {"id": turn, "status": "running", "direct": None},
        }
        self._accepted[call["messageId"]] = accepted
        return accepted

    def _turn(self, route: Route) -> None:
        turn = route.request.url.rpartition("/")[2]
        told = {
            "events": self._events[turn],
            "status": "answered",
            "next": 3,
            "direct": None,
        }
        _answer(route, 200, told)

    def _chat(self, route: Route) -> None:
        asked_now = _body(route)
        self.said.append(asked_now["message"])
        message = self._add("shopper", asked_now["message"], [])
        accepted = {
            "sessionId": asked_now["sessionId"],
            "session": "kept",
            "message": _place(message),
            "turn": {"id": "turn-of-words", "status": "answered", "direct": None},
        }
        _answer(route, 201, accepted)

    def _add(self, role: str, text: str, parts: list[Fields]) -> Fields:
        seq = len(self.messages) + 1
        said = HELLO | {"id": f"m{seq}", "seq": seq, "role": role, "text": text}
        message = said | {"parts": [each | {"id": f"p{seq}"} for each in parts]}
        self.messages.append(message)
        return message


def _body(route: Route) -> Fields:
    found: Fields = json.loads(route.request.post_data or "{}")
    return found


def _place(message: Fields) -> Fields:
    return {"id": message["id"], "seq": message["seq"]}


def _answer(route: Route, status: int, body: Fields) -> None:
    route.fulfill(
        status=status,
        content_type="application/json",
        body=json.dumps(body),
    )
