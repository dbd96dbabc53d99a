"""What was erased does not come back with an older export, and a big shop's redaction is read in
slices.
"""

import io
import json
from typing import Any

import pytest

from backend.chat import conversations as chat_conversations
from backend.chat import erasures, retention
from backend.clock import now_ms
from backend.exports import json_export, json_import, reader
from backend.exports.json_import import NotAnExport
from backend.exports.reader import ExportFilter
from backend.privacy import redactions, subjects
from backend.privacy.erasure import erase_these
from backend.services import Services
from backend.shops import uninstalls
from backend.shops.webhook_event import WebhookEvent
from backend.store.tables import access_log, conversations, privacy_requests
from backend.store.tables import erasures as erasure_table
from tests.support.talks import BEGAN, MIRAS, OTTOS, add_shops, add_talk

ADDRESS = "ana@example.com"


@pytest.fixture
def shop(services: Services) -> Services:
    add_shops(services)
    return services


def exported(services: Services) -> str:
    pieces = json_export.write_json(
        "mira.example",
        BEGAN,
        reader.read_conversations(services, MIRAS, ExportFilter()),
    )
    return b"".join(pieces).decode()


def imported(services: Services, file: str) -> tuple[int, int, int]:
    erased: list[str] = []
    added, known = json_import.import_conversations(
        services, MIRAS, io.StringIO(file), erased
    )
    return added, known, len(erased)


def redacts(services: Services, number: int = 1, **customer: object) -> None:
    now = now_ms()
    event = WebhookEvent(
        shop_id=MIRAS,
        domain="shop-1.myshopify.com",
        webhook_id=f"w{number}",
        topic="customers/redact",
        triggered_at=now,
        received_at=now,
        payload={"customer": customer},
    )
    redactions.redact_customer(services, event)


def rows(services: Services, query: object) -> list:
    with services.db.reading() as connection:
        return list(connection.execute(query).all())  # type: ignore[call-overload]


def test_a_conversation_that_its_shopper_has_erased_stays_so(shop: Services) -> None:
    talk, _ = (
        add_talk(shop, MIRAS, 1, ["My secret"]),
        add_talk(shop, MIRAS, 2, ["Nothing"]),
    )
    file = exported(shop)
    with shop.db.reading() as connection:
        found = chat_conversations.find(connection, MIRAS, talk)
    assert found is not None
    retention.end_conversation(shop, found, erase=True)
    # Kept long enough, the empty conversation is deleted as well.
    gone = conversations.delete().where(
        conversations.c.shop_id == MIRAS, conversations.c.id == talk
    )
    shop.db.write(lambda connection: connection.execute(gone))

    assert imported(shop, file) == (0, 1, 1)
    assert "My secret" not in exported(shop)


def test_a_customer_who_was_erased_does_not_come_back_but_may_begin_anew(
    shop: Services,
) -> None:
    add_talk(shop, MIRAS, 1, ["Hello"], customer_id="7001")
    add_talk(shop, MIRAS, 2, [f"Write to {ADDRESS}"])
    add_talk(shop, MIRAS, 3, ["Somebody else"], customer_id="7002")
    file = exported(shop)
    redacts(shop, id=7001, email=ADDRESS)

    assert imported(shop, file) == (0, 1, 2)
    again = json.loads(file)
    again["conversations"] = [
        again["conversations"][0] | {"id": "f" * 32, "messages": []}
    ]
    assert imported(shop, json.dumps(again)) == (0, 0, 1)
    later = "2099-01-01T00:00:00.000Z"
    again["conversations"] = [
        again["conversations"][0]
        | {"id": "e" * 32, "startedAt": later, "activeAt": later}
    ]
    assert imported(shop, json.dumps(again)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("said", "customer"),
    [
        (f"I am {ADDRESS.upper()}", {"email": ADDRESS}),
        ("Call +49 30 901820", {"phone": "+4930901820"}),
    ],
)
def test_a_guest_whose_chat_had_gone_before_the_redaction_does_not_come_back(
    shop: Services, said: str, customer: dict[str, Any]
) -> None:
    talk = add_talk(shop, MIRAS, 1, [said, "Hello"])
    signed_in = add_talk(shop, MIRAS, 2, [said], customer_id="7002")
    file = exported(shop)
    shop.db.write(retention.delete_conversations, MIRAS, [talk, signed_in])
    assert imported(shop, file) == (2, 0, 0)
    shop.db.write(retention.delete_conversations, MIRAS, [talk, signed_in])

    redacts(shop, **customer)

    assert imported(shop, file) == (1, 0, 1)
    later = json.loads(file)
    later["conversations"][0]["startedAt"] = "2099-01-01T00:00:00.000Z"
    assert imported(shop, json.dumps(later)) == (1, 1, 0)


