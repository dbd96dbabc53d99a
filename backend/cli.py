"""The operator's commands: flask check, migrate, worker, sessions, shops, flows."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

import click
import gevent
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup, with_appcontext
from gevent import monkey

from backend.catalog import catalog_import, store_search, sync
from backend.catalog.product_search import MOST_RESULTS
from backend.catalog.store_search import Asked
from backend.chat import conversations, reply_addresses, retention
from backend.check.command import check
from backend.clock import iso, now_ms
from backend.config import ConfigError
from backend.errors import BrokenExport, Undecipherable
from backend.exports import json_import
from backend.exports.json_import import NotAnExport
from backend.flows import operator_view, reading_command, request_records, runs
from backend.inbox import notification_targets
from backend.operations import backups
from backend.operations.backups import BackupError
from backend.posts import page_connections
from backend.privacy import privacy_requests
from backend.services import Services
from backend.shopify.shop_domains import is_shop_domain
from backend.shops import directory, installation, webhook_deliveries
from backend.store.encryption import Vault

MIGRATIONS = Path(__file__).parent / "store" / "migrations"

sessions_cli = AppGroup("sessions", help="Count, sweep and clear sessions.")
shops_cli = AppGroup("shops", help="The shops that are known.")
conversations_cli = AppGroup("conversations", help="Read exported conversations back.")
webhooks_cli = AppGroup("webhooks", help="What Shopify has told, and was not believed.")
catalog_cli = AppGroup("catalog", help="A shop's products as they are searched.")
flows_cli = AppGroup("flows", help="Forms that shoppers fill in step by step.")
keys_cli = AppGroup("keys", help="The keys that secrets are kept with.")


class CheckAlone(AppGroup):
    """All that can be done with settings that are not usable: look at them. Other commands say why
    they cannot run.
    """

    def __init__(self, error: ConfigError) -> None:
        super().__init__(commands={"check": check})
        self._error = error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if found := super().get_command(ctx, cmd_name):
            return found
        raise click.ClickException(
            f"the settings are not usable; `flask check` says more.\n{self._error}"
        )


def is_asked_for_commands() -> bool:
    """Whether `flask` wants an app only for the commands that it has; not one to serve or to try
    out.
    """
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


def without_settings(error: ConfigError) -> Flask:
    """An app that serves nothing and has the one command `check`."""
    app = Flask(__name__, static_folder=None)
    app.cli = CheckAlone(error)
    return app


def register(app: Flask) -> None:
    app.cli.add_command(check)
    app.cli.add_command(migrate)
    app.cli.add_command(worker)
    app.cli.add_command(backup)
    app.cli.add_command(restore)

    app.cli.add_command(sessions_cli)
    app.cli.add_command(shops_cli)
    app.cli.add_command(keys_cli)
    app.cli.add_command(webhooks_cli)
    app.cli.add_command(conversations_cli)
    app.cli.add_command(catalog_cli)
    app.cli.add_command(flows_cli)

    flows_cli.add_command(reading_command.read)


def _services() -> Services:
    found: Services = current_app.extensions["services"]
    return found


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to this version's form. Run it before starting a new version."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))

    with _services().db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        connection.commit()

    click.echo("The database is up to date.")


@click.command()
@with_appcontext
def worker() -> None:
    """Run jobs without serving requests, until SIGTERM."""
    if not _services().config.redis_url:
        raise click.UsageError(
            "A worker beside a web process needs REDIS_URL: processes meet only there."
        )
    if not monkey.is_module_patched("socket"):
        # Waiting must be gevent's from the first import on, as gunicorn's workers have it.
        os.execv(
            sys.executable,
            [sys.executable, "-m", "gevent.monkey", "--module", "flask", *sys.argv[1:]],
        )

    stopped = gevent.event.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(name, stopped.set)

    running = current_app.extensions["worker"]
    running.start()
    click.echo("Working.")
    stopped.wait()
    running.stop()


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into FILE, encrypted, while the app goes on."""
    config = _services().config
    try:
        backups.back_up(config.database_url, config.encryption_keys, file)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Backed up.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="What is in the database now may go.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Bring back everything from FILE. Stop the app first."""
    config = _services().config
    try:
        backups.restore(config.database_url, config.encryption_keys, file, replace)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Restored. Run migrate before you start the app.")


@keys_cli.command("rotate")
def rotate_keys() -> None:
    """Encrypt everything with the first of ENCRYPTION_KEYS; afterwards the others may be
    removed.
    """
    services = _services()
    vault = Vault(services.config.encryption_keys)
    if not vault.is_open:
        raise click.UsageError("ENCRYPTION_KEYS is empty.")

    try:
        number = installation.reencrypt(services, vault)
        number += privacy_requests.reencrypt(services, vault)
        number += webhook_deliveries.reencrypt(services, vault)
        number += runs.reencrypt(services, vault)
        number += request_records.reencrypt(services, vault)
        number += reply_addresses.reencrypt(services, vault)
        number += notification_targets.reencrypt(services, vault)
        number += page_connections.reencrypt(services, vault)
    except Undecipherable as error:
        raise click.ClickException(
            "Something was encrypted with a key that is not in ENCRYPTION_KEYS."
        ) from error

    click.echo(f"Encrypted {number} anew.")


@sessions_cli.command("count")
def count_sessions() -> None:
    """How many sessions there are, by state."""
    idle_before = now_ms() - _services().config.session_idle_seconds * 1000
    with _services().db.reading() as connection:
        rows = conversations.count_by_state(connection, idle_before)

    totals = dict.fromkeys(("active", "idle", "expired", "reset", "erased"), 0)
    for row in rows:
        state = row.closed_why or ("active" if row.hot else "idle")
        totals[state] += row.number

    for state, number in totals.items():
        click.echo(f"{state:8} {number}")


