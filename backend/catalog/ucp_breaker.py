"""Leaves a store in peace that does not answer: shoppers hear it at once, and others lose nothing.

A process learns for itself.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# So many failures in a row, and the store is not asked for so long; then once, to see.
FAILURES, REST_SECONDS = 3, 30.0
# Beyond this many stores in trouble, the one that has been left longest is asked again.
MOST_STORES = 10_000

Clock = Callable[[], float]


@dataclass(slots=True)
class _Trouble:
    failures: int = 0
    rests_until: float = 0.0

    @property
    def is_lasting(self) -> bool:
        return self.failures >= FAILURES


@dataclass(slots=True)
class UcpBreaker:
    """One state for each store in trouble."""

    clock: Clock = time.monotonic
    _stores: OrderedDict[str, _Trouble] = field(default_factory=OrderedDict)

    def may_ask(self, store: str) -> bool:
        """After a rest, of whoever comes at once one may; the others wait for what that one
        learns.
        """
        trouble = self._stores.get(store)
        if trouble is None or not trouble.is_lasting:
            return True

        now = self.clock()
        if now < trouble.rests_until:
            return False
        trouble.rests_until = now + REST_SECONDS
        return True

    def note_answer(self, store: str) -> None:
        self._stores.pop(store, None)

    def note_failure(self, store: str) -> bool:
        """Whether the store is left in peace from now on."""
        trouble = self._stores.pop(store, _Trouble())
        trouble.failures += 1
        trouble.rests_until = self.clock() + REST_SECONDS

        self._stores[store] = trouble
        if len(self._stores) > MOST_STORES:
            self._stores.popitem(last=False)
        return trouble.is_lasting
