"""Exports as JSON: what is in one, and conversations of every kind to be in it."""

import json

from backend.chat import ratings
from backend.chat.ratings import Rating
from backend.exports import json_export, reader
from backend.exports.reader import ExportFilter
from backend.services import Services
from tests.support.talks import BEGAN, MINUTE, MIRAS, OTTOS, add_note, add_talk

EXPORTED_AT = BEGAN + 90 * MINUTE
EVERY_SCRIPT = (
    'Hi 👋🏽 مرحبا 1042 എന്റെ こんにちは =1+1 "quoted", lines\r\nand\nlines \\ \u2028'
)


def exported(services: Services, shop: int = MIRAS, **wanted: object) -> dict:
    asked = ExportFilter(**wanted)  # type: ignore[arg-type]
    found = reader.read_conversations(services, shop, asked)
    pieces = json_export.write_json("mira.example", EXPORTED_AT, found)
    return json.loads(b"".join(pieces))


def exported_ids(services: Services, shop: int = MIRAS, **wanted: object) -> list[str]:
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
    services.db.write(ratings.import_ratings, MIRAS, [Rating(first, 0, -1, BEGAN)])
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
        needs_staff_why="message",
        page={"title": "T"},
    )
    add_talk(
        services, MIRAS, 4, [], status="closed", closed_why="erased", closed_at=BEGAN
    )
    add_talk(services, OTTOS, 5, ["Otto's own"])
