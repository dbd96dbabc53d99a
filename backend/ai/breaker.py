"""Stops asking a model that keeps failing: shoppers hear it at once, and the model can recover."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantSilent,
)

FAILURES, WITHIN_SECONDS = 5, 30.0
# While open, one call in this many seconds goes through as a probe; the first that works closes the
# breaker.
PROBE_SECONDS = 5.0


@dataclass(slots=True)
class _State:
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    open: bool = False
    probed_at: float = 0.0


class Breaker:
    """One state for each name; a process learns for itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}

    @contextmanager
    def guarding(self, name: str) -> Iterator[None]:
        """Around a call to the model. Raises AssistantBusy, without calling, while the breaker is
        open.

        Only the service's own faults count: what it refuses of one shopper says that it is well,
        and what its operator has set wrongly gets no better by waiting.
        """
        self._refuse_while_open(name)
        try:
            yield
        except (AssistantRefused, AssistantSilent):
            self._states.pop(name, None)
            raise
        except AssistantError as error:
            if error.is_outage:
                self._note_failure(name)
            raise
        self._states.pop(name, None)

    def note_words(self, name: str) -> None:
        """The model has begun to speak: a probe has worked, also when its shopper stops the rest of
        it.
        """
        state = self._states.get(name)
        if state is not None and state.open:
            del self._states[name]

    def _refuse_while_open(self, name: str) -> None:
        state = self._states.get(name)
        if state is None or not state.open:
            return
        if self._clock() - state.probed_at < PROBE_SECONDS:
            raise AssistantBusy("the breaker is open")
        state.probed_at = self._clock()

    def _note_failure(self, name: str) -> None:
        state = self._states.setdefault(name, _State())
        now = self._clock()
        state.failures.append(now)
        if (
            not state.open
            and len(state.failures) == FAILURES
            and now - state.failures[0] <= WITHIN_SECONDS
        ):
            state.open, state.probed_at = True, now
