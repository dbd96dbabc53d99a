"""How connections are served: a deadline for each head and each body, and room for newcomers when
many are held open.

All connections may come from one proxy, so nothing is counted by peer here; who may hold what open
is decided by `store/open_requests.py`, once it is known who asks.
"""

import resource
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from enum import Enum, auto
from operator import attrgetter
from socket import SHUT_RDWR
from typing import Any

from gunicorn.workers.ggevent import GeventWorker

from backend.errors import TooSlow

# Beside connections: the log, the stores, the model's answers.
OWN_FILES = 256
# From this part of all connections on, the one that has waited longest for its client makes room
# for each new one.
HIGH_WATER = 0.9
# So many may be in the middle of sending a request. What a proxy passes on comes whole, so these
# are few.
MOST_BEGUN = 256
# An answer whose reader takes nothing of a piece for this long is given up; streams have a shorter
# limit of their own.
SEND_SECONDS = 60
# What is left of a body that nobody wanted: read for so long and so far, so that its sender hears
# the refusal.
REST_SECONDS, MOST_REST = 2, 64 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take: from one request to the next, for a whole head, for a whole
    body.
    """

    idle: float
    head: float
    body: float


class Phase(Enum):
    """What we wait for when we read from a client."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    REST = auto()


class Waiting:
    """The connections whose clients we wait for right now, and how many there are in all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        # Each kind in the order in which the waits began.
        self._idle: dict[TimedSocket, None] = {}
        self._begun: dict[TimedSocket, None] = {}

    def enter(self) -> None:
        """One more connection; the one that has been waited for longest makes room when there are
        many.
        """
        self._open += 1
        if self._open > self._most:
            self._cut_longest(self._idle or self._begun)

    def leave(self) -> None:
        self._open -= 1

    def begin(self, connection: "TimedSocket") -> None:
        """We wait for its client from now on."""
        if connection.phase is Phase.IDLE:
            self._idle[connection] = None
            return
        self._begun[connection] = None
        if len(self._begun) > MOST_BEGUN:
            self._cut_longest(self._begun)

    def end(self, connection: "TimedSocket") -> None:
        self._idle.pop(connection, None)
        self._begun.pop(connection, None)

    def _cut_longest(self, connections: "dict[TimedSocket, None]") -> None:
        """By the begin of the phase: a client that sends a byte now and then has still not sent its
        request.
        """
        if connections:
            longest = min(connections, key=attrgetter("since"))
            self.end(longest)
            longest.cut()


class TimedSocket:
    """A client's socket that is read from only until a deadline, which depends on what is expected
    of the client.
    """

    def __init__(self, client: Any, waiting: Waiting, patience: Patience) -> None:
        self._client = client
        self._waiting = waiting
        self._patience = patience
        self._is_cut = False
        self._rest = 0
        self.sendall = client.sendall
        client.settimeout(SEND_SECONDS)
        self._expect_phase(Phase.IDLE, patience.head)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def expect_request(self) -> None:
        self._expect_phase(Phase.IDLE, self._patience.idle)

    def expect_body(self) -> None:
        self._expect_phase(Phase.BODY, self._patience.body)

    def expect_rest(self) -> None:
        self._rest = MOST_REST
        self._expect_phase(Phase.REST, REST_SECONDS)

    def recv(self, size: int) -> bytes:
        """Nothing, as if the client had gone, when its time is over. Raises TooSlow in the middle
        of a body.
        """
        self._waiting.begin(self)
        try:
            data = self._receive_in_time(size)
        finally:
            self._waiting.end(self)

        if self.phase is Phase.IDLE and data:
            self._expect_phase(Phase.HEAD, self._patience.head)
        if self.phase is Phase.REST:
            self._rest -= len(data)
        return data

    def cut(self) -> None:
        """Whoever reads from it gets nothing more."""
        self._is_cut = True
        with suppress(OSError):
            self._client.shutdown(SHUT_RDWR)

    def _expect_phase(self, phase: Phase, seconds: float) -> None:
        self.phase, self.since = phase, time.monotonic()
        self._until = self.since + seconds

    def _receive_in_time(self, size: int) -> bytes:
        left = self._until - time.monotonic()
        if left <= 0 or self.phase is Phase.REST and self._rest <= 0:
            return self._give_up()

        sending = self._client.gettimeout()
        self._client.settimeout(left)
        try:
            return bytes(self._client.recv(size))
        except TimeoutError:
            return self._give_up()
        except OSError:
            if not self._is_cut:
                raise
            return b""
        finally:
            self._client.settimeout(sending)

    def _give_up(self) -> bytes:
        if self.phase is Phase.BODY:
            raise TooSlow
        return b""


class TimedWorker(GeventWorker):  # type: ignore[misc]
    """gunicorn's gevent worker, without its patience."""

    worker_connections: int

    def init_process(self) -> None:
        self.worker_connections = min(
            self.worker_connections, allow_files(self.worker_connections)
        )
        self._waiting = Waiting(int(self.worker_connections * HIGH_WATER))
        super().init_process()

    def timeout_ctx(self) -> AbstractContextManager[None]:
        """The sockets keep the time themselves."""
        return nullcontext()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        config = self.wsgi.extensions["services"].config
        patience = Patience(
            self.cfg.keepalive, config.request_head_seconds, config.request_body_seconds
        )

        self._waiting.enter()
        try:
            # Past the class above, which would take the deadlines away again.
            super(GeventWorker, self).handle(
                listener, TimedSocket(client, self._waiting, patience), addr
            )
        finally:
            self._waiting.leave()

    def handle_request(
        self, listener_name: Any, req: Any, sock: TimedSocket, addr: Any
    ) -> None:
        sock.expect_body()
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            # The answer was not taken; gunicorn's word for an end of the connection.
            raise StopIteration from None

        if is_whole(req):
            sock.expect_request()
        else:
            sock.expect_rest()


def is_whole(req: Any) -> bool:
    """Whether all of a request has arrived, also when nobody has read it."""
    reader = req.body.reader
    if hasattr(reader, "length"):
        return bool(reader.length <= req.unreader.buf.tell())
    return getattr(reader, "parser", None) is None


def allow_files(connections: int) -> int:
    """Raise this process's limit of open files as far as it may and needs.

    Returns how many may be connections.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OWN_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)

    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most

    if soft == resource.RLIM_INFINITY:
        return connections
    return max(soft - OWN_FILES, soft // 2)
