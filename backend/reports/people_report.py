"""How shoppers were served in the last days: how soon a person answered, how much the assistant
settled alone, and what shoppers thought of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import gevent
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)

from backend.chat.turns import TurnStatus
from backend.reports.period_report import DAYS, midnight
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.tables import conversations, handoffs, ratings, turns

# The latest of a shop that hands over more than this in two weeks.
MOST_HANDOFFS = 2_000


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """`first_response` is the median in milliseconds of `handoffs`, those that a person answered.
    Of the `answered` conversations that are over, `settled` are those that no person was in.
    """

    first_response: int | None = None
    handoffs: int = 0
    answered: int = 0
    settled: int = 0
    rated: int = 0
    liked: int = 0

    @property
    def resolution(self) -> float | None:
        """None when no conversation is over."""
        return self.settled / self.answered if self.answered else None

    @property
    def satisfaction(self) -> float | None:
        """None when nobody has rated anything."""
        return self.liked / self.rated if self.rated else None


def read_people(
    services: Services, shop_id: int, chosen: Settings, now: int
) -> PeopleFigures:
    """Of the same days as the other figures. Each day is a short read of its own."""
    today = chosen.local_time(now).date()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    since = midnight(days[-1], chosen)
    is_over_before = now - services.config.session_idle_seconds * 1000

    with services.db.reading() as connection:
        waits = _list_waits(connection, shop_id, since)
        rated, liked = _count_ratings(connection, shop_id, since)

    answered = settled = 0
    for day in days:
        which = {
            "shop": shop_id,
            "since": midnight(day, chosen),
            "before": midnight(day + timedelta(days=1), chosen),
            "over": is_over_before,
        }
        with services.db.reading() as connection:
            row = connection.execute(_SETTLED, which).one()
        answered += row.answered
        settled += row.settled
        gevent.sleep(0)

    return PeopleFigures(
        first_response=int(median(waits)) if waits else None,
        handoffs=len(waits),
        answered=answered,
        settled=settled,
        rated=rated,
        liked=liked,
    )


def _list_waits(connection: Connection, shop_id: int, since: int) -> list[int]:
    """How long each shopper waited for a person's first words, in milliseconds."""
    query = (
        select(handoffs.c.asked_at, handoffs.c.answered_at)
        .where(handoffs.c.shop_id == shop_id)
        .where(handoffs.c.answered_at >= since)
        .order_by(handoffs.c.answered_at.desc())
        .limit(MOST_HANDOFFS)
    )
    return [_wait_of(row) for row in connection.execute(query)]


def _wait_of(row: Row) -> int:
    """Two processes may disagree by a moment about what came first."""
    return max(0, row.answered_at - row.asked_at)


def _count_ratings(connection: Connection, shop_id: int, since: int) -> tuple[int, int]:
    """All of them, and the good ones."""
    query = select(
        func.count(),
        func.count().filter(ratings.c.value > 0),
    )
    mine = and_(ratings.c.shop_id == shop_id, ratings.c.at >= since)
    rated, liked = connection.execute(query.where(mine)).one()
    return rated, liked


C = conversations.c
SHOP: ColumnElement[int] = bindparam("shop")


def _has_turn(status: TurnStatus) -> ColumnElement[bool]:
    return exists().where(
        turns.c.shop_id == SHOP,
        turns.c.conversation_id == C.id,
        turns.c.status == status,
    )


_HANDED_OVER = exists().where(
    handoffs.c.shop_id == SHOP, handoffs.c.conversation_id == C.id
)
_HAD_PERSON = or_(_HANDED_OVER, _has_turn(TurnStatus.HANDED_OVER), C.mode == "staff")
_IS_OVER = or_(
    C.status == "closed", C.mode == "closed", C.active_at < bindparam("over")
)
_SETTLED = (
    select(
        func.count().label("answered"),
        func.count().filter(not_(_HAD_PERSON)).label("settled"),
    )
    .where(C.shop_id == SHOP)
    .where(C.active_at >= bindparam("since"))
    .where(C.active_at < bindparam("before"))
    .where(_IS_OVER, _has_turn(TurnStatus.ANSWERED))
)
