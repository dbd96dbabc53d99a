"""Turn events as a reader meets them: parsed from a stream, and added up to what the
screen shows.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

ENDS = frozenset({"finished", "failed", "stopped", "handed_over"})


@dataclass(frozen=True)
class Event:
    id: int
    name: str
    data: dict[str, Any]

    @property
    def is_last(self) -> bool:
        return self.name in ENDS


def read_events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a text/event-stream body, however it was cut. Comments are skipped."""
    unread = b""
    for chunk in chunks:
        *blocks, unread = (unread + chunk).split(b"\n\n")
        for block in blocks:
            fields = dict(
                line.split(b": ", 1)
                for line in block.split(b"\n")
                if not line.startswith(b":")
            )
            if fields:
                yield Event(
                    int(fields[b"id"]),
                    fields[b"event"].decode(),
                    json.loads(fields[b"data"]),
                )


def screens_of(events: Iterable[Event]) -> Iterator[bytes]:
    """What stands on the screen at first and after each event, in UTF-16: each text is written at
    its offset, which counts units of it.
    """
    shown = bytearray()
    yield bytes(shown)
    for event in events:
        if event.name == "restart":
            shown.clear()
        elif event.name == "text":
            at = 2 * event.data["at"]
            written = event.data["text"].encode("utf-16-le")
            shown[at : at + len(written)] = written
        yield bytes(shown)


def shown_text(events: Iterable[Event]) -> str:
    """The reply on the screen in the end."""
    [last] = deque(screens_of(events), maxlen=1)
    return last.decode("utf-16-le")
