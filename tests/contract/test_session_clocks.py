"""The clocks of a session: a pause is noticed, an expiry begins anew, a restart or a crash loses
nothing.
"""

import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.people import Answer
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until

IDLE, EXPIRY = 2, 4
ENOUGH = 6
MESSAGE = {
    "message": "I will be back tomorrow",
    "messageId": "b0e2f8e6-7d3a-4c39-9f55-0f8e5f6f7a11",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, stores, start_app):
    """An app whose clocks run fast."""
    settings = {
        "SESSION_IDLE_SECONDS": str(IDLE),
        "SESSION_EXPIRY_SECONDS": str(EXPIRY),
    }
    app = start_app(stores.new(request.param), **settings)
    yield app
    app.close()


@pytest.fixture(scope="module")
def expired(app: RunningApp) -> Iterator[tuple[CheckedPerson, Answer]]:
    """People whose sessions have all expired by now, and what they were answered before; each is
    for one test.
    """
    people = [
        CheckedPerson(app.base, f"tomorrow-{number}.myshopify.com")
        for number in range(ENOUGH)
    ]
    before = [
        ben.sends("chat", MESSAGE | {"firstId": ben.device.first_id}) for ben in people
    ]
    for ben, answer in zip(people, before, strict=True):
        kept = ben.keeps(answer)
        wait_until(partial(has_no_session, kept), "the session has expired")
    return zip(people, before, strict=True)


def has_no_session(who: CheckedPerson) -> bool:
    return who.history().body["mode"] is None


def test_after_a_pause_the_session_is_restored_once(app: RunningApp, ben):
    before = ben.says("I will be back in a moment")
    ben.follows(before.turn)
    wait_until(lambda: number_of(app, "flux_sessions_active") == 0, "everybody is idle")
    restored = number_of(app, 'flux_sessions_total{session="restored"}')

    after = ben.says("Here I am again")
    third = ben.says("Still here")

    assert (after.body["session"], third.body["session"]) == ("restored", "kept")
    assert after.body["sessionId"] == before.body["sessionId"]
    assert after.body["message"]["seq"] == 3
    assert number_of(app, 'flux_sessions_total{session="restored"}') == restored + 1


def test_an_expired_session_is_unknown_everywhere(expired):
    ben, before = next(expired)

    assert not ben.history().body["messages"]
    assert ben.follows(before.turn).status == 404
    assert ben.follows_directly(before.direct).status == 404
    assert ben.stops(before.turn).status == 404
    assert ben.retries(before.turn).status == 404
    assert ben.resets().body == {"reset": True}


def test_the_next_message_begins_a_new_session_and_says_why(expired):
    ben, before = next(expired)

    after = ben.says("Good morning")

    assert (after.body["session"], after.body["message"]["seq"]) == ("expired", 1)
    assert after.body["sessionId"] != before.body["sessionId"]
    assert [said["text"] for said in ben.history().body["messages"]][:1] == [
        "Good morning"
    ]


def test_two_tabs_that_come_back_meet_in_one_session(expired):
    ben, before = next(expired)
    first_id = ben.device.first_id

    one = ben.says("From one tab", firstId=first_id)
    two = ben.keeps(before).says("From the other", firstId=first_id)

    assert (one.body["session"], one.body["message"]["seq"]) == ("expired", 1)
    assert one.body["sessionId"] == two.body["sessionId"] != before.body["sessionId"]


def test_whoever_still_holds_an_expired_id_alone_is_led_to_nobody(expired):
    ben, before = next(expired)
    after = ben.says("Good morning, and nobody else is to read this")

    thief = ben.elsewhere().keeps(before)
    led = thief.says("Where does this lead?")

    assert (led.body["session"], led.body["message"]["seq"]) == ("expired", 1)
    assert led.body["sessionId"] not in (
        before.body["sessionId"],
        after.body["sessionId"],
    )
    assert [said["text"] for said in thief.history().body["messages"]][:1] == [
        "Where does this lead?"
    ]


def test_what_was_acknowledged_before_stays_acknowledged(expired):
    ben, before = next(expired)

    again = ben.sends("chat", MESSAGE | {"sessionId": before.body["sessionId"]})

    assert again.status == 201
    assert again.body["sessionId"] == before.body["sessionId"]
    assert again.body["message"] == before.body["message"]
    assert again.body["turn"]["id"] == before.turn


def test_the_sweep_closes_what_has_expired(app: RunningApp, expired):
    ben, _ = next(expired)
    expired_before = sessions(app)["expired"]

    app.flask("sessions", "sweep")

    assert sessions(app)["expired"] > expired_before
    assert ben.says("Good morning").body["session"] == "expired"


def test_a_turn_at_work_keeps_its_session_alive(ben, ai):
    ai.script(when="slowly", chunks=2, first_ms=(EXPIRY + 1) * 1_000)
    began = time.monotonic()
    turn = ben.says("Say something slowly").turn

    assert ben.follows(turn).names[-1] == "finished"
    assert time.monotonic() - began > EXPIRY
    assert len(ben.history().body["messages"]) == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kill_and_restart_lose_no_session_and_no_message(
    app_factory, person_at, kind: str
):
    app = app_factory(kind, redis=False)
    ben = person_at(app)
    before = ben.says("Remember me")
    ben.follows(before.turn)
    told = ben.history().body["messages"]

    app.kill()
    app.restart()

    assert ben.history().body["messages"] == told
    after = ben.says("Do you?")
    assert (after.body["session"], after.body["sessionId"]) == (
        "restored",
        before.body["sessionId"],
    )
    assert ben.follows(after.turn).names[-1] == "finished"
    assert ben.says("Thank you").body["session"] == "kept"


def number_of(app: RunningApp, counter: str) -> float:
    """What /metrics says of it; nothing yet is 0."""
    lines = [
        line
        for line in app.get("/metrics").text.splitlines()
        if line.startswith(f"{counter} ")
    ]
    return float(lines[0].rpartition(" ")[2]) if lines else 0


def sessions(app: RunningApp) -> dict[str, int]:
    """What the operator's command counts, by state."""
    return {
        state: int(number)
        for state, number in map(str.split, app.flask("sessions", "count").splitlines())
    }
