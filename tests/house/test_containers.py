"""What the container's files name is there, and what goes into the image is enough to run and no
more.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backend.config import Config
from tests.support.container_files import (
    all_of,
    compose,
    copied,
    dockerfile,
    is_ignored,
    only,
)
from tests.support.machine import free_port
from tests.support.processes import ROOT, Program
from tests.support.running_app import CLIENT_ID, PROGRAMS, SECRET
from tests.support.source_files import project_files
from tests.support.waiting import answers

NAMES = {key.metadata["name"]: key for key in fields(Config)}
SERVICES = compose()["services"]
OURS = [
    name for name, service in SERVICES.items() if service.get("image") == "flux-chat"
]
FOREIGN = sorted(SERVICES.keys() - set(OURS))
# A tag that begins with a number of its own; `latest` is another program tomorrow.
PINNED = re.compile(r"[a-z/]+:\d+(?:\.\d+)?(?:-[a-z-]+)?")


def procfile() -> dict[str, list[str]]:
    lines = [
        line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines()
    ]
    return {name: command.replace('"', "").split() for name, _, command in lines}


def without_interpolation(text: str) -> str:
    return re.sub(r"\$\{(\w+)[^}]*\}", r"\1", text)


# The image


def test_every_source_that_is_copied_exists_and_is_let_through() -> None:
    for instruction in all_of("COPY"):
        for source in instruction.form[:-1]:
            assert (ROOT / source).exists(), source
            assert not is_ignored(source), source


def test_what_is_secret_or_for_developers_stays_out() -> None:
    inside = set(copied().values())

    assert {"requirements.txt", "backend/app.py", "backend/gunicorn.conf.py"} <= inside
    assert not [
        name
        for name in inside
        if not name.startswith("backend/") and name != "requirements.txt"
    ]
    assert not [name for name in inside if name.startswith("backend/dev/")]
    for name in (
        ".env",
        ".env.production",
        ".git/config",
        ".venv/bin/python",
        "node_modules/a/b.js",
        "var/flux-chat.db",
    ):
        assert is_ignored(name), name
        assert is_ignored(f"backend/{name}"), name
    for name in (
        "tests/conftest.py",
        "bench/rig.py",
        "evals/eval_shop.py",
        "faults/run_chaos.py",
        "backend/web/__pycache__/guards.cpython-311.pyc",
        "dump.sql",
    ):
        assert is_ignored(name), name


def test_all_that_production_imports_and_reads_is_copied() -> None:
    """Everything below backend/ but the development server."""
    needed = [path for path in project_files() if path.is_relative_to(ROOT / "backend")]
    needed = [
        path
        for path in needed
        if not path.is_relative_to(ROOT / "backend" / "dev") and path.suffix != ".toml"
    ]

    there = copied()
    assert not [path for path in needed if path not in there]


def test_it_runs_as_a_numbered_user_who_owns_what_is_kept() -> None:
    user, _, group = only("USER").text.partition(":")
    assert user.isdigit()
    assert int(user) > 0
    assert int(group) > 0

    setup = " ".join(instruction.text for instruction in all_of("RUN"))
    assert f"--gid {group} flux" in setup
    assert f"useradd --uid {user} --gid flux" in setup
    assert re.search(r"install --directory --owner flux .*\bvar\b", setup)
    assert only("VOLUME").text == f"{only('WORKDIR').text}/var"
    assert dockerfile()[-1].name == "CMD"


def test_it_starts_what_the_procfile_starts_and_does_not_migrate() -> None:
    assert only("CMD").text.startswith("[")
    assert only("CMD").form == procfile()["web"]
    assert not all_of("ENTRYPOINT")
    assert not [
        instruction for instruction in dockerfile() if "migrate" in instruction.text
    ]


def test_it_installs_the_pins_and_what_draws_pdfs() -> None:
    setup = " ".join(instruction.text for instruction in all_of("RUN"))
    page = (ROOT / "docs" / "operations.md").read_text()
    named = re.search(
        r"^apt-get install --no-install-recommends (libpangocairo.*)$", page, re.M
    )

    assert "-r requirements.txt" in setup
    assert named
    assert set(named[1].split()) <= set(setup.split())


def test_its_python_and_debian_are_said() -> None:
    assert PINNED.fullmatch(only("FROM").text)
    least = re.search(
        r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text()
    )
    assert least
    assert only("FROM").text.startswith(f"python:{least[1]}-")


# What is copied, started


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working folder of the image, without Docker."""
    folder = tmp_path_factory.mktemp("image")
    (folder / "var").mkdir()
    for path, name in copied().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return folder


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """What an operator has to say; HOST keeps the test's server on loopback."""
    own = {
        "PATH": f"{PROGRAMS}:{os.defpath}",
        "PORT": str(free_port()),
        "FLASK_SKIP_DOTENV": "1",
    }
    return own | {
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "http://127.0.0.1:9",
    }


