"""Three kinds of load: shoppers who never pause, arrivals at a fixed rate, and streams that pile
up.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bench.plan import Plan, now_us
from bench.targets import Reply, Target
from bench.wire import Broken, Connection, open_connection

# A reply that is this late counts as broken; without a limit one lost word would stop the whole
# run.
PATIENCE_SECONDS = 60


async def one_turn(
    target: Target, connection: Connection, plan: Plan, began: int = 0
) -> Reply:
    reply = Reply(plan, began or now_us())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await target.turn(connection, reply)
    except (Broken, TimeoutError) as error:
        reply.broken = str(error) or "too late"
        connection.close()
    return reply


async def one_by_one(target: Target, plan: Plan, times: int) -> list[Reply]:
    """A single shopper, `times` turns one after another."""
    connection = await open_connection(target.port)
    replies = [await one_turn(target, connection, plan) for _ in range(times)]
    connection.close()
    return replies


async def side_by_side(
    target: Target, plan: Plan, shoppers: int, seconds: float
) -> list[Reply]:
    """`shoppers` at once, each with the next message as soon as a reply is complete.

    Everybody's first turn is left out, because all of them come at the same instant.
    """
    end = now_us() + int(seconds * 1e6)

    async def shop() -> list[Reply]:
        connection = await open_connection(target.port)
        replies: list[Reply] = []
        while len(replies) < 2 or now_us() < end:
            replies.append(await one_turn(target, connection, plan))
            if replies[-1].broken:
                connection = await open_connection(target.port)
        connection.close()
        return replies[1:]

    shopped = await asyncio.gather(*(shop() for _ in range(shoppers)))
    return [reply for replies in shopped for reply in replies]


async def at_a_rate(
    target: Target, plan: Plan, rate: float, seconds: float
) -> list[Reply]:
    """`rate` arrivals a second, whether or not the server keeps up; a reply's time runs from its
    due moment.
    """
    idle: list[Connection] = []

    async def arrive(due: int) -> Reply:
        connection = idle.pop() if idle else await open_connection(target.port)
        reply = await one_turn(target, connection, plan, due)
        if not reply.broken:
            idle.append(connection)
        return reply

    replies = await _arrivals(arrive, int(rate * seconds), 1 / rate)
    for connection in idle:
        connection.close()
    return replies


async def piling_up(
    target: Target, plan: Plan, streams: int, ramp: float
) -> list[Reply]:
    """`streams` shoppers, each on a connection of its own, arriving evenly within `ramp`
    seconds.
    """

    async def arrive(due: int) -> Reply:
        connection = await open_connection(target.port)
        reply = await one_turn(target, connection, plan, due)
        connection.close()
        return reply

    return await _arrivals(arrive, streams, ramp / streams)


async def _arrivals(
    arrive: Callable[[int], Awaitable[Reply]], times: int, apart: float
) -> list[Reply]:
    loop = asyncio.get_running_loop()
    begun, begun_us = loop.time(), now_us()
    arrived = []

    for number in range(times):
        after = number * apart
        await asyncio.sleep(begun + after - loop.time())
        due_us = begun_us + int(after * 1e6)
        arrived.append(asyncio.ensure_future(arrive(due_us)))

    return await asyncio.gather(*arrived)
