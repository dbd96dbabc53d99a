"""Starts everything that a run needs, each on the core where it belongs, and reads what it costs
from /proc.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import psycopg

from bench.targets import SECRET
from tests.support.machine import free_port
from tests.support.processes import ROOT, Program
from tests.support.servers import POSTGRES_ACCOUNT, start_redis
from tests.support.waiting import accepts, answers

PROGRAMS = Path(sys.executable).parent
# The last core is the load's and the model's; the one before it is the server's. The two-process
# test has all.
CORES = sorted(os.sched_getaffinity(0))
LOAD_CORE, SERVER_CORE = {CORES[-1]}, {CORES[-2]}
TICKS = os.sysconf("SC_CLK_TCK")
# One address and one shop send everything here, which the limits of production are there to
# prevent.
NO_LIMITS = {
    f"{who}_MESSAGES_PER_MINUTE": "1000000" for who in ("SESSION", "ADDRESS", "SHOP")
} | {
    f"{who}_OPEN_REQUESTS": "100000"
    for who in ("SESSION", "ADDRESS", "SHOP", "PROCESS")
}


class Served:
    """A started server: its port, and what all its processes have used."""

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self.port = port

    def cpu_seconds(self) -> float:
        return sum(_cpu_of(pid) for pid in self._processes())

    def memory_kib(self) -> int:
        """Proportional: what processes share is counted once."""
        return sum(_pss_of(pid) for pid in self._processes())

    def _processes(self) -> Iterator[int]:
        """All of the group: each started program leads one of its own."""
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(ProcessLookupError, PermissionError):
                if os.getpgid(int(folder.name)) == self.program.pid:
                    yield int(folder.name)


def _cpu_of(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS
    return 0.0


def _pss_of(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


class Rig:
    """Everything of one run below one folder; `with` ends and removes it."""

    def __init__(self) -> None:
        # Not below the project: PostgreSQL runs as somebody else, who may not look in there.
        self._folder = Path(tempfile.mkdtemp(prefix="flux-bench-"))
        self._folder.chmod(0o755)
        self._served: list[Served] = []

    def __enter__(self) -> Self:
        os.sched_setaffinity(0, LOAD_CORE)
        return self

    def __exit__(self, *_: object) -> None:
        for served in reversed(self._served):
            self.stop(served)
        shutil.rmtree(self._folder)

    @property
    def sqlite_url(self) -> str:
        return f"sqlite:///{self._folder}/flux.db"

    def model(self) -> Served:
        port = free_port()
        command = [sys.executable, "-m", "bench.fake_model", "--port", str(port)]
        return self._start("model", port, command, LOAD_CORE)

    def relay(self, model: Served) -> Served:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "bench.floor_relay",
            "--port",
            str(port),
            "--model",
            str(model.port),
        ]

        return self._start("relay", port, command, SERVER_CORE)

    def thin(self, model: Served) -> Served:
        port = free_port()
        address = f"127.0.0.1:{port}"
        options = f"-k gevent -w 1 --worker-connections 5000 --keep-alive 75 -b {address}".split()
        command = [
            f"{PROGRAMS}/gunicorn",
            *options,
            "--no-control-socket",
            "bench.floor_flask:app",
        ]
        return self._start("thin", port, command, SERVER_CORE, _asks(model))

    def migrate(self, database_url: str) -> None:
        command = [f"{PROGRAMS}/flask", "--app", "backend.app", "migrate"]
        environment = self._environment(free_port(), DATABASE_URL=database_url)
        subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True
        )

    def flux(self, model: Served, **settings: str) -> Served:
        """As production starts it: gunicorn with our configuration, and nothing but environment
        variables.
        """
        port = free_port()
        environment = self._environment(port, **_asks(model), **(NO_LIMITS | settings))
        command = [
            f"{PROGRAMS}/gunicorn",
            "-c",
            "backend/gunicorn.conf.py",
            "backend.app:create_app()",
        ]

        cores = set(CORES) if "WEB_CONCURRENCY" in settings else SERVER_CORE
        served = self._start(f"flux-{port}", port, command, cores, environment)
        served.program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/ready"))
        return served

    def redis_url(self) -> str:
        folder = self._folder / "redis"
        folder.mkdir()
        with _on(set(CORES)):
            redis = start_redis(folder)
        self._served.append(Served(redis.program, 0))
        return redis.url

    def postgres_url(self) -> str:
        """As it comes, with every commit flushed; only memory and connections are given to it."""
        port = free_port()
        programs = postgres_programs()
        folder = self._folder / "postgresql"
        folder.mkdir()
        if POSTGRES_ACCOUNT:
            shutil.chown(folder, POSTGRES_ACCOUNT, POSTGRES_ACCOUNT)

        initdb = [
            f"{programs}/initdb",
            "-D",
            "data",
            "-U",
            "flux",
            "--auth=trust",
            "--locale=C.UTF-8",
        ]
        subprocess.run(
            initdb,
            check=True,
            capture_output=True,
            cwd=folder,
            user=POSTGRES_ACCOUNT,
            group=POSTGRES_ACCOUNT,
        )

        settings = (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "max_connections=200",
        )
        options = [word for setting in settings for word in ("-c", setting)]

        with _on(set(CORES)):
            command = [f"{programs}/postgres", "-D", "data", *options]
            program = Program(
                command, folder / "postgresql.log", cwd=folder, account=POSTGRES_ACCOUNT
            )

        url = f"postgresql://flux@127.0.0.1:{port}/postgres"
        self._served.append(Served(program, port))
        program.wait_ready(lambda: _lets_in(url))
        return url

    def stop(self, served: Served) -> None:
        self._served.remove(served)
        # The word at which PostgreSQL ends without waiting for its clients; the others take it as
        # well.
        served.program.stop(signal.SIGINT)

    def _start(
        self,
        name: str,
        port: int,
        command: Sequence[str],
        cores: set[int],
        env: Mapping[str, str] | None = None,
    ) -> Served:
        environment = {
            "PATH": f"{PROGRAMS}:{os.defpath}",
            "HOME": str(self._folder),
            **(env or {}),
        }

        with _on(cores):
            program = Program(command, self._folder / f"{name}.log", env=environment)

        served = Served(program, port)
        self._served.append(served)
        program.wait_ready(lambda: accepts(port))
        return served

    def _environment(self, port: int, **settings: str) -> dict[str, str]:
        return {
            "PATH": f"{PROGRAMS}:{os.defpath}",
            "HOME": str(self._folder),
            "FLASK_SKIP_DOTENV": "1",
            "SHOPIFY_API_KEY": "client-id-of-the-bench",
            "SHOPIFY_API_SECRET": SECRET,
            "HOST": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "TRUSTED_HOPS": "1",
            **settings,
        }


def _asks(model: Served) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{model.port}/v1",
        "OPENAI_MODEL": "bench",
    }


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """What is started inside stays on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def postgres_programs() -> Path:
    """Debian keeps them off the PATH, in a folder for each version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if on_path := shutil.which("postgres"):
        versions.append(Path(on_path).resolve())
    return versions[-1].parent
