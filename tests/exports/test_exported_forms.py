"""Forms and requests in an export: everything, as the schema says, and read back as it was."""

import io
import json

import jsonschema_rs
import pytest

from backend.exports import json_import
from backend.exports.json_import import NotAnExport
from backend.flows import request_records, runs
from backend.flows.request_records import OrderState, PlacedOrder
from backend.flows.runs import Run
from backend.services import Services
from tests.exports.test_json_export import SCHEMA
from tests.support.exported_files import exported
from tests.support.requested_forms import (
    EMAIL,
    PHONE,
    add_callback,
    add_open_run,
    add_order,
    sealing_of,
    with_keys,
)
from tests.support.talks import MIRAS, OTTOS, add_talk


@pytest.fixture
def shop(shop: Services) -> Services:
    return with_keys(shop)


@pytest.fixture
def talk(shop: Services) -> str:
    return add_talk(shop, MIRAS, 1, ["11 remote controls", "Gladly."])


def add_all(services: Services, talk: str) -> None:
    """A callback, a form in its middle, and an order with its draft order."""
    add_callback(services, MIRAS, talk, when_from=7, when_until=9)
    order = add_order(services, MIRAS, talk)
    add_open_run(services, MIRAS, talk)

    placed = PlacedOrder("gid://shopify/DraftOrder/9", "#D9", "https://x.example", "1")
    sealing = sealing_of(services, MIRAS)
    with services.db.reading() as connection:
        request = request_records.find(connection, services.config, MIRAS, order)
    assert request is not None
    services.db.write(request_records.note_order, sealing, request, placed)


def read_back(services: Services, file: dict) -> tuple[int, int]:
    text = io.StringIO(json.dumps(file))
    return json_import.import_conversations(services, OTTOS, text)


def runs_of(services: Services, shop_id: int, talk: str) -> list[Run]:
    with services.db.reading() as connection:
        return runs.list_of_conversations(connection, services.config, shop_id, [talk])


def test_a_file_has_what_was_filled_in_and_what_became_of_it(
    shop: Services, talk: str
) -> None:
    add_all(shop, talk)

    file = exported(shop)

    jsonschema_rs.validate(SCHEMA, file)
    (conversation,) = file["conversations"]
    answers = [form["answers"] for form in conversation["forms"]]
    assert {each["phone"] for each in answers} == {PHONE}
    assert {each.get("whenUntil") for each in answers} == {9, None}
    assert {each.get("email") for each in answers} == {EMAIL, None}
    orders = [each["draftOrder"] for each in conversation["requests"]]
    assert [order["name"] for order in orders if order] == ["#D9"]


def test_what_is_read_back_is_found_again_and_exported_the_same(
    shop: Services, talk: str
) -> None:
    add_all(shop, talk)
    first = exported(shop)

    assert read_back(shop, first) == (1, 0)

    assert exported(shop, OTTOS)["conversations"] == first["conversations"]
    phone = sealing_of(shop, OTTOS).hash_of(PHONE)
    assert phone is not None
    with shop.db.reading() as connection:
        found = runs.list_conversations_of_contact(connection, OTTOS, [phone])
    assert found == [talk]


def test_nobody_has_begun_today_what_is_read_back(shop: Services, talk: str) -> None:
    from_before = exported(shop)
    add_all(shop, talk)
    file = exported(shop)
    assert from_before["conversations"][0]["forms"] == []

    read_back(shop, file)

    states = {run.state for run in runs_of(shop, OTTOS, talk)}
    assert states == {"finished", "open"}


def test_a_file_of_before_has_no_forms(shop: Services, talk: str) -> None:
    old = exported(shop) | {"version": 2}
    for conversation in old["conversations"]:
        del conversation["forms"], conversation["requests"]

    assert read_back(shop, old) == (1, 0)
    assert runs_of(shop, OTTOS, talk) == []


@pytest.mark.parametrize(
    "place, name, value",
    [
        ("forms", "flow", "world_domination"),
        ("forms", "state", "asleep"),
        ("forms", "answers", {"lines": 7}),
        ("forms", "answers", {"quote": {"at": "noon"}}),
        ("forms", "step", "a step that is too long"),
        ("requests", "kind", "x"),
        ("requests", "orderState", "lost"),
        ("requests", "tries", -1),
        ("requests", "draftOrder", {"id": 1}),
    ],
)
def test_what_is_no_form_is_no_export(
    shop: Services, talk: str, place: str, name: str, value: object
) -> None:
    add_order(shop, MIRAS, talk)
    file = exported(shop)
    file["conversations"][0][place][0][name] = value

    with pytest.raises(NotAnExport):
        read_back(shop, file)
    assert exported(shop, OTTOS)["conversations"] == []


def test_contact_details_are_not_read_back_without_a_key(
    shop: Services, talk: str
) -> None:
    add_order(shop, MIRAS, talk)
    file = exported(shop)
    object.__setattr__(shop.config, "encryption_keys", ())

    with pytest.raises(NotAnExport, match="ENCRYPTION_KEYS"):
        read_back(shop, file)


def test_otto_exports_none_of_miras_forms(shop: Services, talk: str) -> None:
    add_all(shop, talk)

    assert exported(shop, OTTOS)["conversations"] == []


def test_an_order_that_waits_is_read_back_as_one_that_waits(
    shop: Services, talk: str
) -> None:
    order = add_order(shop, MIRAS, talk)
    read_back(shop, exported(shop))

    with shop.db.reading() as connection:
        kept = request_records.find(connection, shop.config, OTTOS, order)
    assert kept is not None
    assert kept.order_state is OrderState.PENDING
