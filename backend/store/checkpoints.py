"""The replies so far, to the database: one transaction for all dirty turns of the process, each
half second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, update

from backend.errors import StoreUnavailable
from backend.logs import logger
from backend.store.database import Database
from backend.store.tables import turns

EVERY_SECONDS = 0.5
# Short enough that an acknowledgement never waits long behind a slice.
SLICE = 25


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of a running turn after event `number`, written by the holder of `epoch`."""

    shop_id: int
    turn_id: str
    epoch: int
    text: str
    number: int


class Checkpoints:
    """Takes the newest of each turn; a turn that somebody else holds by now is left alone."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._dirty: dict[str, Callable[[], Checkpoint]] = {}

    def mark(self, turn_id: str, current: Callable[[], Checkpoint]) -> None:
        """The turn has new text; `current` is asked when it is time to write."""
        self._dirty[turn_id] = current

    def drop(self, turn_id: str) -> None:
        self._dirty.pop(turn_id, None)

    def write(self) -> None:
        """Write all that is dirty now; what the database cannot take is kept for the next time."""
        dirty, self._dirty = self._dirty, {}
        waiting = list(dirty.items())
        while waiting:
            part, waiting = waiting[:SLICE], waiting[SLICE:]
            try:
                refused = self._db.write_each(
                    [current() for _, current in part], _write
                )
            except StoreUnavailable as error:
                logger().warning(
                    "replies so far are not written",
                    because=error.code,
                    turns=len(dirty),
                )
                self._dirty = {**dict(part), **dict(waiting), **self._dirty}
                return
            if refused:
                logger().error("replies so far cannot be kept", turns=len(refused))


_UPDATE = (
    update(turns)
    .where(turns.c.shop_id == bindparam("shop"), turns.c.id == bindparam("turn"))
    .where(turns.c.epoch == bindparam("held"), turns.c.status == "running")
    .values(
        {turns.c.text: bindparam("words"), turns.c.last_number: bindparam("number")}
    )
)


def _write(connection: Connection, rows: Sequence[Checkpoint]) -> None:
    values = [
        {
            "shop": row.shop_id,
            "turn": row.turn_id,
            "held": row.epoch,
            "words": row.text,
            "number": row.number,
        }
        for row in rows
    ]
    connection.execute(_UPDATE, values)
