"""What is exported is what is stored, of this shop alone; read back it is the same; long or many,
memory stays flat.
"""

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator

import jsonschema_rs
import pytest

from backend.exports import csv_export, json_export, json_import, pdf_export, reader
from backend.exports.json_import import NotAnExport
from backend.exports.reader import PAGE, PIECE, ExportFilter
from backend.services import Services
from backend.shops.settings import DEFAULTS
from tests.support.processes import ROOT
from tests.support.talks import (
    BEGAN,
    MINUTE,
    MIRAS,
    OTTOS,
    add_note,
    add_shops,
    add_talk,
)

SCHEMA = json.loads((ROOT / "docs/schemas/conversation-export.schema.json").read_text())
EXPORTED_AT = BEGAN + 90 * MINUTE
EVERY_SCRIPT = (
    'Hi 👋🏽 مرحبا 1042 എന്റെ こんにちは =1+1 "quoted", lines\r\nand\nlines \\ \u2028'
)
MOST_GROWTH = 10 * 1024 * 1024


@pytest.fixture
def shop(services: Services) -> Services:
    add_shops(services)
    return services


def exported(services: Services, shop: int = MIRAS, **wanted: object) -> dict:
    found = reader.read_conversations(services, shop, ExportFilter(**wanted))  # type: ignore[arg-type]
    pieces = json_export.write_json("mira.example", EXPORTED_AT, found)
    return json.loads(b"".join(pieces))


def talks(services: Services, shop: int = MIRAS, **wanted: object) -> list[str]:
    return [it["id"] for it in exported(services, shop, **wanted)["conversations"]]


def add_every_kind(services: Services) -> None:
    first = add_talk(
        services,
        MIRAS,
        1,
        [EVERY_SCRIPT, "Yes.", "Thanks"],
        customer_id="7001",
        locale="ml-IN",
    )
    add_note(services, MIRAS, first, "Call back. اتصل")
    add_talk(
        services,
        MIRAS,
        2,
        ["Bye"],
        status="closed",
        closed_why="expired",
        closed_at=BEGAN + 80 * MINUTE,
    )
    add_talk(
        services,
        MIRAS,
        3,
        ["A person, please"],
        mode="staff",
        staff_id="42",
        needs_staff_since=BEGAN,
        page={"title": "T"},
    )
    add_talk(
        services, MIRAS, 4, [], status="closed", closed_why="erased", closed_at=BEGAN
    )
    add_talk(services, OTTOS, 5, ["Otto's own"])


def test_the_json_keeps_to_its_published_schema(shop: Services) -> None:
    add_every_kind(shop)

    jsonschema_rs.validator_for(SCHEMA).validate(exported(shop))


def test_an_export_read_back_and_exported_again_is_equal(shop: Services) -> None:
    add_every_kind(shop)
    first = exported(shop)
    file = io.StringIO(json.dumps(first))

    assert json_import.import_conversations(shop, OTTOS, file) == (4, 0)

    again = exported(shop, OTTOS)
    assert [
        it for it in again["conversations"] if it["messages"] != [] or it["closedWhy"]
    ] != []
    ottos_own = talks(shop, OTTOS, words="Otto's own")
    assert [it for it in again["conversations"] if it["id"] not in ottos_own] == first[
        "conversations"
    ]


def test_an_export_of_the_first_version_can_still_be_read(shop: Services) -> None:
    """It has cards, of which there never were any, and no parts."""
    add_every_kind(shop)
    now = exported(shop)
    old = json.loads(json.dumps(now)) | {"version": 1}
    for talk in old["conversations"]:
        for message in talk["messages"]:
            message["cards"] = message.pop("parts")

    assert json_import.import_conversations(
        shop, OTTOS, io.StringIO(json.dumps(old))
    ) == (4, 0)

    ids = [talk["id"] for talk in now["conversations"]]
    again = exported(shop, OTTOS)["conversations"]
    assert [talk for talk in again if talk["id"] in ids] == now["conversations"]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "products", "at": 0},
        {"id": "", "type": "products", "at": 0},
        {"id": "x", "type": 7, "at": 0},
        {"id": "x", "type": "products", "at": -1},
        "x",
    ],
)
def test_a_part_that_is_none_is_no_export(shop: Services, part: object) -> None:
    add_talk(shop, MIRAS, 1, ["Hello", "Hi"])
    file = exported(shop)
    file["conversations"][0]["messages"][1]["parts"] = [part]

    with pytest.raises(NotAnExport):
        json_import.import_conversations(shop, OTTOS, io.StringIO(json.dumps(file)))


def test_reading_back_twice_adds_nothing_and_changes_nothing(shop: Services) -> None:
    add_every_kind(shop)
    before = exported(shop)

    assert json_import.import_conversations(
        shop, MIRAS, io.StringIO(json.dumps(before, indent=4))
    ) == (
        0,
        4,
    )
    assert exported(shop) == before


