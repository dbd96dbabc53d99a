"""The frozen conversations: what shoppers say, and what must be true after each message. Never the
words of an answer: any model may find its own.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

FOLDER = Path(__file__).parent / "conversations"
NO_ORDER = "none"


@dataclass(frozen=True)
class Expected:
    """After one message. None and empty ones say nothing.

    `calls` are tools that must have been called, `avoids` such that must not; `asks` is what must
    stand in a tool's arguments. Of products `shows` must all be seen, of `any` one, of `hides`
    none. `order` is the one that is shown, or none. `states` are figures in the reply; `lacks` must
    be nowhere.
    """

    says: str
    quiet: bool = False
    calls: Sequence[str] = ()
    avoids: Sequence[str] = ()
    asks: Mapping[str, str] = field(default_factory=dict)
    shows: Sequence[str] = ()
    any: Sequence[str] = ()
    hides: Sequence[str] = ()
    nothing: bool = False
    sources: Sequence[str] = ()
    order: str = ""
    person: bool | None = None
    waits: bool | None = None
    states: Sequence[str] = ()
    lacks: Sequence[str] = ()


@dataclass(frozen=True)
class Talk:
    """One conversation, of a guest unless `customer` is Ana; `page` is the product that is open."""

    name: str
    language: str
    customer: str
    page: str
    turns: Sequence[Expected]

    @classmethod
    def from_toml(cls, name: str, language: str, told: Mapping[str, Any]) -> Self:
        turns = [Expected(**turn) for turn in told["turns"]]
        return cls(name, language, told.get("as", ""), told.get("page", ""), turns)

    @property
    def fields(self) -> dict[str, Any]:
        """What the browser says beside the words."""
        page = {"url": f"/products/{self.page}", "handle": self.page}
        return {"locale": self.language, "page": page if self.page else None}


def read_talks() -> list[Talk]:
    """All of them, by language."""
    return [
        talk for path in sorted(FOLDER.glob("*.toml")) for talk in read_talk_file(path)
    ]


def read_talk_file(path: Path) -> list[Talk]:
    told = tomllib.loads(path.read_text("utf-8"))
    return [
        Talk.from_toml(f"{path.stem} {number}", told["language"], talk)
        for number, talk in enumerate(told["talks"], 1)
    ]
