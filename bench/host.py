"""What a run's figures belong to: the machine, the versions, and how much others did on it
meanwhile.
"""

import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.rig import CORES, TICKS, postgres_programs
from tests.support.processes import ROOT

PACKAGES = (
    "flask",
    "gunicorn",
    "gevent",
    "openai",
    "httpx2",
    "sqlalchemy",
    "psycopg",
    "redis",
    "msgspec",
)
# user nice system idle iowait irq softirq steal
IDLE, IOWAIT = 3, 4


def described() -> dict[str, str]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _said("git", "describe", "--always", "--dirty"),
        "machine": (
            f"{_cpu_model()}, {len(CORES)} cores, {_memory_gib()} GiB, {platform.system()}"
            f" {platform.release()}"
        ),
        "versions": (
            f"Python {platform.python_version()}, "
            + ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        ),
        "stores": (
            f"SQLite {sqlite3.sqlite_version}, PostgreSQL"
            f" {_version_of(f'{postgres_programs()}/postgres')}, Redis"
            f" {_version_of('redis-server')}"
        ),
    }


def busy_seconds() -> float:
    """Of all cores since the machine started, with what its host took away; only idling is not
    counted.
    """
    ticks = list(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
    return (sum(ticks) - ticks[IDLE] - ticks[IOWAIT]) / TICKS


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def own_seconds() -> float:
    """By this process and all that it has started and seen end."""
    return sum(os.times()[:4])


def _version_of(program: str) -> str:
    found = re.search(r"\d+(\.\d+)+", _said(program, "--version"))
    return found[0] if found else "of unknown version"


def _said(*command: str) -> str:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
