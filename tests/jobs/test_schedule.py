"""Every job by name: what is done now and then is done by somebody, once in its time."""

from inspect import signature

import pytest

from backend.jobs.schedule import JOBS, RECURRING
from backend.services import Services
from backend.store.job_queue import Claim


def test_whatever_recurs_is_a_job() -> None:
    assert RECURRING.keys() <= JOBS.keys()
    assert all(60 <= seconds <= 7 * 86_400 for seconds in RECURRING.values())


@pytest.mark.parametrize("kind", JOBS)
def test_a_job_is_called_with_the_services_and_its_claim(kind: str) -> None:
    assert len(signature(JOBS[kind]).parameters) == 2


@pytest.mark.parametrize("kind", RECURRING)
def test_what_recurs_has_nothing_to_do_in_an_empty_store(
    services: Services, kind: str
) -> None:
    JOBS[kind](services, Claim(0, kind, kind, 1))
    JOBS[kind](services, Claim(0, kind, kind, 2))
