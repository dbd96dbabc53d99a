"""Who can be asked for a reply, and how: the model itself, the two floors, and Flux Chat as a
browser uses it.
"""

import time
import uuid
from array import array
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Protocol

import msgspec

from backend.dev.shopify.proxy_signer import signature
from bench.plan import Plan, now_us, read_words
from bench.wire import Connection

SECRET = "the client secret of the bench"
SHOP = "flux-bench.myshopify.com"
STOREFRONT = "www.flux-bench.example"
HEADERS = (
    "content-type: application/json\r\naccept: */*\r\naccept-encoding: identity\r\nuser-agent:"
    " Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile"
    " Safari/537.36\r\nx-forwarded-for: 203.0.113.7\r\nx-forwarded-host:"
    f" {STOREFRONT}\r\nx-forwarded-proto: https\r\n"
)


@dataclass(slots=True)
class Reply:
    """What one turn looked like from outside. Times are microseconds of the monotonic clock."""

    plan: Plan
    began: int
    first: int = 0
    words: int = 0
    broken: str = ""
    # When each word arrived, and how long after it was sent.
    arrived: array = field(default_factory=lambda: array("q"))
    late: array = field(default_factory=lambda: array("q"))
    _unread: bytes = b""
    _newest: int = 0

    def take(self, payload: bytes) -> None:
        now = now_us()
        whole, ended, unread = (self._unread + payload).rpartition(b"\n\n")
        self._unread = unread if ended else self._unread + payload

        for sent in read_words(whole):
            if sent <= self._newest:
                # all so far once more, as a reader gets it after a hole; a browser writes over it
                continue

            self._newest = sent
            self.first = self.first or now
            self.words += 1
            self.arrived.append(now)
            self.late.append(now - sent)

    @property
    def complete(self) -> bool:
        return not self.broken and self.words == self.plan.words

    @property
    def why(self) -> str:
        """What was wrong with it."""
        return self.broken or f"{self.words} of {self.plan.words} words"

    @property
    def first_ms(self) -> float:
        """From the start of the request to the first word, without the time that the model takes
        for it.
        """
        return (self.first - self.began) / 1000 - self.plan.first_ms


class Target(Protocol):
    name: str
    port: int

    async def turn(self, connection: Connection, reply: Reply) -> None:
        """One message and its whole reply, read into `reply`. Raises Broken."""


@dataclass
class Model:
    """Asked directly: what no server can be faster than."""

    port: int
    name: str = "direct"

    async def turn(self, connection: Connection, reply: Reply) -> None:
        body = {
            "model": "bench",
            "messages": [{"role": "user", "content": str(reply.plan)}],
            "stream": True,
        }
        await connection.ask(post("/v1/chat/completions", body), reply.take)


@dataclass
class Floor:
    """The reply is the body of the answer."""

    name: str
    port: int

    async def turn(self, connection: Connection, reply: Reply) -> None:
        await connection.ask(post("/chat", {"message": str(reply.plan)}), reply.take)


@dataclass
class FluxChat:
    """A new shopper each time: the message through the signed proxy, its reply over the direct
    stream.
    """

    port: int
    name: str = "flux"

    async def turn(self, connection: Connection, reply: Reply) -> None:
        body = {
            "message": str(reply.plan),
            "messageId": str(uuid.uuid4()),
            "firstId": token_urlsafe(16),
            "page": {"url": f"https://{STOREFRONT}/products/lamp", "title": "Lamp"},
            "locale": "en",
        }

        accepted = bytearray()
        await connection.ask(post(signed("/proxy/chat"), body), accepted.extend)
        turn = msgspec.json.decode(accepted)["turn"]
        await connection.ask(stream(turn["id"], turn["direct"]), reply.take)


def post(address: str, body: dict) -> bytes:
    raw = msgspec.json.encode(body)
    return (
        f"POST {address} HTTP/1.1\r\nhost: 127.0.0.1\r\n{HEADERS}content-length:"
        f" {len(raw)}\r\n\r\n".encode()
        + raw
    )


def stream(turn_id: str, token: str) -> bytes:
    return (
        f"GET /stream/{turn_id}?after=0 HTTP/1.1\r\nhost: 127.0.0.1\r\n{HEADERS}"
        f"origin: https://{STOREFRONT}\r\nauthorization: Bearer {token}\r\n\r\n"
    ).encode()


def signed(path: str) -> str:
    """An address as Shopify's app proxy forwards it."""
    query = f"shop={SHOP}&path_prefix=%2Fapps%2Fflux-chat&timestamp={int(time.time())}"
    return f"{path}?{query}&signature={signature(query, SECRET)}"
