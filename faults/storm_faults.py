"""The faults of a storm: each breaks something for a while, says whether it bit, and leaves
everything whole again.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import redis

from faults.faulty_links import FaultyLink
from faults.mortal_app import MortalApp, ThreeProcesses
from tests.support.waiting import wait_until

# Asked at the end of a fault: has it done what it is for?
Bitten = Callable[[], bool]
Fault = Callable[[ThreeProcesses, random.Random], AbstractContextManager[Bitten]]


@contextmanager
def killed(three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    app = chance.choice(three.apps)
    app.kill()
    # The worker may take a moment longer than its master, and would be taken for one that serves.
    wait_until(lambda: not app.pids(), "all of it is dead")
    yield lambda: not app.pids()
    app.restart()


@contextmanager
def redeployed(three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    """SIGTERM, and a new process as soon as the old one has gone by itself."""
    app = chance.choice(three.apps)
    app.begin_to_end()
    wait_until(lambda: not app.is_alive(), "it ends by itself", within=15)
    yield lambda: not app.pids()
    app.restart()


@contextmanager
def frozen(three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    app: MortalApp = chance.choice(three.apps)
    with app.frozen():
        yield lambda: set(app.states()) == {"T"}


@contextmanager
def redis_killed(three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    three.redis.kill()
    yield lambda: not three.redis.is_alive()
    three.revive_redis()


@contextmanager
def redis_emptied(three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    had = redis.Redis(port=three.redis.port).dbsize()
    three.redis.forgets()
    yield lambda: bool(had)


@contextmanager
def postgres_restarted(
    three: ThreeProcesses, chance: random.Random
) -> Iterator[Bitten]:
    chance.choice([three.postgres.stop, three.postgres.kill])()
    yield lambda: not three.postgres.lets_in()
    three.postgres.start()


@contextmanager
def toxic(
    kind: str,
    link: str,
    how: dict[str, int],
    three: ThreeProcesses,
    chance: random.Random,
) -> Iterator[Bitten]:
    way: FaultyLink = getattr(three, link)
    with way.toxic(kind, **how) as bite:
        yield lambda: bite.bites > 0


@contextmanager
def cut(link: str, three: ThreeProcesses, chance: random.Random) -> Iterator[Bitten]:
    way: FaultyLink = getattr(three, link)
    before = way.told()["cut"]
    with way.down():
        yield lambda: way.told()["cut"] > before


# Those of one part of the system do not fall together; those of different parts may.
OF_PROCESSES: dict[str, Fault] = {
    "kill -9": killed,
    "SIGTERM": redeployed,
    "SIGSTOP": frozen,
}
OF_REDIS: dict[str, Fault] = {
    "Redis killed": redis_killed,
    "Redis emptied": redis_emptied,
    "Redis slow": partial(
        toxic, "latency", "to_redis", {"latency": 400, "jitter": 200}
    ),
    "Redis silent": partial(toxic, "timeout", "to_redis", {"timeout": 0}),
    "Redis reset": partial(toxic, "reset_peer", "to_redis", {}),
}
OF_POSTGRES: dict[str, Fault] = {
    "PostgreSQL slow": partial(
        toxic, "latency", "to_postgres", {"latency": 60, "jitter": 40}
    ),
    "PostgreSQL reset": partial(toxic, "reset_peer", "to_postgres", {}),
    "PostgreSQL silent": partial(toxic, "timeout", "to_postgres", {"timeout": 0}),
    "PostgreSQL restarted": postgres_restarted,
}
OF_THE_MODEL: dict[str, Fault] = {
    "model reset": partial(toxic, "reset_peer", "to_model", {}),
    "model slow": partial(
        toxic, "latency", "to_model", {"latency": 300, "jitter": 200}
    ),
    "model cut": partial(cut, "to_model"),
    "model in slices": partial(toxic, "slicer", "to_model", {"average_size": 7}),
}
PARTS = (OF_PROCESSES, OF_REDIS, OF_POSTGRES, OF_THE_MODEL)


def next_faults(chance: random.Random) -> dict[str, Fault]:
    """One fault, and now and then a second of another part."""
    # Processes first: what is broken last is whole first, and a new process is ready only when its
    # stores are.
    parts = sorted(
        chance.sample(PARTS, 2 if chance.random() < 0.25 else 1), key=PARTS.index
    )
    names = [chance.choice(sorted(part)) for part in parts]
    return {name: part[name] for name, part in zip(names, parts, strict=True)}
