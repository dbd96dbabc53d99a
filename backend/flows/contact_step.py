"""The step that asks how somebody can be reached: a name, a number, an address of mail."""

from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.contacts import read_email, read_name, read_phone
from backend.flows.flow_machine import Values
from backend.flows.flow_terms import Terms

REQUIRED, OFF = "required", "off"
READERS = {"name": read_name, "email": read_email}


def wanted_of_order(terms: Terms) -> dict[str, bool]:
    """The fields that a bulk order asks for, and whether each must be filled in."""
    asked = {
        "phone": terms.settings.ask_phone,
        "email": terms.settings.ask_email,
    }
    wanted = {"name": True}
    for name, how in asked.items():
        if how != OFF:
            wanted[name] = how == REQUIRED
    return wanted


def wanted_of_callback(terms: Terms) -> dict[str, bool]:
    return {"name": True, "phone": True}


def list_missing(answers: Answers, wanted: dict[str, bool]) -> list[str]:
    return [
        name
        for name, is_required in wanted.items()
        if is_required and not getattr(answers, name)
    ]


def read_fields(
    answers: Answers,
    values: Values,
    wanted: dict[str, bool],
    terms: Terms,
) -> Answers:
    """Of a form with all of its fields. Raises InvalidAnswer of the first that is wrong, with those
    of the others.
    """
    changes = {}
    wrong = []
    for name, is_required in wanted.items():
        try:
            text = values.get(name, "")
            changes[name] = _read_field(name, text, is_required, terms)
        except InvalidAnswer as error:
            wrong.append(error)

    if wrong:
        first, *others = wrong
        first.others = tuple(others)
        raise first
    return answers.replace(**changes)


def _read_field(name: str, text: str, is_required: bool, terms: Terms) -> str:
    if not text.strip():
        if is_required:
            raise InvalidAnswer(name, f"{name}_missing")
        return ""

    if name == "phone":
        return read_phone(text, terms.country)
    return READERS[name](text)
