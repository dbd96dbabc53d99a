"""A callback, step by step: who is to be called, under which number, and when."""

from backend.flows import contact_step
from backend.flows.answers import Answers
from backend.flows.call_times import describe, read_time
from backend.flows.flow_machine import Flow, Step, Values
from backend.flows.flow_terms import Terms

NAME = "callback_request"


def _is_always(answers: Answers, terms: Terms) -> bool:
    return True


def _has_contact(answers: Answers, terms: Terms) -> bool:
    wanted = contact_step.wanted_of_callback(terms)
    return not contact_step.list_missing(answers, wanted)


def _read_contact(answers: Answers, values: Values, terms: Terms) -> Answers:
    wanted = contact_step.wanted_of_callback(terms)
    return contact_step.read_fields(answers, values, wanted, terms)


def _has_time(answers: Answers, terms: Terms) -> bool:
    return answers.when_from is not None


def _read_time(answers: Answers, values: Values, terms: Terms) -> Answers:
    text = values.get("when", "")
    return with_time(answers, text, terms)


def with_time(answers: Answers, text: str, terms: Terms) -> Answers:
    """Raises InvalidAnswer."""
    hours = terms.settings.opening_hours
    when = read_time(text, terms.language, terms.now, hours)
    return answers.replace(
        when_from=when.from_ms,
        when_until=when.until_ms,
        when_text=describe(when, terms.language, hours.time_zone),
    )


CALLBACK_REQUEST = Flow(
    name=NAME,
    version=1,
    steps=(
        Step("contact", _is_always, _has_contact, _read_contact),
        Step("when", _is_always, _has_time, _read_time),
    ),
)
