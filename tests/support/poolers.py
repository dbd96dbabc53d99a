"""A pooler as hosts put it before PostgreSQL: it says no to `options`, or takes them and tells the
server nothing.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit, urlunsplit

# TLS and GSS are asked for in a packet of their own, before anything is said.
ENCRYPTION_ASKED = {80_877_103, 80_877_104}


class Pooler(ThreadingTCPServer):
    """`refusal` is what it answers to `options`; without one it drops them in silence."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, upstream: tuple[str, int], refusal: str) -> None:
        super().__init__(("127.0.0.1", 0), _Client)
        self.upstream = upstream
        self.refusal = refusal
        self.refused = 0


class _Client(StreamRequestHandler):
    server: Pooler

    def handle(self) -> None:
        protocol, words = self._read_start()
        while protocol in ENCRYPTION_ASKED:
            self.wfile.write(b"N")
            protocol, words = self._read_start()

        named = dict(zip(words[::2], words[1::2], strict=False))
        if "options" in named and self.server.refusal:
            self.server.refused += 1
            self.wfile.write(_error(self.server.refusal))
            return

        named.pop("options", None)
        with socket.create_connection(self.server.upstream) as server:
            server.sendall(_packet(protocol, named))
            back = threading.Thread(
                target=_carry, args=(server, self.connection), daemon=True
            )
            back.start()
            _carry(self.connection, server)
            back.join()

    def _read_start(self) -> tuple[int, list[str]]:
        length, protocol = struct.unpack("!II", self.rfile.read(8))
        rest = self.rfile.read(length - 8)
        return protocol, [word.decode() for word in rest.split(b"\0") if word]


@contextmanager
def pooler_before(url: str, refusal: str = "") -> Iterator[tuple[str, Pooler]]:
    """The address to use in place of `url`, and the pooler that listens there."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    with Pooler((parts.hostname, parts.port), refusal) as pooler:
        threading.Thread(target=pooler.serve_forever, args=(0.05,), daemon=True).start()
        yield (
            urlunsplit(
                parts._replace(
                    netloc=f"{parts.username}@127.0.0.1:{pooler.server_address[1]}"
                )
            ),
            pooler,
        )
        pooler.shutdown()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Until one end closes; then both are closed, as a pooler does it. Whoever starts a connection
    says little until it is answered, so nothing was read ahead.
    """
    with suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _packet(protocol: int, named: dict[str, str]) -> bytes:
    body = (
        b"".join(f"{name}\0{value}\0".encode() for name, value in named.items()) + b"\0"
    )
    return struct.pack("!II", len(body) + 8, protocol) + body


def _error(message: str) -> bytes:
    body = b"".join(
        f"{kind}{text}\0".encode()
        for kind, text in (("S", "FATAL"), ("C", "08P01"), ("M", message))
    )
    return b"E" + struct.pack("!I", len(body) + 5) + body + b"\0"
