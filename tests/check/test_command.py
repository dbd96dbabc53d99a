"""`flask check` answers where the app cannot start, and is then the only command that does."""

import os
import subprocess
from pathlib import Path

import pytest

from backend.check.command import find_all
from tests.support.processes import ROOT
from tests.support.running_app import ENCRYPTION_KEY, PROGRAMS, AppFactory

FLASK = [f"{PROGRAMS}/flask", "--app", "backend.app", "check"]
PYTHON = [f"{PROGRAMS}/python", "-m", "backend.check"]
ALONE = {"PATH": os.defpath, "FLASK_SKIP_DOTENV": "1"}
SECRETS = {
    "SHOPIFY_API_SECRET": "what-shopify-signs-with",
    "OPENAI_API_KEY": "what-the-model-wants",
    "ENCRYPTION_KEYS": "bm90IGxvbmcgZW5vdWdo",
    "DATABASE_URL": "postgresql://mira:what-postgres-wants@127.0.0.1:1/chat",
    "REDIS_URL": "redis://:what-redis-wants@127.0.0.1:1/0",
}


@pytest.mark.parametrize("command", [FLASK, PYTHON], ids=["flask", "python"])
def test_with_no_settings_at_all_every_missing_one_has_a_line(
    command: list[str],
) -> None:
    done = run(command, ALONE)

    lines = done.stdout.splitlines()
    for name in ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "HOST", "ENCRYPTION_KEYS"):
        assert [
            line for line in lines if line.startswith(f"wrong  {name} is missing")
        ], name
    assert [
        line
        for line in lines
        if line.startswith("wrong  shopify.app.toml has no client id")
    ]
    assert lines[-1].startswith("Things to do: ")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_other_commands_say_why_they_cannot_run() -> None:
    done = run([*FLASK[:3], "migrate"], ALONE)

    assert done.returncode == 1
    assert "SHOPIFY_API_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_secret_is_printed() -> None:
    done = run(PYTHON, ALONE | SECRETS)

    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert not [text for text in SECRETS.values() if text in told]
    assert not [
        word for word in ("what-postgres-wants", "what-redis-wants") if word in told
    ]


def test_an_app_that_runs_has_nothing_to_do_but_its_client_id(
    app_factory: AppFactory,
) -> None:
    """The tests' own app is complete, but for the repository's file that everybody fills in."""
    app = app_factory("sqlite")

    with pytest.raises(RuntimeError, match="Things to do: 2") as failed:
        app.flask("check")

    problems = [
        line for line in str(failed.value).splitlines() if line.startswith("wrong")
    ]
    assert ["client id" in line or "client_id" in line for line in problems] == [
        True,
        True,
    ]


def test_a_project_that_is_set_up_passes(
    tmp_path: Path, app_factory: AppFactory
) -> None:
    text = (ROOT / "shopify.app.toml").read_text()
    text = text.replace("your-client-id", "id-of-miras-app").replace(
        "flux-chat.example.com", "chat.mira.example"
    )
    (tmp_path / "shopify.app.toml").write_text(text)
    (tmp_path / "extensions").symlink_to(ROOT / "extensions")
    environ = {
        "SHOPIFY_API_KEY": "id-of-miras-app",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.mira.example",
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "DATABASE_URL": app_factory("sqlite").store.database_url,
    }

    assert not [
        finding.text for finding in find_all(environ, tmp_path) if finding.is_problem
    ]


def run(
    command: list[str], environ: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True
    )
