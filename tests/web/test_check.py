"""`check` says what is missing on the first day, one line each, also where the app cannot start."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT

SETTINGS = {
    "SHOPIFY_API_KEY": "f00d",
    "SHOPIFY_API_SECRET": "never-shown",
    "HOST": "http://127.0.0.1:8000",
    "ENCRYPTION_KEYS": "A" * 43 + "=",
    "FLASK_SKIP_DOTENV": "1",
}
LINKED = 'client_id = "f00d"\nname = "Linked"\napplication_url = "https://example.com"\nembedded = true\n'
WAYS = {"module": ["-m", "backend.check"], "command": ["-m", "flask", "--app", "backend.app", "check"]}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("backend", "extensions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    toml = (ROOT / "shopify.app.toml").read_text()
    (tmp_path / "shopify.app.toml").write_text(toml.replace("your-client-id", "f00d"))
    return tmp_path


def run(clone: Path, *words: str, **env: str) -> tuple[int, str]:
    environ = {"PATH": os.defpath, "HOME": str(clone), **env}
    done = subprocess.run([sys.executable, *words], cwd=clone, env=environ, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_nothing_set_is_told_at_once(clone: Path, way: list[str]) -> None:
    code, told = run(clone, *way, FLASK_SKIP_DOTENV="1")

    assert code == 1
    assert all(f"missing  {name} is missing" in told for name in ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "HOST"))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_migrated_machine_lacks_nothing(clone: Path, way: list[str]) -> None:
    assert "make migrate" in run(clone, *way, **SETTINGS)[1]
    run(clone, "-m", "flask", "--app", "backend.app", "migrate", **SETTINGS)

    code, told = run(clone, *way, **SETTINGS)

    assert code == 0, told
    assert "OPENAI_API_KEY is empty" in told
    assert "never-shown" not in told


def test_another_command_says_what_is_missing_without_a_traceback(clone: Path) -> None:
    code, told = run(clone, "-m", "flask", "--app", "backend.app", "migrate", FLASK_SKIP_DOTENV="1")

    assert code == 1
    assert "SHOPIFY_API_KEY is missing" in told


def test_a_linked_file_beside_ours_is_named_with_what_it_lacks(clone: Path) -> None:
    (clone / "shopify.app.mine.toml").write_text(LINKED)

    told = run(clone, "-m", "backend.check", **SETTINGS)[1]

    assert "shopify.app.mine.toml: [app_proxy] is missing" in told
    assert "shopify.app.mine.toml: webhooks are missing: app/scopes_update, app/uninstalled." in told
    assert "shopify.app.mine.toml: webhooks are missing: customers/data_request" in told


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"f00d"', '"your-client-id"', "client_id is not yours yet"),
        ('"f00d"', '"beef"', "client_id is not SHOPIFY_API_KEY"),
        ('subpath = "flux-chat"', 'subpath = "other"', "the widget does not call /apps/other"),
        ('url = "/proxy"', 'url = "/"', "does not lead to us"),
        ("write_app_proxy", "", "write_app_proxy is missing"),
        ("[webhooks]", "[webhooks", "cannot be read"),
    ],
)
def test_each_mistake_in_the_file_is_told(clone: Path, before: str, after: str, words: str) -> None:
    path = clone / "shopify.app.toml"
    path.write_text(path.read_text().replace(before, after))

    code, told = run(clone, "-m", "backend.check", **SETTINGS)

    assert code == 1
    assert words in told


def test_servers_that_do_not_answer_are_told_without_their_addresses(clone: Path) -> None:
    away = {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x", "REDIS_URL": "redis://:hidden@127.0.0.1:1/0"}

    told = run(clone, "-m", "backend.check", **(SETTINGS | away))[1]

    assert "the database does not answer" in told
    assert "REDIS_URL: it does not answer" in told
    assert "hidden" not in told


def test_a_doubtful_address_of_the_model_is_noted(clone: Path) -> None:
    told = run(clone, *WAYS["module"], **SETTINGS | {"OPENAI_BASE_URL": "https://models.example.com"})[1]

    assert "note     OPENAI_BASE_URL" in told