@sessions_cli.command("sweep")
def sweep_sessions() -> None:
    """Close expired sessions and delete what was kept long enough, now."""
    retention.sweep(_services())
    click.echo("Swept.")


@sessions_cli.command("clear")
@click.argument("shop")
@click.option(
    "--session", "session_id", help="One session, by the id that its browser holds."
)
@click.option(
    "--all", "everything", is_flag=True, help="Every open session of the shop."
)
def clear_sessions(shop: str, session_id: str | None, everything: bool) -> None:
    """Revoke sessions of SHOP (its myshopify.com domain). Messages are kept; shoppers
    start anew.
    """
    if bool(session_id) == everything:
        raise click.UsageError("Say either --session ID or --all.")
    cleared = retention.revoke(_services(), _shop_id(shop), session_id)
    click.echo(f"Cleared {cleared}.")


@conversations_cli.command("import")
@click.argument("shop")
@click.argument("file", type=click.File(encoding="utf-8"))
def import_conversations(shop: str, file: TextIO) -> None:
    """Read a JSON export into SHOP. Those that are there already stay as they are, erased ones
    erased.
    """
    erased: list[str] = []
    try:
        added, known = json_import.import_conversations(
            _services(), _shop_id(shop), file, erased
        )
    except NotAnExport as error:
        raise click.ClickException(
            f"{error} What stood before it has been read."
        ) from error

    message = f"Added {added}, {known} were there already."
    if erased:
        message += f" {len(erased)} were erased since, and stay so."
    click.echo(message)


@webhooks_cli.command("refused")
def list_refused_webhooks() -> None:
    """Uninstalls and erasures of the last 30 days that were not done, and why."""
    refused = webhook_deliveries.list_refused(_services())
    for each in refused:
        when, why = iso(each.received_at), each.refused
        what = f"{each.topic:15}  {each.domain}"
        click.echo(f"{when}  {what}  {why:11}  {each.webhook_id}")

    if not refused:
        click.echo("None.")


@webhooks_cli.command("again")
@click.argument("shop")
@click.argument("webhook_id")
def do_webhook_again(shop: str, webhook_id: str) -> None:
    """Look once more at a webhook of SHOP that was refused. It is done only if Shopify confirms it
    now.
    """
    if not webhook_deliveries.do_again(_services(), _shop_id(shop), webhook_id):
        raise click.UsageError("No such webhook was refused.")
    click.echo("It is looked at again.")


def _shop_id(domain: str) -> int:
    with _services().db.reading() as connection:
        shop_id = directory.find_shop_id(connection, domain)
    if shop_id is None:
        raise click.UsageError("No such shop.")
    return shop_id


@shops_cli.command("list")
def list_shops() -> None:
    """Every shop with the time it was first seen, and whether it has uninstalled."""
    with _services().db.reading() as connection:
        shops = directory.list_shops(connection)

    for shop in shops:
        state = "installed"
        if shop.uninstalled_at is not None:
            state = f"uninstalled {iso(shop.uninstalled_at)}"
        click.echo(f"{shop.domain}  {iso(shop.created_at)}  {state}")


@flows_cli.command("list")
def list_flow_runs() -> None:
    """How many runs of all shops stand where, and the latest that are open."""
    for line in operator_view.list_runs(_services(), now_ms()):
        click.echo(line)


@flows_cli.command("show")
@click.argument("run")
def show_flow_run(run: str) -> None:
    """How RUN stands, and which of its fields are answered; never what was filled in."""
    told = operator_view.show_run(_services(), run)
    if not told:
        raise click.UsageError("No such run, or its key is gone.")
    for line in told:
        click.echo(line)


@catalog_cli.command("import")
@click.argument("shop")
@click.argument("file", type=click.File("rb"))
def import_catalog(shop: str, file: BinaryIO) -> None:
    """Fill the catalog of SHOP (its myshopify.com domain) from FILE, the lines of a bulk export.
    What is not in it goes.
    """
    if not is_shop_domain(shop):
        raise click.UsageError("A shop is named by its myshopify.com domain.")

    services = _services()
    known = services.db.write(directory.add_shop, shop)
    try:
        filled = catalog_import.import_lines(services, known.id, file)
    except BrokenExport as error:
        raise click.ClickException(
            f"{error} What was there before is still there."
        ) from error
    click.echo(f"{filled.products} products.")


@catalog_cli.command("sync")
@click.argument("shop")
def sync_catalog(shop: str) -> None:
    """Read the catalog of SHOP from Shopify anew; a running process does it."""
    sync.fill_later(_services(), _shop_id(shop))
    click.echo("It is read anew.")


@catalog_cli.command("search")
@click.argument("shop")
@click.argument("query")
@click.option("--locale", default="en", help="The shopper's language, such as de.")
@click.option("--limit", default=6, type=click.IntRange(1, MOST_RESULTS))
@click.option("--json", "as_json", is_flag=True, help="A list of objects, best first.")
def search_catalog(
    shop: str, query: str, locale: str, limit: int, as_json: bool
) -> None:
    """What a shopper of SHOP would be shown for QUERY, the best first."""
    shop_id = _shop_id(shop)
    found = store_search.search_store(_services(), shop_id, Asked(query, locale, limit))

    if as_json:
        listed = [
            {"handle": product.handle, "title": product.title, "id": product.gid}
            for product in found.products
        ]
        click.echo(json.dumps(listed, ensure_ascii=False))
        return

    for product in found.products:
        click.echo(f"{product.handle}  {product.title}")
    if not found.products:
        click.echo("None.")
