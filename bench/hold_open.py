"""What shoppers feel while one attacker holds open all that they can: `python -m bench.hold_open`,
two minutes.

Both are measured in turns at the same server, with the limits of production.
"""

import asyncio
import gc
import uuid
from collections.abc import Sequence
from itertools import cycle
from typing import Self

import msgspec

from bench.figures import percentile
from bench.load import at_a_rate, one_by_one
from bench.plan import Plan
from bench.report import tell
from bench.rig import Rig
from bench.targets import FluxChat, Reply, post, signed, stream
from bench.turn_measures import TYPICAL
from bench.wire import open_connection

SHOPPERS, EVERY_SECONDS = 300, 30
ROUNDS, ROUND_SECONDS, WARM_SECONDS = 4, 10.0, 5.0
# Opening and closing thousands of connections at one stroke is a flood; here it is asked what
# holding them costs, so each round begins when a single shopper is answered quickly again.
SETTLED_MS, MOST_LOOKS = 100, 60
STREAMS, POLLS, HALF_SENT = 2_000, 1_500, 200
# So much is opened anew each second, because something has been closed; more would be a flood,
# which is another matter.
AGAIN_A_SECOND = 10
LONG_TALK = Plan(first_ms=100, words=500, gap_ms=100)
MOST_RATIO = 2.0
PRODUCTION = {
    "SESSION_OPEN_REQUESTS": "8",
    "ADDRESS_OPEN_REQUESTS": "400",
    "SHOP_OPEN_REQUESTS": "1500",
    "PROCESS_OPEN_REQUESTS": "2000",
}

HALF_A_BODY = (
    b"POST /webhooks/app HTTP/1.1\r\nHost: app\r\nX-Shopify-Hmac-Sha256: A\r\nContent-Length:"
    b" 60000\r\n\r\n{"
)
HALF_A_HEAD = b"GET /health HTTP/1.1\r\nX-Slow: "


def main() -> int:
    # A pause of the generator's own would be taken for one of the server's.
    gc.disable()
    calm, attacked, held = asyncio.run(measure())
    broken = [reply.why for reply in (*calm, *attacked) if not reply.complete]
    usual, harmed = (
        percentile([reply.first_ms for reply in replies], 99)
        for replies in (calm, attacked)
    )

    tell(
        f"{SHOPPERS} shoppers, a message every {EVERY_SECONDS} s, first words, p99 of"
        f" {len(calm)} and {len(attacked)}:"
    )
    tell(
        f"alone {usual:.1f} ms, beside the attacker {harmed:.1f} ms, ratio"
        f" {harmed / usual:.2f}, aim {MOST_RATIO:g}"
    )
    tell(
        f"The attacker wanted {STREAMS + POLLS + 2 * HALF_SENT:,} connections and held"
        f" {min(held)} to {max(held)}."
    )
    tell(f"{len(broken)} turns were not whole{': ' + broken[0] if broken else '.'}")
    return int(bool(broken) or harmed > MOST_RATIO * usual)


async def measure() -> tuple[list[Reply], list[Reply], list[int]]:
    """All turns without the attacker, all beside them, and how much they held at the end of each
    round.
    """
    calm: list[Reply] = []
    attacked: list[Reply] = []
    held: list[int] = []

    with Rig() as rig:
        rig.migrate(rig.sqlite_url)
        served = rig.flux(rig.model(), DATABASE_URL=rig.sqlite_url, **PRODUCTION)
        target = FluxChat(served.port)
        await chat(target, WARM_SECONDS)

        for _ in range(ROUNDS):
            await settle(target)
            calm += await chat(target, ROUND_SECONDS)
            async with Attacker(served.port) as attacker:
                await settle(target)
                attacked += await chat(target, ROUND_SECONDS)
                held.append(attacker.count())
    return calm, attacked, held


async def settle(target: FluxChat) -> None:
    for _ in range(MOST_LOOKS):
        [reply] = await one_by_one(target, TYPICAL, 1)
        if reply.complete and reply.first_ms < SETTLED_MS:
            return
        await asyncio.sleep(1)


async def chat(target: FluxChat, seconds: float) -> Sequence[Reply]:
    return await at_a_rate(target, TYPICAL, SHOPPERS / EVERY_SECONDS, seconds)


class Attacker:
    """Opens everything at once, and then again what was closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.Transport] = set()

    async def __aenter__(self) -> Self:
        wanted = await self._requests()
        for request in wanted:
            await self._begin(request)
        self._going_on = asyncio.ensure_future(self._go_on(wanted))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._going_on.cancel()
        for transport in list(self._open):
            transport.abort()

    def count(self) -> int:
        return len(self._open)

    async def _requests(self) -> list[bytes]:
        """With a session of their own, in which a long reply is being written."""
        connection, answer = await open_connection(self._port), bytearray()
        message = {"message": str(LONG_TALK), "messageId": str(uuid.uuid4())}
        await connection.ask(post(signed("/proxy/chat"), message), answer.extend)
        connection.close()

        told = msgspec.json.decode(answer)
        asked = {
            "sessionId": told["sessionId"],
            "after": told["message"]["seq"],
            "wait": 8,
        }
        streams = [stream(told["turn"]["id"], told["turn"]["direct"])] * STREAMS
        return [
            *streams,
            *[post(signed("/proxy/history"), asked)] * POLLS,
            *[HALF_A_BODY, HALF_A_HEAD] * HALF_SENT,
        ]

    async def _go_on(self, wanted: Sequence[bytes]) -> None:
        for request in cycle(wanted[::7]):
            await asyncio.sleep(1 / AGAIN_A_SECOND)
            await self._begin(request)

    async def _begin(self, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(
            lambda: Held(self._open, request), "127.0.0.1", self._port
        )


class Held(asyncio.Protocol):
    """One connection, and nothing is done with what it brings."""

    def __init__(self, opened: set[asyncio.Transport], request: bytes) -> None:
        self._opened = opened
        self._request = request

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.add(transport)
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        self._opened.discard(self._transport)


if __name__ == "__main__":
    raise SystemExit(main())
