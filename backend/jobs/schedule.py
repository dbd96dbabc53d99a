"""Every job by name, the function that does it, and how often the recurring ones run."""

from collections.abc import Callable

from backend.catalog import product_sync, sync
from backend.chat import answering, placing, retention, runner, silence, team_room
from backend.exports import export_job
from backend.flows import advance
from backend.inbox import notifications, shopper_mail
from backend.jobs import webhook_jobs
from backend.posts import changes, copilot, paint_job, publishing
from backend.services import Services
from backend.shops import access_tokens, installation, shop_facts, webhook_deliveries
from backend.store import secure_vacuum
from backend.store.job_queue import Claim


def _run_turn(services: Services, claim: Claim) -> None:
    """Of a shopper, or of the shop's own people."""
    answer = copilot.answer if team_room.is_room(claim.shop_id) else answering.answer
    runner.run(services, claim, answer)


def _sweep(services: Services, claim: Claim) -> None:
    retention.sweep(services)


def _return_silent(services: Services, claim: Claim) -> None:
    silence.return_silent(services)


def _refresh_idle(services: Services, claim: Claim) -> None:
    access_tokens.refresh_idle(services)


def _forget_deliveries(services: Services, claim: Claim) -> None:
    webhook_deliveries.forget_old(services)


def _scrub(services: Services, claim: Claim) -> None:
    secure_vacuum.scrub(services.db, claim)


def _begin(services: Services, claim: Claim) -> None:
    shop_facts.read_later(services, claim.shop_id)
    sync.begin_if_granted(services, claim)


JOBS: dict[str, Callable[[Services, Claim], None]] = {
    "turn": _run_turn,
    "sweep": _sweep,
    "return_silent": _return_silent,
    webhook_deliveries.KIND: webhook_jobs.run_webhook,
    access_tokens.LOCK: access_tokens.refresh_job,
    secure_vacuum.KIND: _scrub,
    installation.GRANTED: _begin,
    shop_facts.KIND: shop_facts.run_read,
    shop_facts.EVERY_SHOP: shop_facts.run_every_shop,
    sync.FILL: sync.run_fill,
    sync.DOCUMENTS: sync.run_documents,
    sync.CHANGES: sync.run_changes,
    sync.EVERY_SHOP: sync.run_every_shop,
    product_sync.KIND: product_sync.run_refresh,
    advance.PLACING: placing.place_order,
    notifications.KIND: notifications.run_notify,
    notifications.SEND: notifications.run_send,
    shopper_mail.KIND: shopper_mail.run_mail_shopper,
    export_job.KIND: export_job.run_export,
    export_job.FORGET: export_job.run_forget,
    changes.PUBLISHING: publishing.run_publish,
    changes.PAINTING: paint_job.run_paint,
    "refresh_idle": _refresh_idle,
    "forget_deliveries": _forget_deliveries,
}
# What becomes of a job for which somebody waits, once it has broken too often. Others are parked.
GIVEN_UP: dict[str, Callable[[Services, Claim], None]] = {
    advance.PLACING: placing.give_up,
    export_job.KIND: export_job.give_up,
    changes.PUBLISHING: publishing.give_up,
    changes.PAINTING: paint_job.give_up,
}
# What works for seconds without waiting for anybody: in a process that does many of these at once
# no transaction ends in time, and shoppers wait.
HEAVY = frozenset({sync.FILL, sync.DOCUMENTS, sync.CHANGES, export_job.KIND})
# Seconds between runs; in exactly one process, because a recurring job is one row with one lease.
RECURRING = {
    "sweep": 300,
    "return_silent": 60,
    "refresh_idle": 3_600,
    "forget_deliveries": 86_400,
    sync.EVERY_SHOP: 86_400,
    shop_facts.EVERY_SHOP: 86_400,
}
