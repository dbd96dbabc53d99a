"""Several conversations closed at once, but for those that somebody else has or in which more has
been said since.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import gevent

from backend.errors import ChangedMeanwhile, HeldByColleague, NotFound
from backend.inbox import handoff
from backend.services import Services

# As many as a page of the list has.
MOST_CHOSEN = 100


@dataclass(frozen=True, slots=True)
class ChosenTalk:
    """A conversation as it was when its list was read."""

    id: str
    last_seq: int


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How many were closed, and how many were left: held by a colleague, changed since, or gone."""

    closed: int = 0
    left: int = 0


def close_many(
    services: Services, shop_id: int, user_id: str, chosen: Sequence[ChosenTalk]
) -> BulkOutcome:
    """Each in a transaction of its own, so that no shopper waits behind all of them."""
    closed = 0
    for talk in chosen:
        if _close_one(services, shop_id, user_id, talk):
            closed += 1
        gevent.sleep(0)

    return BulkOutcome(closed, len(chosen) - closed)


def _close_one(
    services: Services, shop_id: int, user_id: str, talk: ChosenTalk
) -> bool:
    try:
        handoff.close(services, shop_id, talk.id, user_id, talk.last_seq)
    except (HeldByColleague, ChangedMeanwhile, NotFound):
        return False
    return True
