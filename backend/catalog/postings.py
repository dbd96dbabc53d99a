"""Which products and passages have a term, and how many: the index that a search reads.

The same statements on SQLite and PostgreSQL give the same answers; all of them go along the key, so
that they cost the same in a small shop and beside a million others.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    select,
    text,
)

from backend.catalog.term_keys import Posting
from backend.store.tables import catalog_postings, catalog_terms


class Shelf(IntEnum):
    """What an item is: each kind is counted and found by itself."""

    PRODUCTS = 0
    PASSAGES = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A shelf of one shop."""

    shop_id: int
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Gain:
    """What an item gains for a `part` of a question by having a term: at most as many points, half
    of them where the term fits least.
    """

    term: int
    part: int
    points: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The terms of a question. Only items are looked at that have a term of `all_of`, or are
    `among` these.
    """

    gains: Sequence[Gain]
    all_of: Collection[int] = ()
    among: Collection[int] = ()

    def as_arrays(self) -> dict[str, list[int]]:
        return {
            "terms": [gain.term for gain in self.gains],
            "parts": [gain.part for gain in self.gains],
            "points": [gain.points for gain in self.gains],
            "all_of": sorted(self.all_of),
            "among": sorted(self.among),
        }

    def as_json(self) -> dict[str, str]:
        gains = [[gain.term, gain.part, gain.points] for gain in self.gains]
        return {
            "gains": json.dumps(gains),
            "all_of": json.dumps(sorted(self.all_of)),
            "among": json.dumps(sorted(self.among)),
        }


# By the id of each.
Items = Mapping[int, Sequence[Posting]]
# Of term, rank and item.
Rows = Sequence[tuple[int, int, int]]


def add(connection: Connection, place: Place, items: Items) -> None:
    """Items that are not there yet. Their number is the caller's to bound."""
    rows = _rows_of(items)
    _insert_rows(connection, place, rows)

    counted = Counter(term for term, _, _ in rows)
    _count(connection, place, counted)


def remove(connection: Connection, place: Place, items: Items) -> None:
    """Items that are there, with the very postings that they were added with."""
    rows = _rows_of(items)
    if not rows:
        return

    _delete_rows(connection, place, rows)
    counted = Counter(term for term, _, _ in rows)
    _count(connection, place, {term: -number for term, number in counted.items()})


def count_items(
    connection: Connection, place: Place, terms: Collection[int]
) -> dict[int, int]:
    """How many items have each of the terms; those that none has are left out."""
    if not terms:
        return {}

    query = select(catalog_terms.c.term, catalog_terms.c.uses).where(
        catalog_terms.c.shop_id == place.shop_id,
        catalog_terms.c.shelf == place.shelf,
        catalog_terms.c.term.in_(sorted(terms)),
        catalog_terms.c.uses > 0,
    )
    rows = connection.execute(query)
    return {row.term: row.uses for row in rows}


def list_best(
    connection: Connection, place: Place, term: int, most: int
) -> Sequence[tuple[int, int]]:
    """(item, rank) of those that a term fits best."""
    known = catalog_postings.c
    query = (
        select(known.item_id, known.rank)
        .where(_is_in(place), known.term == term)
        .order_by(known.rank, known.item_id)
        .limit(most)
    )
    return _fetch(connection, query)


def list_all(
    connection: Connection, place: Place, terms: Collection[int]
) -> Sequence[tuple[int, int, int]]:
    """(term, item, rank) of every item with any of the terms: for terms of which few are."""
    known = catalog_postings.c
    query = select(known.term, known.item_id, known.rank).where(
        _is_in(place), known.term.in_(sorted(terms))
    )
    return _fetch(connection, query)


def list_perfect(
    connection: Connection, place: Place, terms: Collection[int]
) -> Sequence[tuple[int, int]]:
    """(term, item) of every item that a term fits best of all: of a word, those that have it in
    their titles.
    """
    known = catalog_postings.c
    query = select(known.term, known.item_id).where(
        _is_in(place), known.term.in_(sorted(terms)), known.rank == 0
    )
    return _fetch(connection, query)


