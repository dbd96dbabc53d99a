"""The replies so far, to the database: one transaction for all dirty turns of the process, each
half second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.errors import StoreUnavailable
from backend.logs import logger
from backend.store.database import Database
from backend.store.parts import Part

EVERY_SECONDS = 0.5
# Short enough that an acknowledgement never waits long behind a slice.
SLICE = 25


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The reply of a running turn after event `number`, written by the holder of `epoch`."""

    shop_id: int
    turn_id: str
    epoch: int
    text: str
    number: int
    parts: Sequence[Part] = ()


Save = Callable[[Connection, Sequence[Checkpoint]], None]


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

    def write(self, save: Save) -> None:
        """Hand all that is dirty now to `save`, the owner of the turns; what the database cannot
        take is kept for the next time.
        """
        dirty, self._dirty = self._dirty, {}
        waiting = list(dirty.items())

        while waiting:
            now, later = waiting[:SLICE], waiting[SLICE:]
            current = [describe() for _, describe in now]
            try:
                refused = self._db.write_each(current, save)
            except StoreUnavailable as error:
                because, count = error.code, len(dirty)
                logger().warning(
                    "replies so far are not written", because=because, turns=count
                )
                # What has been marked meanwhile is newer.
                self._dirty = dict(waiting) | self._dirty
                return

            waiting = later
            if refused:
                logger().error("replies so far cannot be kept", turns=len(refused))
