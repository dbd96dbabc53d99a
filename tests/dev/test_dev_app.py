"""`make demo` from outside: one program that opens the shop, says where, and leaves
nothing behind.
"""

import os
import re
import socket
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.support.loopback import loopback
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import accepts, wait_until


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Program, int]]:
    port = free_port()
    program = started(port, tmp_path)
    program.wait_ready(lambda: "Ctrl-C" in program.output(), within=90)
    yield program, port
    program.stop()


def started(port: int, folder: Path) -> Program:
    env = {"PATH": os.defpath, "HOME": str(folder), "PORT": str(port)}
    return Program([sys.executable, "-m", "backend.dev"], folder / "demo.log", env=env)


def frame_of_the_app(port: int) -> str:
    """The address that the pretend admin opens in its frame, id token and all."""
    [address] = re.findall(
        r'data-src="([^"]+)"',
        loopback.get(f"http://127.0.0.1:{port}/admin/apps/flux-chat").text,
    )
    return unescape(address)


def test_the_shop_opens_answers_and_closes(demo: tuple[Program, int]) -> None:
    program, port = demo
    assert f"http://127.0.0.1:{port}/\n" in program.output()
    assert f"http://127.0.0.1:{port}/admin\n" in program.output()
    assert loopback.get(f"http://127.0.0.1:{port}/").status_code == 200
    assert "Open inbox" in loopback.get(frame_of_the_app(port)).text

    chat = loopback.post(
        f"http://127.0.0.1:{port}/apps/flux-chat/chat",
        json={"message": "Do you have a mug?"},
    )

    assert chat.status_code == 201
    assert "Harbour Mug" in chat.json()["reply"]
    assert program.stop() == 0
    assert not accepts(port)


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = started(port, tmp_path)
        wait_until(lambda: not program.is_alive(), "given up")

    assert program.stop() == 1
    assert program.output().startswith(f"Port {port} cannot be used")


def test_a_port_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    program = started(70_000, tmp_path)
    wait_until(lambda: not program.is_alive(), "given up")

    assert program.output() == "PORT must be a number from 1 to 65535, not '70000'.\n"