def test_a_turn_that_was_at_work_is_read_back_as_one_to_try_again(
    shop: Services,
) -> None:
    add_talk(shop, MIRAS, 1, ["Hello"])
    cut = exported(shop)
    cut["conversations"][0]["messages"][0]["turn"]["status"] = "running"

    json_import.import_conversations(shop, OTTOS, io.StringIO(json.dumps(cut)))

    turn = exported(shop, OTTOS)["conversations"][0]["messages"][0]["turn"]
    assert (turn["status"], turn["failure"]) == ("failed", "interrupted")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("flux-chat/conversations", "something else"),
        lambda text: text.replace('"version": 2', '"version": 3'),
        lambda text: text.replace('"role": "shopper"', '"role": "god"'),
        lambda text: text.replace('"seq": 2', '"seq": 1'),
    ],
)
def test_what_is_no_export_is_refused(
    shop: Services, spoil: Callable[[str], str]
) -> None:
    add_talk(shop, MIRAS, 1, ["Hello", "Hi"])
    file = io.StringIO(spoil(json.dumps(exported(shop))))

    with pytest.raises(NotAnExport):
        json_import.import_conversations(shop, OTTOS, file)

    assert talks(shop, OTTOS) == []


def test_otto_exports_nothing_of_miras(shop: Services) -> None:
    add_every_kind(shop)
    miras = talks(shop)

    assert talks(shop, OTTOS) == [f"{5:032x}"]
    assert talks(shop, OTTOS, words="quoted") == []
    for talk in miras:
        assert talks(shop, OTTOS, conversation_id=talk) == []


def test_filters_narrow_and_combine(shop: Services) -> None:
    for number in range(6):
        closed = {"status": "closed", "closed_at": BEGAN} if number % 2 else {}
        add_talk(
            shop, MIRAS, number, [f"Where is my LAMPE {number}?", "Größe ÄÖ"], **closed
        )
    ids = [f"{number:032x}" for number in range(6)]

    assert talks(shop) == ids
    assert talks(shop, since=BEGAN + 2 * MINUTE, before=BEGAN + 4 * MINUTE) == ids[2:4]
    assert talks(shop, status="closed") == ids[1::2]
    assert talks(shop, words="lampe 4") == ids[4:5]
    assert talks(shop, words="äö", status="open", since=BEGAN + 1) == [ids[2], ids[4]]
    assert talks(shop, words="%") == []


def test_many_conversations_come_once_each_and_in_order(shop: Services) -> None:
    count = 2 * PAGE + 7
    for number in range(count):
        # Some begin in the same moment, so that the id has to decide.
        add_talk(shop, MIRAS, number, ["Hello"], started_at=BEGAN + number // 3)

    assert talks(shop) == [f"{number:032x}" for number in range(count)]


def test_a_conversation_longer_than_a_piece_is_whole(shop: Services) -> None:
    said = [f"message {number}" for number in range(2 * PIECE + 3)]
    add_talk(shop, MIRAS, 1, ["before"])
    add_talk(shop, MIRAS, 2, said)
    add_talk(shop, MIRAS, 3, ["after"])

    whole = exported(shop)["conversations"]

    assert [len(it["messages"]) for it in whole] == [1, len(said), 1]
    assert [message["text"] for message in whole[1]["messages"]] == said
    assert talks(shop, words=said[-1]) == [whole[1]["id"]]
    assert talks(shop, words="nowhere") == []


def csv_pieces(services: Services) -> Iterator[bytes]:
    return csv_export.write_csv(
        reader.read_conversations(services, MIRAS, ExportFilter())
    )


def json_pieces(services: Services) -> Iterator[bytes]:
    return json_export.write_json(
        "mira.example",
        EXPORTED_AT,
        reader.read_conversations(services, MIRAS, ExportFilter()),
    )


def pdf_pieces(services: Services) -> Iterator[bytes]:
    return pdf_export.write_pdf(
        "Mira", DEFAULTS, reader.read_conversations(services, MIRAS, ExportFilter())
    )


@pytest.mark.parametrize("written", [json_pieces, csv_pieces, pdf_pieces])
def test_memory_stays_flat_however_much_is_exported(
    shop: Services, written: Callable[[Services], Iterator[bytes]]
) -> None:
    """tracemalloc sees what Python holds; what the PDF libraries hold is measured by
    bench/export_measures.py.
    """
    add_talk(shop, MIRAS, 1, ["A long conversation. " * 40] * 6 * PIECE)
    for number in range(2, 80):
        add_talk(shop, MIRAS, number, ["Short. " * 50] * 10)
    pieces = written(shop)
    total = sum(len(next(pieces)) for _ in range(PIECE))
    tracemalloc.start()
    total += sum(map(len, pieces))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total > 500_000
    assert peak < MOST_GROWTH
