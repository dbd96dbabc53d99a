"""The test's hand on the fault proxy: links that can be broken, and a count that proves that they
were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

from faults.toxics import Stream
from tests.support.loopback import loopback
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import accepts, wait_until

_numbers = count(1)


class FaultProxy:
    """A running `python -m faults.fault_proxy`."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._base = f"http://127.0.0.1:{port}"
        self._program = Program.module(
            "faults.fault_proxy", folder / "fault-proxy.log", port=port
        )
        self._program.wait_ready(lambda: accepts(port))

    def link_to(self, name: str, port: int) -> "FaultyLink":
        return FaultyLink(self._base, name, port)

    def close(self) -> None:
        self._program.stop()


@dataclass
class Bite:
    """What a fault has done by now."""

    link: "FaultyLink"
    toxic: str
    _final: int | None = None

    @property
    def bites(self) -> int:
        return (
            self.link.told()["toxics"][self.toxic]
            if self._final is None
            else self._final
        )

    def has_bitten(self, times: int = 1) -> Self:
        """Wait until it has."""
        wait_until(
            lambda: self.bites >= times,
            f"{self.toxic} on {self.link.name} bites {times} times",
        )
        return self


class FaultyLink:
    """One proxy. The app is given its `port` instead of the server's."""

    def __init__(self, base: str, name: str, port: int) -> None:
        self.name = name
        self._address = f"{base}/{name}"
        self.port: int = self._post(self._address, upstream=port)["port"]

    def leads_to(self, port: int) -> None:
        """The server has moved; links from now on lead there."""
        self._post(self._address, upstream=port)

    @contextmanager
    def toxic(
        self, kind: str, stream: Stream = "downstream", /, **attributes: int
    ) -> Iterator[Bite]:
        """A fault for the time of the block."""
        name = f"{kind}-{next(_numbers)}"
        self._post(
            f"{self._address}/{name}", type=kind, stream=stream, attributes=attributes
        )
        bite = Bite(self, name)
        try:
            yield bite
        finally:
            bite._final = (
                loopback.delete(f"{self._address}/{name}")
                .raise_for_status()
                .json()["toxics"][name]
            )

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody can connect, and who was connected gets an RST."""
        self.disable()
        try:
            yield
        finally:
            self.enable()

    def disable(self) -> None:
        self._post(self._address, enabled=False)

    def enable(self) -> None:
        self._post(self._address, enabled=True)

    def told(self) -> dict[str, Any]:
        """links, accepted, cut, and the bites of each toxic."""
        proxies: dict[str, dict[str, Any]] = (
            loopback.get(self._address).raise_for_status().json()
        )
        return proxies[self.name]

    def _post(self, address: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = (
            loopback.post(address, json=fields).raise_for_status().json()
        )
        return answer
