"""A turn costs what its service has counted, and about what it must have been where none has."""

from backend.ai.provider import ChatMessage, ToolCall, Usage
from backend.assistant.costs import Costs, expect_step
from backend.assistant.transcript import estimate

QUESTION = [ChatMessage("system", "Be kind."), ChatMessage("user", "Do you have mugs?")]
ASKED = estimate("Be kind.") + estimate("Do you have mugs?")


def test_before_the_first_step_nothing_was_spent() -> None:
    assert Costs().tokens == Usage(0, 0)


def test_the_services_own_figures_take_the_place_of_an_estimate() -> None:
    costs = Costs()
    costs.begin_step(QUESTION)
    costs.add_text("We have mugs.")
    assert costs.tokens == Usage(ASKED, estimate("We have mugs."))

    costs.count_step(Usage(1_000, 20))

    assert costs.tokens == Usage(1_000, 20)


def test_a_step_that_was_broken_off_is_paid_for_and_those_before_it_stay() -> None:
    costs = Costs()
    costs.begin_step(QUESTION)
    costs.count_step(Usage(1_000, 20))

    costs.begin_step(QUESTION)
    costs.add_text("We ")
    costs.add_text("have")

    assert costs.tokens == Usage(1_000 + ASKED, 20 + estimate("We have"))


def test_a_step_that_nobody_has_counted_stays_an_estimate() -> None:
    costs = Costs()
    costs.begin_step(QUESTION)
    costs.add_text("We have mugs.")

    costs.begin_step(QUESTION)
    costs.count_step(Usage(1_000, 20))

    assert costs.tokens == Usage(1_000 + ASKED, 20 + estimate("We have mugs."))


def test_what_a_tool_is_called_with_is_read_as_well() -> None:
    arguments = '{"words": "mugs, cups and plates"}'
    call = ToolCall("call_1", "find", arguments)
    costs = Costs()

    costs.begin_step([*QUESTION, ChatMessage("assistant", "", (call,))])

    assert costs.tokens.asked == ASKED + estimate("") + estimate(arguments)


def test_a_step_is_expected_to_cost_its_question_and_all_that_may_be_said() -> None:
    assert expect_step(QUESTION, 800) == Usage(ASKED, 800)


def test_what_the_service_has_counted_is_known_without_the_estimates() -> None:
    costs = Costs()
    costs.begin_step(QUESTION)
    costs.add_text("We have mugs.")
    costs.begin_step(QUESTION)
    costs.count_step(Usage(1_000, 20))
    costs.begin_step(QUESTION)

    assert costs.counted == Usage(1_000, 20)
    assert costs.tokens.asked == 1_000 + 2 * ASKED
