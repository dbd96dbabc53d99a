"""F32: ten thousand messages in one conversation, a hundred thousand in one shop; a page and a
prompt stay as small.
"""

import time
from statistics import median

import psycopg
import pytest

from backend.assistant import transcript
from backend.dev.model.ai_script import nonsense
from faults.mortal_app import ThreeProcesses
from tests.support.people import Answer, Person

SHOP = "ten-years-of-talk.myshopify.com"
LONG, SHORT, OF_SHOP = 10_000, 100, 100_000
ROUNDS = 60
# The row allows a fifth; a busy machine wavers by more than that in so few rounds.
AS_LONG = 1.5
WORDS = "Two metres, with the cable. It comes with a plug for your country. " * 3

FILL = """
INSERT INTO messages (shop_id, conversation_id, seq, id, role, text, status, at)
SELECT shop_id, id, place, md5(id || place),
    CASE place %% 2 WHEN 1 THEN 'shopper' ELSE 'assistant' END, %s,
    'answered', 1
FROM conversations, generate_series(3, %s) AS place
WHERE id = (SELECT conversation_id FROM turns WHERE id = %s)
"""
GROW = (
    "UPDATE conversations SET last_seq = %s WHERE id = (SELECT conversation_id FROM turns WHERE"
    " id = %s)"
)


@pytest.fixture(scope="module")
def talks(three_started: ThreeProcesses) -> tuple[Person, Person]:
    """A long conversation and a short one, among others of the same shop."""
    people = [
        Person(three_started.apps[0].base, SHOP)
        for _ in range(2 + (OF_SHOP - LONG) // LONG)
    ]
    with psycopg.connect(three_started.direct_url, autocommit=True) as connection:
        for person, length in zip(
            people, [LONG, SHORT, *[LONG] * (len(people) - 2)], strict=True
        ):
            turn = person.says(f"The first words {nonsense(1)}").turn
            person.follows(turn)
            connection.execute(FILL, [WORDS, length, turn])
            connection.execute(GROW, [length, turn])
        connection.execute("ANALYZE messages")
    return people[0], people[1]


def test_a_page_of_a_long_conversation_is_as_quick_as_one_of_a_short(talks, ai):
    long_talk, short_talk = talks
    times: dict[str, list[float]] = {"long": [], "short": []}
    for _ in range(ROUNDS):
        for name, person in (("long", long_talk), ("short", short_talk)):
            began = time.perf_counter()
            page = person.history()
            times[name].append(time.perf_counter() - began)
            assert seqs(page)[-1] == (LONG if name == "long" else SHORT)
            assert (len(seqs(page)), page.body["more"]) == (50, True)

    assert median(times["long"]) <= AS_LONG * median(times["short"])


def test_the_model_is_told_a_bounded_part_of_it(talks, ai):
    long_talk, _ = talks
    question = f"And after all that? {nonsense(1)}"
    said = long_talk.says(question)
    assert said.body["message"]["seq"] == LONG + 1
    assert long_talk.follows(said.turn).names[-1] == "finished"

    (asked,) = [
        call["body"]["messages"]
        for call in ai.calls()
        if call["body"]["messages"][-1]["content"] == question
    ]
    assert 10 < len(asked) <= transcript.MOST_MESSAGES + 1
    assert (
        sum(transcript.estimate(message["content"]) for message in asked[1:])
        <= transcript.BUDGET_TOKENS
    )


def seqs(page: Answer) -> list[int]:
    return [said["seq"] for said in page.body["messages"]]
