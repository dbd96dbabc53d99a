"""A browser that behaves as the widget does, and writes down everything that it is told.

It keeps an outbox and sends a message again under the same id until it is acknowledged; it follows
turns by any of the three transports, reconnects with jitter, and asks whichever process answers.
"""

import base64
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

import httpx2

from backend.dev.model.ai_script import nonsense
from faults.history_log import HistoryLog
from tests.support.event_reader import Event
from tests.support.people import Answer, Device, Person, Refused

Way = Literal["direct", "stream", "poll"]
WAYS: tuple[Way, ...] = ("direct", "stream", "poll")
# Asked again: the network, the store, a limit. Everything else is an answer.
PASSING = frozenset({429, 500, 502, 503, 504, 507})
# A stream sends heartbeats; one that is silent for so long is as good as dead.
PATIENCE_SECONDS = 3.0
# How long a message may stay in the outbox before its shopper would be told that it failed.
OUTBOX_SECONDS = 40.0
# A turn's own minute, the lease of a dead holder, and a way there that breaks meanwhile.
WATCH_SECONDS = 90.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0

_readers = count(1)


class GaveUp(Exception):
    """The browser tried as long as a shopper would wait."""


@dataclass(frozen=True)
class Sent:
    """An acknowledged message."""

    text: str
    message_id: str
    session: str
    turn: str
    seq: int
    answer: Answer


