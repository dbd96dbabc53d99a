"""Every job by name, the function that does it, and how often the recurring ones run."""

from collections.abc import Callable

from backend.chat import running, sessions
from backend.services import Services
from backend.store.job_queue import Claim


def _sweep(services: Services, claim: Claim) -> None:
    sessions.sweep(services)


JOBS: dict[str, Callable[[Services, Claim], None]] = {"turn": running.run, "sweep": _sweep}
# Seconds between runs; in exactly one process, because a recurring job is one row with one lease.
RECURRING = {"sweep": 300}
