"""Notices when all shoppers seem to have one address, or a few: then TRUSTED_HOPS is wrong, and
limits meet them all.

Counted in memory by each process; nothing is asked and nothing waits.
"""

import time

WINDOW_SECONDS = 3_600
# So many browsers at one address are no household any more; a shop with one visitor tells nothing.
SESSIONS_AN_ADDRESS = 20
# The figure that says so on the merchant's home page, whichever process has noticed.
ONE_ADDRESS = "one_address"
# Behind this many addresses stand different people.
MOST_ADDRESSES = 50


class HopCheck:
    """Looks at one hour after the other."""

    def __init__(self) -> None:
        self._until = 0.0
        self._addresses: set[str] = set()
        self._sessions: set[bytes] = set()
        self._warned = False

    def note(self, session: bytes, address: str) -> bool:
        """A session has sent a message from an address. True while all that were seen are
        suspiciously few.
        """
        if time.monotonic() > self._until:
            self._begin_window()

        if len(self._addresses) > MOST_ADDRESSES:
            return False

        self._addresses.add(address)
        if len(self._sessions) < SESSIONS_AN_ADDRESS * MOST_ADDRESSES:
            self._sessions.add(session)

        return self._is_suspicious()

    def may_warn(self) -> bool:
        """Once in a window."""
        is_first = not self._warned
        self._warned = True
        return is_first

    def _is_suspicious(self) -> bool:
        return len(self._sessions) >= SESSIONS_AN_ADDRESS * len(self._addresses)

    def _begin_window(self) -> None:
        self._until = time.monotonic() + WINDOW_SECONDS
        self._addresses.clear()
        self._sessions.clear()
        self._warned = False
