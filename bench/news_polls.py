"""What it costs that shoppers wait for a person with the chat closed: `python -m bench.news_polls`,
two minutes.

Each follows the news past the proxy, as their pages do.
"""

import asyncio
import random
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from secrets import token_urlsafe
from urllib.parse import urlsplit

import msgspec

from bench.plan import Plan
from bench.report import tell
from bench.rig import Rig, Served
from bench.targets import HEADERS, post, signed
from bench.wire import Connection, open_connection

WAITING = 500
# So long each page is opened after the one before it, all in all.
OPENING_SECONDS = 20
# A multiple of the time between two signs of life.
MEASURED_SECONDS = 100
SETTLE_SECONDS = 5
MOST_SHARE = 0.02
BRIEF = Plan(first_ms=0, words=1, gap_ms=0)


@dataclass(frozen=True, slots=True)
class Waiter:
    """A shopper's page: whose news it asks for, and how far it knows them."""

    port: int
    direct: str
    last: int


def main() -> int:
    idle, held, heard = asyncio.run(measure())
    share = held - idle

    tell(
        f"{WAITING} shoppers who wait cost {share:.2%} of a core, aim {MOST_SHARE:.0%}:"
        f" {held:.2%} with them, {idle:.2%} without, {heard} signs of life in"
        f" {MEASURED_SECONDS} s."
    )
    return int(share > MOST_SHARE)


async def measure() -> tuple[float, float, int]:
    """The server's share of a core without and with those who wait, and its signs of life."""
    with Rig() as rig:
        rig.migrate(rig.sqlite_url)
        served = rig.flux(rig.model(), DATABASE_URL=rig.sqlite_url)
        waiters = [await begin(served.port) for _ in range(WAITING)]

        await asyncio.sleep(SETTLE_SECONDS)
        idle = await share_of(served)

        heard = [0]
        polls = [asyncio.ensure_future(poll(waiter, heard)) for waiter in waiters]
        await asyncio.sleep(OPENING_SECONDS + SETTLE_SECONDS)
        heard[0] = 0
        held = await share_of(served)

        for each in polls:
            assert not each.done(), each.exception()
            each.cancel()
        return idle, held, heard[0]


async def share_of(served: Served) -> float:
    before = served.cpu_seconds()
    await asyncio.sleep(MEASURED_SECONDS)
    return (served.cpu_seconds() - before) / MEASURED_SECONDS


async def begin(port: int) -> Waiter:
    """Somebody has asked for a person, and the page has asked for the news once."""
    connection = await open_connection(port)
    message = {"message": str(BRIEF), "firstId": token_urlsafe(16), "wait": 5}
    session = {
        "sessionId": (await ask(connection, "/proxy/chat", message))["sessionId"]
    }

    await ask(connection, "/proxy/person", session)
    news = await ask(connection, "/proxy/news", session)
    assert news["waiting"], news
    connection.close()
    return Waiter(port, news["direct"], news["last"])


async def ask(connection: Connection, path: str, body: dict) -> dict:
    answer = bytearray()
    await connection.ask(post(signed(path), body), answer.extend)
    found: dict = msgspec.json.decode(answer)
    return found


async def poll(waiter: Waiter, heard: list[int]) -> None:
    await asyncio.sleep(random.uniform(0, OPENING_SECONDS))
    connection = await open_connection(waiter.port)

    def hear(piece: bytes) -> None:
        heard[0] += 1

    await connection.ask(held_question(waiter), hear)


def held_question(waiter: Waiter) -> bytes:
    payload, _, _ = waiter.direct.partition(".")
    address = msgspec.json.decode(urlsafe_b64decode(payload + "=="))["at"]
    known = f"after={waiter.last}&last={waiter.last}"
    return (
        f"GET {urlsplit(address).path}?{known} HTTP/1.1\r\nhost: 127.0.0.1\r\n{HEADERS}"
        f"authorization: Bearer {waiter.direct}\r\n\r\n".encode()
    )


if __name__ == "__main__":
    raise SystemExit(main())
