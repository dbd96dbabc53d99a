"""A TCP proxy that breaks connections on request, before PostgreSQL, Redis and the model.

`GET /` lists the proxies; `POST /<name>` makes or changes one: {"upstream": port, "enabled": bool};
`POST /<name>/<toxic>` adds a toxic: {"type", "stream", "attributes"}; `DELETE` takes it away.
"""

import argparse
import asyncio
import json
import signal
import socket
from contextlib import suppress
from typing import Any

from backend.dev.model.raw_http import LINGER_FOR_NOTHING, Connection, Request
from faults.toxics import TOXICS, Pieces, Toxic
from tests.support.machine import free_port

JSON = {"Content-Type": "application/json"}
MOST_READ = 1 << 16
# The other end may be gone in any way at all; the link then ends like any other.
ENDED = (OSError, asyncio.IncompleteReadError)


class Link:
    """One connection of a client, and its counterpart to the server."""

    def __init__(
        self, client: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        self.ends = (client, server)

    def close(self) -> None:
        for end in self.ends:
            end.close()

    def reset(self) -> None:
        for end in self.ends:
            end.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, LINGER_FOR_NOTHING
            )
            end.transport.abort()


class Proxy:
    """Listens on a port of its own. Disabled, it resets its links and nobody can connect:
    toxiproxy's "down".
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.port = free_port()
        self.toxics: dict[str, Toxic] = {}
        self._server: asyncio.Server | None = None
        self._links: set[Link] = set()
        self._accepted = 0
        self._cut = 0

    async def enable(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, "127.0.0.1", self.port, backlog=1024
            )

    async def disable(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._cut += len(self._links)
        for link in list(self._links):
            link.reset()

    def told(self) -> dict[str, Any]:
        bites = {name: toxic.bites for name, toxic in self.toxics.items()}
        counts = {
            "links": len(self._links),
            "accepted": self._accepted,
            "cut": self._cut,
        }
        return {
            "port": self.port,
            "enabled": self._server is not None,
            "toxics": bites,
            **counts,
        }

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._accepted += 1
        try:
            from_server, to_server = await asyncio.open_connection(
                "127.0.0.1", self.upstream
            )
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, to_server)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._carry("upstream", reader, to_server, link),
                self._carry("downstream", from_server, writer, link),
            )
        finally:
            link.close()
            self._links.discard(link)

    async def _carry(
        self,
        stream: str,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        link: Link,
    ) -> None:
        """One direction, until its sender closes; toxics are looked up for each piece, so they bite
        old links too.
        """
        with suppress(*ENDED):
            while piece := await source.read(MOST_READ):
                pieces = _just(piece)
                for toxic in self._on(stream):
                    pieces = toxic.through(pieces, link)
                async for changed in pieces:
                    sink.write(changed)
                    await sink.drain()
        for toxic in self._on(stream):
            await toxic.before_close()
        sink.close()

    def _on(self, stream: str) -> list[Toxic]:
        return [toxic for toxic in self.toxics.values() if toxic.stream == stream]


async def _just(piece: bytes) -> Pieces:
    yield piece


class Control:
    """The HTTP side: names of proxies, and what is to be done to them."""

    def __init__(self) -> None:
        self._proxies: dict[str, Proxy] = {}

    async def answer(self, connection: Connection, request: Request) -> None:
        match request.method, request.path.strip("/").split("/"):
            case "GET", _:
                told: Any = {
                    name: proxy.told() for name, proxy in self._proxies.items()
                }
            case "POST", [name]:
                told = await self._change(name, **json.loads(request.body))
            case "POST", [name, toxic]:
                told = self._add(self._proxies[name], toxic, **json.loads(request.body))
            case "DELETE", [name, toxic]:
                told = self._remove(self._proxies[name], toxic)
            case _:
                told = {}
        await connection.send_whole(200, JSON, json.dumps(told).encode())

    async def _change(
        self, name: str, upstream: int | None = None, enabled: bool = True
    ) -> dict[str, Any]:
        proxy = self._proxies.setdefault(name, Proxy(upstream or 0))
        proxy.upstream = upstream or proxy.upstream
        await (proxy.enable() if enabled else proxy.disable())
        return proxy.told()

    def _add(
        self,
        proxy: Proxy,
        name: str,
        type: str,
        stream: str,
        attributes: dict[str, int],
    ) -> dict[str, Any]:
        assert stream in ("upstream", "downstream")
        proxy.toxics[name] = TOXICS[type](stream, attributes)  # type: ignore[arg-type]
        return proxy.told()

    def _remove(self, proxy: Proxy, name: str) -> dict[str, Any]:
        """Answers as it was a moment before, so that its last bites can be counted."""
        told = proxy.told()
        proxy.toxics.pop(name).removed.set()
        return told


async def serve(port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop, control, told_to_stop = asyncio.get_running_loop(), Control(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    await loop.create_server(lambda: Connection(control.answer), "127.0.0.1", port)
    await told_to_stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args().port))
