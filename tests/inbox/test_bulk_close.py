"""Several are closed at once; what a colleague has, and what has changed since, stays."""

import pytest

from backend.chat import conversations
from backend.inbox import bulk_close, handoff
from backend.inbox.bulk_close import BulkOutcome, ChosenTalk
from backend.services import Services
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk

MIRA, NOAH = "42", "43"


@pytest.fixture(autouse=True)
def _shops(services: Services) -> None:
    add_shops(services)


def mode_of(services: Services, talk: str) -> str:
    with services.db.reading() as connection:
        found = conversations.find(connection, MIRAS, talk)
    assert found is not None
    return found.mode


def test_what_was_seen_is_closed_and_everything_else_is_left(
    services: Services,
) -> None:
    seen, mine, changed, noahs = (
        add_talk(services, MIRAS, number, ["Hi", "Hello"]) for number in range(1, 5)
    )
    over = add_talk(services, MIRAS, 5, ["Hi"], status="closed", closed_at=1)
    handoff.take_over(services, MIRAS, mine, MIRA)
    handoff.take_over(services, MIRAS, noahs, NOAH)
    # That she has come is a message of hers.
    had = {mine: 3, noahs: 3}
    talks = (seen, mine, noahs, over, "0" * 32)
    chosen = [ChosenTalk(talk, had.get(talk, 2)) for talk in talks]

    outcome = bulk_close.close_many(
        services, MIRAS, MIRA, [*chosen, ChosenTalk(changed, 1)]
    )

    assert outcome == BulkOutcome(closed=2, left=4)
    modes = [mode_of(services, talk) for talk in (seen, mine, changed, noahs)]
    assert modes == ["closed", "closed", "assistant", "staff"]


def test_otto_closes_nothing_of_miras(services: Services) -> None:
    talk = add_talk(services, MIRAS, 1, ["Hi"])

    outcome = bulk_close.close_many(services, OTTOS, MIRA, [ChosenTalk(talk, 1)])

    assert outcome == BulkOutcome(closed=0, left=1)
    assert mode_of(services, talk) == "assistant"
