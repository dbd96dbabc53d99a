"""Ana, Ben, Mira and Otto: what their browsers send to the app, signed and forwarded as Shopify
does it.
"""

import base64
import json
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import urlencode

import httpx2

from backend.dev.shopify.proxy_signer import signature
from tests.support.event_reader import Event, read_events, shown_text
from tests.support.loopback import loopback_client
from tests.support.running_app import SECRET, RunningApp

SHOPIFYS_ADDRESS = "192.0.2.80"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """One whole response."""

    status: int
    headers: httpx2.Headers
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def turn(self) -> str:
        return str(self.body["turn"]["id"])

    @property
    def direct(self) -> str:
        return str(self.body["turn"]["direct"])


class Refused(Exception):
    """A stream that did not begin; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status}: {answer.content[:500]!r}")
        self.answer = answer


@dataclass(frozen=True)
class Followed:
    """What one reader saw of a turn. `status` is that of the response, 200 when it was let in."""

    events: list[Event]
    status: int = 200

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]

    @property
    def numbers(self) -> list[int]:
        return [event.id for event in self.events]

    @property
    def text(self) -> str:
        return shown_text(self.events)


@dataclass
class Device:
    """What the widget keeps in one browser."""

    session_id: str | None = None
    first_id: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def forgets(self) -> None:
        self.session_id, self.first_id = None, secrets.token_urlsafe(16)


class Person:
    """A shopper at one app. Most methods do what the widget does; `sends` can do what it never
    would.
    """

    def __init__(
        self,
        base: str,
        shop: str,
        customer: str = "",
        address: str = "",
        device: Device | None = None,
    ) -> None:
        self.base = base
        self.shop = shop
        self.customer = customer
        self.address = (
            address or f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
        )
        self.device = device or Device()
        # Longer than a bare message may wait, shorter than a test may last.
        self._client = loopback_client(timeout=60)

    def at(self, app: RunningApp) -> Self:
        """The same browser, met by another process."""
        return type(self)(app.base, self.shop, self.customer, self.address, self.device)

    def elsewhere(self) -> Self:
        """The same person with another browser."""
        return type(self)(self.base, self.shop, self.customer, self.address)

    def signed_in_as(self, customer: str) -> Self:
        """The same browser after a login, or with "" after a logout."""
        return type(self)(self.base, self.shop, customer, self.address, self.device)

    def says(self, text: str, **fields: Any) -> Answer:
        """Send a message, and keep the session that the answer names. A field given as None is left
        out.
        """
        known = self.device.session_id
        mine = {"sessionId": known} if known else {"firstId": self.device.first_id}
        asked = {"message": text, "messageId": str(uuid.uuid4()), **mine, **fields}
        given = {name: value for name, value in asked.items() if value is not None}
        return self._keeping(self.sends("chat", given))

    def asks(self, text: str) -> Answer:
        """As a simple client: nothing but the message goes, and the reply comes back with the
        answer.
        """
        return self._keeping(self.sends("chat", {"message": text}))

    def history(self, **fields: Any) -> Answer:
        return self.sends("history", {"sessionId": self.device.session_id, **fields})

    def follows(
        self, turn: str, after: int = 0, way: Literal["stream", "poll"] = "stream"
    ) -> Followed:
        """All events after that number, until the turn has ended."""
        return (
            self._polls(turn, after)
            if way == "poll"
            else _to_the_end(self.watches(turn, after))
        )

    def follows_directly(self, direct: str, after: int = 0) -> Followed:
        """The same past Shopify, with the token that chat, history and polls give."""
        claims = json.loads(base64.urlsafe_b64decode(direct.partition(".")[0] + "=="))
        headers = {
            "Authorization": f"Bearer {direct}",
            "Origin": f"https://{self.shop}",
        }
        request = self._client.build_request(
            "GET", claims["at"], params={"after": after}, headers=headers
        )
        return _to_the_end(self._streamed(request))

    @contextmanager
    def watches(self, turn: str, after: int = 0) -> Iterator[Iterator[Event]]:
        """The stream while it runs: `with ana.watches(turn) as events: first = next(events)`."""
        fields = {"sessionId": self.device.session_id, "after": after, "as": "stream"}
        with self._streamed(self._request(f"turns/{turn}", fields)) as events:
            yield events

    def stops(self, turn: str) -> Answer:
        return self.sends(f"turns/{turn}/stop", {"sessionId": self.device.session_id})

    def retries(self, turn: str) -> Answer:
        return self.sends(f"turns/{turn}/retry", {"sessionId": self.device.session_id})

    def resets(self, erase: bool = False) -> Answer:
        answer = self.sends(
            "reset", {"sessionId": self.device.session_id, "erase": erase}
        )
        self.device.forgets()
        return answer

    def sends(
        self, path: str, fields: dict[str, Any] | bytes = b"", **how: Any
    ) -> Answer:
        """Any call below /proxy. Bytes go as they are; `method`, `query`, `headers` replace the
        usual.
        """
        response = self._client.send(self._request(path, fields, **how))
        return Answer(response.status_code, response.headers, response.content)

    def signed_query(
        self, extra: Pairs | None = None, *, secret: str = SECRET, **changed: str
    ) -> str:
        """The query of a forwarded address; `extra` is the caller's own part, which Shopify signs
        too.
        """
        added = {
            "shop": self.shop,
            "logged_in_customer_id": self.customer,
            "path_prefix": "/apps/flux-chat",
            "timestamp": str(int(time.time())),
        }
        pairs = [*(extra or []), *(added | changed).items()]
        query = urlencode(pairs)
        return f"{query}&signature={signature(query, secret)}"

    def _request(
        self,
        path: str,
        fields: dict[str, Any] | bytes = b"",
        *,
        method: str = "POST",
        query: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Request:
        """A GET carries its fields in the address, everything else in a JSON body."""
        content, extra = (
            fields
            if isinstance(fields, bytes)
            else json.dumps(fields, ensure_ascii=False).encode(),
            [],
        )
        if method == "GET" and isinstance(fields, dict):
            content, extra = b"", [(name, str(value)) for name, value in fields.items()]
        address = f"{self.base}/proxy/{path}?{self.signed_query(extra) if query is None else query}"
        # Shopify adds the visitor; what ends TLS in front of the app adds Shopify.
        forwarded = {
            "X-Forwarded-For": f"{self.address}, {SHOPIFYS_ADDRESS}",
            "X-Forwarded-Host": self.shop,
        }
        usual = {"Content-Type": "application/json", **forwarded, **(headers or {})}
        return self._client.build_request(
            method, address, content=content, headers=usual
        )

    @contextmanager
    def _streamed(self, request: httpx2.Request) -> Iterator[Iterator[Event]]:
        response = self._client.send(request, stream=True)
        try:
            if (
                response.headers.get("Content-Type", "").partition(";")[0]
                != "text/event-stream"
            ):
                raise Refused(
                    Answer(response.status_code, response.headers, response.read())
                )
            yield read_events(response.iter_raw())
        finally:
            response.close()

    def _polls(self, turn: str, after: int) -> Followed:
        events: list[Event] = []
        while not (events and events[-1].is_last):
            asked = {"sessionId": self.device.session_id, "after": after, "wait": 8}
            answer = self.sends(f"turns/{turn}", asked)
            if answer.status != 200:
                return Followed(events, answer.status)
            events += [Event(**event) for event in answer.body["events"]]
            after = answer.body["next"]
        return Followed(events)

    def _keeping(self, answer: Answer) -> Answer:
        if answer.status == 201:
            self.device.session_id = answer.body["sessionId"]
        return answer


def _to_the_end(stream: AbstractContextManager[Iterator[Event]]) -> Followed:
    try:
        with stream as events:
            return Followed(list(events))
    except Refused as refused:
        return Followed([], refused.answer.status)
