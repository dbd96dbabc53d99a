"""An operator's commands: what they say, and what they refuse before anything is touched."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from backend.app import create_app
from backend.config import Config
from backend.store.tables import metadata

TIDE = "tide.myshopify.com"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """With a shop that nobody has talked to yet, and without keys."""
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    app = create_app(Config.from_env(settings))
    metadata.create_all(app.extensions["services"].db.engine)
    app.extensions["directory"].open_shop(TIDE)
    return app


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


def test_shops_and_sessions_are_told(app: Flask) -> None:
    [shop] = run(app, "shops", "list").output.splitlines()
    states = dict(map(str.split, run(app, "sessions", "count").output.splitlines()))

    assert shop.startswith(TIDE)
    assert shop.endswith("installed")
    assert states == dict.fromkeys(states, "0")
    assert {"active", "expired", "erased"} <= states.keys()
    assert run(app, "webhooks", "refused").output == "None.\n"


def test_sessions_are_cleared_one_or_all_and_of_a_shop_that_is_there(
    app: Flask,
) -> None:
    assert run(app, "sessions", "clear", TIDE, "--all").output == "Cleared 0.\n"

    for wrong in (
        [TIDE],
        [TIDE, "--all", "--session", "one"],
        ["otto.myshopify.com", "--all"],
    ):
        refused = run(app, "sessions", "clear", *wrong)

        assert refused.exit_code == 2
        assert "Cleared" not in refused.output


def test_what_is_no_export_is_not_imported(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text('{"conversations": "none"}')

    refused = run(app, "conversations", "import", TIDE, str(file))

    assert refused.exit_code == 1
    assert "What stood before it has been read." in refused.output


def test_what_is_no_export_of_a_catalog_is_not_imported(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "catalog.jsonl"
    file.write_text('{"id": "gid://shopify/Product/1"}\n{')

    broken = run(app, "catalog", "import", TIDE, str(file))
    nobodys = run(app, "catalog", "import", "tide.example", str(file))
    missing = run(app, "catalog", "import", TIDE, str(tmp_path / "nothing"))

    assert broken.exit_code == 1
    assert "What was there before is still there." in broken.output
    assert (nobodys.exit_code, missing.exit_code) == (2, 2)
    assert "myshopify.com" in nobodys.output


def test_a_catalog_is_searched_in_a_shop_that_is_there_and_within_bounds(
    app: Flask,
) -> None:
    for wrong in (
        ["otto.myshopify.com", "sofa"],
        [TIDE, "sofa", "--limit", "0"],
        [TIDE, "sofa", "--limit", "25"],
        [TIDE],
    ):
        assert run(app, "catalog", "search", *wrong).exit_code == 2

    assert run(app, "catalog", "search", TIDE, "sofa").output == "None.\n"


def test_without_a_key_nothing_is_backed_up_or_encrypted(
    app: Flask, tmp_path: Path
) -> None:
    backup = run(app, "backup", str(tmp_path / "backup"))
    rotated = run(app, "keys", "rotate")

    assert (backup.exit_code, rotated.exit_code) == (1, 2)
    assert "ENCRYPTION_KEYS" in backup.output
    assert "ENCRYPTION_KEYS is empty." in rotated.output
    assert not (tmp_path / "backup").exists()
