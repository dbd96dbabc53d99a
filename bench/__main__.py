"""`make bench`: all servers in one interleaved run, against floors that are measured in the same
run.

`python -m bench --quick` takes a minute and proves only that everything works; its figures are
noise.
"""

import argparse
import asyncio
import gc
import time
from statistics import median

from bench import history_measures, host, report, seed, stream_measures, turn_measures
from bench.effort import FULL, QUICK, Effort
from bench.figures import Aim, Row
from bench.load import side_by_side
from bench.report import Run, tell
from bench.rig import CORES, Rig, Served
from bench.targets import Floor, FluxChat, Model, Target
from bench.turn_measures import TYPICAL, Contest

MOST_DRIFT = 0.10
# The clock's and the scheduler's own grain: less than this, which is a hundredth of the overheads,
# is no drift.
GRAIN_MS = 0.05
# A machine of half the usual speed is done by then; one that needs longer does something else.
MOST_SECONDS = 20 * 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a minute instead of twelve; figures are noise",
    )
    quick = parser.parse_args().quick

    if len(CORES) < 2:
        tell("This needs two cores: one for the server, one for the load.")
        return 2

    # A pause of the generator's own would be taken for one of the server's.
    gc.disable()
    run = asyncio.run(measure(QUICK if quick else FULL))

    saved = report.save(run)
    tell("\n".join([*report.summary(run), "", *report.table(run), ""]))
    tell(f"Also in {saved}.")

    if run.void:
        tell(f"VOID: {run.void}. The document stays as it was.")
        return 1

    if not quick:
        report.write_document(run)
    return 0


async def measure(effort: Effort) -> Run:
    about = host.described()
    begun = time.monotonic()
    busy, own = host.busy_seconds(), host.own_seconds()

    with Rig() as rig:
        async with asyncio.timeout(MOST_SECONDS):
            contest, rows = await everything(rig, effort)

    seconds = time.monotonic() - begun
    ours = host.own_seconds() - own
    others = max(0.0, host.busy_seconds() - busy - ours) / seconds
    middle = median(contest.direct)
    moved = max(abs(each - middle) for each in contest.direct)
    drift = moved / middle if moved > GRAIN_MS else 0.0

    return Run(
        about,
        rows,
        contest.direct,
        drift,
        others,
        contest.broken,
        void=why_void(contest, drift),
    )


def why_void(contest: Contest, drift: float) -> str:
    if contest.broken:
        return f"{len(contest.broken)} turns were not whole, the first of them {contest.broken[0]}"
    return (
        "the direct baseline drifted, so the machine was not quiet"
        if drift > MOST_DRIFT
        else ""
    )


async def everything(rig: Rig, effort: Effort) -> tuple[Contest, list[Row]]:
    model = rig.model()
    contest = start(rig, model, effort)
    await warm_up(contest)
    rows = await turns(contest, effort)

    tell(f"{effort.lag_streams} streams beside other requests, then pages of history.")
    rows += await stream_measures.lag(contest, effort)
    rows += await history_measures.pages(contest.targets["flux"], effort)

    for name in ("relay", "thin", "flux"):
        rig.stop(contest.served[name])
    rows += await streams(rig, model, contest, effort)
    await turn_measures.look_at_direct(contest)
    return contest, rows


def start(rig: Rig, model: Served, effort: Effort) -> Contest:
    tell(f"Storing {effort.stored_messages:,} messages and starting the servers.")
    rig.migrate(rig.sqlite_url)
    seed.fill(rig.sqlite_url, effort.stored_messages)

    relay, thin = rig.relay(model), rig.thin(model)
    flux = rig.flux(model, DATABASE_URL=rig.sqlite_url)
    targets: dict[str, Target] = {
        "direct": Model(model.port),
        "relay": Floor("relay", relay.port),
        "thin": Floor("thin", thin.port),
        "flux": FluxChat(flux.port),
    }

    return Contest(targets, {"relay": relay, "thin": thin, "flux": flux})


async def warm_up(contest: Contest) -> None:
    for name in ("relay", "thin", "flux"):
        await side_by_side(contest.targets[name], TYPICAL, 32, 2.0)
    await turn_measures.look_at_direct(contest)
    contest.direct.clear()


async def turns(contest: Contest, effort: Effort) -> list[Row]:
    tell("One turn at a time.")
    rows = await turn_measures.one_turn_at_a_time(contest, effort)
    for shoppers, aim in ((64, Aim("at most", 1.0)), (256, Aim("at most", 0.6))):
        tell(f"{shoppers} turns at once.")
        rows += await turn_measures.many_turns_at_once(contest, effort, shoppers, aim)
    tell("Processor time.")
    rows += await turn_measures.processor_time(contest, effort)
    tell("Turns a second.")
    rows += await turn_measures.turns_a_second(contest, effort)
    return rows


async def streams(
    rig: Rig, model: Served, contest: Contest, effort: Effort
) -> list[Row]:
    tell(f"{effort.streams:,} streams, two web processes with PostgreSQL and Redis.")
    database, redis = rig.postgres_url(), rig.redis_url()
    rig.migrate(database)
    two = rig.flux(model, DATABASE_URL=database, REDIS_URL=redis, WEB_CONCURRENCY="2")
    target = FluxChat(two.port)
    await side_by_side(target, TYPICAL, 32, 2.0)

    values = {
        "direct": await stream_measures.streams(
            contest, Model(model.port), model, effort
        ),
        "flux": await stream_measures.streams(contest, target, two, effort),
    }

    # The model's memory is not what the direct streams cost anybody.
    del values["direct"]["KiB each"]
    return stream_measures.rows(values, effort)


if __name__ == "__main__":
    raise SystemExit(main())
