"""When a person of the shop has a conversation: what its shopper's browser is told, at whichever
process it asks.
"""

import time
import uuid

import pytest

from tests.contract.checked_people import CheckedPerson, asked_for
from tests.contract.database_hand import change
from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.pace import soon
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until

A_PERSON_ANSWERS = "A person from our team"


class Staff:
    """Mira in her inbox, in the one conversation of her shop."""

    def __init__(self, mira: Merchant) -> None:
        self._mira, self._talk = mira, only_conversation(mira)

    def takes_over(self) -> None:
        self._does("take")

    def hands_back(self) -> None:
        self._does("hand-back")

    def closes(self) -> None:
        self._does("close")

    def says(self, text: str, reply: str = "") -> None:
        self._does("say", text=text, client_id=reply or uuid.uuid4().hex)

    def at(self, app: RunningApp) -> "Staff":
        return Staff(self._mira.at(app))

    def _does(self, what: str, **fields: str) -> None:
        answer = self._mira.submits(f"/admin/inbox/{self._talk}/{what}", fields)
        assert answer.status == 303, answer.content


@pytest.fixture
def talking(ben, ai) -> CheckedPerson:
    """Ben, whose first question has been answered."""
    ben.follows(ben.says("Do you have mugs?").turn)
    return ben


@pytest.fixture
def staff(mira: Merchant, talking) -> Staff:
    return Staff(mira)


def test_in_the_middle_of_a_reply_its_words_are_kept_and_readers_are_told(
    talking, staff, ai
):
    ai.script(chunks=400, gap_ms=50, when="Count")
    running, waiting = talking.says("Count to 400"), talking.says("Count again")
    with (
        talking.watches(running.turn) as events,
        talking.watches(waiting.turn) as waits,
    ):
        seen = [next(events) for _ in range(3)]

        staff.takes_over()

        seen += list(events)
        assert [event.name for event in waits] == ["handed_over"]
    assert seen[-1].name == "handed_over"
    assert seen[-1].data == {}
    now = talking.history().body
    assert (now["mode"], now["turn"]) == ("staff", None)
    [*_, reply, joined] = now["messages"]
    assert joined["parts"][0]["state"] == "joined"
    assert (reply["role"], reply["status"]) == ("assistant", "partial")
    assert reply["text"] == talking.follows(running.turn).text
    assert reply["text"].startswith("wc wd")
    assert talking.follows_directly(running.direct).names[-1] == "handed_over"
    assert len(asked_for(ai, talking)) == 2


def test_a_turn_at_work_is_left_alone_by_the_model_too(talking, staff, ai):
    ai.script(chunks=400, gap_ms=50, when="Count")
    with talking.watches(talking.says("Count to 400").turn) as events:
        next(events)
    at_work = ai.open()

    staff.takes_over()

    wait_until(lambda: ai.open() < at_work, "the model was left alone", within=15)


def test_further_messages_wait_for_the_person_and_the_assistant_is_silent(
    talking, staff, ai
):
    staff.takes_over()
    asked = len(asked_for(ai, talking))

    said = talking.says("Is anybody there?")

    assert said.status == 201
    assert said.body["turn"] == {
        "id": said.turn,
        "status": "handed_over",
        "direct": None,
    }
    for way in ("stream", "poll"):
        followed = talking.follows(said.turn, way=way)
        assert [(event.name, event.data) for event in followed.events] == [
            ("handed_over", {})
        ]
    polled = talking.sends(
        f"turns/{said.turn}", {"sessionId": talking.device.session_id}
    ).body
    assert (polled["status"], polled["direct"]) == ("handed_over", None)
    told = talking.history().body
    assert [
        (message["text"], message["status"]) for message in told["messages"][3:]
    ] == [("Is anybody there?", "saved")]
    assert (told["mode"], told["turn"]) == ("staff", None)
    assert len(asked_for(ai, talking)) == asked


