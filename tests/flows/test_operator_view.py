"""What an operator sees of forms: counts of all shops, the latest that are open, how old they are;
nothing that was filled in.
"""

import pytest

from backend.clock import now_ms
from backend.flows import operator_view
from backend.flows.operator_view import MOST_LISTED
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.requested_forms import PHONE, add_open_run, with_keys
from tests.support.talks import add_talk

MINUTE_MS = 60_000


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.mark.parametrize(
    "later, age",
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (MINUTE_MS, "1 min"),
        (61 * MINUTE_MS, "1 h"),
        (49 * 60 * MINUTE_MS, "2 d"),
        (-5_000, "0 s"),
    ],
)
def test_an_open_form_has_an_age(
    services: Services, miras: int, later: int, age: str
) -> None:
    talk = add_talk(services, miras, 1, ["Hello"])
    run = add_open_run(services, miras, talk)

    *_, line = operator_view.list_runs(services, run.started_at + later)

    assert line == f"{run.id}  tide.myshopify.com  bulk_order  contact  {age}"


def test_a_few_are_listed_and_all_of_them_counted(
    services: Services, miras: int
) -> None:
    for number in range(MOST_LISTED + 2):
        talk = add_talk(services, miras, number, ["Hello"])
        add_open_run(services, miras, talk)

    count, *listed = operator_view.list_runs(services, now_ms())

    assert count.split() == ["bulk_order", "open", "contact", str(MOST_LISTED + 2)]
    assert len(listed) == MOST_LISTED


def test_a_form_says_what_is_answered_and_not_what(
    services: Services, miras: int
) -> None:
    talk = add_talk(services, miras, 1, ["Hello"])
    run = add_open_run(services, miras, talk)

    told = "\n".join(operator_view.show_run(services, run.id))

    assert "phone         yes" in told
    assert "when_from     no" in told
    assert PHONE not in told
    assert operator_view.show_run(services, "0" * 32) == []
