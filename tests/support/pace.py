"""How long something may take while other tests have the machine's processors as well."""

import time

# Long enough for the kernel to take the processor away from it where others want it too.
WORK_SECONDS = 0.03


def soon(seconds: float) -> float:
    """What takes `seconds` at most on a quiet machine may take so long on this one, now.

    A message passes several programs, and each of them waits for the processor: twice.
    """
    return seconds * (1 + 2 * (_slowness() - 1))


def _slowness() -> float:
    """By how much a piece of pure work takes longer than the processor needs for it."""
    began, worked_before = time.perf_counter(), time.thread_time()
    while time.thread_time() - worked_before < WORK_SECONDS:
        pass
    return max(1.0, (time.perf_counter() - began) / WORK_SECONDS)
