"""Files of Mira's conversations: each form whole and named, filters by her shop's days, logged, and
never Otto's.
"""

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema_rs
import pytest

from tests.contract.database_hand import ask
from tests.exports.test_json_export import SCHEMA
from tests.support.merchants import FILES, Merchant
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.settings_pages import choose
from tests.support.waiting import wait_until

EXPORT = "/admin/export"
FORMS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


@pytest.fixture
def talk(app: RunningApp, mira: Merchant, ben: Person) -> str:
    """The id of a conversation in Mira's shop."""
    ben.asks("Where is my LAMPE? 👋")
    (row,) = ask(
        app,
        "SELECT c.id FROM conversations c JOIN shops s ON s.id = c.shop_id WHERE s.domain ="
        " :domain",
        domain=mira.shop,
    )
    return str(row.id)


def exported(who: Merchant, **fields: str) -> list[dict]:
    answer = who.exports(**fields)
    assert answer.status == 200, answer.content
    return list(answer.body["conversations"])


def exported_alone(who: Merchant, talk: str) -> dict:
    answer = who.fetches(f"/admin/inbox/{talk}/export?format=json")
    assert answer.status == 200, answer.content
    [only] = answer.body["conversations"]
    return dict(only)


def accesses(app: RunningApp, who: Merchant) -> list[tuple]:
    rows = ask(
        app,
        "SELECT a.user_id, a.conversation_id, a.what FROM access_log a JOIN shops s ON s.id ="
        " a.shop_id WHERE s.domain = :domain AND a.what = 'exported' ORDER BY a.at",
        domain=who.shop,
    )
    return [tuple(row) for row in rows]


def test_the_page_offers_filters_and_forms(mira: Merchant) -> None:
    answer = mira.fetches("/admin/export")

    assert answer.status == 200
    assert b'action="/admin/export"' in answer.content
    assert b"No exports yet." in answer.content


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_whole_file_with_a_name(
    mira: Merchant, talk: str, form: str
) -> None:
    answer = mira.exports(format=form)

    assert (answer.status, answer.headers["Content-Type"]) == (200, FORMS[form])
    today = datetime.now(UTC).date().isoformat()
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="conversations-{today}.{form}"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_json_keeps_to_its_schema_and_names_the_shop(
    mira: Merchant, talk: str
) -> None:
    body = mira.exports().body

    jsonschema_rs.validator_for(SCHEMA).validate(body)
    assert body["shop"] == mira.shop
    assert [it["id"] for it in body["conversations"]] == [talk]


def test_the_csv_has_every_message(mira: Merchant, talk: str) -> None:
    text = mira.exports(format="csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["role"] for row in rows] == ["shopper", "assistant"]
    assert rows[0]["text"] == "Where is my LAMPE? 👋"


def test_the_pdf_is_whole(mira: Merchant, talk: str) -> None:
    content = mira.exports(format="pdf").content

    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_filters_are_those_of_the_form(mira: Merchant, talk: str) -> None:
    assert len(exported(mira, words="lampe")) == 1
    assert exported(mira, words="nowhere") == []
    assert len(exported(mira, status="open")) == 1
    assert exported(mira, status="closed") == []


def test_days_are_the_shops_own(mira: Merchant, talk: str) -> None:
    choose(mira, time_zone="Pacific/Kiritimati")
    there = (datetime.now(UTC) + timedelta(hours=14)).date()

    assert len(exported(mira, since=there.isoformat(), until=there.isoformat())) == 1
    assert exported(mira, until=(there - timedelta(days=1)).isoformat()) == []
    assert exported(mira, since=(there + timedelta(days=1)).isoformat()) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "exe"},
        {"status": "asleep"},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"until": "0001-01-01"},
        {"until": "9999-12-31"},
        {"words": "x" * 201},
        {"since": "2026-11-21", "until": "2020-01-01"},
    ],
)
def test_filters_that_make_no_sense_are_refused_and_not_logged(
    mira: Merchant, app: RunningApp, fields: dict[str, str]
) -> None:
    answer = mira.submits(EXPORT, fields)

    assert (answer.status, answer.code) == (422, "invalid")
    assert accesses(app, mira) == []


def test_one_conversation_is_exported_alone(
    mira: Merchant, ben: Person, talk: str
) -> None:
    ben.elsewhere().asks("Another shopper")

    assert exported_alone(mira, talk)["id"] == talk


def test_who_exported_what_is_logged(
    app: RunningApp, mira: Merchant, talk: str
) -> None:
    exported(mira)
    exported_alone(mira.colleague("43"), talk)

    assert accesses(app, mira) == [("42", None, "exported"), ("43", talk, "exported")]


def test_otto_gets_nothing_of_miras_and_an_unknown_id_looks_the_same(
    app: RunningApp, mira: Merchant, otto: Merchant, talk: str
) -> None:
    assert exported(otto) == []
    assert talk not in otto.exports(format="csv").content.decode()

    refused = [
        otto.fetches(f"/admin/inbox/{name}/export").body["error"]
        for name in (talk, "0" * 32, "%27")
    ]

    assert [error["code"] for error in refused] == ["not_found"] * 3
    assert len({error["message"] for error in refused}) == 1
    assert accesses(app, mira) == []


@pytest.mark.parametrize("path", [EXPORT, "/admin/inbox/{talk}/export"])
def test_without_a_token_there_is_nothing(
    mira: Merchant, app: RunningApp, talk: str, path: str
) -> None:
    answer = mira.fetches(path.format(talk=talk), token="")

    assert answer.status in (302, 401)
    assert b"LAMPE" not in answer.content
    assert accesses(app, mira) == []


def test_a_shop_cannot_keep_a_process_busy_with_exports(
    mira: Merchant, talk: str
) -> None:
    wait_until(lambda: time.time() % 60 < 50, "a new minute", within=15)
    statuses = [mira.submits(EXPORT, {"format": "json"}).status for _ in range(11)]

    assert statuses == [303] * 10 + [429]


def test_a_file_waits_for_everybody_of_the_shop_until_it_is_deleted(
    mira: Merchant, otto: Merchant, talk: str
) -> None:
    mira.exports()
    [file] = FILES.findall(mira.fetches(EXPORT).content.decode())
    removal = file.replace("/file", "/remove")

    assert mira.colleague("43").fetches(file).status == 200
    assert (otto.fetches(file).status, otto.submits(removal).status) == (404, 404)
    assert mira.submits(removal).status == 303
    assert (mira.fetches(file).status, mira.submits(removal).status) == (404, 404)
    assert b"No exports yet." in mira.fetches(EXPORT).content


def test_a_file_is_out_of_date_as_soon_as_something_in_it_is_erased(
    mira: Merchant, ben: Person, talk: str
) -> None:
    mira.exports()
    [file] = FILES.findall(mira.fetches(EXPORT).content.decode())

    ben.resets(erase=True)

    assert mira.fetches(file).code == "invalid"
    assert b"Something in this file was erased since." in mira.fetches(EXPORT).content


def test_an_operator_reads_an_export_into_another_shop(
    app: RunningApp, mira: Merchant, otto: Merchant, talk: str, tmp_path: Path
) -> None:
    file = tmp_path / "export.json"
    file.write_bytes(mira.exports().content)
    otto.fetches("/admin/export")

    told = app.flask("conversations", "import", otto.shop, str(file))

    assert told.strip() == "Added 1, 0 were there already."
    assert exported(otto) == exported(mira)
