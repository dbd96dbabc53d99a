"""HTTP/1.1 on bare asyncio transports, for a server that must be able to misbehave to the byte."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

LINGER_FOR_NOTHING = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """One client, kept alive. Its answers are made one after another and end when it leaves."""

    def __init__(
        self, answer: Callable[["Connection", Request], Awaitable[None]]
    ) -> None:
        self._answer = answer
        self._unread = b""
        self._requests: asyncio.Queue[Request] = asyncio.Queue()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._serving = asyncio.get_running_loop().create_task(self._serve_requests())

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while request := self._next_request():
            self._requests.put_nowait(request)

    def connection_lost(self, error: Exception | None) -> None:
        self._serving.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def send(self, data: bytes) -> None:
        """Returns when the client has taken enough of it."""
        self._transport.write(data)
        await self._writable.wait()

    async def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))

    async def send_chunk(self, data: bytes) -> None:
        """One chunk of a chunked body; an empty one ends it."""
        await self.send(b"%x\r\n%b\r\n" % (len(data), data))

    async def send_whole(
        self, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        await self.send_head(status, {**headers, "Content-Length": str(len(body))})
        await self.send(body)

    def reset(self) -> None:
        """An RST, as from a process that died."""
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, LINGER_FOR_NOTHING
        )
        self._transport.abort()

    async def _serve_requests(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await self._answer(self, await self._requests.get())

    def _next_request(self) -> Request | None:
        head, ended, rest = self._unread.partition(b"\r\n\r\n")
        if not ended:
            return None

        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()

        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return None

        self._unread = rest[length:]
        return Request(method, path, headers, rest[:length])
