"""The app with its tools watched, and everything written down that it connects to."""

import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from backend.app import create_app as create_whole_app
from backend.tools.toolbox import Toolbox, find_tools
from evals.watched_tools import WatchedTools
from tests.support.fork_server import ForkedProgram
from tests.support.running_app import RunningApp
from tests.support.waiting import answers

CONNECTIONS = "connections.jsonl"
LOOKED_UP = "socket.getaddrinfo"
WATCHED = {"socket.connect", LOOKED_UP}


def create_app(folder: str) -> Flask:
    """For gunicorn, which hands on what stands between the brackets of the name."""
    note_connections(Path(folder) / CONNECTIONS)
    tools = WatchedTools(Toolbox(find_tools()), Path(folder))
    return create_whole_app(tools=tools)


class WatchedApp(RunningApp):
    """A running app of which gunicorn loads the one above."""

    def _serve(self) -> "WatchedApp":
        name = f"evals.watched_app:create_app({str(self._folder)!r})"
        words = ["-c", "backend/gunicorn.conf.py", name]
        self._program = ForkedProgram("gunicorn", words, self._log, self._environment())
        self._program.wait_ready(lambda: answers(f"{self.base}/ready"))
        return self


def note_connections(path: Path) -> None:
    """Of this process from now on: each host that is looked up or connected to. Python itself
    tells it, whichever library asks; it cannot be taken back.
    """

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED:
            host = host_of(event, arguments)
            with path.open("a", encoding="utf-8") as hosts:
                hosts.write(f"{json.dumps(host)}\n")

    sys.addaudithook(note)


def host_of(event: str, arguments: tuple[Any, ...]) -> str:
    """A path for a socket that is a file."""
    if event == LOOKED_UP:
        return str(arguments[0])
    address = arguments[1]
    return str(address[0] if isinstance(address, tuple) else address)