def list_among(
    connection: Connection,
    place: Place,
    terms: Collection[int],
    item_ids: Collection[int],
) -> Sequence[tuple[int, int, int]]:
    """(term, item, rank) of these items alone."""
    known = {"shop": place.shop_id, "shelf": int(place.shelf)}
    if connection.dialect.name == "postgresql":
        arrays = {"terms": sorted(terms), "items": sorted(item_ids)}
        found = connection.execute(_AMONG_ARRAYS, known | arrays)
    else:
        lists = {
            "terms": json.dumps(sorted(terms)),
            "items": json.dumps(sorted(item_ids)),
        }
        found = connection.execute(_AMONG_JSON, known | lists)
    rows: Sequence[Any] = found.all()
    return rows


def list_top(
    connection: Connection, place: Place, wanted: Wanted, most: int, least: int = 0
) -> list[int]:
    """The items that gain most, at least `least`, the best first: of each part the term that gains
    most counts, and the parts are added up. The database does it: it has to look at thousands of
    rows.
    """
    known = {
        "shop": place.shop_id,
        "shelf": int(place.shelf),
        "most": most,
        "least": least,
    }
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_TOP_ARRAYS, known | wanted.as_arrays())
    else:
        rows = connection.execute(_TOP_JSON, known | wanted.as_json())
    return [row[0] for row in rows.all()]


def is_one_of(
    connection: Connection, of: ColumnElement[int], numbers: Collection[int]
) -> ColumnElement[bool]:
    """Whether a column holds one of many numbers, as one parameter."""
    ordered = sorted(numbers)
    if connection.dialect.name == "sqlite":
        joined = "[" + ",".join(map(str, ordered)) + "]"
        values = func.json_each(joined).table_valued("value")
        return of.in_(select(values.c.value))
    return of == func.any(bindparam(None, ordered, ARRAY(BigInteger)))


def _fetch(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).all()


def _rows_of(items: Items) -> Rows:
    """In the order of the key: writing in any other costs many times as much."""
    return sorted(
        (posting.term, posting.rank, item_id)
        for item_id, postings in items.items()
        for posting in postings
    )


def _is_in(place: Place) -> ColumnElement[bool]:
    return and_(
        catalog_postings.c.shop_id == place.shop_id,
        catalog_postings.c.shelf == place.shelf,
    )


def _insert_rows(connection: Connection, place: Place, rows: Rows) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_INSERT_ARRAYS, _as_arrays(place, rows))
    else:
        connection.execute(_INSERT_EACH, _as_dicts(place, rows))


def _delete_rows(connection: Connection, place: Place, rows: Rows) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_DELETE_ARRAYS, _as_arrays(place, rows))
    else:
        connection.execute(_DELETE_EACH, _as_dicts(place, rows))


def _count(connection: Connection, place: Place, more: Mapping[int, int]) -> None:
    """Add to what is counted. Sorted, so that two writers never wait for each other in a ring."""
    rows = sorted(more.items())
    if not rows:
        return

    known = {"shop": place.shop_id, "shelf": int(place.shelf)}
    if connection.dialect.name == "postgresql":
        terms, numbers = zip(*rows, strict=True)
        arrays = {"terms": list(terms), "numbers": list(numbers)}
        connection.execute(_COUNT_ARRAYS, known | arrays)
    else:
        each = [known | {"term": term, "number": number} for term, number in rows]
        connection.execute(_COUNT_EACH, each)


def _as_dicts(place: Place, rows: Rows) -> list[dict[str, int]]:
    known = {"shop": place.shop_id, "shelf": int(place.shelf)}
    return [
        known | {"term": term, "rank": rank, "item": item_id}
        for term, rank, item_id in rows
    ]


def _as_arrays(place: Place, rows: Rows) -> dict[str, Any]:
    terms, ranks, item_ids = zip(*rows, strict=True)
    return {
        "shop": place.shop_id,
        "shelf": int(place.shelf),
        "terms": list(terms),
        "ranks": list(ranks),
        "items": list(item_ids),
    }


