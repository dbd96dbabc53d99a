"""Who holds what open in this process: streams, and long polls. The newest wins, who holds most
loses first.

What is held open is held by one process, so each counts its own, in memory.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Self

from backend.config import Config
from backend.errors import TooManyMessages, TooManyOpen

# No browser opens this many within a window, whatever it does; who does is refused before anything
# is read.
MOST_OPENED, WINDOW_SECONDS = 240, 10
# Streams, and as many polls, must leave a process some connections for everything else.
MOST_OF_CONNECTIONS = 0.4


class Kind(Enum):
    STREAM = auto()
    POLL = auto()


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """How many of one kind may be open at once."""

    session: int
    address: int
    shop: int
    process: int

    @classmethod
    def from_config(cls, config: Config) -> Self:
        return cls(
            config.session_open_requests,
            config.address_open_requests,
            config.shop_open_requests,
            config.process_open_requests,
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks. `session` is whatever names one browser: a session's hash, or somebody of the
    staff.
    """

    shop: int
    address: str
    session: object


def _wake_nobody() -> None:
    """Until somebody waits."""


@dataclass(slots=True, eq=False)
class Held:
    """One request that is held open. When `displaced` it is to end soon, so that its asker can come
    back.
    """

    holder: Holder
    displaced: bool = False
    # Set by whoever waits on behalf of the request.
    wake: Callable[[], object] = field(default=_wake_nobody)

    def displace(self) -> None:
        self.displaced = True
        self.wake()


def held_by_nobody() -> Held:
    """For what no limit is meant to end."""
    return Held(Holder(0, "", ""))


Group = dict[Any, dict[Held, None]]


class OpenRequests:
    """All that is held open, oldest first, by session, address and shop."""

    def __init__(self, limits: OpenLimits) -> None:
        self._limits = dict.fromkeys(Kind, limits)
        self._open = {kind: _Open() for kind in Kind}
        self._window = 0
        self._knocks: dict[tuple[int, object], int] = {}

    def fit(self, connections: int) -> None:
        """This process serves so many connections at most; leave some of them free."""
        most = max(1, int(connections * MOST_OF_CONNECTIONS))
        for kind, limits in self._limits.items():
            process = min(limits.process, most)
            self._limits[kind] = replace(limits, process=process)

    def knock(self, holder: Holder) -> None:
        """Before anything is read for a stream or a poll. Raises TooManyMessages when one session
        opens a storm.
        """
        window = int(time.monotonic() / WINDOW_SECONDS)
        if window != self._window:
            self._window = window
            self._knocks.clear()

        session = (holder.shop, holder.session)
        knocks = self._knocks.get(session, 0) + 1
        self._knocks[session] = knocks
        if knocks > MOST_OPENED:
            raise TooManyMessages(WINDOW_SECONDS)

    @contextmanager
    def hold(self, kind: Kind, holder: Holder) -> Iterator[Held]:
        """Inside the block the request counts as open. Raises TooManyOpen when everybody else holds
        as little.

        A displaced one stops counting at once: it has been told to end.
        """
        opened = self._open[kind]
        opened.make_room(holder, self._limits[kind])

        held = Held(holder)
        opened.add(held)
        try:
            yield held
        finally:
            opened.remove(held)

    def count(self, kind: Kind) -> int:
        return len(self._open[kind].all)


class _Open:
    """What is open of one kind."""

    def __init__(self) -> None:
        self.all: dict[Held, None] = {}
        self._sessions: Group = {}
        self._addresses: Group = {}
        self._shops: Group = {}

    def add(self, held: Held) -> None:
        self.all[held] = None
        for group, key in self._places_of(held.holder):
            group.setdefault(key, {})[held] = None

    def remove(self, held: Held) -> None:
        """Does nothing when it has been displaced before."""
        if held not in self.all:
            return

        del self.all[held]
        for group, key in self._places_of(held.holder):
            group[key].pop(held, None)
            if not group[key]:
                del group[key]

    def make_room(self, holder: Holder, limits: OpenLimits) -> None:
        """Displace what one more of this holder is too many for."""
        session = (holder.shop, holder.session)
        mine = self._sessions.get(session, {})
        neighbours = self._addresses.get(holder.address, {})
        shop = self._shops.get(holder.shop, {})

        if len(mine) >= limits.session:
            self._displace_oldest(mine)
        elif len(neighbours) >= limits.address:
            self._displace_oldest(_largest_group(neighbours, _session_of))
        elif len(shop) >= limits.shop:
            self._displace_oldest(_more_than(shop, holder))
        elif len(self.all) >= limits.process:
            self._displace_oldest(_more_than(self.all, holder))

    def _displace_oldest(self, candidates: dict[Held, None]) -> None:
        oldest = next(iter(candidates))
        self.remove(oldest)
        oldest.displace()

    def _places_of(self, holder: Holder) -> Iterable[tuple[Group, Any]]:
        return (
            (self._sessions, (holder.shop, holder.session)),
            (self._addresses, holder.address),
            (self._shops, holder.shop),
        )


def _session_of(holder: Holder) -> object:
    return holder.shop, holder.session


def _address_of(holder: Holder) -> object:
    return holder.address


def _largest_group(
    held: Iterable[Held], key: Callable[[Holder], object]
) -> dict[Held, None]:
    """What the one who holds most of it holds; of several the one who came first."""
    groups: dict[object, dict[Held, None]] = {}
    for one in held:
        group = groups.setdefault(key(one.holder), {})
        group[one] = None
    return max(groups.values(), key=len)


def _more_than(held: Iterable[Held], holder: Holder) -> dict[Held, None]:
    """What makes room where all is taken: of the address that holds most, of its session that holds
    most.

    Between those who hold the same nobody is favoured, so then one's own goes, or there is no room.
    """
    of_address = _largest_group(held, _address_of)
    own = dict.fromkeys(one for one in held if one.holder.address == holder.address)

    if len(of_address) <= len(own) + 1:
        of_address = own
    if not of_address:
        raise TooManyOpen

    return _largest_group(of_address, _session_of)
