"""A process of the app that can be frozen, killed and asked how it feels; and three of them at
faulty links.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from faults.faulty_links import FaultProxy
from faults.mortal_servers import MortalPostgres, MortalRedis
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Store
from tests.support.waiting import wait_until

LEASE_SECONDS = 2
# What the model's faults do is judged, so nobody answers in its place.
MODEL_KEY = {"OPENAI_API_KEY": "key-of-the-tests", "WITHOUT_MODEL": "nobody"}
# Faults make people send a lot; limits have tests of their own.
GENEROUS = {
    f"{who}_MESSAGES_PER_MINUTE": "1000000" for who in ("SESSION", "ADDRESS", "SHOP")
}


class MortalApp(RunningApp):
    """What is done to it is done to the whole group: gunicorn and its worker."""

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stopped in the middle of whatever it does, as a paused machine is; goes on after the
        block.
        """
        self._started().send(signal.SIGSTOP)
        wait_until(lambda: set(self.states()) == {"T"}, "the processes are stopped")
        try:
            yield
        finally:
            self._started().send(signal.SIGCONT)

    def states(self) -> str:
        """One letter for each of its processes, as in /proc; "" when there are none."""
        return "".join(_status(pid, "State")[0] for pid in self.pids())

    def pids(self) -> list[int]:
        """gunicorn and its worker; not what is dead and waits for its parent to notice."""
        mine = [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if _group(folder) == self._started().pid
        ]
        return [pid for pid in mine if _status(pid, "State")[0] not in "Zg"]

    def resident_kib(self) -> int:
        """Of its largest process, which is the one that serves."""
        return max(int(_status(pid, "VmRSS").split()[0]) for pid in self.pids())

    def is_alive(self) -> bool:
        return bool(self._program) and self._started().is_alive()

    def begin_to_end(self) -> None:
        """SIGTERM, without waiting for what it leads to."""
        self._started().send(signal.SIGTERM)

    def is_degraded(self) -> bool:
        """Without Redis, or without the database, when it says nothing about Redis."""
        return bool(self.get("/ready").json().get("degraded", True))


def _group(folder: Path) -> int | None:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return None


def _status(pid: int, name: str) -> str:
    try:
        found = re.search(
            rf"^{name}:\s*(.*)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE
        )
    except OSError:
        return "gone"
    return found[1] if found else "gone"


class ThreeProcesses:
    """Three processes of the app on PostgreSQL, Redis and the model, each reached through a link
    that can break.
    """

    def __init__(
        self, folder: Path, servers: Path, model: ScriptedModel, **settings: str
    ) -> None:
        self._model_port = int(model.base.rpartition(":")[2])
        self.proxy = FaultProxy(folder)
        (servers / "postgresql").mkdir()
        self.postgres = MortalPostgres(servers / "postgresql")
        self.redis = MortalRedis(folder)
        self.direct_url = self.postgres.create("flux")
        self.to_postgres = self.proxy.link_to("postgresql", self.postgres.port)
        self.to_redis = self.proxy.link_to("redis", self.redis.port)
        self.to_model = self.proxy.link_to("model", self._model_port)
        store = Store(
            "postgresql",
            f"postgresql://flux@127.0.0.1:{self.to_postgres.port}/flux",
            self._redis_url(),
        )
        usual = {**MODEL_KEY, **GENEROUS, "TURN_LEASE_SECONDS": str(LEASE_SECONDS)}
        model_url = f"http://127.0.0.1:{self.to_model.port}/v1"
        self._folder = folder
        self.apps = [
            MortalApp(
                store, folder, **(usual | {"OPENAI_BASE_URL": model_url} | settings)
            )
            for _ in range(3)
        ]

    def start(self) -> Self:
        self.apps[0].flask("migrate")
        for app in self.apps:
            app.restart()
        return self

    def heal(self) -> None:
        """After a test: everything lives again."""
        for link in (self.to_postgres, self.to_redis, self.to_model):
            link.enable()
        if not self.redis.is_alive():
            self.revive_redis()
        for app in self.apps:
            if not app.is_alive():
                app.restart()
        wait_until(
            lambda: not any(app.is_degraded() for app in self.apps),
            "all processes have Redis again",
        )

    def revive_redis(self) -> None:
        """Back at the same address, with nothing in it."""
        self.to_redis.leads_to(self.redis.start_empty())

    def close(self) -> None:
        for app in self.apps:
            app.close()
        self.redis.close()
        self.postgres.close()
        self.proxy.close()

    def sibling(self, **settings: str) -> MortalApp:
        """One more process at the same links; the caller closes it."""
        first = self.apps[0]
        return MortalApp(first.store, self._folder, **(first._settings | settings))

    def _redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.to_redis.port}"
