"""The model calls a person of the shop, once a turn, and tells what became of it."""

import pytest

from backend.services import Services
from backend.tools.ask_for_a_person import MOST_CHARACTERS, NOBODY, TOOL
from backend.tools.toolbox import TOO_OFTEN, CalledPerson
from tests.support.called_tools import call, context_of
from tests.support.small_catalogs import MIRA


class Staff:
    """People of the shop, who are called by whoever has this."""

    def __init__(self, called: CalledPerson) -> None:
        self.called = called
        self.times = 0

    def __call__(self) -> CalledPerson:
        self.times += 1
        return self.called


HERE = CalledPerson("requested", None)
SOON = CalledPerson("requested", None, email=True, usual_wait=5)
AWAY = CalledPerson("away", "Mon–Fri 9:00–17:00 (Europe/Berlin)", callback=True)


@pytest.mark.parametrize("called", [HERE, SOON, AWAY])
def test_the_model_and_the_shopper_are_told_whether_somebody_is_there(
    services: Services, called: CalledPerson
) -> None:
    staff = Staff(called)

    told = call(TOOL, context_of(services, MIRA, call_person=staff), reason="upset")

    known = {"email": True, "usual_wait": 5} if called is SOON else {}
    assert told.facts == {
        "state": called.state,
        "hours": called.hours,
        "callback": called.callback,
        **known,
    }
    assert told.part == {"type": "person", **told.facts}
    assert staff.times == 1


def test_a_person_is_called_once_a_turn(services: Services) -> None:
    staff = Staff(HERE)
    context = context_of(services, MIRA, call_person=staff)

    call(TOOL, context)

    assert call(TOOL, context).text == TOO_OFTEN
    assert staff.times == 1


def test_where_nobody_can_be_asked_the_model_is_told(services: Services) -> None:
    told = call(TOOL, context_of(services, MIRA))

    assert told.text == NOBODY
    assert told.parts == ()


def test_a_reason_has_its_bounds_and_calls_nobody_beyond_them(
    services: Services,
) -> None:
    staff = Staff(HERE)
    context = context_of(services, MIRA, call_person=staff)

    told = call(TOOL, context, reason="x" * (MOST_CHARACTERS + 1))

    assert told.text.startswith("The arguments are wrong")
    assert staff.times == 0


def test_it_changes_something_so_it_runs_alone() -> None:
    assert not TOOL.read_only
