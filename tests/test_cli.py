"""The operator's commands on shops, webhooks, catalogs and keys: what they say and change."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, insert

from backend.app import create_app
from backend.config import Config
from backend.flows import request_records
from backend.flows.request_records import PlacedOrder
from backend.services import Services
from backend.shops import directory, installation
from backend.shops.uninstalls import Uninstall
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.tables import installations, metadata, webhook_deliveries
from tests.support.requested_forms import (
    EMAIL,
    PHONE,
    add_open_run,
    add_order,
    sealing_of,
)
from tests.support.running_app import CLIENT_ID, ENCRYPTION_KEY, SECRET
from tests.support.small_catalogs import exported_lines, small_goods
from tests.support.talks import add_talk

MIRA, OTTO = "mira.myshopify.com", "otto.myshopify.com"
OLDER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "ENCRYPTION_KEYS": f"{ENCRYPTION_KEY},{OLDER_KEY}",
        "HOST": "http://127.0.0.1:8000",
    }
    app = create_app(Config.from_env(settings))
    services = services_of(app)
    metadata.create_all(services.db.engine)
    for domain in (MIRA, OTTO):
        services.db.write(directory.add_shop, domain)
    yield app
    services.db.close()


def test_shops_are_listed_with_those_that_have_left(app: Flask) -> None:
    services_of(app).db.write(directory.close_shop, OTTO, Uninstall(1_000))

    miras, ottos = said(app, "shops", "list").splitlines()

    assert miras.startswith(MIRA)
    assert miras.endswith("installed")
    assert ottos.startswith(OTTO)
    assert ottos.endswith("uninstalled 1970-01-01T00:00:01.000Z")


def test_a_refused_webhook_is_listed_until_it_is_looked_at_again(app: Flask) -> None:
    assert said(app, "webhooks", "refused") == "None.\n"
    services_of(app).db.write(refuse_webhook, 1, "w-1")

    line = said(app, "webhooks", "refused")

    assert line == (
        f"1970-01-01T00:00:00.005Z  shop/redact      {MIRA}  served       w-1\n"
    )
    assert said(app, "webhooks", "again", MIRA, "w-1") == "It is looked at again.\n"
    assert said(app, "webhooks", "refused") == "None.\n"


def test_who_rotates_keys_is_told_how_much_was_encrypted(app: Flask) -> None:
    services_of(app).db.write(install_with_older_key, 1)

    assert said(app, "keys", "rotate") == "Encrypted 1 anew.\n"
    assert said(app, "keys", "rotate") == "Encrypted 0 anew.\n"

    with services_of(app).db.reading() as connection:
        kept = installation.find_installation(connection, 1)
    assert kept is not None
    assert installation.open_access_token(services_of(app), kept) == "access"


def test_a_catalog_from_a_file_is_searched_as_shoppers_search_it(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "catalog.jsonl"
    file.write_text("\n".join(exported_lines(small_goods())))

    assert said(app, "catalog", "import", MIRA, str(file)) == "16 products.\n"
    german = said(app, "catalog", "search", MIRA, "grünes Sofa", "--locale", "de")
    english = said(app, "catalog", "search", MIRA, "velvet sofa")
    one = said(app, "catalog", "search", MIRA, "sofa", "--limit", "1", "--json")

    for shown in (german, english):
        assert shown.splitlines()[0] == "green-velvet-sofa  Green Velvet Sofa"
    assert json.loads(one) == [
        {
            "handle": "green-velvet-sofa",
            "title": "Green Velvet Sofa",
            "id": "gid://shopify/Product/4",
        }
    ]
    assert said(app, "catalog", "search", MIRA, "yoga mat") == "None.\n"
    assert said(app, "catalog", "search", MIRA, "yoga mat", "--json") == "[]\n"
    assert said(app, "catalog", "search", OTTO, "velvet sofa") == "None.\n"


def test_a_catalog_of_a_shop_that_nobody_knows_yet_makes_it_known(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "catalog.jsonl"
    file.write_text("")

    assert said(app, "catalog", "import", "new.myshopify.com", str(file)) == (
        "0 products.\n"
    )
    assert "new.myshopify.com" in said(app, "shops", "list")


def test_a_catalog_is_read_anew_by_whoever_runs_jobs(app: Flask) -> None:
    assert said(app, "catalog", "sync", MIRA) == "It is read anew.\n"

    claimed = services_of(app).db.write(job_queue.claim, "somebody", 8, 10)
    assert "catalog_fill" in [claim.kind for claim in claimed]


def test_forms_are_counted_and_shown_without_what_was_filled_in(app: Flask) -> None:
    services = services_of(app)
    assert said(app, "flows", "list") == "None.\n"
    talk = add_talk(services, 1, 1, ["Hello"])
    add_order(services, 1, talk)
    run = add_open_run(services, 1, talk)

    counts = said(app, "flows", "list").splitlines()
    shown = said(app, "flows", "show", run.id)

    assert [line.split() for line in counts[:2]] == [
        ["bulk_order", "finished", "-", "1"],
        ["bulk_order", "open", "contact", "1"],
    ]
    assert counts[2].split()[:4] == [run.id, MIRA, "bulk_order", "contact"]
    fields = dict(line.split(maxsplit=1) for line in shown.splitlines())
    assert (fields["shop"], fields["state"], fields["step"]) == (
        MIRA,
        "open",
        "contact",
    )
    assert (fields["phone"], fields["when_from"]) == ("yes", "no")
    for secret in (PHONE, EMAIL, "Ben", "Remote"):
        assert secret not in shown
    unknown = app.test_cli_runner().invoke(args=["flows", "show", "0" * 32])
    assert unknown.exit_code == 2


def test_rotated_keys_are_those_of_forms_and_draft_orders_too(app: Flask) -> None:
    services = services_of(app)
    older = replace(
        services,
        config=replace(services.config, encryption_keys=(b64decode(OLDER_KEY),)),
    )
    talk = add_talk(older, 1, 1, ["Hello"])
    order = add_order(older, 1, talk)
    with older.db.reading() as connection:
        request = request_records.find(connection, older.config, 1, order)
    assert request is not None
    placed = PlacedOrder("9", "#D9", "https://tide.example/9")
    older.db.write(request_records.note_order, sealing_of(older, 1), request, placed)

    assert said(app, "keys", "rotate") == "Encrypted 2 anew.\n"
    assert said(app, "keys", "rotate") == "Encrypted 0 anew.\n"

    with services.db.reading() as connection:
        kept = request_records.find(connection, services.config, 1, order)
    assert kept is not None
    assert kept.draft_order == placed


def said(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0
    return result.output


def services_of(app: Flask) -> Services:
    found: Services = app.extensions["services"]
    return found


def refuse_webhook(connection: Connection, shop_id: int, webhook_id: str) -> None:
    connection.execute(
        insert(webhook_deliveries).values(
            shop_id=shop_id,
            webhook_id=webhook_id,
            topic="shop/redact",
            received_at=5,
            done_at=6,
            refused="served",
        )
    )


def install_with_older_key(connection: Connection, shop_id: int) -> None:
    vault = Vault([b64decode(OLDER_KEY)])
    connection.execute(
        insert(installations).values(
            shop_id=shop_id,
            status="installed",
            access_token=vault.seal("access", f"installations.access_token:{shop_id}"),
            access_until=1,
            refresh_token=vault.seal(
                "refresh", f"installations.refresh_token:{shop_id}"
            ),
            refresh_until=1,
            installed_at=1,
            refreshed_at=1,
        )
    )
