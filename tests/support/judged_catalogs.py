"""Catalogs with questions whose right answers are known, and how well a search does on them.

Some lie beside this checkout; the questions about the sample shop's goods are in it.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.dev.storefront.sample_shop import catalog
from tests.support.processes import ROOT
from tests.support.small_catalogs import Node, product_node, variant_node

FOLDER = ROOT.parent / "shared" / "data" / "catalogs"
OF_SAMPLE = ROOT / "tests" / "catalog" / "judged_sample_goods.jsonl"
# As many as a shopper is shown.
SHOWN = 6


@dataclass(frozen=True)
class JudgedQuery:
    """`relevant` are the handles of every right product; none where the shop has nothing right."""

    text: str
    language: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Judgement:
    """Means over the questions with an answer, and the share of the others that got none."""

    recall: float
    ndcg: float
    silent: float


# Handles, the best first.
Search = Callable[[JudgedQuery], Sequence[str]]


def list_sets() -> list[str]:
    """Such as retail-de; empty where they are not beside this checkout."""
    return sorted(path.parent.name for path in FOLDER.glob("*/queries.jsonl"))


def products_of(name: str) -> Path:
    """The lines of a bulk export."""
    return FOLDER / name / "products.jsonl"


def queries_of(name: str) -> list[JudgedQuery]:
    return read_queries(FOLDER / name / "queries.jsonl")


def read_queries(path: Path) -> list[JudgedQuery]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        JudgedQuery(line["query"], line["lang"], frozenset(line["relevant"]))
        for line in lines
    ]


def judge(queries: Iterable[JudgedQuery], search: Search) -> Judgement:
    recalls, ndcgs, silent = [], [], []
    for query in queries:
        shown = list(search(query))[:SHOWN]
        if not query.relevant:
            silent.append(not shown)
            continue
        hits = [handle in query.relevant for handle in shown]
        recalls.append(sum(hits) / _possible(query))
        ndcgs.append(_gain(hits) / _gain([True] * _possible(query)))

    return Judgement(_mean(recalls), _mean(ndcgs), _mean(silent))


def _possible(query: JudgedQuery) -> int:
    """No more of them can be shown."""
    return min(SHOWN, len(query.relevant))


def _gain(hits: Sequence[bool]) -> float:
    """A right product counts the less the later it comes."""
    return sum(hit / math.log2(place + 2) for place, hit in enumerate(hits))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def sample_nodes(language: str) -> list[Node]:
    """The sample shop's goods as the Admin API would give them in a language."""
    return [_sample_node(product) for product in catalog(language).products]


def _sample_node(product: Mapping[str, Any]) -> Node:
    names = product.get("options") or []
    variants = [_sample_variant(variant, names) for variant in product["variants"]]
    options = [
        {"name": name, "values": _values(variants, place)}
        for place, name in enumerate(names)
    ]

    return product_node(
        product["id"],
        product["title"],
        handle=product["handle"],
        productType=product.get("type", ""),
        tags=product["tags"],
        description=product["description"],
        options=options,
        variants=variants,
    )


def _sample_variant(variant: Mapping[str, Any], names: Sequence[str]) -> Node:
    values = variant.get("options") or []
    pairs = zip(names, values, strict=False)
    chosen = [{"name": name, "value": value} for name, value in pairs]
    euros = variant["price"] / 100

    return variant_node(
        variant["id"],
        f"{euros:.2f}",
        title=variant["title"],
        sku=variant.get("sku"),
        availableForSale=variant["available"],
        selectedOptions=chosen,
    )


def _values(variants: Iterable[Node], place: int) -> list[str]:
    """In the order in which they are offered."""
    chosen = [variant["selectedOptions"][place]["value"] for variant in variants]
    return list(dict.fromkeys(chosen))
