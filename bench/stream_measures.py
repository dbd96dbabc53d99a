"""What long streams cost: how late words arrive, how late streams start, memory, and how long the
process is deaf.
"""

import asyncio
from collections.abc import Sequence

from bench.effort import Effort
from bench.figures import Aim, Row, Spread, percentile
from bench.load import piling_up
from bench.plan import Plan, now_us
from bench.rig import Served
from bench.targets import Reply, Target
from bench.turn_measures import Contest
from bench.wire import Connection, open_connection

WORDS_A_SECOND = 10
FIRST_MS = 100
PING_SECONDS = 0.02
HEALTH = b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def long_plan(seconds: float) -> Plan:
    return Plan(FIRST_MS, int(seconds * WORDS_A_SECOND), 1000 // WORDS_A_SECOND)


async def streams(
    contest: Contest, target: Target, served: Served, effort: Effort
) -> dict[str, float]:
    """Added delay while all streams are live, delay of the start over all, KiB each."""
    # The first streams must still speak when the last one has come and has been looked at.
    plan = long_plan(effort.ramp_seconds + effort.hold_seconds)
    before, begun = served.memory_kib(), now_us()
    all_live = begun + int(effort.ramp_seconds * 1e6)

    piling = asyncio.ensure_future(
        piling_up(target, plan, effort.streams, effort.ramp_seconds)
    )
    await asyncio.sleep(effort.ramp_seconds + effort.hold_seconds * 0.8)
    memory = served.memory_kib() - before
    replies = await piling

    started = contest.first_times(target, replies)
    added = _added_ms(replies, all_live, all_live + int(effort.hold_seconds * 1e6))

    return {
        "added p50": percentile(added, 50),
        "added p99": percentile(added, 99),
        "started p99": percentile(started, 99),
        "KiB each": memory / effort.streams,
    }


def _added_ms(replies: Sequence[Reply], since: int, until: int) -> list[float]:
    return [
        late / 1000
        for reply in replies
        for arrived, late in zip(reply.arrived, reply.late, strict=True)
        if since <= arrived < until
    ]


def rows(values: dict[str, dict[str, float]], effort: Effort) -> list[Row]:
    what = f"{effort.streams:,} streams at {WORDS_A_SECOND} words a second"
    aims = {
        "added p50": ("ms", None),
        "added p99": ("ms", Aim("at most", 50, "value")),
        "started p99": ("ms", Aim("at most", 1000, "value")),
        "KiB each": ("KiB", Aim("at most", 80, "value")),
    }

    return [
        Row(
            f"{what}, {key}",
            unit,
            {
                name: Spread.of([each[key]])
                for name, each in values.items()
                if key in each
            },
            aim,
        )
        for key, (unit, aim) in aims.items()
    ]


async def lag(contest: Contest, effort: Effort) -> list[Row]:
    """How late the process gets to a waiting request beside its streams: the answer's time less an
    idle one's.
    """
    target = contest.targets["flux"]
    connection = await open_connection(target.port)

    idle = percentile(await _pings(connection, 2.0), 50)

    ramp = effort.lag_seconds / 3
    plan = long_plan(ramp + effort.lag_seconds)
    piling = asyncio.ensure_future(piling_up(target, plan, effort.lag_streams, ramp))
    await asyncio.sleep(ramp)
    times = await _pings(connection, effort.lag_seconds)
    contest.first_times(target, await piling)
    connection.close()

    late = max(0.0, percentile(times, 99) - idle)
    what = f"loop lag at {effort.lag_streams} streams, one process, p99"
    return [Row(what, "ms", {"flux": Spread.of([late])}, Aim("at most", 10, "value"))]


async def _pings(connection: Connection, seconds: float) -> list[float]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    times = []
    for number in range(int(seconds / PING_SECONDS)):
        await asyncio.sleep(begun + number * PING_SECONDS - loop.time())
        # From the due moment, or the worst ones would hide those behind them.
        due = begun + number * PING_SECONDS
        await connection.ask(HEALTH, lambda piece: None)
        times.append((loop.time() - due) * 1000)
    return times
