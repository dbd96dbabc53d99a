"""What clients were told, written down as they were told it: the only witness that a crash cannot
change.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class HistoryLog:
    """One line for each thing that a client did or was told. Shared by all clients of a run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a")
        self._lock = threading.Lock()

    def note(self, what: str, **fields: Any) -> None:
        """May still be lost with this process; the next `keep` makes it safe."""
        with self._lock:
            self._file.write(
                json.dumps({"what": what, "at": time.time(), **fields}) + "\n"
            )

    def keep(self, what: str, **fields: Any) -> None:
        """On the disk when this returns."""
        self.note(what, **fields)
        with self._lock:
            self._file.flush()
            os.fsync(self._file.fileno())

    def records(self) -> list[Record]:
        with self._lock:
            self._file.flush()
        return list(read_log(self.path))


def read_log(path: Path) -> Iterator[Record]:
    with path.open() as lines:
        for line in lines:
            yield json.loads(line)
