"""The container's files name what is there: sources, commands, settings, one another. No engine is needed."""

import re
import shlex
from dataclasses import fields
from typing import Any

import pytest
import yaml

from backend.app import create_app
from backend.config import Config
from tests.support.processes import ROOT

SETTINGS = {key.metadata["name"] for key in fields(Config)}
LINES = [
    line for line in (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines() if re.match("[A-Z]", line)
]
ENV = {"DATABASE_URL": "sqlite://", "SHOPIFY_API_KEY": "a", "SHOPIFY_API_SECRET": "b", "HOST": "http://127.0.0.1:1"}


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


def told(word: str) -> list[str]:
    return [line.removeprefix(f"{word} ") for line in LINES if line.startswith(f"{word} ")]


def test_every_source_is_there_and_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text().splitlines()

    for line in told("COPY"):
        source, _ = line.split()
        assert (ROOT / source).exists()
        assert f"!{source}" in let_in


def test_the_image_serves_as_somebody_who_is_not_root() -> None:
    assert told("USER") == ["flux"]
    assert "useradd --uid 10001 --no-create-home flux" in " ".join(told("RUN"))
    assert LINES.index("USER flux") < LINES.index(f"CMD {told('CMD')[0]}")


def test_the_image_serves_what_the_procfile_serves_and_does_not_migrate() -> None:
    [command] = told("CMD")
    web = re.search("^web: (.+)$", (ROOT / "Procfile").read_text(), re.M)

    assert web
    assert yaml.safe_load(command) == shlex.split(web[1])


def test_compose_names_real_commands_settings_and_services(services: dict[str, dict[str, Any]]) -> None:
    known = set(create_app(Config.from_env(ENV)).cli.commands)

    assert {"web", "worker", "migrate", "database", "redis"} == services.keys()
    for service in services.values():
        assert service.get("depends_on", {}).keys() <= services.keys()
        if "build" in service:
            assert service["environment"].keys() <= SETTINGS
            if command := service.get("command"):
                assert command.split()[-1] in known
    assert services["web"]["ports"][0].endswith(f":{services['web']['environment']['PORT']}")
    assert f"EXPOSE {services['web']['environment']['PORT']}" in LINES
