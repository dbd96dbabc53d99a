"""A developer's own settings: `.env` fills in what is not set, and a key is made where there is
none.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend import local_settings
from backend.config import Config, encryption_keys
from tests.support.machine import free_port
from tests.support.processes import ROOT, Program
from tests.support.running_app import PROGRAMS
from tests.support.waiting import answers

DEVELOPMENT = {"APP_ENV": "development"}
NEEDED = {
    "SHOPIFY_API_KEY": "id",
    "SHOPIFY_API_SECRET": "secret",
    "HOST": "https://chat.example.com",
}


def test_what_is_set_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "HOST=https://from-the-file.example\nOPENAI_API_KEY=from-the-file\n"
    )

    environ = local_settings.with_env_file({"HOST": "https://set.example"}, tmp_path)

    assert environ == {"HOST": "https://set.example", "OPENAI_API_KEY": "from-the-file"}


@pytest.mark.parametrize(
    "text",
    [
        b"OPENAI_API_KEY=a#b$c\n",
        b"OPENAI_API_KEY='a#b$c'\n",
        b'export OPENAI_API_KEY="a#b$c" # mine\n',
        b"\xef\xbb\xbfOPENAI_API_KEY=a#b$c\r\n",
        b"\n# comment\nOPENAI_MODEL\nOPENAI_API_KEY = a#b$c",
    ],
    ids=repr,
)
def test_the_file_is_read_as_people_write_it(tmp_path: Path, text: bytes) -> None:
    (tmp_path / ".env").write_bytes(text)

    assert local_settings.with_env_file({}, tmp_path) == {"OPENAI_API_KEY": "a#b$c"}


def test_no_file_is_no_trouble_and_an_unreadable_one_is_named(tmp_path: Path) -> None:
    assert local_settings.with_env_file({}, tmp_path) == {}

    (tmp_path / ".env").write_bytes("HOST=https://chat.example.com".encode("utf-16"))
    with pytest.raises(ValueError, match=r"\.env cannot be read"):
        local_settings.with_env_file({}, tmp_path)


def test_programs_of_the_tests_leave_the_developers_file_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOST=https://from-the-file.example\n")
    environ = {"FLASK_SKIP_DOTENV": "1", **DEVELOPMENT}

    assert local_settings.with_env_file(environ, tmp_path) == environ
    assert not local_settings.needs_key(environ, tmp_path)


@pytest.mark.parametrize(
    "environ, is_needed",
    [
        (DEVELOPMENT, True),
        ({"NODE_ENV": "development", "HOST": "https://tunnel.example"}, True),
        ({"HOST": "http://localhost:8000"}, True),
        ({"HOST": "http://[::1]:8000"}, True),
        ({}, False),
        ({"HOST": "https://chat.example.com"}, False),
        ({"HOST": "http://[::1"}, False),
        ({"APP_ENV": "production", "HOST": "http://localhost:8000"}, False),
        ({"APP_ENV": "development", "NODE_ENV": "production"}, False),
        ({"APP_ENV": "staging"}, False),
        ({**DEVELOPMENT, "ENCRYPTION_KEYS": "set"}, False),
        ({**DEVELOPMENT, "ENCRYPTION_KEYS": ""}, False),
    ],
)
def test_a_key_is_made_in_development_alone(
    tmp_path: Path, environ: dict[str, str], is_needed: bool
) -> None:
    assert local_settings.needs_key(environ, tmp_path) is is_needed


def test_a_key_left_empty_in_the_file_is_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ENCRYPTION_KEYS=\n")

    assert local_settings.needs_key(DEVELOPMENT, tmp_path)
    # Flask's command line has put the file into the environment by now.
    assert local_settings.needs_key({**DEVELOPMENT, "ENCRYPTION_KEYS": ""}, tmp_path)


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    made, was_made = local_settings.find_or_make_key(tmp_path)
    file = tmp_path / "var" / "encryption-key"

    assert was_made
    assert len(encryption_keys(made)) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert local_settings.find_or_make_key(tmp_path) == (made, False)
    assert [path.name for path in file.parent.iterdir()] == ["encryption-key"]


def test_whoever_comes_at_once_gets_the_same_key(tmp_path: Path) -> None:
    """In processes of their own, as the master of gunicorn and a command are."""
    program = (
        "import json, pathlib, sys; from backend import local_settings;sys.stdin.readline();"
        " print(json.dumps(local_settings.find_or_make_key(pathlib.Path(sys.argv[1]))))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    with ThreadPoolExecutor() as threads:
        found = [
            json.loads(out)
            for out, _ in threads.map(
                lambda process: process.communicate("go\n"), processes
            )
        ]

    assert len({key for key, _ in found}) == 1
    assert sum(was_made for _, was_made in found) == 1


def test_a_damaged_key_is_named_and_kept(tmp_path: Path) -> None:
    """A new one in its place would make everything unreadable that the old one has encrypted."""
    file = tmp_path / "var" / "encryption-key"
    file.parent.mkdir()
    file.write_text("half a k")

    with pytest.raises(ValueError, match="encryption-key holds no key"):
        local_settings.find_or_make_key(tmp_path)
    assert file.read_text() == "half a k"


def test_the_process_reads_the_file_makes_the_key_and_says_so_in_one_line(
    tmp_path: Path,
) -> None:
    project = copy_of_backend(tmp_path)
    (project / ".env").write_text(
        "SHOPIFY_API_KEY=id\nSHOPIFY_API_SECRET=secret\nHOST=http://localhost:8000\n"
    )

    first, again = (start(project, environ={}) for _ in range(2))

    assert [json.loads(line)["event"] for line in first.splitlines()[:-1]] == [
        "an encryption key for development was made"
    ]
    assert first.splitlines()[-1] == again.strip() == "1 key for http://localhost:8000"
    assert (project / "var" / "encryption-key").read_text().strip() not in first


def test_the_served_app_and_its_commands_read_the_file_and_share_the_key(
    tmp_path: Path,
) -> None:
    """What `make serve` runs, told by the dev command where it is: that wins over the file."""
    shutil.copytree(
        ROOT / "backend",
        tmp_path / "backend",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (tmp_path / ".env").write_text(
        "SHOPIFY_API_SECRET=secret\nHOST=https://from-the-file.example\nPORT=1\n"
    )
    port = free_port()
    told = {
        "APP_ENV": "development",
        "SHOPIFY_API_KEY": "id",
        "HOST": "https://tunnel.example",
        "PORT": str(port),
    }
    environ = {"PATH": f"{PROGRAMS}:{os.defpath}", "HOME": str(tmp_path), **told}
    migrate = [f"{PROGRAMS}/flask", "--app", "backend.app", "migrate"]
    serve = [
        f"{PROGRAMS}/gunicorn",
        "-c",
        "backend/gunicorn.conf.py",
        "backend.app:create_app()",
    ]

    migrated = subprocess.run(
        migrate, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    served = Program(serve, tmp_path / "log", env=environ, cwd=tmp_path)
    try:
        served.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/ready"))
    finally:
        served.stop()

    assert (migrated.stdout + served.output()).count(
        "an encryption key for development was made"
    ) == 1


def test_in_production_no_key_is_made(tmp_path: Path) -> None:
    project = copy_of_backend(tmp_path)

    assert (
        start(project, NEEDED | {"NODE_ENV": "production"}).strip()
        == "0 key for https://chat.example.com"
    )
    assert not (project / "var").exists()


def copy_of_backend(folder: Path) -> Path:
    """Enough of the program for its settings, where it finds another `.env` and `var/`
    beside it.
    """
    (folder / "backend").mkdir()
    kept = ("config", "local_settings", "logs", "mail_settings", "model_settings")
    for name in ("__init__", *kept):
        (folder / "backend" / f"{name}.py").write_bytes(
            (ROOT / "backend" / f"{name}.py").read_bytes()
        )
    return folder


def start(project: Path, environ: dict[str, str]) -> str:
    program = (
        "from backend import config; c = config.load(); print(len(c.encryption_keys), 'key"
        " for', c.host)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_file_may_hold_whatever_the_environment_may(tmp_path: Path) -> None:
    lines = (
        (ROOT / ".env.example").read_text().replace("# DATABASE_URL", "DATABASE_URL")
    )
    (tmp_path / ".env").write_text(lines)

    config = Config.from_env(local_settings.with_env_file(NEEDED, tmp_path))

    assert config.database_url == "sqlite:///var/flux-chat.db"
