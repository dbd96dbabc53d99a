"""What an operator has forgotten is said in words that name it, and callers only hear to
come back.
"""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select, text

from backend.config import ConfigError, database_address
from backend.errors import StoreUnavailable
from backend.store.database import Database
from backend.store.tables import metadata, shops
from tests.support.machine import free_port
from tests.support.processes import ROOT
from tests.support.running_app import PROGRAMS
from tests.support.stores import Stores


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("forgotten", ["all of it", "the newest"])
def test_a_database_that_was_not_migrated_is_said_to_be_that(
    stores: Stores, kind: str, forgotten: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = stores.new(kind, redis=False)  # type: ignore[arg-type]
    db = Database(database_address(store.database_url))
    if forgotten == "the newest":
        metadata.create_all(db.engine)
        db.write(
            lambda connection: connection.execute(
                text("ALTER TABLE shops RENAME COLUMN domain TO older")
            )
        )

    with pytest.raises(StoreUnavailable), db.reading() as connection:
        connection.execute(select(shops.c.domain))
    with pytest.raises(StoreUnavailable):
        db.write(
            lambda connection: connection.execute(
                shops.update().values(domain="tide.myshopify.com")
            )
        )

    assert capsys.readouterr().out.count("flask --app backend.app migrate") == 2
    db.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")

    with pytest.raises(
        ConfigError,
        match=f"DATABASE_URL names a folder that cannot be made: {tmp_path}/var",
    ):
        Database(f"sqlite:///{tmp_path}/var/flux-chat.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o500)

    with pytest.raises(ConfigError, match="where this process's user may not write"):
        Database(f"sqlite:///{tmp_path}/var/flux-chat.db")


def test_gunicorn_says_what_is_missing_and_nothing_else() -> None:
    """A traceback would hide it, and end with it only by chance."""
    settings = {
        "PATH": os.defpath,
        "FLASK_SKIP_DOTENV": "1",
        "PORT": str(free_port()),
        "SHOPIFY_API_KEY": "key",
    }
    command = [
        f"{PROGRAMS}/gunicorn",
        "-c",
        "backend/gunicorn.conf.py",
        "backend.app:create_app()",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True
    )

    assert done.returncode
    assert "SHOPIFY_API_SECRET is missing." in done.stderr
    assert "HOST is missing." in done.stderr
    assert "Traceback" not in done.stderr
