"""What a page of history costs in a long conversation and in a short one, in the same table and
side by side.
"""

from collections.abc import Sequence

import msgspec

from bench import seed
from bench.effort import Effort
from bench.figures import Aim, Row, Spread, percentile
from bench.plan import now_us
from bench.targets import Target, post, signed
from bench.wire import Connection, open_connection


async def pages(target: Target, effort: Effort) -> list[Row]:
    connection = await open_connection(target.port)
    rounds: dict[str, list[float]] = {"long": [], "short": []}

    for _ in range(effort.history_rounds):
        times = await _read_in_turn(connection, effort.history_reads)
        for name, each in times.items():
            rounds[name].append(percentile(each, 50))
    connection.close()

    table = f"in a table of {effort.stored_messages:,}, p50"
    short, long = Spread.of(rounds["short"]), Spread.of(rounds["long"])
    return [
        Row(f"history, a conversation of {seed.SHORT} {table}", "ms", {"flux": short}),
        Row(
            f"history, one of {seed.LONG:,} {table}",
            "ms",
            {"flux": long, "short": short},
            Aim("at most", 1.2),
            "short",
        ),
    ]


async def _read_in_turn(
    connection: Connection, reads: int
) -> dict[str, Sequence[float]]:
    sessions = {"long": seed.LONG_SESSION, "short": seed.SHORT_SESSION}
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(reads):
        for name, session in sessions.items():
            times[name].append(await _read(connection, session))
    return dict(times)


async def _read(connection: Connection, session: str) -> float:
    answer = bytearray()
    request = post(signed("/proxy/history"), {"sessionId": session, "limit": 50})
    began = now_us()
    await connection.ask(request, answer.extend)
    took = (now_us() - began) / 1000
    if len(msgspec.json.decode(answer)["messages"]) != 50:
        raise RuntimeError("a page of history was not whole")
    return took
