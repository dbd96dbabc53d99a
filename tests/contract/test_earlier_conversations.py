"""A signed-in customer's conversations follow them from device to device, and show themselves to
nobody else.
"""

import pytest

from tests.contract.checked_people import CheckedPerson


@pytest.fixture
def said(ana) -> str:
    """Ana's conversation, as the list names it."""
    ana.follows(ana.says("Do you have mugs?").turn)
    [listed] = ana.sends("conversations", {}).body["conversations"]
    return str(listed["id"])


def test_a_customer_finds_her_conversation_on_another_device(ana, said: str):
    phone = ana.elsewhere()

    [listed] = phone.sends("conversations", {}).body["conversations"]
    assert (listed["id"], listed["line"], listed["open"]) == (
        said,
        "Do you have mugs?",
        True,
    )

    phone.device.session_id = phone.sends(f"conversations/{said}/open", {}).body[
        "sessionId"
    ]
    assert phone.history().body == ana.history().body
    assert phone.device.session_id != ana.device.session_id


def test_both_devices_go_on_with_one_conversation(ana, said: str):
    phone = opened(ana.elsewhere(), said)

    ana.follows(phone.says("Blue ones?").turn)
    phone.follows(ana.says("And plates?").turn)

    words = [
        message["text"]
        for message in ana.history().body["messages"]
        if message["role"] == "shopper"
    ]
    assert words == ["Do you have mugs?", "Blue ones?", "And plates?"]
    assert phone.history().body == ana.history().body


def test_a_reset_from_either_device_ends_it_on_both_and_puts_it_away(ana, said: str):
    phone = opened(ana.elsewhere(), said)
    before = ana.device.session_id

    phone.sends("reset", {"sessionId": phone.device.session_id})

    assert ana.sends("history", {"sessionId": before}).body["messages"] == []
    assert ana.sends("conversations", {}).body == {"conversations": []}
    assert ana.sends(f"conversations/{said}/open", {}).status == 404


def test_strangers_find_and_open_nothing(ana, otto, ben, said: str):
    others = [
        ana.signed_in_as("7003"),
        ana.signed_in_as(""),
        otto.signed_in_as(ana.customer),
        ben,
    ]

    assert [who.sends("conversations", {}).body for who in others] == [
        {"conversations": []}
    ] * len(others)
    opened = [who.sends(f"conversations/{said}/open", {}) for who in others]
    assert {answer.code for answer in opened} == {"not_found"}
    assert {answer.status for answer in opened} == {404}


@pytest.mark.parametrize("odd", ["nothing", "0" * 32, "%00", "a" * 300])
def test_an_id_that_is_none_is_not_found(ana, odd: str):
    assert ana.sends(f"conversations/{odd}/open", {}).code == "not_found"


def opened(device: CheckedPerson, conversation: str) -> CheckedPerson:
    device.device.session_id = device.sends(
        f"conversations/{conversation}/open", {}
    ).body["sessionId"]
    return device
