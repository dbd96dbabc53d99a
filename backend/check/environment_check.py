"""What the environment and `.env` say: what Config refuses, and what it lets pass and is mostly not
meant.
"""

from collections.abc import Mapping
from pathlib import Path

from backend import local_settings, model_settings
from backend.check.findings import Finding, note
from backend.config import Config

# What `npm run dev` tells the back end by itself.
SET_BY_DEV_COMMAND = {
    "SHOPIFY_API_KEY": "shopify_api_key",
    "SHOPIFY_API_SECRET": "shopify_api_secret",
    "HOST": "host",
}
WHERE_TO_SET = "`npm run dev` sets it; elsewhere set it in the environment or in .env."


def read_config(environ: Mapping[str, str]) -> Config:
    """What can be read of it. What is missing or wrong has its default, or nothing."""
    values, _ = Config.read_values(environ)
    return Config(**(dict.fromkeys(SET_BY_DEV_COMMAND.values(), "") | values))


def check_environment(
    environ: Mapping[str, str], project: Path, for_dev: bool
) -> list[Finding]:
    """`for_dev`: before the dev command runs, so what it sets may be missing."""
    config = read_config(environ)
    _, problems = Config.read_values(environ)
    findings = []

    for problem in problems:
        name, _, rest = problem.partition(" ")
        is_missing = rest.startswith("is missing") and name in SET_BY_DEV_COMMAND
        if not is_missing:
            findings.append(Finding(problem))
        elif not for_dev:
            findings.append(Finding(f"{problem} {WHERE_TO_SET}"))

    findings += [
        Finding(text)
        for text in config.contradictions() + model_settings.unusable_proxies(environ)
    ]
    findings += _check_keys(environ, project, config, for_dev)
    findings += _check_model(config)
    findings.append(_name_hops(config))
    return findings


def _check_keys(
    environ: Mapping[str, str], project: Path, config: Config, for_dev: bool
) -> list[Finding]:
    if config.encryption_keys or environ.get("ENCRYPTION_KEYS", "").strip():
        return []

    if for_dev:
        environ = {**environ, "APP_ENV": "development"}
    if local_settings.needs_key(environ, project):
        return [
            note(
                "ENCRYPTION_KEYS is not set: development keeps a key of its own in"
                f" {local_settings.KEY_FILE}."
            )
        ]
    return [
        Finding(
            "ENCRYPTION_KEYS is missing, and without it the app cannot be installed. Set it,"
            " once for all, to what `openssl rand -base64 32` prints."
        )
    ]


def _check_model(config: Config) -> list[Finding]:
    findings = [note(text) for text in config.warnings()]
    if not config.openai_api_key:
        findings.append(
            note(
                "OPENAI_API_KEY is not set: the chat works and says that it cannot answer."
            )
        )
    return findings


def _name_hops(config: Config) -> Finding:
    hops = config.trusted_hops
    means = (
        f"Shopify's proxy and {hops - 1} of yours stand" if hops else "no proxy stands"
    )
    return note(
        f"TRUSTED_HOPS is {hops}: {means} before this back end. The usual number is 2; where it"
        " is wrong, limits meet the wrong people."
    )
