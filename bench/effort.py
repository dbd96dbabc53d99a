"""How much a run measures: enough to believe, or just enough to see that everything works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Counts, and times in seconds."""

    single_rounds: int
    single_turns: int
    thinking_turns: int
    crowd_rounds: int
    crowd_seconds: float
    cpu_rounds: int
    cpu_seconds: float
    capacity_rounds: int
    capacity_steps: int
    capacity_seconds: float
    streams: int
    ramp_seconds: float
    hold_seconds: float
    lag_streams: int
    lag_seconds: float
    stored_messages: int
    history_rounds: int
    history_reads: int


FULL = Effort(
    single_rounds=7,
    single_turns=100,
    thinking_turns=20,
    crowd_rounds=5,
    crowd_seconds=3.5,
    cpu_rounds=5,
    cpu_seconds=4.0,
    capacity_rounds=3,
    capacity_steps=6,
    capacity_seconds=3.5,
    streams=1_000,
    ramp_seconds=20.0,
    hold_seconds=12.0,
    lag_streams=500,
    lag_seconds=12.0,
    stored_messages=1_000_000,
    history_rounds=5,
    history_reads=200,
)
QUICK = Effort(
    single_rounds=2,
    single_turns=30,
    thinking_turns=5,
    crowd_rounds=1,
    crowd_seconds=1.0,
    cpu_rounds=1,
    cpu_seconds=2.0,
    capacity_rounds=1,
    capacity_steps=2,
    capacity_seconds=1.5,
    streams=200,
    ramp_seconds=3.0,
    hold_seconds=2.5,
    lag_streams=100,
    lag_seconds=2.0,
    stored_messages=100_000,
    history_rounds=2,
    history_reads=50,
)
