"""The ways in which a connection can go wrong, in toxiproxy's words. Each counts what it has
bitten.

latency, bandwidth, slicer, limit_data and timeout work on what passes; reset_peer and slow_close on
the link itself. Times are milliseconds, sizes bytes, rates kilobytes a second.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from typing import ClassVar, Literal, Protocol

Stream = Literal["upstream", "downstream"]
Pieces = AsyncIterator[bytes]


class Link(Protocol):
    """The connection that a toxic works on, as far as toxics need it."""

    def close(self) -> None: ...
    def reset(self) -> None: ...


class Toxic:
    """Does nothing yet. `bites` counts the pieces, or the links, that it has changed."""

    defaults: ClassVar[dict[str, int]] = {}

    def __init__(self, stream: Stream, attributes: Mapping[str, int]) -> None:
        unknown = attributes.keys() - self.defaults.keys()
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no {', '.join(sorted(unknown))}"
            )
        self.stream = stream
        self.bites = 0
        self.removed = asyncio.Event()
        self._is = {**self.defaults, **attributes}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for piece in pieces:
            yield piece

    async def before_close(self) -> None:
        """The sender has closed; the receiver is told when this returns."""

    async def _hold(self, milliseconds: float) -> None:
        """Wait so long, or until the toxic is taken away."""
        try:
            await asyncio.wait_for(self.removed.wait(), milliseconds / 1000)
        except TimeoutError:
            return


class Latency(Toxic):
    defaults: ClassVar = {"latency": 0, "jitter": 0}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for piece in pieces:
            self.bites += 1
            await self._hold(
                self._is["latency"]
                + random.randint(-self._is["jitter"], self._is["jitter"])
            )
            yield piece


class Bandwidth(Toxic):
    defaults: ClassVar = {"rate": 0}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        a_tenth = max(1, self._is["rate"] * 100)
        async for piece in pieces:
            for start in range(0, len(piece), a_tenth):
                part = piece[start : start + a_tenth]
                self.bites += 1
                await self._hold(len(part) / self._is["rate"])
                yield part


class Slicer(Toxic):
    """`delay` is in microseconds, as in toxiproxy."""

    defaults: ClassVar = {"average_size": 64, "size_variation": 0, "delay": 0}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for piece in pieces:
            while piece:
                size = max(
                    1,
                    self._is["average_size"]
                    + random.randint(-self._varies, self._varies),
                )
                part, piece = piece[:size], piece[size:]
                self.bites += bool(piece)
                yield part
                if piece and self._is["delay"]:
                    await self._hold(self._is["delay"] / 1000)

    @property
    def _varies(self) -> int:
        return self._is["size_variation"]


class LimitData(Toxic):
    """Closes a link that has carried so many bytes."""

    defaults: ClassVar = {"bytes": 0}

    def __init__(self, stream: Stream, attributes: Mapping[str, int]) -> None:
        super().__init__(stream, attributes)
        self._carried: dict[int, int] = {}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for piece in pieces:
            left = self._is["bytes"] - self._carried.get(id(link), 0)
            self._carried[id(link)] = self._carried.get(id(link), 0) + len(piece)
            if len(piece) <= left:
                yield piece
                continue
            self.bites += 1
            if left > 0:
                yield piece[:left]
            link.close()


class Timeout(Toxic):
    """Swallows everything, and closes the link after `timeout`; with 0 it is a black hole until it
    is taken away.
    """

    defaults: ClassVar = {"timeout": 0}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for _ in pieces:
            self.bites += 1
            if self._is["timeout"]:
                await self._hold(self._is["timeout"])
            else:
                await self.removed.wait()
            # Something is missing in between now: nothing sensible can follow on this link.
            link.close()
        return
        yield


class ResetPeer(Toxic):
    """An RST instead of the first data that comes, after `timeout`."""

    defaults: ClassVar = {"timeout": 0}

    async def through(self, pieces: Pieces, link: Link) -> Pieces:
        async for _ in pieces:
            self.bites += 1
            await self._hold(self._is["timeout"])
            link.reset()
        return
        yield


class SlowClose(Toxic):
    defaults: ClassVar = {"delay": 0}

    async def before_close(self) -> None:
        self.bites += 1
        await self._hold(self._is["delay"])


TOXICS: dict[str, type[Toxic]] = {
    "latency": Latency,
    "bandwidth": Bandwidth,
    "slicer": Slicer,
    "limit_data": LimitData,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "slow_close": SlowClose,
}
