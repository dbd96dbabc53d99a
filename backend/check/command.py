"""The command itself. It works where the app cannot start, for that is when it is needed."""

from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path

import click

from backend import config, local_settings
from backend.check.app_files import check_files
from backend.check.environment_check import check_environment, read_config
from backend.check.findings import Finding
from backend.check.reachable import check_database, check_node, check_redis


@click.command()
@click.option(
    "--dev",
    "for_dev",
    is_flag=True,
    help="Before `npm run dev`: what that sets by itself may be missing.",
)
def check(for_dev: bool) -> None:
    """Look at the settings and say what is missing, one line each with what to do.

    Asks nobody but the database and Redis. Exits with 1 when something is wrong; notes are for you
    to judge.
    """
    try:
        findings = find_all(config.environment(), local_settings.PROJECT, for_dev)
    except config.ConfigError as error:
        findings = [Finding(str(error))]

    for finding in sorted(findings, key=attrgetter("is_problem"), reverse=True):
        click.echo(str(finding))

    problems = sum(finding.is_problem for finding in findings)
    click.echo(f"Things to do: {problems}." if problems else "Nothing is missing.")
    if problems:
        raise SystemExit(1)


def find_all(
    environ: Mapping[str, str], project: Path, for_dev: bool = False
) -> list[Finding]:
    """Everything at once. `environ` holds what `.env` says as well."""
    settings = read_config(environ)
    in_development = for_dev or local_settings.in_development(environ)

    return [
        *check_environment(environ, project, for_dev),
        *check_files(project, settings.shopify_api_key, settings.host, in_development),
        *check_database(settings, for_dev),
        *check_redis(settings),
        *check_node(project, environ.get("PATH", ""), in_development),
    ]