def test_such_a_message_is_sent_once_however_often_it_is_repeated(talking, staff):
    staff.takes_over()
    message = {
        "message": "Is anybody there?",
        "messageId": "3f0c6a53-6e3f-4d0a-8c38-0a44a2a3a1bd",
    }

    answers = [
        talking.sends("chat", message | {"sessionId": talking.device.session_id})
        for _ in range(3)
    ]

    assert len({answer.turn for answer in answers}) == 1
    assert {answer.body["turn"]["status"] for answer in answers} == {"handed_over"}
    assert len(talking.history().body["messages"]) == 4


def test_any_number_of_messages_may_wait_for_a_person(talking, staff):
    staff.takes_over()

    assert [talking.says(f"Number {number}").status for number in range(6)] == [201] * 6


def test_stop_and_retry_of_what_was_handed_over_change_nothing(talking, staff, ai):
    staff.takes_over()
    turn = talking.says("Is anybody there?").turn
    asked = len(asked_for(ai, talking))

    assert talking.stops(turn).body == {"stopped": False, "status": "handed_over"}
    assert talking.retries(turn).body["turn"] == {
        "id": turn,
        "status": "handed_over",
        "direct": None,
    }
    assert len(asked_for(ai, talking)) == asked


def test_whoever_waits_for_a_reply_is_told_at_once_that_a_person_has_it(talking, staff):
    staff.takes_over()
    began = time.monotonic()

    answer = talking.says("Is anybody there?", wait=25)

    assert time.monotonic() - began < soon(10)
    assert "reply" not in answer.body
    assert answer.body["turn"]["status"] == "handed_over"


def test_a_simple_client_whose_reply_a_person_takes_over_gets_the_sentence(
    ben, mira, ai
):
    ai.script(chunks=400, gap_ms=50, when="Count")
    answer = ben.begins("chat", {"message": "Count to 400"})
    wait_until(lambda: asked_for(ai, ben), "the model was asked")

    Staff(mira).takes_over()

    told = answer().body
    assert told["reply"].startswith(A_PERSON_ANSWERS)
    assert told.keys() == {"reply", "sessionId"}


def test_what_a_person_says_is_a_message_with_their_name(talking, staff):
    reply = uuid.uuid4().hex
    for _ in range(3):
        staff.says("We do, in blue.", reply)

    [*_, said] = talking.history().body["messages"]
    assert (said["seq"], said["role"], said["text"], said["status"]) == (
        4,
        "staff",
        "We do, in blue.",
        "saved",
    )
    assert said["name"] == ""
    assert "name" not in talking.history().body["messages"][0]


def test_handed_back_the_next_message_is_answered_with_all_that_was_said(
    talking, staff, ai
):
    staff.says("I am Mira. We have them in blue.")
    staff.hands_back()
    assert talking.history().body["mode"] == "assistant"

    assert talking.follows(talking.says("Thank you").turn).names[-1] == "finished"

    told = [said["content"] for said in asked_for(ai, talking)[-1]["messages"]]
    [of_staff] = [
        words for words in told if "I am Mira. We have them in blue." in words
    ]
    assert "[A colleague, a person of the store's team, wrote:]\nI am Mira." in of_staff
    assert told[-1] == "Thank you"


def test_closed_is_closed_until_the_shopper_writes_again(talking, staff):
    staff.closes()
    closed = talking.history().body
    assert (closed["mode"], closed["turn"], len(closed["messages"])) == (
        "closed",
        None,
        2,
    )

    again = talking.says("One more thing")

    assert (again.body["session"], again.body["turn"]["status"]) == ("kept", "running")
    assert talking.follows(again.turn).names[-1] == "finished"
    assert talking.history().body["mode"] == "assistant"


def test_a_reset_leaves_nothing_to_take_over(talking, staff, mira):
    talk = only_conversation(mira)
    talking.resets()

    assert mira.submits(f"/admin/inbox/{talk}/take").status == 404


