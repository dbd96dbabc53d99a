"""People whose every answer is held against docs/openapi.yaml, and who remember what no log may hold."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import httpx2

from tests.contract.contract_document import judge, judge_event
from tests.support.event_reader import Event
from tests.support.people import Followed, Person

# Shorter words may stand in a log by chance.
LONG_ENOUGH = 16
OF_QUERIES = ("signature", "sessionId")
OF_BODIES = ("sessionId", "firstId", "message", "direct")


class CheckedPerson(Person):
    """A Person who notices when an answer is not as documented."""

    secrets: ClassVar[set[str]] = set()

    def __init__(self, *who: Any, **how: Any) -> None:
        super().__init__(*who, **how)
        self._client.event_hooks = {"request": [self._remember_asked], "response": [self._hold_against_document]}

    def follows(self, *what: Any, **how: Any) -> Followed:
        return _judged(super().follows(*what, **how))

    def follows_directly(self, *what: Any, **how: Any) -> Followed:
        return _judged(super().follows_directly(*what, **how))

    def _hold_against_document(self, response: httpx2.Response) -> None:
        asked = response.request
        is_stream = response.headers.get("Content-Type", "").startswith("text/event-stream")
        content = None if is_stream else response.read()
        judge(asked.method, asked.url.path, response.status_code, response.headers, content)
        if content and response.headers.get("Content-Type") == "application/json":
            self.secrets.update(_secrets_in(json.loads(content)))

    def _remember_asked(self, request: httpx2.Request) -> None:
        self.secrets.update(value for name in OF_QUERIES for value in request.url.params.get_list(name) if value)
        if authorization := request.headers.get("Authorization"):
            self.secrets.add(authorization.removeprefix("Bearer "))
        if body := _as_json(request):
            self.secrets.update(_secrets_in(body))


def _judged(followed: Followed) -> Followed:
    for event in followed.events:
        judge_event(vars(event))
    return followed


def _as_json(request: httpx2.Request) -> Any:
    try:
        return json.loads(request.content) if request.content else None
    except (httpx2.RequestNotRead, ValueError, RecursionError):
        return None


def _secrets_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _secrets_in(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name in OF_BODIES and isinstance(part, str) and len(part) >= LONG_ENOUGH:
                yield part
            else:
                yield from _secrets_in(part)


@contextmanager
def first_event(person: Person, turn: str) -> Iterator[Event]:
    """The turn's first event, while its stream is still being read."""
    with person.watches(turn) as events:
        yield next(events)
