"""Rows of spreadsheets and CSV files."""

import pytest

from backend.flows.table_rows import Row, find_tables


def rows(text: str) -> list[tuple[int | None, str, str, str]]:
    found: list[Row] = [row for table in find_tables(text) for row in table.rows]
    return [(row.quantity, row.number, row.name, row.variant) for row in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sku,qty\nKB-1,5", (5, "KB-1", "", "")),
        ("Artikel;Menge;Variante\nTasse;6;rot", (6, "", "Tasse", "rot")),
        ("Qty\tPart No\tPrice\n4\tKB-1\t9.99", (4, "KB-1", "", "")),
        ("| Item | Qty |\n|---|---|\n| Mug | 4 |", (4, "", "Mug", "")),
        ("商品名,数量\nマグ,3", (3, "", "マグ", "")),
        ('Menge,Artikel,Preis\n3,Tasse,"1.299,00"', (3, "", "Tasse", "")),
        ("Product,Quantity\nMug,1.200", (1200, "", "Mug", "")),
        ("Product,Quantity\nMug,", (None, "", "Mug", "")),
    ],
)
def test_a_header_tells_the_columns(
    text: str, first: tuple[int | None, str, str, str]
) -> None:
    assert rows(text)[0] == first


def test_rows_without_a_header_tell_them_themselves() -> None:
    assert rows("KB-1215,5\nKB-1216,20") == [
        (5, "KB-1215", "", ""),
        (20, "KB-1216", "", ""),
    ]
    assert rows("1;Mug;12\n2;Tee;6\n3;Hat;7")[2] == (7, "", "Hat", "")


def test_a_sum_is_no_row() -> None:
    assert rows("Product,Quantity\nMug,5\nTotal,5") == [(5, "", "Mug", "")]


@pytest.mark.parametrize("text", ["5 mugs, 6 tees", "Hello,\nthank you, Ana", ""])
def test_sentences_with_commas_are_no_table(text: str) -> None:
    assert not rows(text)
