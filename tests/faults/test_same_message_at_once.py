"""F17, F18, F23: the same message many times, messages out of order, two first messages of one
browser.
"""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from backend.dev.model.ai_script import nonsense
from faults.mortal_app import ThreeProcesses
from tests.support.people import Answer, Device, Person


@pytest.fixture
def tabs(three: ThreeProcesses, shop: str) -> Callable[[int], list[Person]]:
    """So many tabs of one browser, each at another process."""

    def open_tabs(number: int) -> list[Person]:
        device = Device()
        return [
            Person(three.apps[n % 3].base, shop, device=device) for n in range(number)
        ]

    return open_tabs


def at_once(people: list[Person], bodies: list[dict[str, Any]]) -> list[Answer]:
    together = Barrier(len(people))

    def send(person: Person, body: dict[str, Any]) -> Answer:
        together.wait()
        return person.sends("chat", body)

    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(send, people, bodies))


def first_message(person: Person, words: str = "") -> dict[str, Any]:
    words = words or f"Once, please {nonsense(1)}"
    return {
        "message": words,
        "messageId": str(uuid.uuid4()),
        "firstId": person.device.first_id,
    }


def shown(person: Person, session: str) -> list[tuple[int, str, str]]:
    page = person.sends("history", {"sessionId": session}).body["messages"]
    return [(said["seq"], said["role"], said["text"]) for said in page]


def what_never_changes(answer: Answer) -> tuple[str, ...]:
    body = answer.body
    return (
        body["sessionId"],
        body["message"]["id"],
        str(body["message"]["seq"]),
        body["turn"]["id"],
    )


def test_fifty_times_at_once_and_ten_times_in_a_row_is_once(tabs, ai, all_is_well):
    many = tabs(50)
    body = first_message(many[0])

    answers = at_once(many, [body] * 50) + [
        many[n % 3].sends("chat", body) for n in range(10)
    ]

    assert {answer.status for answer in answers} == {201}
    assert len({what_never_changes(answer) for answer in answers}) == 1
    many[0].device.session_id = answers[0].body["sessionId"]
    many[0].follows(answers[0].turn)
    assert [role for _, role, _ in shown(many[1], answers[0].body["sessionId"])] == [
        "shopper",
        "assistant",
    ]
    asked = [call["body"]["messages"][-1]["content"] for call in ai.calls()]
    assert asked.count(body["message"]) == 1
    all_is_well()


def test_one_id_with_two_texts_at_once_keeps_one_of_them(tabs):
    many = tabs(12)
    body = first_message(many[0])
    other = body | {"message": f"Something else {nonsense(1)}"}

    answers = at_once(many, [body, other] * 6)

    refused = [answer for answer in answers if answer.status != 201]
    assert {(answer.status, answer.code) for answer in refused} == {(409, "id_reused")}
    assert len(refused) == 6
    session = next(answer for answer in answers if answer.status == 201).body[
        "sessionId"
    ]
    assert [role for _, role, _ in shown(many[0], session)].count("shopper") == 1


def test_the_same_id_of_another_browser_or_shop_is_not_known_there(tabs, three, shop):
    mine = tabs(1)[0]
    body = first_message(mine)
    assert mine.sends("chat", body).status == 201

    for stranger in (Person(mine.base, shop), Person(mine.base, f"otto-of-{shop}")):
        answer = stranger.sends(
            "chat",
            body
            | {"firstId": stranger.device.first_id, "message": f"Mine {nonsense(1)}"},
        )
        assert answer.status == 201


@pytest.mark.parametrize("round_", range(3))
def test_two_first_messages_of_one_browser_meet_in_one_conversation(
    tabs, all_is_well, round_: int
):
    many = tabs(3)
    bodies = [first_message(many[0], f"Tab {n}, round {nonsense(1)}") for n in range(3)]

    answers = at_once(many, bodies)

    assert {answer.status for answer in answers} == {201}
    (session,) = {answer.body["sessionId"] for answer in answers}
    assert sorted(answer.body["message"]["seq"] for answer in answers)[0] == 1
    many[0].device.session_id = session
    assert {
        many[n].follows(answer.turn).names[-1] for n, answer in enumerate(answers)
    } == {"finished"}
    pages = [shown(person, session) for person in many]
    assert pages[0] == pages[1] == pages[2]
    assert {words for _, role, words in pages[0] if role == "shopper"} == {
        body["message"] for body in bodies
    }
    all_is_well()


def test_what_arrives_first_comes_first_for_every_reader(tabs, all_is_well):
    """A lost its way and arrives after B: both tabs show the order in which they were kept."""
    first, second = tabs(2)
    session = first.sends("chat", first_message(first)).body["sessionId"]
    a, b = (
        first_message(first, f"{name} {nonsense(1)}") | {"sessionId": session}
        for name in "AB"
    )

    assert (
        second.sends("chat", b).body["message"]["seq"]
        < first.sends("chat", a).body["message"]["seq"]
    )

    pages = [shown(person, session) for person in (first, second)]
    order = [words for _, role, words in pages[0] if role == "shopper"]
    assert order[1:] == [b["message"], a["message"]]
    assert [place for place in pages[1] if place[1] == "shopper"] == [
        place for place in pages[0] if place[1] == "shopper"
    ]
    all_is_well()
