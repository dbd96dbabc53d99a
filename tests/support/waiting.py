"""Waiting for something to become true: the only place in the tests that ever sleeps."""

import socket
import time
from collections.abc import Callable

import httpx2

from tests.support.loopback import loopback


def wait_until(ready: Callable[[], object], what: str, within: float = 60) -> None:
    """Look until `ready()` is true. Raises TimeoutError that names `what` after `within`
    seconds.
    """
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        time.sleep(0.02)


def answers(url: str, status: int = 200) -> bool:
    """Whether a GET gets that status now; nobody listening is no."""
    try:
        return loopback.get(url, timeout=5).status_code == status
    except httpx2.TransportError:
        return False


def accepts(port: int) -> bool:
    """Whether somebody listens on that port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
