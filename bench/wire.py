"""HTTP/1.1 as a load generator needs it: a kept-alive connection on a bare transport, one request
at a time.
"""

import asyncio
import re
from collections.abc import Callable

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)

Take = Callable[[bytes], None]


class Broken(Exception):
    """The other side hung up, or answered with something that is not a success."""


class Connection(asyncio.Protocol):
    """Opened with `open_connection`; used again for the next request."""

    def __init__(self) -> None:
        self._unread = b""
        self._done: asyncio.Future[None] | None = None
        self._body = _Body(lambda piece: None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, request: bytes, take: Take) -> None:
        """Hand every piece of the answer's body to `take` as it arrives. Raises Broken."""
        if self._transport.is_closing():
            raise Broken("closed")
        self._done = asyncio.get_running_loop().create_future()
        self._body = _Body(take)
        self._transport.write(request)
        await self._done

    def data_received(self, data: bytes) -> None:
        if self._done is None or self._done.done():
            return
        try:
            self._unread = self._body.read(self._unread + data)
        except Broken as error:
            self._transport.abort()
            self._done.set_exception(error)
        else:
            if self._body.ended:
                self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(Broken("hung up"))

    def close(self) -> None:
        self._transport.abort()


class _Body:
    """Reads one answer: its head, then a body of a known length or in chunks."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._chunked: bool | None = None
        self._left = 0
        self.ended = False

    def read(self, data: bytes) -> bytes:
        """Returns what cannot be read yet."""
        if self._chunked is None:
            head, ended, rest = data.partition(b"\r\n\r\n")
            if not ended:
                return data
            self._read_head(head)
            data = rest
        return self._read_chunks(data) if self._chunked else self._read_part(data)

    def _read_head(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 2"):
            raise Broken(head.split(b"\r\n", 1)[0].decode("latin-1"))
        length = CONTENT_LENGTH.search(head)
        self._chunked = CHUNKED.search(head) is not None
        self._left = int(length[1]) if length else 0

    def _read_part(self, data: bytes) -> bytes:
        self._left -= len(data)
        self.ended = self._left <= 0
        if data:
            self._take(data)
        return b""

    def _read_chunks(self, data: bytes) -> bytes:
        at = 0
        while not self.ended:
            line = data.find(b"\r\n", at)
            if line < 0:
                break

            size = int(data[at:line], 16)
            if len(data) < line + size + 4:
                break

            if size:
                self._take(data[line + 2 : line + 2 + size])
            self.ended = size == 0
            at = line + size + 4
        return data[at:]


async def open_connection(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection, "127.0.0.1", port
    )
    return connection
