"""What a scripted model sends is what it was taught: steps of calls first, then the words."""

from evals.spoken_steps import Call, Script, teach
from tests.support.asked_model import asked, events, whole, words
from tests.support.scripted_model import ScriptedModel


def test_steps_come_once_and_in_their_order(ai: ScriptedModel) -> None:
    steps: list[list[Call]] = [[("one", {"a": 1}), ("two", {})], [("three", {})]]
    teach(ai, "go", Script(["Yes", ", we do."], steps))

    answers = [whole(ai, asked("go")).content for _ in range(3)]

    assert [names_called(answer) for answer in answers] == [
        ["one", "two"],
        ["three"],
        [],
    ]
    assert words(answers[-1]) == "Yes, we do."


def names_called(body: bytes) -> list[str]:
    deltas = [event["choices"][0]["delta"] for event in events(body)]
    calls = [call for delta in deltas for call in delta.get("tool_calls", ())]
    return [call["function"]["name"] for call in calls]
