"""Every job by name, the function that does it, and how often the recurring ones run."""

from collections.abc import Callable

from backend.chat import retention, runner
from backend.privacy import webhook_deliveries
from backend.services import Services
from backend.shops import installation
from backend.store import secure_vacuum
from backend.store.job_queue import Claim


def _sweep(services: Services, claim: Claim) -> None:
    retention.sweep(services)


def _refresh_idle(services: Services, claim: Claim) -> None:
    installation.refresh_idle(services)


def _forget_deliveries(services: Services, claim: Claim) -> None:
    webhook_deliveries.forget_old(services)


def _scrub(services: Services, claim: Claim) -> None:
    secure_vacuum.scrub(services.db, claim)


JOBS: dict[str, Callable[[Services, Claim], None]] = {
    "turn": runner.run,
    "sweep": _sweep,
    webhook_deliveries.KIND: webhook_deliveries.do,
    installation.LOCK: installation.refresh_job,
    secure_vacuum.KIND: _scrub,
    "refresh_idle": _refresh_idle,
    "forget_deliveries": _forget_deliveries,
}
# Seconds between runs; in exactly one process, because a recurring job is one row with one lease.
RECURRING = {"sweep": 300, "refresh_idle": 3_600, "forget_deliveries": 86_400}
