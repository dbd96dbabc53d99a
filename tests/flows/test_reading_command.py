"""`flask flows read`: how code alone reads an order."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from backend.app import create_app
from backend.config import Config
from backend.services import Services
from backend.shops import directory
from backend.store.tables import metadata
from tests.support.order_goods import order_goods
from tests.support.running_app import CLIENT_ID, SECRET
from tests.support.small_catalogs import fill_shop

MIRA = "mira.myshopify.com"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "http://127.0.0.1:8000",
    }
    app = create_app(Config.from_env(settings))
    services: Services = app.extensions["services"]
    metadata.create_all(services.db.engine)
    shop = services.db.write(directory.add_shop, MIRA)
    fill_shop(services, shop.id, *order_goods())
    yield app
    services.db.close()


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["flows", "read", *words], input=typed)


def test_the_answer_has_lines_and_what_is_asked(app: Flask) -> None:
    text = "5 lighthouse enamel mugs, 3 tidal bath towels"

    said = run(app, MIRA, text, "--locale", "en", "--json")

    assert json.loads(said.output) == {
        "lines": [
            {"quantity": 5, "handle": "lighthouse-enamel-mug", "variant": None},
            {"quantity": 3, "handle": "tidal-bath-towel", "variant": None},
        ],
        "ask": [1],
    }


def test_a_long_order_is_read_from_the_input(app: Flask) -> None:
    typed = "5 lighthouse enamel mug\n" * 200

    said = run(app, MIRA, "-", "--json", typed=typed)

    assert len(json.loads(said.output)["lines"]) == 200


def test_people_read_a_table_with_the_reasons(app: Flask) -> None:
    said = run(app, MIRA, "2 foghorn brass bells and a few kettles").output

    assert "Foghorn Brass Bell" in said
    assert "asks sold_out" in said
    assert "asks product, quantity" in said
    assert run(app, MIRA, "hello").output == "No order.\n"


def test_a_shop_that_is_not_known_is_said(app: Flask) -> None:
    refused = run(app, "nobody.myshopify.com", "5 mugs")

    assert refused.exit_code == 2
    assert "No such shop." in refused.output
