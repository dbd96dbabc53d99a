"""The model is asked, its tools are run, what they found goes back, and readers see it as it
comes.
"""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from gevent.event import Event

from backend.ai.provider import (
    ChatMessage,
    Finish,
    TakeBack,
    ToolCall,
    Usage,
)
from backend.assistant import loop
from backend.assistant.costs import Costs
from backend.assistant.loop import (
    MOST_CALLS,
    MOST_ROUNDS,
    TOO_MANY,
    Means,
    Shown,
    Step,
)
from backend.assistant.transcript import estimate
from backend.errors import AssistantBusy, AssistantSilent
from backend.store.limits import MemoryLimits
from backend.tools.toolbox import Arguments, Found, Tool, Toolbox, ToolContext
from tests.support.lamp_tool import FIND_LAMPS, lamps
from tests.support.stepwise_model import CALL, StepwiseModel

ASKED = [ChatMessage("system", "Help."), ChatMessage("user", "Have you lamps?")]
FIRST = Shown(lamps(id="part-1"))


class Which(Arguments):
    number: int


class NoArguments(Arguments):
    """A tool that needs none."""


def steps_of(
    model: StepwiseModel, *tools: Tool, costs: Costs | None = None
) -> list[Step]:
    return list(answering(model, *tools, costs=costs))


def answering(model: StepwiseModel, *tools: Tool, costs: Costs | None = None) -> Any:
    services: Any = SimpleNamespace(limits=MemoryLimits())
    context = ToolContext(services, 1, "c" * 32, time.monotonic() + 5)
    toolbox = Toolbox(tools or [FIND_LAMPS])
    means = Means(model, toolbox, costs or Costs())
    return loop.answer(means, ASKED, context)


def call(number: int, name: str = "find_lamps", arguments: str = "{}") -> ToolCall:
    return ToolCall(f"call-{number}", name, arguments)


def test_an_answer_without_tools_is_one_step() -> None:
    model = StepwiseModel(["We have ", "mugs.", Finish("length")])

    assert steps_of(model) == ["We have ", "mugs.", Finish("length")]
    assert model.asked == [ASKED]
    assert model.offered == [["find_lamps"]]


def test_what_a_tool_found_goes_back_to_the_model_and_its_part_to_the_reader() -> None:
    model = StepwiseModel(["Let me look.", CALL], ["One lamp."])

    assert steps_of(model) == ["Let me look.", FIRST, "\n\nOne lamp.", Finish()]
    *before, wanted, found = model.asked[1]
    assert before == ASKED
    assert wanted == ChatMessage("assistant", "Let me look.", (CALL,))
    assert (found.role, found.call_id) == ("tool", CALL.id)
    assert "Harbour Lamp" in found.content


def test_after_four_rounds_the_model_answers_with_what_it_has() -> None:
    model = StepwiseModel(*[[CALL]] * MOST_ROUNDS, ["That is all."])

    assert steps_of(model)[-2:] == ["That is all.", Finish()]
    assert model.offered == [["find_lamps"]] * MOST_ROUNDS + [[]]


def test_a_model_that_calls_without_being_offered_anything_is_not_asked_again() -> None:
    model = StepwiseModel([CALL])

    assert steps_of(model)[-1] == Finish()
    assert len(model.asked) == MOST_ROUNDS + 1


def test_calls_that_only_read_run_side_by_side_and_keep_their_order() -> None:
    both = [Event(), Event()]

    def meet(_: ToolContext, which: Which) -> Found:
        both[which.number].set()
        assert both[1 - which.number].wait(5), "the other one has not begun"
        return Found(f"number {which.number}")

    tool = Tool("meet", "Meets.", Which, meet)
    calls = [call(number, "meet", f'{{"number": {number}}}') for number in (0, 1)]
    model = StepwiseModel(calls, ["Both."])

    assert steps_of(model, tool) == ["Both.", Finish()]
    assert [said.content for said in model.asked[1][-2:]] == ["number 0", "number 1"]


def test_calls_that_do_more_than_read_run_one_after_the_other() -> None:
    log: list[str] = []

    def act(_: ToolContext, which: Which) -> Found:
        log.append(f"begin {which.number}")
        Event().wait(0.01)
        log.append(f"end {which.number}")
        return Found("done")

    tool = Tool("act", "Acts.", Which, act, read_only=False)
    calls = [call(number, "act", f'{{"number": {number}}}') for number in (1, 2)]
    steps_of(StepwiseModel(calls, ["Done."]), tool)

    assert log == ["begin 1", "end 1", "begin 2", "end 2"]


