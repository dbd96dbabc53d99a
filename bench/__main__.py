"""`make bench`: all servers in one interleaved run, against floors that are measured in the same run.

`python -m bench --quick` takes a minute and proves only that everything works; its figures are noise.
"""

import argparse
import asyncio
import gc
import time
from statistics import median

from bench import history_measures, machine, report, seed, stream_measures, turn_measures
from bench.effort import FULL, QUICK, Effort
from bench.figures import Aim, Row
from bench.load import side_by_side
from bench.report import Run, tell
from bench.rig import CORES, Rig, Served
from bench.targets import Floor, FluxChat, Model, Target
from bench.turn_measures import TYPICAL, Field

MOST_DRIFT = 0.10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of twelve; figures are noise")
    quick = parser.parse_args().quick
    if len(CORES) < 2:
        tell("This needs two cores: one for the server, one for the load.")
        return 2
    # A pause of the generator's own would be taken for one of the server's.
    gc.disable()
    run = asyncio.run(measure(QUICK if quick else FULL))
    for line in [*report.summary(run), "", *report.table(run), "", f"Also in {report.save(run)}."]:
        tell(line)
    if run.void:
        tell("VOID: the direct baseline drifted. The machine was not quiet; the document stays as it was.")
        return 1
    if not quick:
        report.write_document(run)
    return 0


async def measure(effort: Effort) -> Run:
    about = machine.described()
    begun, busy = time.monotonic(), machine.busy_seconds()
    with Rig() as rig:
        model = rig.model()
        field = start(rig, model, effort)
        await warm_up(field)
        rows = await turns(field, effort)
        rows += await stream_measures.lag(field.targets["flux"], effort)
        rows += await history_measures.pages(field.targets["flux"], effort)
        for name in ("relay", "thin", "flux"):
            rig.stop(field.served[name])
        rows += await streams(rig, model, effort)
        await turn_measures.look_at_direct(field)
        used = rig.used_cpu_seconds()
        seconds = time.monotonic() - begun
        others = (machine.busy_seconds() - busy - used) / seconds
    middle = median(field.direct)
    drift = max(abs(each - middle) for each in field.direct) / middle
    return Run(about, rows, field.direct, drift, others, void=drift > MOST_DRIFT)


def start(rig: Rig, model: Served, effort: Effort) -> Field:
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
    return Field(targets, {"relay": relay, "thin": thin, "flux": flux})


async def warm_up(field: Field) -> None:
    for name in ("relay", "thin", "flux"):
        await side_by_side(field.targets[name], TYPICAL, 32, 2.0, 0.0)
    await turn_measures.look_at_direct(field)
    field.direct.clear()


async def turns(field: Field, effort: Effort) -> list[Row]:
    tell("One turn at a time.")
    rows = await turn_measures.one_turn_at_a_time(field, effort)
    for shoppers, aim in ((64, Aim("at most", 1.0)), (256, Aim("at most", 0.6))):
        tell(f"{shoppers} turns at once.")
        rows += await turn_measures.many_turns_at_once(field, effort, shoppers, aim)
    tell("Processor time.")
    rows += await turn_measures.processor_time(field, effort)
    tell("Turns a second.")
    rows += await turn_measures.turns_a_second(field, effort)
    return rows


async def streams(rig: Rig, model: Served, effort: Effort) -> list[Row]:
    tell(f"{effort.streams:,} streams, two web processes with PostgreSQL and Redis.")
    database, redis = rig.postgres_url(), rig.redis_url()
    rig.migrate(database)
    two = rig.flux(model, DATABASE_URL=database, REDIS_URL=redis, WEB_CONCURRENCY="2")
    target = FluxChat(two.port)
    await side_by_side(target, TYPICAL, 32, 2.0, 0.0)
    values = {
        "direct": await stream_measures.streams(Model(model.port), model, effort),
        "flux": await stream_measures.streams(target, two, effort),
    }
    # The model's memory is not what the direct streams cost anybody.
    del values["direct"]["KiB each"]
    return stream_measures.rows(values, effort)


if __name__ == "__main__":
    raise SystemExit(main())
