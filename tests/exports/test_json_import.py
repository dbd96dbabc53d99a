"""An export is read back as it was, once, and nothing else is taken for one."""

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from backend.chat import reply_addresses
from backend.chat.reply_addresses import ReplyAddress
from backend.exports import json_import
from backend.exports.json_import import NotAnExport
from backend.inbox import labels, notes
from backend.inbox.notes import Note
from backend.services import Services
from backend.shops import directory
from tests.support.exported_files import add_every_kind, exported, exported_ids
from tests.support.talks import BEGAN, MIRAS, OTTOS, add_shops, add_talk


def test_an_export_read_back_and_exported_again_is_equal(shop: Services) -> None:
    add_every_kind(shop)
    first = exported(shop)
    file = io.StringIO(json.dumps(first))

    assert json_import.import_conversations(shop, OTTOS, file) == (4, 0)

    again = exported(shop, OTTOS)
    assert [
        it for it in again["conversations"] if it["messages"] != [] or it["closedWhy"]
    ] != []
    ottos_own = exported_ids(shop, OTTOS, words="Otto's own")
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


def test_labels_and_when_a_note_was_edited_come_back(shop: Services) -> None:
    talk = add_talk(shop, MIRAS, 1, ["Hello"])
    labels.add_label(shop, MIRAS, talk, "VIP")
    note = Note(talk, "n" * 32, "Mira", "Called back.", BEGAN, BEGAN + 1)
    shop.db.write(notes.import_notes, MIRAS, [note])
    first = exported(shop)

    json_import.import_conversations(shop, OTTOS, io.StringIO(json.dumps(first)))

    [again] = exported(shop, OTTOS)["conversations"]
    assert again == first["conversations"][0]
    assert again["labels"] == ["VIP"]
    assert again["notes"][0]["editedAt"] > again["notes"][0]["at"]


@pytest.mark.parametrize("labelled", [["x" * 41], [""], ["a"] * 11, "VIP", [7]])
def test_labels_that_are_none_are_no_export(shop: Services, labelled: object) -> None:
    add_talk(shop, MIRAS, 1, ["Hello"])
    file = exported(shop)
    file["conversations"][0]["labels"] = labelled

    with pytest.raises(NotAnExport):
        json_import.import_conversations(shop, OTTOS, io.StringIO(json.dumps(file)))


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
        lambda text: text.replace('"version": 3', '"version": 4'),
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

    assert exported_ids(shop, OTTOS) == []


def test_an_address_for_answers_comes_back_with_its_conversation(
    services: Services,
) -> None:
    config = replace(services.config, encryption_keys=(bytes(32),))
    there = replace(services, config=config)
    add_shops(there)
    talk = add_talk(there, MIRAS, 1, ["Hello"])
    with there.db.reading() as connection:
        mine = directory.get_shop(connection, MIRAS)
    address = ReplyAddress(talk, "ben@example.com", "de", "shop.example", 1_000)
    there.db.write(reply_addresses.put_address, config, mine, address)

    first = exported(there)
    file = io.StringIO(json.dumps(first))
    assert json_import.import_conversations(there, OTTOS, file) == (1, 0)

    (again,) = exported(there, OTTOS)["conversations"]
    assert again == first["conversations"][0]
    assert again["replyAddress"]["email"] == "ben@example.com"
    with there.db.reading() as connection:
        found = reply_addresses.list_conversations_of(
            connection, OTTOS, "Ben@Example.com"
        )
    assert found == [talk]
