"""The file of requests: each once, in full, however many; and no formula that a shopper has
written.
"""

import csv
import io

import pytest

from backend.exports import requests_csv
from backend.flows import request_records
from backend.flows.orders import Line
from backend.flows.request_records import PAGE, RequestFilter
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from backend.shops.settings import Settings
from tests.support.requested_forms import (
    PHONE,
    add_callback,
    add_order,
    with_keys,
)
from tests.support.talks import add_talk

KOLKATA = Settings(time_zone="Asia/Kolkata")


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.fixture
def talk(services: Services, miras: int) -> str:
    return add_talk(services, miras, 1, ["Hello"])


def rows_of(services: Services, shop_id: int, **wanted: str) -> list[dict[str, str]]:
    asked = RequestFilter(**wanted)  # type: ignore[arg-type]
    found = requests_csv.read_exported(services, shop_id, asked)
    raw = b"".join(requests_csv.write_requests(found, KOLKATA)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(raw, newline="")))


def test_a_row_has_all_of_it(services: Services, miras: int, talk: str) -> None:
    call = add_callback(services, miras, talk, when_from=0, when_until=3_600_000)
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    mira = staff.find_staff(services, shop, "42", 1)
    staff.rename(services, mira, "Mira")
    request_records.assign(services, miras, call, "42")

    (row,) = rows_of(services, miras)

    assert (row["request"], row["kind"], row["state"]) == (
        call,
        "callback_request",
        "new",
    )
    assert row["phone"] == f"'{PHONE}"
    assert row["call_from"] == "1970-01-01 05:30:00"
    assert row["time_zone"] == "Asia/Kolkata"
    assert (row["assigned_to"], row["conversation"]) == ("Mira", talk)


def test_more_than_a_page_comes_once_each(
    services: Services, miras: int, talk: str
) -> None:
    added = {add_order(services, miras, talk) for _ in range(2 * PAGE + 1)}

    rows = rows_of(services, miras)

    assert len(rows) == len(added)
    assert {row["request"] for row in rows} == added
    assert rows_of(services, miras, state="done") == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "x;=1+1"])
def test_what_would_be_a_formula_is_text(
    services: Services, miras: int, talk: str, text: str
) -> None:
    lines = (Line(words=text, asks=("product",)),)
    add_order(services, miras, talk, name=text, lines=lines, place=f"pickup:{text}")

    (row,) = rows_of(services, miras)

    for column in ("name", "not_found", "place"):
        assert not row[column].startswith(("=", "+", "@"))
        assert ";=" not in row[column]


def test_a_lost_key_leaves_the_row(services: Services, miras: int, talk: str) -> None:
    add_order(services, miras, talk)
    object.__setattr__(services.config, "encryption_keys", ())

    (row,) = rows_of(services, miras)

    assert (row["name"], row["state"]) == ("", "new")
