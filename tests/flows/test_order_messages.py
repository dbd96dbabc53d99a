"""Whole messages with an answer key, read against a whole catalog: by code alone, and with what a
model says of them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from backend.catalog import catalog_import
from backend.config import Config
from backend.flows.model_items import ModelItem
from backend.flows.order_reading import Reading, open_shelf, read_order, read_with
from backend.flows.reading_command import as_answer
from backend.flows.second_reading import compare
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

# Where a shopper's words for one thing end.
BREAK = re.compile(r"[\n,;]|\band\b|\bund\b|\by\b")
# A model that is not to be trusted errs in every fifth thing.
ERRS = 5
# Nobody orders it.
FOREIGN = "mystic-venetian-skull-mask"

Message = Mapping[str, Any]
Model = Callable[[Message], list[ModelItem]]
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


@dataclass
class Score:
    """How a reading of all messages compares with their key."""

    lines: int = 0
    right: int = 0
    whole: int = 0
    wrong: list[str] = field(default_factory=list)

    def adds(self, ours: Sequence[Any], theirs: Sequence[Any]) -> None:
        same = shared(ours, theirs)
        self.lines += max(len(ours), len(theirs))
        self.right += same
        self.whole += same == len(ours) == len(theirs)
        known = {row[1] for row in theirs}
        self.wrong += [row[1] for row in ours if row[1] not in known and not row[3]]


@pytest.mark.parametrize("path", [KEY, OWN], ids=["key", "own"])
def test_nearly_every_line_is_right_and_no_wrong_product_is_taken(
    shop: Services, path: Path
) -> None:
    score = Score()
    messages = read_messages(path)
    for message in messages:
        score.adds(read(shop, message), rows_of(message))

    assert not score.wrong
    assert score.right / score.lines >= LEAST_LINES
    assert score.whole / len(messages) >= LEAST_MESSAGES


def tells_all(message: Message) -> list[ModelItem]:
    """A model that knows every thing that the shop has."""
    pieces = [piece.strip() for piece in BREAK.split(message["text"])]
    words = {piece: set(piece.lower().split()) for piece in pieces if piece}
    return [
        ModelItem(
            words=words_for(line, words),
            quantity=line["quantity"],
            handle=line["handle"] or "",
            variant=line["variant"] or "",
        )
        for line in message["lines"]
        if line["handle"]
    ]


def forgets_some(message: Message) -> list[ModelItem]:
    return [item for at, item in enumerate(tells_all(message)) if at % ERRS]


def mixes_up(message: Message) -> list[ModelItem]:
    """Names, for some, a product of which the message says nothing."""
    return [
        item if at % ERRS else replace(item, handle=FOREIGN, variant="")
        for at, item in enumerate(tells_all(message))
    ]


def words_for(line: Mapping[str, Any], pieces: Mapping[str, set[str]]) -> str:
    """The piece of the message that has most of the product's words."""
    named = set(line["handle"].split("-"))
    return max(pieces, key=lambda piece: len(named & pieces[piece]))


# What is right at least: of what such a model says wrong, all is asked about.
MODELS = {tells_all: LEAST_LINES, forgets_some: LEAST_LINES, mixes_up: 0.7}


def test_what_a_model_has_read_is_taken_only_where_code_bears_it_out(
    shop: Services,
) -> None:
    scores = {model: Score() for model in MODELS}
    for message in read_messages(KEY):
        text = message["text"]
        with open_shelf(shop, SHOP, text, message["lang"]) as shelf:
            by_code = read_with(shelf, text).lines
            for model, score in scores.items():
                lines = compare(shelf, by_code, model(message))
                score.adds(rows_of(as_answer(Reading(lines))), rows_of(message))

    for model, score in scores.items():
        assert not score.wrong
        assert score.right / score.lines >= MODELS[model]


def test_two_hundred_lines_are_read_at_once(shop: Services) -> None:
    longest = max(read_messages(KEY), key=_length)
    read(shop, longest)

    begun = process_time()
    assert len(read(shop, longest)) == 200
    assert process_time() - begun < MOST_SECONDS


def _length(message: Message) -> int:
    return len(message["text"])
