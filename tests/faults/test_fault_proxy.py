"""The fault proxy breaks connections as it says, and its counts prove that it did."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.faulty_links import FaultProxy, FaultyLink
from tests.support.pace import soon


class Echo:
    """A server that says everything back."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            threading.Thread(target=_repeat, args=[client], daemon=True).start()


def _repeat(client: socket.socket) -> None:
    with client:
        while said := _received(client):
            client.sendall(said)


def _received(client: socket.socket) -> bytes:
    try:
        return client.recv(1 << 16)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    proxy = FaultProxy(tmp_path_factory.mktemp("proxy"))
    yield proxy
    proxy.close()


@pytest.fixture
def link(proxy: FaultProxy, request: pytest.FixtureRequest) -> FaultyLink:
    return proxy.link_to(request.node.name, Echo().port)


@pytest.fixture
def client(link: FaultyLink) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", link.port), timeout=5) as client:
        yield client


def hears(client: socket.socket, size: int) -> bytes:
    """So many bytes, or what came before the end."""
    heard = b""
    while len(heard) < size and (part := client.recv(size - len(heard))):
        heard += part
    return heard


def seconds_for(client: socket.socket, said: bytes) -> float:
    began = time.monotonic()
    client.sendall(said)
    assert hears(client, len(said)) == said
    return time.monotonic() - began


def test_without_a_toxic_everything_passes(client):
    with ThreadPoolExecutor(1) as other:
        said = bytes(range(256)) * 20_000
        other.submit(client.sendall, said)

        assert hears(client, len(said)) == said


def test_latency_delays_and_ends(link, client):
    with link.toxic("latency", latency=200) as slow:
        assert seconds_for(client, b"hello") >= 0.2
    assert slow.bites == 1
    assert seconds_for(client, b"hello") < soon(0.2)


def test_bandwidth_lets_through_so_many_kilobytes_a_second(link, client):
    with link.toxic("bandwidth", rate=100) as narrow:
        assert seconds_for(client, b"x" * 30_000) >= 0.25
    assert narrow.bites > 1


def test_the_slicer_cuts_and_loses_nothing(link, client):
    with link.toxic("slicer", average_size=7, size_variation=3) as slicer:
        seconds_for(client, b"0123456789" * 50)
    assert slicer.bites >= 40


def test_limit_data_closes_after_so_many_bytes(link, client):
    with link.toxic("limit_data", bytes=10) as limit:
        client.sendall(b"0123456789abcdef")
        assert hears(client, 16) == b"0123456789"
        assert limit.bites == 1


def test_a_black_hole_swallows_until_it_is_gone(link, client):
    with link.toxic("timeout", timeout=0) as hole:
        client.sendall(b"hello")
        hole.has_bitten()
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
    client.settimeout(5)
    assert client.recv(1) == b""


def test_a_timeout_closes_by_itself(link, client):
    with link.toxic("timeout", timeout=100):
        client.sendall(b"hello")
        assert client.recv(1) == b""


def test_reset_peer_resets(link, client):
    with link.toxic("reset_peer") as reset:
        client.sendall(b"hello")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert reset.bites == 1


def test_slow_close_keeps_the_other_side_waiting(link, client):
    with link.toxic("slow_close", delay=200) as slow:
        began = time.monotonic()
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        assert time.monotonic() - began >= 0.2
    assert slow.bites == 1


def test_down_resets_who_is_there_and_refuses_who_comes(link, client):
    assert seconds_for(client, b"hello") < soon(1)

    with link.down():
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", link.port))

    assert link.told()["cut"] == 1
    with socket.create_connection(("127.0.0.1", link.port), timeout=5) as again:
        assert seconds_for(again, b"hello") < soon(1)