# Each term is one stretch of the key, and stretches are all that is read: SQLite joins in the order
# of the text, and PostgreSQL cannot choose another way either, which `OFFSET 0` and `IS TRUE` are
# for. Of a shop that is new to its statistics it knows nothing, and looked through the whole index
# for each item.
_TOP_JSON = text(
    """
WITH gain (term, part, points) AS MATERIALIZED (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:gains)
),
candidate (item_id) AS (
    SELECT catalog_postings.item_id FROM catalog_postings
    WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf
        AND catalog_postings.term IN (SELECT value FROM json_each(:all_of))
    UNION
    SELECT value FROM json_each(:among)
)
SELECT item_id, SUM(best) AS gained FROM (
    SELECT catalog_postings.item_id AS item_id, gain.part AS part,
        MAX(gain.points * (200 - catalog_postings.rank)) AS best
    FROM gain CROSS JOIN catalog_postings
    WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf
        AND catalog_postings.term = gain.term
        AND catalog_postings.item_id IN (SELECT item_id FROM candidate)
    GROUP BY catalog_postings.item_id, gain.part
) AS parts
GROUP BY item_id HAVING SUM(best) >= :least ORDER BY gained DESC, item_id LIMIT :most
"""
)
_STRETCH = """
CROSS JOIN LATERAL (
    SELECT catalog_postings.term, catalog_postings.item_id, catalog_postings.rank
    FROM catalog_postings
    WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf
        AND catalog_postings.term = wanted.term
    OFFSET 0
) AS posting
"""
_TOP_ARRAYS = text(
    f"""
WITH candidate (item_id) AS MATERIALIZED (
    SELECT posting.item_id FROM unnest(CAST(:all_of AS bigint[])) AS wanted (term)
    {_STRETCH}
    UNION ALL
    SELECT * FROM unnest(CAST(:among AS bigint[]))
)
SELECT item_id, SUM(best) AS gained FROM (
    SELECT posting.item_id AS item_id, wanted.part AS part,
        MAX(wanted.points * (200 - posting.rank)) AS best
    FROM unnest(
        CAST(:terms AS bigint[]), CAST(:parts AS integer[]), CAST(:points AS integer[])
    ) AS wanted (term, part, points)
    {_STRETCH}
    WHERE (posting.item_id IN (SELECT item_id FROM candidate)) IS TRUE
    GROUP BY posting.item_id, wanted.part
) AS parts
GROUP BY item_id HAVING SUM(best) >= :least ORDER BY gained DESC, item_id LIMIT :most
"""
)

_AMONG_JSON = text(
    """
SELECT term, item_id, rank FROM catalog_postings
WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf
    AND catalog_postings.term IN (SELECT value FROM json_each(:terms))
    AND catalog_postings.item_id IN (SELECT value FROM json_each(:items))
"""
)
_AMONG_ARRAYS = text(
    f"""
SELECT posting.term, posting.item_id, posting.rank
FROM unnest(CAST(:terms AS bigint[])) AS wanted (term)
{_STRETCH}
WHERE (posting.item_id IN (SELECT unnest(CAST(:items AS bigint[])))) IS TRUE
"""
)

# Thousands of rows at once: SQLite is given each, in its own process; PostgreSQL arrays of them,
# since it would be asked for each.
_INSERT_EACH = text(
    "INSERT INTO catalog_postings (shop_id, shelf, term, rank, item_id)"
    " VALUES (:shop, :shelf, :term, :rank, :item)"
)
_INSERT_ARRAYS = text(
    "INSERT INTO catalog_postings (shop_id, shelf, term, rank, item_id)"
    " SELECT :shop, :shelf, * FROM unnest("
    "CAST(:terms AS bigint[]), CAST(:ranks AS smallint[]), CAST(:items AS bigint[]))"
)
_DELETE_EACH = text(
    "DELETE FROM catalog_postings"
    " WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf"
    " AND catalog_postings.term = :term AND catalog_postings.rank = :rank"
    " AND catalog_postings.item_id = :item"
)
_DELETE_ARRAYS = text(
    "DELETE FROM catalog_postings USING unnest("
    "CAST(:terms AS bigint[]), CAST(:ranks AS smallint[]), CAST(:items AS bigint[]))"
    " AS gone (term, rank, item_id)"
    " WHERE catalog_postings.shop_id = :shop AND catalog_postings.shelf = :shelf"
    " AND catalog_postings.term = gone.term AND catalog_postings.rank = gone.rank"
    " AND catalog_postings.item_id = gone.item_id"
)
_ADD_TO_COUNT = (
    " ON CONFLICT (shop_id, shelf, term)"
    " DO UPDATE SET uses = catalog_terms.uses + excluded.uses"
)
_COUNT_EACH = text(
    "INSERT INTO catalog_terms (shop_id, shelf, term, uses)"
    f" VALUES (:shop, :shelf, :term, :number){_ADD_TO_COUNT}"
)
_COUNT_ARRAYS = text(
    "INSERT INTO catalog_terms (shop_id, shelf, term, uses)"
    " SELECT :shop, :shelf, * FROM unnest("
    f"CAST(:terms AS bigint[]), CAST(:numbers AS integer[])){_ADD_TO_COUNT}"
)
