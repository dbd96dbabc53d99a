"""Somebody who opens as much as they can and keeps it open, on bare sockets."""

import selectors
import socket
import time
from typing import Self

from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until


class Hoarder:
    """Sends the same beginning of a request on many connections, and keeps whatever the app leaves
    open.
    """

    def __init__(self, app: RunningApp, until_closed: bool = False) -> None:
        """`until_closed` counts a connection as open also after its answer has come."""
        self._app = app
        self._until_closed = until_closed
        self._open: dict[socket.socket, bytes] = {}
        self.ended: list[bytes] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in list(self._open):
            self._forget(connection)

    def opens(self, times: int, request: bytes) -> None:
        for _ in range(times):
            connection = socket.create_connection(
                ("127.0.0.1", self._app.port), timeout=10
            )
            connection.sendall(request)
            self._selector.register(connection, selectors.EVENT_READ)
            self._open[connection] = b""
            self._look()

    def trickles(self, more: bytes = b"x") -> None:
        """One more byte on each."""
        for connection in self.held():
            try:
                connection.sendall(more)
            except OSError:
                self._forget(connection)

    def held(self) -> list[socket.socket]:
        """What is still open, the oldest first."""
        self._look()
        return list(self._open)

    def answers(self) -> list[bytes]:
        """What was said on each connection so far."""
        self._look()
        return [*self.ended, *self._open.values()]

    def said_on(self, connection: socket.socket) -> bytes:
        self._look()
        return self._open[connection]

    def waits_for(self, most: int, within: float) -> float:
        """Until at most so many are open. Returns the seconds that it took."""
        began = time.monotonic()
        wait_until(
            lambda: len(self.held()) <= most,
            f"at most {most} of the connections are open",
            within,
        )
        return time.monotonic() - began

    def _look(self) -> None:
        for key, _ in self._selector.select(0):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            try:
                heard = connection.recv(65_536)
            except OSError:
                heard = b""
            self._open[connection] += heard
            if not heard or not self._until_closed and is_whole(self._open[connection]):
                self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        self.ended.append(self._open.pop(connection))
        connection.close()


def is_whole(answer: bytes) -> bool:
    """An answer that has come to its end, although its connection stays for the next one."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return bool(found) and length.isdigit() and len(body) >= int(length)


def signed_request(person: Person, path: str, body: bytes) -> bytes:
    """A whole request of theirs as Shopify forwards it."""
    request = person._request(path, body)
    head = [
        f"POST {request.url.raw_path.decode()} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def direct_request(turn: str, token: str) -> bytes:
    """A stream straight from our own origin."""
    return (
        f"GET /stream/{turn}?after=0 HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer"
        f" {token}\r\n\r\n".encode()
    )


def is_served(app: RunningApp, otto: Person) -> bool:
    """The app lives, and a shopper of another shop gets an answer."""
    answer = otto.says("And what about me?")
    return app.get("/health").status_code == 200 and answer.status == 201
