"""People whose every answer is held against docs/openapi.yaml, and who remember what no log may
hold.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, ClassVar, Self

import httpx2

from tests.contract.contract_document import judge, judge_event
from tests.support.event_reader import Event
from tests.support.people import Answer, Followed, Person
from tests.support.scripted_model import ScriptedModel

# Shorter ones may stand in a log by chance.
LONG_ENOUGH = 16
OF_QUERIES = ("signature", "sessionId")
OF_BODIES = ("sessionId", "firstId", "message", "direct")


class CheckedPerson(Person):
    """A Person who notices when an answer is not as documented."""

    secrets: ClassVar[set[str]] = set()

    def __init__(self, *who: Any, **how: Any) -> None:
        super().__init__(*who, **how)
        self._client.event_hooks = {
            "request": [self._remember_asked],
            "response": [self._hold_against_document],
        }

    def keeps(self, answer: Answer) -> Self:
        """From now on in the session of that answer."""
        self.device.session_id = answer.body["sessionId"]
        return self

    def begins(
        self,
        path: str,
        fields: dict[str, Any],
        method: str = "POST",
        until_it_answers: bool = False,
    ) -> Callable[[], Answer]:
        """Send a call without waiting for its answer, or only for its first line; the returned
        function reads it.
        """
        request = self._request(path, fields, method=method)
        connection = HTTPConnection(request.url.host, request.url.port, timeout=30)
        connection.request(
            request.method,
            request.url.raw_path.decode(),
            request.content,
            dict(request.headers),
        )

        begun = connection.getresponse() if until_it_answers else None

        def answer() -> Answer:
            received = begun or connection.getresponse()
            return Answer(
                received.status, httpx2.Headers(received.getheaders()), received.read()
            )

        return answer

    def asks_directly(
        self,
        turn: str,
        token: str,
        *,
        query: str = "",
        method: str = "GET",
        headers: dict[str, Any] | None = None,
    ) -> Answer:
        """A call to the direct stream's address, with whatever token and headers."""
        usual = ({"Authorization": f"Bearer {token}"} if token else {}) | (
            headers or {}
        )
        response = self._client.request(
            method, f"{self.base}/stream/{turn}{query}", headers=usual
        )
        return Answer(response.status_code, response.headers, response.content)

    def follows(self, *what: Any, **how: Any) -> Followed:
        return _judged(super().follows(*what, **how))

    def follows_directly(self, *what: Any, **how: Any) -> Followed:
        return _judged(super().follows_directly(*what, **how))

    @contextmanager
    def watches_directly(self, direct: str) -> Iterator[Iterator[Event]]:
        """The direct stream while it runs."""
        claims = json.loads(urlsafe_b64decode(direct.partition(".")[0] + "=="))
        request = self._client.build_request(
            "GET", claims["at"], headers={"Authorization": f"Bearer {direct}"}
        )
        with self._streamed(request) as events:
            yield events

    def _hold_against_document(self, response: httpx2.Response) -> None:
        asked = response.request
        is_stream = response.headers.get("Content-Type", "").startswith(
            "text/event-stream"
        )
        content = None if is_stream else response.read()
        judge(
            asked.method,
            asked.url.path,
            response.status_code,
            response.headers,
            content,
        )
        if content and response.headers.get("Content-Type") == "application/json":
            self.secrets.update(_secrets_in(json.loads(content)))

    def _remember_asked(self, request: httpx2.Request) -> None:
        values = [
            value for name in OF_QUERIES for value in request.url.params.get_list(name)
        ]
        values.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        self.secrets.update(value for value in values if len(value) >= LONG_ENOUGH)
        if body := _as_json(request):
            self.secrets.update(_secrets_in(body))


def asked_for(model: ScriptedModel, person: Person) -> list[dict[str, Any]]:
    """What the model was asked for this person's shop, oldest first; turns of other tests may run
    on.
    """
    # By its domain, until its name has been read in the background.
    names = (person.shop, person.shop.partition(".")[0].title())
    asked = [call["body"] for call in model.calls()]
    return [
        body
        for body in asked
        if any(f'"{name}"' in body["messages"][0]["content"] for name in names)
    ]


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