def test_a_model_that_wants_everything_at_once_gets_the_first_of_it() -> None:
    calls = [call(number) for number in range(MOST_CALLS + 3)]
    model = StepwiseModel(calls, ["Well."])

    steps_of(model)

    results = model.asked[1][len(ASKED) + 1 :]
    assert [result.call_id for result in results] == [each.id for each in calls]
    assert [result.content == TOO_MANY for result in results].count(True) == 3


def test_reasoning_of_a_later_step_takes_nothing_of_an_earlier_one() -> None:
    model = StepwiseModel(["Let me look.", CALL], ["They want", TakeBack(), "A lamp."])

    assert steps_of(model) == [
        "Let me look.",
        FIRST,
        "\n\nThey want",
        TakeBack(),
        "Let me look.",
        FIRST,
        "\n\nA lamp.",
        Finish(),
    ]


def test_a_part_with_the_id_of_an_earlier_one_takes_its_place() -> None:
    def show(_: ToolContext, __: Arguments) -> Found:
        return Found("shown", [lamps(id="lamps"), lamps()])

    tool = Tool("show", "Shows.", NoArguments, show)
    again = [call(1, "show")]
    model = StepwiseModel(again, again, ["They", TakeBack(), "There."])

    shown = [
        step.part["id"] for step in steps_of(model, tool) if isinstance(step, Shown)
    ]
    assert shown[:4] == ["lamps", "part-2", "lamps", "part-3"]
    assert shown[4:] == ["lamps", "part-2", "part-3"]


@pytest.mark.parametrize("is_read_only", [True, False])
def test_each_call_is_run_once(is_read_only: bool) -> None:
    ran: list[int] = []

    def count(context: ToolContext, which: Which) -> Found:
        ran.append(which.number)
        return Found("Counted.")

    tool = Tool("count", "Counts.", Which, count, read_only=is_read_only)
    calls = [call(number, "count", f'{{"number": {number}}}') for number in (1, 2)]

    steps_of(StepwiseModel([*calls, Finish()], ["Done.", Finish()]), tool)

    assert ran == [1, 2]


def test_a_model_that_has_nothing_to_add_has_answered() -> None:
    model = StepwiseModel([CALL], [AssistantSilent()])

    assert steps_of(model) == [FIRST, Finish()]


def test_one_that_has_said_nothing_at_all_has_not() -> None:
    with pytest.raises(AssistantSilent):
        steps_of(StepwiseModel([AssistantSilent()]))


def test_calls_of_a_step_that_was_cut_are_not_run() -> None:
    model = StepwiseModel(["Let me", CALL, Finish("length")])

    assert steps_of(model) == ["Let me", Finish("length")]


def test_whoever_leaves_ends_the_call_to_the_model_at_once() -> None:
    model = StepwiseModel(["We have ", "mugs."])
    steps = answering(model)

    assert next(steps) == "We have "
    steps.close()

    assert model.closed == 1


# What it costs


def test_the_services_own_figures_count_where_they_came() -> None:
    costs = Costs()
    steps_of(StepwiseModel([CALL, Usage(120, 30)], ["A lamp."]), costs=costs)

    rest = costs.tokens
    assert rest.said == 30 + estimate("A lamp.")
    # The second step reads what the first has read, and more.
    assert rest.asked > 120 + sum(estimate(said.content) for said in ASKED)


def test_figures_for_every_step_are_all_there_is() -> None:
    costs = Costs()
    model = StepwiseModel([CALL, Usage(120, 30)], ["A lamp.", Usage(200, 7)])
    steps_of(model, costs=costs)

    assert costs.tokens == Usage(320, 37)


def test_what_was_broken_off_is_estimated() -> None:
    costs = Costs()
    with pytest.raises(AssistantBusy):
        steps_of(StepwiseModel(["A lamp.", AssistantBusy()]), costs=costs)

    asked = sum(estimate(said.content) for said in ASKED)
    assert costs.tokens == Usage(asked, estimate("A lamp."))
