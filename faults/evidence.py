"""All that the checker may look at, arranged for looking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faults.final_scan import Scan
from faults.history_log import Record

EPOCH_NUMBERS = 1_000_000
CANARY = re.compile(r"canary-[a-z]{7}")


def epoch_of(number: int) -> int:
    """Numbers of epoch e begin at (e-1) million and one."""
    return max(0, number - 1) // EPOCH_NUMBERS + 1


@dataclass
class Reader:
    """One follow of one turn: where it began, what came, and how it added up."""

    browser: str
    turn: str
    session: str
    after: int
    text: str
    events: list[Record] = field(default_factory=list)

    def moments(self) -> list[tuple[int, str]]:
        """(epoch, text on the screen) at the start and after each event that changed it."""
        units = self.text.encode("utf-16-le")
        seen = [(epoch_of(self.after), self.text)]
        for event in self.events:
            if event["name"] == "restart":
                units = b""
            elif event["name"] == "text":
                at, words = (
                    2 * event["data"]["at"],
                    event["data"]["text"].encode("utf-16-le"),
                )
                units = units[:at].ljust(at, b"\0") + words + units[at + len(words) :]
            else:
                continue
            seen.append(
                (epoch_of(event["number"]), units.decode("utf-16-le", "replace"))
            )
        return seen

    @property
    def last(self) -> Record | None:
        ends = ("finished", "failed", "stopped", "handed_over")
        return (
            self.events[-1] if self.events and self.events[-1]["name"] in ends else None
        )


@dataclass
class Evidence:
    """A run as its witnesses tell it. `calls` are the shoppers' words that the model was asked
    about.
    """

    records: Sequence[Record]
    scan: Scan
    calls: Sequence[str] = ()
    # Whether the model itself was made to fail: each attempt may then ask it a second time.
    model_failed: bool = False
    lease_seconds: int = 2

    def of(self, what: str) -> list[Record]:
        return [record for record in self.records if record["what"] == what]

    @property
    def acknowledged(self) -> list[Record]:
        return self.of("acknowledged")

    @property
    def pages(self) -> list[Record]:
        return self.of("page")

    @property
    def recoveries(self) -> list[float]:
        return [record["seconds"] for record in self.of("recovered")]

    def readers(self) -> list[Reader]:
        found: dict[int, Reader] = {}
        for record in self.records:
            if record["what"] == "follows":
                names = ("browser", "turn", "session", "after", "text")
                found[record["reader"]] = Reader(
                    **{name: record[name] for name in names}
                )
            elif record["what"] == "event":
                found[record["reader"]].events.append(record)
        return list(found.values())

    def turns_by_id(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.scan.turns}

    def replies_by_id(self) -> dict[str, dict[str, Any]]:
        return {
            row["id"]: row for row in self.scan.messages if row["role"] == "assistant"
        }
