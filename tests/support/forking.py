"""`python -m tests.support.forking gunicorn`: loads the app's libraries, then reads what to start.

Each line is a question in JSON: `{"start": {"words", "log", "environ"}}` is answered with a process
id, `{"ended": id}` with the exit code, or null while it runs. Whatever still runs at the end of the
questions is killed.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from gevent import monkey

# Of what gunicorn's master uses.
PATCHED = ("os", "select", "signal", "time")

# As they are before gevent patches them, for this process, which waits for a pipe.
_fork, _waitpid = os.fork, os.waitpid
_codes: dict[int, int | None] = {}


def load_gunicorn() -> Callable[[], Any]:
    """gevent's worker patches before the app is loaded, so that comes first here as well. The
    master has no part in it: it keeps the kernel's own way to fork, to hear signals, to wait.
    """
    kernels = {name: SimpleNamespace(**vars(import_module(name))) for name in PATCHED}
    monkey.patch_all()

    import_module("backend.app")
    import_module("backend.serving")
    # Read here, the words are there in whatever is forked.
    import_module("backend.assistant.warm_up").load_words()
    vars(import_module("gunicorn.arbiter")).update(kernels)
    return import_module("gunicorn.app.wsgiapp").run


def load_flask() -> Callable[[], Any]:
    import_module("backend.app")
    return import_module("flask.cli").main


def become(words: list[str], log: str, environ: dict[str, str]) -> None:
    """What a program finds when it starts."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(written)

    os.environ.clear()
    os.environ.update(environ)
    sys.argv = words


def exit_code(pid: int) -> int | None:
    if _codes[pid] is None:
        ended, status = _waitpid(pid, os.WNOHANG)
        if ended:
            _codes[pid] = os.waitstatus_to_exitcode(status)
    return _codes[pid]


def serve(run: Callable[[], Any]) -> None:
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if "start" in question:
            pid = _fork()
            if not pid:
                become(**question["start"])
                run()
                return
            _codes[pid] = None
            answer: int | None = pid
        else:
            answer = exit_code(question["ended"])
        sys.stdout.buffer.write(f"{json.dumps(answer)}\n".encode())
        sys.stdout.buffer.flush()

    for pid, code in _codes.items():
        if code is None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve({"gunicorn": load_gunicorn, "flask": load_flask}[sys.argv[1]]())
