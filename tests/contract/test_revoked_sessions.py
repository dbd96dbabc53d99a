"""An id that was reset, erased or never issued leads nowhere: not into what followed it, and to
nobody else.
"""

import uuid
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.people import Answer

NOTHING: dict[str, Any] = {
    "messages": [],
    "turn": None,
    "form": None,
    "mode": None,
    "more": False,
    "waiting": False,
    "typing": False,
    "rating": True,
}
ENDS = pytest.mark.parametrize("erase", [False, True], ids=["reset", "erased"])


def holder_of(ben: CheckedPerson, before: Answer) -> CheckedPerson:
    """Somebody with another browser, who has come by the id of Ben's that is over."""
    return ben.elsewhere().keeps(before)


@ENDS
def test_whoever_holds_a_revoked_id_reads_nothing_of_what_followed(ben, erase: bool):
    before = ben.says("Forget this")
    ben.follows(before.turn)
    ben.resets(erase=erase)
    after = ben.says("This is new", sessionId=before.body["sessionId"], firstId=None)

    thief = holder_of(ben, before)
    led = thief.says("Let me in", firstId=None)

    assert (led.body["session"], led.body["message"]["seq"]) == ("new", 1)
    assert led.body["sessionId"] not in (
        before.body["sessionId"],
        after.body["sessionId"],
    )
    assert "This is new" not in [
        said["text"] for said in thief.history().body["messages"]
    ]
    assert [said["text"] for said in ben.history().body["messages"]][:1] == [
        "This is new"
    ]


@ENDS
def test_the_owner_of_a_revoked_id_does_not_walk_into_what_a_thief_has_begun_from_it(
    ben, erase: bool
):
    before = ben.says("Forget this")
    ben.resets(erase=erase)
    led = holder_of(ben, before).says("A trap", firstId=None)

    after = ben.keeps(before).says("What I say is mine", firstId=None)

    assert after.body["sessionId"] != led.body["sessionId"]
    assert after.body["message"]["seq"] == 1


@ENDS
def test_without_any_id_of_the_browsers_own_each_message_begins_alone(ben, erase: bool):
    before = ben.says("Forget this")
    ben.resets(erase=erase)
    asked = {"message": "Anybody?", "sessionId": before.body["sessionId"]}

    led = [ben.sends("chat", asked).body["sessionId"] for _ in range(3)]

    assert len({*led, before.body["sessionId"]}) == 4


@ENDS
def test_a_first_id_that_is_used_again_opens_nothing_for_whoever_has_the_old_id_alone(
    ben, erase: bool
):
    first_id = ben.device.first_id
    before = ben.says("Forget this")
    ben.resets(erase=erase)
    after = ben.says("The next generation", firstId=first_id)

    led = holder_of(ben, before).says("Let me in", firstId=None)

    assert led.body["sessionId"] != after.body["sessionId"]
    assert led.body["message"]["seq"] == 1


@pytest.mark.parametrize("invented", ["made-up", "A" * 43])
def test_nobody_meets_anybody_under_an_invented_id(ben, invented: str):
    one = ben.says("One", sessionId=invented, firstId=None)
    other = ben.elsewhere().says("Another", sessionId=invented, firstId=None)

    assert one.body["sessionId"] != other.body["sessionId"]


def test_a_repeat_with_a_revoked_id_meets_its_first(ben):
    before = ben.says("Forget this")
    ben.resets()
    asked = {
        "message": "Once, please",
        "messageId": str(uuid.uuid4()),
        "sessionId": before.body["sessionId"],
    }

    first, again = ben.sends("chat", asked), ben.sends("chat", asked)

    assert first.status == again.status == 201
    for name in ("sessionId", "message"):
        assert first.body[name] == again.body[name]
    assert first.turn == again.turn


@ENDS
def test_every_call_with_a_revoked_id_is_one_with_an_unknown_id(ben, erase: bool, ai):
    ai.script(chunks=400, gap_ms=50, when="Count")
    before = ben.says("Count to 400")
    ben.resets(erase=erase)
    after = ben.says("This is new", sessionId=before.body["sessionId"], firstId=None)

    thief = holder_of(ben, before)

    assert thief.history().body == NOTHING
    for turn in (before.turn, after.turn):
        assert (
            thief.follows(turn).status == thief.follows(turn, way="poll").status == 404
        )
        assert thief.stops(turn).status == thief.retries(turn).status == 404
    assert thief.follows_directly(before.direct).status == 404
    assert thief.resets(erase=True).body == {"reset": True}
    assert ben.history().body["messages"]


def test_a_conversation_that_was_reset_is_not_opened_on_another_device(ana):
    before = ana.says("Forget this")
    [listed] = ana.sends("conversations").body["conversations"]
    ana.resets()

    assert ana.elsewhere().sends(f"conversations/{listed['id']}/open").status == 404
    assert ana.keeps(before).history().body == NOTHING
