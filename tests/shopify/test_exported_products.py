"""Products from the lines of an export: whole, in order, in bounded memory, and none left out in
silence.
"""

import json
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from backend.errors import BrokenExport
from backend.shopify.bulk_export import Line
from backend.shopify.exported_products import (
    MOST_VARIANTS,
    PARENT,
    WINDOW_LINES,
    ExportedProduct,
    read_products,
)

MANY = 100_000


def gid(name: str) -> str:
    return f"gid://shopify/Product/{name}"


def product(name: str) -> dict[str, Any]:
    return {"id": gid(name), "title": f"Product {name}"}


def variant(name: str, parent: str) -> dict[str, Any]:
    return {"id": f"gid://shopify/ProductVariant/{name}", PARENT: gid(parent)}


def lines_of(*records: dict[str, Any], first: int = 1) -> list[Line]:
    return [
        Line(number, json.dumps(record).encode())
        for number, record in enumerate(records, start=first)
    ]


def shapes(products: Iterable[ExportedProduct]) -> list[tuple[str, list[str]]]:
    """Each product's number, with those of its variants."""
    return [
        (
            each.fields["id"].rpartition("/")[2],
            [
                node["id"].rpartition("/")[2]
                for node in each.fields["variants"]["nodes"]
            ],
        )
        for each in products
    ]


def test_variants_are_put_into_the_product_above_them() -> None:
    lines = lines_of(
        product("1"),
        variant("11", "1"),
        variant("12", "1"),
        product("2"),
        product("3"),
        variant("31", "3"),
    )

    read = list(read_products(lines))

    assert shapes(read) == [("1", ["11", "12"]), ("2", []), ("3", ["31"])]
    assert [each.done_lines for each in read] == [3, 4, 6]


def test_a_product_looks_as_the_other_documents_give_it() -> None:
    [read] = read_products(lines_of(product("1"), variant("11", "1")))

    assert read.fields["title"] == "Product 1"
    variants = read.fields["variants"]
    assert variants["pageInfo"] == {"hasNextPage": False, "endCursor": None}
    assert PARENT not in variants["nodes"][0]


def test_nothing_is_nothing() -> None:
    assert list(read_products([])) == []


def test_variants_of_several_products_may_stand_mixed() -> None:
    lines = lines_of(
        product("1"),
        product("2"),
        variant("11", "1"),
        variant("21", "2"),
        variant("12", "1"),
    )

    assert shapes(read_products(lines)) == [("1", ["11", "12"]), ("2", ["21"])]


def test_whoever_goes_on_at_a_product_misses_nothing() -> None:
    """Also where variants stand mixed: there it goes on a bit earlier."""
    mixed = [product("1"), product("2"), variant("11", "1"), variant("21", "2")]
    apart = [
        each
        for number in range(3, 400)
        for each in (product(str(number)), variant(f"{number}1", str(number)))
    ]
    filling = [product(f"9{number:05}") for number in range(WINDOW_LINES)]
    records = [*mixed, *apart, *filling]
    everything = shapes(read_products(lines_of(*records)))

    for taken in (1, 2, 3, 100, 399, 1_000):
        read = read_products(lines_of(*records))
        stored = [next(read) for _ in range(taken)]
        skip = stored[-1].done_lines
        rest = read_products(lines_of(*records[skip:], first=skip + 1))

        got = shapes(stored)
        got += [each for each in shapes(rest) if each not in got]
        assert got == everything


def test_a_read_that_goes_on_counts_from_where_it_began() -> None:
    lines = lines_of(
        product("8"), variant("81", "8"), product("9"), variant("91", "9"), first=101
    )

    assert [each.done_lines for each in read_products(lines)] == [102, 104]


@pytest.mark.parametrize(
    "content, because",
    [
        (b'{"id": "gid://shopify/Product/1"', "not_json"),
        (b"<html>", "not_json"),
        (b'"\xff"', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[]", "no_id"),
        (b'{"title": "ana@example.com"}', "no_id"),
        (b'{"id": 8101}', "no_id"),
    ],
)
def test_a_broken_line_is_told_by_its_number_alone(
    content: bytes, because: str
) -> None:
    lines = [*lines_of(product("1")), Line(2, content)]

    with pytest.raises(BrokenExport) as broken:
        list(read_products(lines))

    assert (broken.value.because, broken.value.line) == (because, 2)
    assert "ana@example.com" not in f"{broken.value!r}{broken.value.__cause__!r}"


def test_a_variant_whose_product_never_came_is_not_left_out_in_silence() -> None:
    with pytest.raises(BrokenExport) as broken:
        list(read_products(lines_of(product("1"), variant("21", "2"))))

    assert (broken.value.because, broken.value.line) == ("orphan", 2)


def test_nor_is_one_that_comes_too_late() -> None:
    between = [product(f"9{number:05}") for number in range(WINDOW_LINES + 1)]
    lines = lines_of(product("1"), *between, variant("11", "1"))

    with pytest.raises(BrokenExport) as broken:
        list(read_products(lines))

    assert broken.value.because == "orphan"


def test_a_product_that_comes_twice_is_a_mistake() -> None:
    with pytest.raises(BrokenExport) as broken:
        list(read_products(lines_of(product("1"), product("1"))))

    assert (broken.value.because, broken.value.line) == ("twice", 2)


def test_a_product_has_no_end_of_variants_but_ours() -> None:
    variants = [variant(str(number), "1") for number in range(MOST_VARIANTS + 1)]

    with pytest.raises(BrokenExport) as broken:
        list(read_products(lines_of(product("1"), *variants)))

    assert broken.value.because == "too_many_variants"


def test_as_many_variants_as_shopify_allows_stay_together() -> None:
    variants = [variant(str(number), "1") for number in range(2_048)]

    [read, _] = read_products(lines_of(product("1"), *variants, product("2")))

    assert len(read.fields["variants"]["nodes"]) == 2_048


def many_lines(count: int) -> Iterator[Line]:
    """Nine variants below each product, made as they are read."""
    parent = 0
    for number in range(1, count + 1):
        if number % 10 == 1:
            parent = number
            record = product(str(number))
        else:
            record = variant(str(number), str(parent))
        record["text"] = "x" * 500
        yield Line(number, json.dumps(record).encode())


def count_at_most(lines: int) -> tuple[int, int]:
    """How many products there were, and how much memory they took at the worst moment."""
    tracemalloc.start()
    products = sum(1 for _ in read_products(many_lines(lines)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return products, most


def test_memory_does_not_grow_with_the_file() -> None:
    few, for_few = count_at_most(MANY // 20)
    many, for_many = count_at_most(MANY)

    assert (few, many) == (MANY // 200, MANY // 10)
    assert for_many < for_few * 2