@pytest.fixture
def web(image: Path, settings: dict[str, str], tmp_path: Path) -> Iterator[Program]:
    subprocess.run(
        SERVICES["migrate"]["command"],
        cwd=image,
        env=settings,
        check=True,
        capture_output=True,
    )
    program = Program(only("CMD").form, tmp_path / "web.log", env=settings, cwd=image)
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{settings['PORT']}/ready"))
    yield program
    program.kill()


def test_what_is_copied_is_enough_to_migrate_serve_and_be_found_healthy(
    web: Program, image: Path, settings: dict[str, str]
) -> None:
    _, _, text = only("HEALTHCHECK").text.partition("CMD ")
    check = [sys.executable, *type(only("CMD"))("CMD", text).form[1:]]

    assert (image / "var" / "flux-chat.db").is_file()
    assert subprocess.run(check, env=settings, cwd=image).returncode == 0
    web.stop()
    assert (
        subprocess.run(
            check, env=settings, cwd=image, stderr=subprocess.DEVNULL
        ).returncode
        != 0
    )


# The services


def test_each_of_ours_does_what_the_procfile_says() -> None:
    assert set(OURS) == {"migrate", "web", "worker"}
    assert "command" not in SERVICES["web"]
    assert SERVICES["migrate"]["command"] == procfile()["release"]
    assert SERVICES["worker"]["command"] == procfile()["worker"]
    assert all(SERVICES[name]["build"] == "." for name in OURS)


def test_what_is_set_are_settings_and_makes_a_configuration() -> None:
    needed = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.example.com",
    }
    for name in OURS:
        given = {
            key: without_interpolation(str(text))
            for key, text in SERVICES[name]["environment"].items()
        }
        assert given.keys() <= NAMES.keys()
        assert SERVICES[name]["env_file"] == ".env"

        config = Config.from_env({**needed, **given, "WEB_CONCURRENCY": "4"})
        assert urlsplit(config.database_url).hostname == "postgres"
        assert urlsplit(config.redis_url).hostname == "redis"
    for name in FOREIGN:
        assert all(
            key.startswith("POSTGRES_") for key in SERVICES[name].get("environment", {})
        ), name


def test_the_database_that_is_made_is_the_one_that_is_used() -> None:
    made = {
        key: without_interpolation(text)
        for key, text in SERVICES["postgres"]["environment"].items()
    }
    used = urlsplit(
        without_interpolation(SERVICES["web"]["environment"]["DATABASE_URL"])
    )

    assert (used.username, used.path) == (
        made["POSTGRES_USER"],
        f"/{made['POSTGRES_DB']}",
    )
    assert used.password == made["POSTGRES_PASSWORD"]


def test_whoever_is_waited_for_is_there_and_can_become_so() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            awaited = SERVICES[name]
            if wait["condition"] == "service_healthy":
                assert awaited["healthcheck"]["test"][0] == "CMD"
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert awaited["restart"] == "no"
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"].keys() == {"migrate", "postgres", "redis"}


def test_one_port_is_meant_everywhere() -> None:
    default = str(NAMES["PORT"].default)
    _, published, inside = SERVICES["web"]["ports"][0].rsplit(":", 2)

    assert only("EXPOSE").text == default
    assert {published, inside} == {default}
    assert {SERVICES[name]["environment"]["PORT"] for name in OURS} == {default}
    assert f"or {default})" in only("HEALTHCHECK").text
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]


def test_images_of_others_are_pinned() -> None:
    assert FOREIGN == ["postgres", "redis"]
    assert not [
        name for name in FOREIGN if not PINNED.fullmatch(SERVICES[name]["image"])
    ]


def test_backups_can_read_the_server() -> None:
    """pg_dump refuses a server that is newer than itself."""
    client = re.search(
        r"postgresql-client-(\d+)", " ".join(it.text for it in all_of("RUN"))
    )
    server = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])

    assert client
    assert server
    assert int(server[1]) <= int(client[1])


def test_what_has_to_stay_is_on_a_volume() -> None:
    kept = {
        volume for service in SERVICES.values() for volume in service.get("volumes", [])
    }

    assert kept == {"postgres:/var/lib/postgresql/data", f"var:{only('VOLUME').text}"}
    assert compose()["volumes"].keys() == {volume.partition(":")[0] for volume in kept}


# What operators read


def test_the_page_for_operators_starts_the_same_on_the_same_port() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    started = re.search(r"^ExecStart=/srv/flux-chat/\.venv/bin/(.+)$", page, re.M)
    migrated = re.search(r"^ExecStartPre=/srv/flux-chat/\.venv/bin/(.+)$", page, re.M)
    address = f"127.0.0.1:{NAMES['PORT'].default}"

    assert started
    assert migrated
    assert (
        started[1].replace('"', "").replace(f"--bind {address} ", "").split()
        == procfile()["web"]
    )
    assert migrated[1].split() == procfile()["release"]
    assert set(re.findall(r"(?:proxy_pass http://|reverse_proxy )([\d.:]+)", page)) == {
        address
    }
    assert SERVICES["web"]["ports"][0].startswith(f"{address}:")
