"""F10, F11: another process holds SQLite's lock; the disk is full, under the data or
under the log.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.dev.model.ai_script import counted
from faults.harmed_workers import worker
from faults.mortal_app import MortalApp
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Store
from tests.support.waiting import wait_until

MOUNT = ["mount", "-t", "tmpfs", "-o"]


@pytest.fixture(scope="module")
def volume() -> Iterator[Callable[[str], Path]]:
    """Small disks of their own, for data and for logs."""
    mounted: list[Path] = []

    def mount(size: str) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="flux-small-"))
        if subprocess.run(
            [*MOUNT, f"size={size}", "tmpfs", folder], capture_output=True
        ).returncode:
            pytest.skip("only root may mount a small disk")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


@pytest.fixture(scope="module")
def app(volume, model: ScriptedModel) -> Iterator[MortalApp]:
    """Its data lies on one small disk, its log on another."""
    data, log = volume("6m"), volume("1m")
    openai = {
        "OPENAI_API_KEY": "key-of-the-tests",
        "OPENAI_BASE_URL": f"{model.base}/v1",
        "WITHOUT_MODEL": "nobody",
    }
    # Three refusals take as long as a hurried turn may.
    hurried = worker("HurriedWorker") | {"TURN_SECONDS": "60"}
    app = MortalApp(
        Store("sqlite", f"sqlite:///{data}/flux.db"),
        log,
        **openai,
        **hurried,
    )
    yield app.start()
    app.close()


@pytest.fixture
def ben(app, shop: str) -> Person:
    return Person(app.base, shop)


def database(app: MortalApp) -> Path:
    return Path(app.store.database_url.removeprefix("sqlite:///"))


@contextmanager
def locked(app: MortalApp) -> Iterator[None]:
    """Somebody else writes and does not finish."""
    connection = sqlite3.connect(
        database(app), isolation_level=None, check_same_thread=False
    )
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not one byte is left."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        for size in (1 << 16, 4096):
            while _fits(file, size):
                pass
    assert shutil.disk_usage(folder).free == 0
    try:
        yield
    finally:
        filler.unlink()


def _fits(file: Any, size: int) -> bool:
    try:
        os.write(file.fileno(), b"x" * size)
    except OSError:
        return False
    return True


def message() -> dict[str, str]:
    id_ = str(uuid.uuid4())
    return {"message": f"Is it there? {id_[:8]}", "messageId": id_}


def roles(person: Person) -> list[str]:
    return [said["role"] for said in person.history().body["messages"]]


def test_a_short_lock_is_only_a_short_wait(app, ben):
    """Within the busy timeout, which is a fifth of the usual in this app."""
    ben.follows(ben.says("Hello").turn)
    with ThreadPoolExecutor(1) as asking_thread, locked(app):
        began = time.monotonic()
        asking = asking_thread.submit(ben.says, "While it is locked")
        assert not wait([asking], timeout=0.5).done, "the lock bites"

    assert asking.result().status == 201
    assert 0.5 <= time.monotonic() - began < soon(2)


def test_a_long_lock_is_told_and_the_repeat_is_one_message(app, ben):
    ben.follows(ben.says("Hello").turn)
    mine = message() | {"sessionId": ben.device.session_id}
    with locked(app):
        began = time.monotonic()
        refused = ben.sends("chat", mine)
        took = time.monotonic() - began
        assert roles(ben) == ["shopper", "assistant"]
        assert app.get("/health").status_code == 200

    assert (refused.status, refused.code, refused.headers.get("Retry-After")) == (
        503,
        "store_busy",
        "1",
    )
    assert took < soon(2)
    again = ben.sends("chat", mine)
    assert again.status == 201
    assert ben.follows(again.turn).names[-1] == "finished"
    assert roles(ben) == ["shopper", "assistant"] * 2


def test_a_reply_outlasts_a_long_lock_and_its_process_goes_on_working(app, ben, ai):
    """Its checkpoints and its lease cannot be written for a while; afterwards both are written
    again.
    """
    # Far longer than three refusals take on a busy machine: an ended turn has no checkpoint.
    words = counted(300)
    ai.will_say(words, when="during the lock", gap_ms=110)
    turn = ben.says("Speak during the lock").turn
    with ben.watches(turn) as events:
        next(events)
        with locked(app):
            refused = [ben.elsewhere().says("Nobody hears this") for _ in range(3)]
        written = checkpoint(app, turn)
        wait_until(
            lambda: len(checkpoint(app, turn)) > len(written),
            "checkpoints go on",
            within=10,
        )
        ben.stops(turn)
    assert {answer.status for answer in refused} == {503}
    assert words.startswith(checkpoint(app, turn))


def checkpoint(app: MortalApp, turn: str) -> str:
    connection = sqlite3.connect(database(app))
    found: tuple[str] = connection.execute(
        "SELECT text FROM turns WHERE id = ?", [turn]
    ).fetchone()
    connection.close()
    return found[0]


def test_a_full_disk_takes_nothing_and_loses_nothing(app, ben):
    ben.follows(ben.says("Before the disk was full").turn)
    mine = message() | {"sessionId": ben.device.session_id, "message": "x" * 8000}
    with full(database(app).parent):
        statuses = [
            ben.sends("chat", mine | {"messageId": str(uuid.uuid4())}) for _ in range(3)
        ]
        refused = ben.sends("chat", mine)
        read = roles(ben)
    assert {answer.status for answer in statuses} <= {201, 503, 507}
    assert refused.status in (503, 507)
    assert refused.code == "store_full"
    assert refused.headers["Retry-After"]
    assert read[:2] == ["shopper", "assistant"]

    again = ben.sends("chat", mine)
    assert again.status == 201
    assert ben.follows(again.turn).names[-1] == "finished"
    kept = sum(answer.status == 201 for answer in statuses)
    assert roles(ben).count("shopper") == 2 + kept
    assert whole(app)


def whole(app: MortalApp) -> bool:
    connection = sqlite3.connect(database(app))
    found = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return bool(found == ("ok",))


def test_a_full_log_does_not_stop_the_chat(app, ben):
    with full(app._folder):
        wait_until(
            lambda: _asks_in_vain(app, ben), "the log has no room for another line"
        )
        answer = ben.says("Does anybody write this down?")
        assert answer.status == 201
        assert ben.follows(answer.turn).names[-1] == "finished"
        assert roles(ben) == ["shopper", "assistant"]
        size = app._log.stat().st_size

    ben.says("And now?")
    wait_until(lambda: app._log.stat().st_size > size, "the log goes on")


def _asks_in_vain(app: MortalApp, ben: Person) -> bool:
    before = app._log.stat().st_size
    ben.history()
    return app._log.stat().st_size == before


def test_every_commit_is_on_the_disk(app):
    """FULL is what makes an acknowledgement outlive a power cut; the app sets it, so that no file
    can forget it.
    """
    found = subprocess.run(
        ["python3", "-c", PRAGMAS],
        env=app._environment() | {"PYTHONPATH": "."},
        capture_output=True,
        text=True,
    )
    assert found.stdout.split() == ["wal", "2"], found.stderr


PRAGMAS = """
import os
from backend.store.database import Database
for engine in Database(os.environ["DATABASE_URL"]).engines[1:]:
    with engine.connect() as connection:
        for name in ("journal_mode", "synchronous"):
            print(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
"""
