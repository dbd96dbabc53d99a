"""`.env` is read wherever a program of ours starts, and development gets a key that stays."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.processes import ROOT

SECRETS = "SHOPIFY_API_KEY=of-the-file\nSHOPIFY_API_SECRET='a$b'\nHOST=http://127.0.0.1:8000\n"
SHOW = "from backend.config import load; c = load(); print(c.shopify_api_key, c.shopify_api_secret, c.encryption_keys)"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A machine on its first day: the code, and no setting but those of a test's `.env`."""
    shutil.copytree(ROOT / "backend", tmp_path / "backend", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".env").write_text("\ufeff" + SECRETS, encoding="utf-8")
    return tmp_path


def run(clone: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.defpath, "HOME": str(clone), **env}
    return subprocess.run([sys.executable, *words], cwd=clone, env=environ, capture_output=True, text=True)


def show(clone: Path, **env: str) -> str:
    return run(clone, "-c", SHOW, **env).stdout


def test_the_file_counts_and_the_environment_counts_more(clone: Path) -> None:
    assert show(clone).startswith("of-the-file a$b")
    assert show(clone, SHOPIFY_API_KEY="of-the-shell").startswith("of-the-shell a$b")
    assert "SHOPIFY_API_KEY is missing" in run(clone, "-c", SHOW, FLASK_SKIP_DOTENV="1").stderr


def test_a_fresh_machine_migrates_with_nothing_but_its_file(clone: Path) -> None:
    done = run(clone, "-m", "flask", "--app", "backend.app", "migrate")

    assert "up to date" in done.stdout
    assert "development key in use" in done.stdout
    assert (clone / "var" / "encryption-key").stat().st_mode & 0o777 == 0o600


def test_two_processes_at_once_get_the_same_key(clone: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        seen = set(pool.map(lambda _: show(clone), range(4)))

    assert len(seen) == 1
    assert "b'" in seen.pop()
    assert [path.name for path in (clone / "var").iterdir()] == ["encryption-key"]


@pytest.mark.parametrize(
    "env",
    [
        {"HOST": "https://chat.example.com"},
        {"APP_ENV": "production"},
        {"ENCRYPTION_KEYS": ""},
    ],
)
def test_no_key_is_made_for_production_or_against_a_word(clone: Path, env: dict[str, str]) -> None:
    assert show(clone, **env).endswith("()\n")
    assert not (clone / "var").exists()


def test_the_command_line_of_shopify_is_development_at_any_address(clone: Path) -> None:
    assert "b'" in show(clone, HOST="https://some.tunnel.example", APP_ENV="development")


def test_a_damaged_key_is_named(clone: Path) -> None:
    (clone / "var").mkdir()
    (clone / "var" / "encryption-key").write_text("half")

    assert "var/encryption-key must be" in run(clone, "-c", SHOW).stderr