class SimulatedBrowser(Person):
    """One tab. `beside` opens another tab of the same browser."""

    def __init__(  # noqa: PLR0913 a browser is told all of it, mostly by its defaults
        self,
        bases: Sequence[str],
        shop: str,
        log: HistoryLog,
        seed: int = 0,
        name: str = "",
        customer: str = "",
        device: Device | None = None,
    ) -> None:
        super().__init__(bases[0], shop, customer, device=device)
        self.name = name or f"canary-{nonsense(1)}"
        self.outbox: dict[str, dict[str, Any]] = {}
        self.leaves = threading.Event()
        self._bases = bases
        self._log = log
        self._tab = next(_readers)
        self._chance = random.Random(seed)
        self._client.timeout = httpx2.Timeout(PATIENCE_SECONDS, connect=1.0)

    def beside(self) -> "SimulatedBrowser":
        seed = self._chance.randrange(1 << 30)
        return SimulatedBrowser(
            self._bases,
            self.shop,
            self._log,
            seed,
            self.name,
            self.customer,
            self.device,
        )

    # Sending

    def tells(self, text: str) -> Sent:
        """Put a message into the outbox and deliver it. Raises GaveUp, or Refused for good."""
        message_id = str(uuid.uuid4())
        self.outbox[message_id] = {
            "message": text,
            "messageId": message_id,
            "firstId": self.device.first_id,
        }
        self._note("sending", id=message_id, text=text)
        return self.delivers(message_id)

    def delivers(self, message_id: str) -> Sent:
        """What is in the outbox goes out under the same id until somebody acknowledges it."""
        body = self.outbox[message_id]
        if self.device.session_id:
            body = body | {"sessionId": self.device.session_id}
        answer = self._asks_until_told("chat", body)
        del self.outbox[message_id]
        told = answer.body
        self.device.session_id = told["sessionId"]
        sent = Sent(
            body["message"],
            message_id,
            told["sessionId"],
            told["turn"]["id"],
            told["message"]["seq"],
            answer,
        )
        self._keep("acknowledged", id=message_id, text=sent.text, **told)
        return sent

    def repeats(self, sent: Sent) -> Sent:
        """As if the answer had been lost: the same message once more."""
        body = {
            "message": sent.text,
            "messageId": sent.message_id,
            "firstId": self.device.first_id,
        }
        self.outbox[sent.message_id] = body
        return self.delivers(sent.message_id)

    # Reading

    def opens(self) -> dict[str, Any]:
        """The newest page, as after a reload."""
        return self.reads()

    def reads(self, **fields: Any) -> dict[str, Any]:
        session = self.device.session_id
        page: dict[str, Any] = self._asks_until_told(
            "history", {"sessionId": session, **fields}
        ).body
        self._keep("page", session=session, asked=fields, page=page)
        return page

    def watches_to_the_end(
        self,
        turn: str,
        after: int = 0,
        text: str = "",
        way: Way | None = None,
        direct: str | None = None,
    ) -> Event:
        """Follow a turn whatever happens to the way there. Returns its last event."""
        last = self.watches_a_while(turn, after, text, way, direct, most=None)
        assert last is not None, "only a limit ends it earlier"
        return last

    def watches_a_while(  # noqa: PLR0912, PLR0913 one story, told from its beginning to its end
        self,
        turn: str,
        after: int = 0,
        text: str = "",
        way: Way | None = None,
        direct: str | None = None,
        most: int | None = 3,
    ) -> Event | None:
        """The same, but the page is left after `most` events. Returns the last event if there was
        one so far.
        """
        reader, pauses, give_up = (
            next(_readers),
            self._pauses(),
            time.monotonic() + WATCH_SECONDS,
        )
        self._note(
            "follows",
            reader=reader,
            turn=turn,
            after=after,
            text=text,
            session=self.device.session_id,
        )
        road: Way = self._chance.choice(WAYS) if way is None else way
        while most is None or most > 0:
            try:
                for event in self._events(road, turn, after, direct):
                    after, pauses = event.id, self._pauses()
                    self._note(
                        "event",
                        reader=reader,
                        turn=turn,
                        number=event.id,
                        name=event.name,
                        data=event.data,
                    )
                    if event.is_last:
                        self._keep("ended", reader=reader, turn=turn, name=event.name)
                        return event
                    most = None if most is None else most - 1
                    if most == 0:
                        return None
            except httpx2.TransportError as error:
                self._note("unreachable", path=road, why=type(error).__name__)
            except Refused as refused:
                self._refused(road, refused.answer)
                if refused.answer.status not in (401, *PASSING):
                    raise
            if time.monotonic() > give_up:
                self._keep("gave_up", path="turns")
                raise GaveUp(turn)
            self.turns_elsewhere()
            # A direct token is read-only and short-lived; whoever lost a stream takes the next way.
            road, direct = ("stream" if road == "direct" else road), None
            self._waits(next(pauses), turn)
        return None

    def converses(self, text: str) -> Event:
        """Say something and read the answer to its end."""
        sent = self.tells(text)
        return self.watches_to_the_end(
            sent.turn, direct=sent.answer.body["turn"]["direct"]
        )

    # What else a shopper taps

    def gives_up_on(self, turn: str) -> None:
        """Stop."""
        self._asks_until_told(
            f"turns/{turn}/stop", {"sessionId": self.device.session_id}
        )

    def asks_again(self, turn: str) -> None:
        """Retry after a failure."""
        self._asks_until_told(
            f"turns/{turn}/retry", {"sessionId": self.device.session_id}
        )

    def starts_over(self) -> None:
        """Reset, with nothing in the outbox."""
        self._asks_until_told("reset", {"sessionId": self.device.session_id})
        self.device.forgets()

    def turns_elsewhere(self) -> None:
        """The next request meets another process, as behind a load balancer."""
        self.base = self._chance.choice(self._bases)

    # How it asks

    def _asks_until_told(self, path: str, fields: dict[str, Any]) -> Answer:
        pauses, give_up = self._pauses(), time.monotonic() + OUTBOX_SECONDS
        while True:
            try:
                answer = self.sends(path, fields)
            except httpx2.TransportError as error:
                self._note("unreachable", path=path, why=type(error).__name__)
            else:
                if answer.status < 300:
                    return answer
                self._refused(path, answer)
                if answer.status not in PASSING:
                    raise Refused(answer)
            if time.monotonic() > give_up:
                self._keep("gave_up", path=path)
                raise GaveUp(path)
            self.turns_elsewhere()
            self._waits(next(pauses), path)

    def _events(
        self, way: Way, turn: str, after: int, direct: str | None
    ) -> Iterator[Event]:
        if way == "poll":
            yield from self._polled(turn, after)
        elif way == "direct" and direct:
            claims = json.loads(
                base64.urlsafe_b64decode(direct.partition(".")[0] + "==")
            )
            headers = {
                "Authorization": f"Bearer {direct}",
                "Origin": f"https://{self.shop}",
            }
            yield from self._read(
                self._client.build_request(
                    "GET", claims["at"], params={"after": after}, headers=headers
                )
            )
        else:
            fields = {
                "sessionId": self.device.session_id,
                "after": after,
                "as": "stream",
            }
            yield from self._read(self._request(f"turns/{turn}", fields))

    def _read(self, request: httpx2.Request) -> Iterator[Event]:
        with self._streamed(request) as events:
            yield from events

    def _polled(self, turn: str, after: int) -> Iterator[Event]:
        asked = {
            "sessionId": self.device.session_id,
            "after": after,
            "wait": PATIENCE_SECONDS - 1,
        }
        answer = self.sends(f"turns/{turn}", asked)
        if answer.status != 200:
            raise Refused(answer)
        yield from (Event(**event) for event in answer.body["events"])

    def _pauses(self) -> Iterator[float]:
        pause = FIRST_PAUSE
        while True:
            yield pause * self._chance.uniform(0.5, 1.5)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _waits(self, seconds: float, what: str) -> None:
        if self.leaves.wait(seconds):
            raise GaveUp(what)

    # What it writes down

    def _refused(self, path: str, answer: Answer) -> None:
        self._note(
            "refused",
            path=path,
            status=answer.status,
            body=answer.content.decode("utf-8", "replace"),
            retry_after=answer.headers.get("Retry-After"),
        )

    def _note(self, what: str, **fields: Any) -> None:
        self._log.note(what, browser=self.name, tab=self._tab, shop=self.shop, **fields)

    def _keep(self, what: str, **fields: Any) -> None:
        self._log.keep(what, browser=self.name, tab=self._tab, shop=self.shop, **fields)
