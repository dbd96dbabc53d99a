"""Whole messages with an answer key, read by code alone against a whole catalog."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from backend.catalog import catalog_import
from backend.config import Config
from backend.flows.order_reading import read_order
from backend.flows.reading_command import as_answer
from backend.services import Services, build
from backend.store.tables import metadata
from tests.support import judged_catalogs
from tests.support.processes import ROOT

KEY = ROOT.parent / "shared" / "data" / "orders" / "orders.jsonl"
OWN = ROOT / "tests" / "flows" / "own_orders.jsonl"
CATALOG = "retail-en"
LEAST_LINES, LEAST_MESSAGES = 0.95, 0.9
# Of processor time, when the lexicon is loaded.
MOST_SECONDS = 3.0

Message = Mapping[str, Any]
SHOP = 1


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    if CATALOG not in judged_catalogs.list_sets() or not KEY.exists():
        pytest.skip("the orders and their catalog are not beside this checkout")

    path = tmp_path_factory.mktemp("orders") / "orders.db"
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    services = build(Config.from_env(settings))
    metadata.create_all(services.db.engine)
    with judged_catalogs.products_of(CATALOG).open("rb") as file:
        catalog_import.import_lines(services, SHOP, file)
    yield services
    services.db.close()


def read_messages(path: Path) -> list[Message]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def read(shop: Services, message: Message) -> list[tuple[Any, ...]]:
    reading = read_order(shop, SHOP, message["text"], message["lang"])
    return rows_of(as_answer(reading))


def rows_of(answer: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (line["quantity"], line["handle"], line["variant"], place in answer["ask"])
        for place, line in enumerate(answer["lines"])
    ]


def shared(ours: Sequence[Any], theirs: Sequence[Any]) -> int:
    left = list(theirs)
    for row in ours:
        if row in left:
            left.remove(row)
    return len(theirs) - len(left)


@pytest.mark.parametrize("path", [KEY, OWN], ids=["key", "own"])
def test_nearly_every_line_is_right_and_no_wrong_product_is_taken(
    shop: Services, path: Path
) -> None:
    lines = right = whole = 0
    wrong: list[str] = []
    messages = read_messages(path)
    for message in messages:
        ours, theirs = read(shop, message), rows_of(message)
        same = shared(ours, theirs)

        lines += max(len(ours), len(theirs))
        right += same
        whole += same == len(ours) == len(theirs)
        known = {row[1] for row in theirs}
        wrong += [row[1] for row in ours if row[1] not in known and not row[3]]

    assert not wrong
    assert right / lines >= LEAST_LINES
    assert whole / len(messages) >= LEAST_MESSAGES


def test_two_hundred_lines_are_read_at_once(shop: Services) -> None:
    longest = max(read_messages(KEY), key=_length)
    read(shop, longest)

    begun = process_time()
    assert len(read(shop, longest)) == 200
    assert process_time() - begun < MOST_SECONDS


def _length(message: Message) -> int:
    return len(message["text"])
