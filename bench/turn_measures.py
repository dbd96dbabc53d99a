"""What short turns cost: the time to the first word, processor time, and how many a second there
may be.

Each round asks every server in turn, and every second round in the opposite order, so that what
drifts hits all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.effort import Effort
from bench.figures import Aim, Row, Spread, percentile
from bench.load import at_a_rate, one_by_one, side_by_side
from bench.plan import Plan
from bench.rig import Served
from bench.targets import Reply, Target

# A model that answers at once: whatever the server does is on the way to the first word.
SHORT = Plan(first_ms=0, words=3, gap_ms=10)
# Still faster than any real one; meanwhile a server gets its other work done.
THINKING = Plan(first_ms=50, words=3, gap_ms=10)
TYPICAL = Plan(first_ms=0, words=20, gap_ms=10)
# Well below what either side can take, so that nobody saves work by falling behind.
CPU_RATE = 40
CAPACITY_P99_MS = 250
# The direct baseline is some fifty microseconds, so its median needs many of them.
DIRECT_TURNS = 1_500


@dataclass
class Contest:
    """Who takes part, and what tells whether the run is worth anything.

    `direct` holds the model's own medians over the whole run, `broken` a word for each turn that
    was not whole.
    """

    targets: dict[str, Target]
    served: dict[str, Served]
    direct: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def own_first_ms(self) -> float:
        return median(self.direct)

    def rounds(self, number: int, names: Sequence[str]) -> Iterator[Target]:
        for turn in range(number):
            for name in names if turn % 2 == 0 else reversed(names):
                yield self.targets[name]

    def first_times(self, target: Target, replies: Sequence[Reply]) -> list[float]:
        """Of the whole ones; the others are noted, and make the run void."""
        whole = [reply.first_ms for reply in replies if reply.complete]
        self.broken += [
            f"{target.name}: {reply.why}" for reply in replies if not reply.complete
        ]
        if not whole:
            raise RuntimeError(
                f"not one turn of {len(replies)} was whole ({self.broken[-1:]})"
            )
        return whole


async def look_at_direct(contest: Contest) -> None:
    replies = await one_by_one(contest.targets["direct"], Plan(0, 1, 0), DIRECT_TURNS)
    contest.direct.append(median(reply.first_ms for reply in replies))


async def one_turn_at_a_time(contest: Contest, effort: Effort) -> list[Row]:
    rounds, thinking = _Rounds(contest), _Rounds(contest)
    for target in contest.rounds(effort.single_rounds, ("relay", "thin", "flux")):
        if target.name == "relay":
            await look_at_direct(contest)
        rounds.add(target, await one_by_one(target, SHORT, effort.single_turns))
        thinking.add(target, await one_by_one(target, THINKING, effort.thinking_turns))

    return [
        *rounds.rows("first-token overhead, 1 turn", Aim("at most", 1.6), None),
        thinking.rows(
            f"first-token overhead, 1 turn, a model that thinks {THINKING.first_ms} ms",
            None,
            None,
        )[0],
    ]


async def many_turns_at_once(
    contest: Contest, effort: Effort, shoppers: int, aim: Aim
) -> list[Row]:
    rounds = _Rounds(contest)
    for target in contest.rounds(effort.crowd_rounds, ("relay", "thin", "flux")):
        replies = await side_by_side(target, TYPICAL, shoppers, effort.crowd_seconds)
        rounds.add(target, replies)
    await look_at_direct(contest)
    return rounds.rows(f"first-token overhead, {shoppers} turns", None, aim)


class _Rounds:
    """p50 and p99 of each round; the model's own first word is taken off at the end, when it is
    known best.
    """

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._p50: dict[str, list[float]] = {}
        self._p99: dict[str, list[float]] = {}

    def add(self, target: Target, replies: Sequence[Reply]) -> None:
        times = self._contest.first_times(target, replies)
        self._p50.setdefault(target.name, []).append(percentile(times, 50))
        self._p99.setdefault(target.name, []).append(percentile(times, 99))

    def rows(self, what: str, aim_p50: Aim | None, aim_p99: Aim | None) -> list[Row]:
        return [
            Row(f"{what}, p50", "ms", self._spreads(self._p50), aim_p50),
            Row(f"{what}, p99", "ms", self._spreads(self._p99), aim_p99),
        ]

    def _spreads(self, rounds: dict[str, list[float]]) -> dict[str, Spread]:
        own = self._contest.own_first_ms
        return {
            name: Spread.of([time - own for time in times])
            for name, times in rounds.items()
        }


async def processor_time(contest: Contest, effort: Effort) -> list[Row]:
    spent: dict[str, list[float]] = {}
    for target in contest.rounds(effort.cpu_rounds, ("relay", "thin", "flux")):
        before = contest.served[target.name].cpu_seconds()
        replies = await at_a_rate(target, TYPICAL, CPU_RATE, effort.cpu_seconds)
        contest.first_times(target, replies)
        used = contest.served[target.name].cpu_seconds() - before
        spent.setdefault(target.name, []).append(used * 1000 / len(replies))
    await look_at_direct(contest)

    values = {name: Spread.of(each) for name, each in spent.items()}
    return [
        Row(
            f"processor time per turn, {CPU_RATE} turns a second",
            "ms",
            values,
            Aim("at most", 1.2),
        )
    ]


async def turns_a_second(contest: Contest, effort: Effort) -> list[Row]:
    """The highest rate at which the p99 stays within its limit, found by halving; both sides halve
    step by step.
    """
    found: dict[str, list[float]] = {}
    for turn in range(effort.capacity_rounds):
        names = ("thin", "flux") if turn % 2 == 0 else ("flux", "thin")

        # Another first guess each time, or all rounds would halve along the same steps.
        searches = {
            name: _Search(contest.targets[name], 160.0 + 15 * turn) for name in names
        }

        for _ in range(effort.capacity_steps):
            for search in searches.values():
                await search.step(effort.capacity_seconds, contest.own_first_ms)

        for name, search in searches.items():
            found.setdefault(name, []).append(search.sustained)
        await look_at_direct(contest)

    values = {name: Spread.of(each) for name, each in found.items()}
    what = f"new turns a second and core, p99 within {CAPACITY_P99_MS} ms"
    return [Row(what, "/s", values, Aim("at least", 1.0))]


class _Search:
    """Raises the rate by half until the server falls behind, then halves the gap."""

    def __init__(self, target: Target, guess: float) -> None:
        self._target = target
        self.sustained = 0.0
        self._too_fast = float("inf")
        self._next = guess

    async def step(self, seconds: float, own_first_ms: float) -> None:
        replies = await at_a_rate(self._target, TYPICAL, self._next, seconds)
        in_time = all(reply.complete for reply in replies)
        if in_time:
            slowest = percentile([reply.first_ms for reply in replies], 99)
            in_time = slowest - own_first_ms <= CAPACITY_P99_MS

        if in_time:
            self.sustained = self._next
        else:
            self._too_fast = self._next

        if self._too_fast == float("inf"):
            self._next = self.sustained * 1.5
        else:
            self._next = (self.sustained + self._too_fast) / 2
