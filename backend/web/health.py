"""For operators' machines: is the process alive, is it ready, what has it counted."""

from flask import Blueprint, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)

from backend.chat import conversations
from backend.errors import StoreUnavailable
from backend.metrics import ACTIVE
from backend.web import responses
from backend.web.guards import open_to_all, services

health = Blueprint("health", __name__)


@health.get("/health")
@open_to_all
def is_alive() -> Response:
    return responses.as_json({"alive": True})


@health.get("/ready")
@open_to_all
def is_ready() -> Response:
    """Raises StoreUnavailable, also for a database that was never migrated; then nothing should be
    sent here.
    """
    if not services().db.is_migrated():
        raise StoreUnavailable
    degraded = services().live.degraded
    return responses.as_json({"ready": True, "degraded": degraded})


@health.get("/metrics")
@open_to_all
def show_counts() -> Response:
    ACTIVE.set(conversations.count_active(services()))
    return Response(_read_counts(), content_type=CONTENT_TYPE_LATEST)


def _read_counts() -> bytes:
    if services().config.web_concurrency == 1:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
