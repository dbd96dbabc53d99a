"""A clock that goes when a test says so."""

from datetime import datetime


class StillClock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class StillTime:
    """What `backend.clock` asks for the time: it stands where a test has set it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def time_ns(self) -> int:
        return int(self.at.timestamp()) * 1_000_000_000
