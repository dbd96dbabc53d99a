"""The machine: a flow is a table of steps, and where a run is follows from its answers. Pure, so
that every path is one line of a test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.flow_terms import Terms

# What a form sends, by the names of its fields.
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One question. `is_asked` says whether these answers and terms need it at all, `is_answered`
    whether it has its answer; `read` takes an answer, and raises InvalidAnswer.
    """

    name: str
    is_asked: Callable[[Answers, Terms], bool]
    is_answered: Callable[[Answers, Terms], bool]
    read: Callable[[Answers, Values, Terms], Answers]


@dataclass(frozen=True, slots=True)
class Flow:
    """`version` grows when answers come to mean something else; a run that an older one has begun
    goes on with the steps of today.
    """

    name: str
    version: int
    steps: tuple[Step, ...]

    def find_step(self, name: str) -> Step | None:
        for step in self.steps:
            if step.name == name:
                return step
        return None


def next_step(flow: Flow, answers: Answers, terms: Terms) -> Step | None:
    """The first that is asked and has no answer; None when all is said."""
    for step in flow.steps:
        if not step.is_asked(answers, terms):
            continue
        if step.name in answers.reopened or not step.is_answered(answers, terms):
            return step
    return None


def answer(
    flow: Flow,
    answers: Answers,
    step_name: str,
    values: Values,
    terms: Terms,
) -> Answers:
    """With the answer to the step that is asked now. Raises InvalidAnswer."""
    step = next_step(flow, answers, terms)
    if step is None or step.name != step_name:
        raise InvalidAnswer(step_name, "changed_elsewhere")

    answered = step.read(answers, values, terms)
    return close_step(answered, step_name)


def close_step(answers: Answers, step_name: str) -> Answers:
    """It has its answer, also if it had one before."""
    left = tuple(name for name in answers.reopened if name != step_name)
    return answers.replace(reopened=left)


def change(flow: Flow, answers: Answers, step_name: str, terms: Terms) -> Answers:
    """Ask a step anew that has its answer, which stays until there is another. Raises
    InvalidAnswer.
    """
    step = flow.find_step(step_name)
    if step is None or not step.is_asked(answers, terms):
        raise InvalidAnswer(step_name, "nothing_back")
    if not step.is_answered(answers, terms):
        raise InvalidAnswer(step_name, "nothing_back")

    others = [name for name in answers.reopened if name != step_name]
    return answers.replace(reopened=(step_name, *others), is_confirmed=False)


def go_back(flow: Flow, answers: Answers, terms: Terms) -> Answers:
    """Ask the step before the present one anew. Raises InvalidAnswer where there is none."""
    present = next_step(flow, answers, terms)
    earlier = None
    for step in flow.steps:
        if present is not None and step.name == present.name:
            break
        if step.is_asked(answers, terms) and step.is_answered(answers, terms):
            earlier = step

    if earlier is None:
        raise InvalidAnswer("", "nothing_back")
    return change(flow, answers, earlier.name, terms)
