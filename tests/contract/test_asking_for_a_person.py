"""A shopper asks for a person of the shop by a button, and is told what is true."""

from tests.contract.checked_people import CheckedPerson


def asked(who: CheckedPerson) -> dict[str, object]:
    answer = who.sends("person", {"sessionId": who.device.session_id})
    assert answer.status == 200
    body: dict[str, object] = answer.body
    return body


def test_ben_is_told_in_the_chat_that_somebody_will_answer(ben, ai):
    ben.follows(ben.says("Do you have mugs?").turn)

    assert asked(ben) == {"state": "requested", "hours": None}
    said = ben.history().body["messages"][-1]
    assert said["role"] == "assistant"
    assert "team" in said["text"]
    assert [part["type"] for part in said["parts"]] == ["person"]
    assert said["parts"][0]["state"] == "requested"


def test_asking_twice_is_answered_once(ben, ai):
    ben.follows(ben.says("Do you have mugs?").turn)
    asked(ben)
    before = ben.history().body["messages"]

    assert asked(ben)["state"] == "requested"
    assert ben.history().body["messages"] == before


def test_whoever_has_said_nothing_asks_in_vain(ben):
    assert ben.sends("person", {}).status == 404
