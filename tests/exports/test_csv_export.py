"""The CSV opens in a spreadsheet as text: every script right, and no formula that a shopper has
written.
"""

import csv
import io

import pytest

from backend.exports import csv_export, reader
from backend.exports.reader import ExportFilter
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.talks import MIRAS, add_shops, add_talk, show_parts

TIDE = "https://tide.example"
KOLKATA = Settings(time_zone="Asia/Kolkata")


def rows(services: Services) -> list[dict[str, str]]:
    raw = b"".join(
        csv_export.write_csv(
            reader.read_conversations(services, MIRAS, ExportFilter()), KOLKATA, TIDE
        )
    )
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")',
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r1",
        "\n1",
        "  =1",
        "\u00a0=1",
        "＝1+1",
        "＠x",
    ],
)
def test_what_would_be_a_formula_is_text(services: Services, text: str) -> None:
    add_shops(services)
    add_talk(
        services,
        MIRAS,
        1,
        [text],
        page={"title": text, "url": "https://tide.example/"},
        locale="en",
    )

    (row,) = rows(services)

    assert row["text"] == f"'{text}"
    assert row["page_title"] == f"'{text}"
    assert row["page_url"] == "https://tide.example/"


def test_no_formula_begins_where_a_german_spreadsheet_begins_a_cell(
    services: Services,
) -> None:
    add_shops(services)
    said = ["x;=1+1;y", "x; @SUM(A1)", "Two things:\n=1+1\r\n＋2", "\n=1"]
    add_talk(services, MIRAS, 1, said)

    cells = [row["text"] for row in rows(services)]

    assert cells == [
        "x;'=1+1;y",
        "x; '@SUM(A1)",
        "Two things:\n'=1+1\r\n'＋2",
        "'\n'=1",
    ]


def test_every_script_and_every_line_comes_through(services: Services) -> None:
    add_shops(services)
    said = ['Hi 👋🏽, "quoted"', "مرحبا 1042", "എന്റെ\nഓർഡർ", "こんにちは; a=b\n- c", ""]
    add_talk(services, MIRAS, 1, said, customer_id="7001")

    found = rows(services)

    assert [row["text"] for row in found] == said
    assert [row["seq"] for row in found] == ["1", "2", "3", "4", "5"]
    assert {row["customer"] for row in found} == {"7001"}


def test_times_are_the_shops_own_as_spreadsheets_read_them(services: Services) -> None:
    add_shops(services)
    add_talk(services, MIRAS, 0, ["Hello"])

    [row] = rows(services)

    assert row["started_at"] == "2026-11-18 16:36:40"
    assert row["at"] == "2026-11-18 16:36:40"
    assert row["time_zone"] == "Asia/Kolkata"


def test_a_product_that_is_called_like_a_formula_is_text(services: Services) -> None:
    add_shops(services)
    talk = add_talk(services, MIRAS, 1, ["Lamps?", "Look."])
    names = ["=1+1", "x;=1+1", "x\n@SUM(A1)", "＝1"]
    items = [{"title": name, "url": "/products/x"} for name in names]
    show_parts(services, talk, {"type": "products", "items": items})

    _, row = rows(services)

    assert row["parts"] == (
        "Products: =1+1, https://tide.example/products/x"
        " | x;'=1+1, https://tide.example/products/x"
        " | x @SUM(A1), https://tide.example/products/x"
        " | ＝1, https://tide.example/products/x"
    )