@pytest.mark.parametrize("news", ["takes_over", "hands_back", "closes"])
def test_a_change_of_mode_ends_a_poll(talking, staff, news: str):
    if news == "hands_back":
        staff.takes_over()
    seen = talking.history().body["messages"][-1]["seq"]
    answer = talking.begins(
        "history", {"sessionId": talking.device.session_id, "after": seen, "wait": 8}
    )
    talking.history()  # an answer to a later call: by now the one before has begun to wait
    began = time.monotonic()

    getattr(staff, news)()

    mode = {"takes_over": "staff", "hands_back": "assistant", "closes": "closed"}[news]
    assert (answer().body["mode"], time.monotonic() - began < soon(4)) == (mode, True)


def test_who_is_silent_is_asked_after_and_the_shopper_lets_the_assistant_go_on(
    talking, staff, app
):
    staff.takes_over()
    left = talking.says("And plates?")
    change(app, "UPDATE conversations SET staff_silent_since = 1 WHERE mode = 'staff'")
    change(app, "UPDATE jobs SET due_at = 0 WHERE kind = 'return_silent'")
    wait_until(lambda: said_last(talking) == "asked_back", "nobody was asked")
    asked = {"sessionId": talking.device.session_id}

    answers = [talking.sends("person/return", asked) for _ in range(2)]

    assert [answer.body for answer in answers] == [{"mode": "assistant"}] * 2
    assert talking.follows(left.turn, after=1).names[-1] == "finished"
    states = [part["state"] for part in parts_of(talking)]
    assert states == ["joined", "asked_back", "returned"]


def parts_of(who: CheckedPerson) -> list[dict[str, str]]:
    messages = who.history().body["messages"]
    return [part for message in messages for part in message["parts"]]


def said_last(who: CheckedPerson) -> str:
    return parts_of(who)[-1]["state"]


@pytest.fixture(scope="module")
def two(stores, start_app):
    """One of two processes, and the other."""
    app = start_app(stores.new("postgresql"))
    yield app, app.sibling()
    app.close()


@pytest.fixture
def far(two, shop, ai) -> tuple[CheckedPerson, Staff]:
    """Ben at one process, Mira at the other."""
    here, there = two
    ben = CheckedPerson(here.base, shop)
    ben.follows(ben.says("Do you have mugs?").turn)
    return ben, Staff(Merchant(there.base, shop))


def test_what_is_said_at_another_process_is_there_within_a_second(far):
    ben, staff = far
    slowest = 0.0
    staff.takes_over()
    for number in range(4, 10):
        answer = ben.begins(
            "history",
            {"sessionId": ben.device.session_id, "after": number - 1, "wait": 8},
        )
        staff.says(f"This is number {number}")
        said = time.monotonic()

        [message] = answer().body["messages"]
        slowest = max(slowest, time.monotonic() - said)
        assert (message["seq"], message["text"]) == (number, f"This is number {number}")

    assert slowest < soon(1)


def test_a_reply_taken_over_at_another_process_ends_everywhere(two, far, ai):
    ben, staff = far
    there = ben.at(two[1])
    ai.script(chunks=400, gap_ms=50, when="Count")
    turn = ben.says("Count to 400").turn
    with ben.watches(turn) as here_events, there.watches(turn) as there_events:
        next(here_events)
        next(there_events)
        staff.takes_over()
        began = time.monotonic()

        assert list(there_events)[-1].name == "handed_over"
        assert list(here_events)[-1].name == "handed_over"
        assert time.monotonic() - began < soon(1.5)
    [*_, reply, _] = ben.history().body["messages"]
    assert reply["text"] == ben.follows(turn).text


def test_a_message_at_the_process_that_ran_the_reply_knows_of_the_takeover(
    two, far, ai
):
    ben, staff = far
    staff.takes_over()

    assert ben.says("Hello?").body["turn"]["status"] == "handed_over"
    assert ben.at(two[1]).says("Hello, too?").body["turn"]["status"] == "handed_over"