def test_a_shop_that_was_erased_does_not_come_back(shop: Services) -> None:
    add_talk(shop, MIRAS, 1, ["Hello"])
    file = exported(shop)
    [talk] = rows(shop, conversations.select().where(conversations.c.shop_id == MIRAS))
    shop.db.write(
        lambda c: c.execute(
            conversations.delete().where(conversations.c.shop_id == MIRAS)
        )
    )
    shop_hash = uninstalls.hash_domain("shop-1.myshopify.com")
    shop.db.write(erasures.note_shop, shop_hash)

    assert talk.id in file
    assert imported(shop, file) == (0, 0, 1)


def test_what_is_remembered_says_nothing(shop: Services) -> None:
    talk = add_talk(shop, MIRAS, 1, [f"I am {ADDRESS}"], customer_id="7001")
    redacts(shop, id=7001, email=ADDRESS)

    kept = repr(
        rows(shop, erasure_table.select().where(erasure_table.c.shop_id == MIRAS))
    )
    assert kept != "[]"
    assert not [word for word in (talk, "7001", ADDRESS) if word in kept]


def test_a_redaction_reads_in_slices_and_goes_on_where_it_was(
    shop: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        add_talk(shop, MIRAS, number, [f"I am {ADDRESS}" if number % 2 else "Nobody"])
    add_talk(shop, OTTOS, 9, [f"I am {ADDRESS}"])
    monkeypatch.setattr(subjects, "SLICE", 2)
    walked = [
        (len(found), after)
        for found, after in subjects.walk_guests(shop, MIRAS, (ADDRESS,))
    ]
    assert [number for number, _ in walked] == [1, 1, 1, 1]
    assert [
        found
        for found, _ in subjects.walk_guests(shop, MIRAS, (ADDRESS,), walked[2][1])
    ] == [[f"{7:032x}"]]

    redacts(shop, email=ADDRESS)

    assert exported(shop).count("Nobody") == 3
    assert ADDRESS not in exported(shop)
    [proof] = rows(
        shop, privacy_requests.select().where(privacy_requests.c.shop_id == MIRAS)
    )
    assert proof.removed["messages"] == 4
    assert proof.position is None
    assert proof.done_at


def test_looks_at_a_conversation_go_with_it(shop: Services) -> None:
    talk = add_talk(
        shop, MIRAS, 1, ["Hello"], status="closed", closed_why="expired", closed_at=1
    )
    look = {
        "shop_id": MIRAS,
        "id": "a",
        "user_id": "42",
        "conversation_id": talk,
        "what": "read",
        "at": 1,
    }
    shop.db.write(
        lambda connection: connection.execute(access_log.insert().values(**look))
    )

    retention.sweep(shop)

    assert rows(shop, access_log.select().where(access_log.c.shop_id == MIRAS)) == []
    assert erase_these(shop, MIRAS, [talk]).total() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("text", "a\x00b"),
            ("text", "\ud800"),
            ("seq", 10**20),
            ("seq", 2**31),
            ("seq", -1),
            ("id", "a" * 33),
        ),
        *(
            ("at", "0001-01-01T00:00:00"),
            ("at", "10000-01-01T00:00:00Z"),
            ("parts", [{"a": {"b": "\x00"}}]),
        ),
        *(
            ("parts", [{"a": float("nan")}]),
            ("parts", [{"\x00": 1}]),
            ("author", "a" * 81),
            ("seq", True),
        ),
    ],
)
def test_a_file_with_what_no_column_holds_is_no_export(
    shop: Services, name: str, value: object
) -> None:
    add_talk(shop, MIRAS, 1, ["Hello", "Hi"])
    file = json.loads(exported(shop))
    file["conversations"][0]["id"] = "f" * 32
    file["conversations"][0]["messages"][0][name] = value

    with pytest.raises(NotAnExport) as met:
        imported(shop, json.dumps(file))
    assert "Hello" not in str(met.value)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        "[" * 50_000,
        '{"conversations": [' + "9" * 5_000,
        '{"a": ' + "[" * 50_000,
    ],
)
def test_a_file_without_end_is_no_export(shop: Services, text: str) -> None:
    with pytest.raises(NotAnExport):
        imported(shop, text)
