"""What product functions need, without an app around them."""

from dataclasses import replace

from backend.config import Config
from backend.services import Services, build
from tests.support.any_model import AnyImages, AnyModel
from tests.support.statement_guard import guard

# Whoever shares the machine with other tests is late, not away. What becomes of a store that is
# away, `tests/faults` shows.
PATIENT_MS = 15_000


def open_services(database_url: str) -> Services:
    """In this process, on a database that has its tables, without a model that answers or paints.
    Its caller closes the database.
    """
    settings = {
        "DATABASE_URL": database_url,
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
        "WITHOUT_MODEL": "nobody",
        "DATABASE_TIMEOUT_MS": str(PATIENT_MS),
    }
    services = replace(
        build(Config.from_env(settings)), ai=AnyModel(), images=AnyImages()
    )
    guard(services.db.engines)
    return services
