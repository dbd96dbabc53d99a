"""The same message is the same message for ever: however often it comes, in parallel, and wherever
it arrives.
"""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.checked_people import asked_for
from tests.support.running_app import RunningApp


def new_message(person, text: str, **fields: str) -> dict[str, str]:
    return {
        "message": text,
        "messageId": str(uuid.uuid4()),
        "firstId": person.device.first_id,
        **fields,
    }


def test_a_repeat_gets_the_first_answer_again(ben, ai):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)
    events = ben.keeps(first).follows(first.turn)

    again = ben.sends("chat", message)

    assert again.status == 201
    assert unchanging(again) == unchanging(first)
    assert again.body["turn"]["status"] == "answered"
    assert events.names[-1] == "finished"
    assert len(asked_for(ai, ben)) == 1


def test_a_repeat_may_wait_for_the_reply_that_is_there(ben, ai):
    ai.will_say("It is.")
    message = new_message(ben, "Is the mug blue?")
    ben.keeps(first := ben.sends("chat", message)).follows(first.turn)

    assert ben.sends("chat", message | {"wait": 5}).body["reply"] == "It is."


def test_a_repeat_with_the_session_is_the_same_as_one_without(ben):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)

    again = ben.sends("chat", message | {"sessionId": first.body["sessionId"]})

    assert unchanging(again) == unchanging(first)


def test_an_id_means_the_same_in_capitals(ben):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)

    assert unchanging(
        ben.sends("chat", message | {"messageId": message["messageId"].upper()})
    ) == unchanging(first)


def test_an_id_with_another_text_is_refused_and_keeps_nothing(ben):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)

    refused = ben.sends("chat", message | {"message": "Is the mug red?"})

    assert (refused.status, refused.code) == (409, "id_reused")
    assert [said["text"] for said in ben.keeps(first).history().body["messages"]][
        :1
    ] == ["Is the mug blue?"]
    assert unchanging(ben.sends("chat", message)) == unchanging(first)


def test_an_id_of_another_browser_is_simply_new(ben, ana, otto):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)

    for person in (ben.elsewhere(), ana, otto):
        mine = message | {
            "firstId": person.device.first_id,
            "message": "Is the mug red?",
        }
        assert person.sends("chat", mine).status == 201
        assert person.sends("chat", mine).body["sessionId"] != first.body["sessionId"]


def test_a_refused_message_does_not_use_up_its_id(ben):
    message = new_message(ben, "   ")
    assert ben.sends("chat", message).status == 422
    assert ben.sends("chat", message | {"message": "x" * 8_001}).status == 413

    assert ben.sends("chat", message | {"message": "Now it is right"}).status == 201


def test_a_repeat_after_a_reset_is_gone(ben):
    message = new_message(ben, "Is the mug blue?")
    session = ben.sends("chat", message).body["sessionId"]
    ben.sends("reset", {"sessionId": session})

    for repeat in (message, message | {"sessionId": session}):
        refused = ben.sends("chat", repeat)
        assert (refused.status, refused.code) == (410, "not_found")


def test_a_repeat_after_an_erasure_is_gone_too(ben):
    message = new_message(ben, "Is the mug blue?")
    session = ben.sends("chat", message).body["sessionId"]
    ben.sends("reset", {"sessionId": session, "erase": True})

    assert ben.sends("chat", message | {"sessionId": session}).status == 410


def test_nobody_is_shown_the_id_that_a_browser_made(ben):
    message = new_message(ben, "Is the mug blue?")
    first = ben.sends("chat", message)
    reader = ben.keeps(first)
    reader.follows(first.turn)

    shown = [
        first.content,
        reader.history().content,
        reader.sends(f"turns/{first.turn}", asked(first)).content,
    ]
    assert not [answer for answer in shown if message["messageId"].encode() in answer]


@pytest.fixture(scope="module")
def three(stores, start_app) -> Iterator[list[RunningApp]]:
    """Three processes at one PostgreSQL and one Redis."""
    app = start_app(stores.new("postgresql"))
    yield [app, app.sibling(), app.sibling()]
    app.close()


@pytest.mark.parametrize("round_", range(3))
def test_twenty_repeats_at_once_over_three_processes_are_one_message(
    three, person_at, ai, round_: int
):
    ben = person_at(three[0])
    message = new_message(ben, f"Only once, please, number {round_}")

    with ThreadPoolExecutor(20) as browsers:
        answers = list(
            browsers.map(
                lambda n: ben.at(three[n % 3]).sends("chat", message), range(20)
            )
        )

    assert {answer.status for answer in answers} == {201}
    assert len({unchanging(answer) for answer in answers}) == 1
    reader = ben.keeps(answers[0])
    reader.follows(answers[0].turn)
    assert [said["role"] for said in reader.history().body["messages"]] == [
        "shopper",
        "assistant",
    ]
    assert len(asked_for(ai, ben)) == 1


def test_messages_at_once_over_three_processes_are_in_one_order_for_all(
    three, person_at, ai
):
    ben = person_at(three[0])
    ben.follows(ben.says("The first of all").turn)

    with ThreadPoolExecutor(4) as browsers:
        list(
            browsers.map(
                lambda n: ben.at(three[n % 3]).says(f"At once, number {n}"), range(4)
            )
        )

    pages = [ben.at(app).history().body["messages"] for app in three]
    places = [
        (said["seq"], said["id"]) for said in pages[0] if said["role"] == "shopper"
    ]
    assert len(places) == 5
    assert all(
        [(said["seq"], said["id"]) for said in page if said["role"] == "shopper"]
        == places
        for page in pages
    )


def unchanging(answer) -> tuple[str, str, int, str]:
    body = answer.body
    return (
        body["sessionId"],
        body["message"]["id"],
        body["message"]["seq"],
        body["turn"]["id"],
    )


def asked(answer) -> dict[str, str]:
    return {"sessionId": answer.body["sessionId"]}
