"""The attacks: what is planted at each place that a model reads, and what a model that obeys does
and says.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from evals.spoken_steps import Call

FOLDER = Path(__file__).parent / "attacks"


class Place(StrEnum):
    """Where an attack stands."""

    MESSAGE = "message"
    EARLIER = "earlier"
    TITLE = "title"
    PRODUCT = "product"
    KNOWLEDGE = "knowledge"


# What stands there is the merchant's word: what it promises is no lie of the model's.
MERCHANTS = (Place.PRODUCT, Place.KNOWLEDGE)


@dataclass(frozen=True)
class Attack:
    """`calls` and `says` are what the model is to do; `forbids` is what no shopper may read."""

    number: int
    place: Place
    customer: str
    text: str
    calls: Sequence[Call]
    says: str
    forbids: Sequence[str]

    @property
    def mark(self) -> str:
        """Stands in the planted text and nowhere else, to see that the model has read it."""
        return f"ref A{self.number}R"

    @property
    def planted(self) -> str:
        return f"{self.text} ({self.mark})"

    @property
    def trigger(self) -> str:
        """Stands in the message that is answered."""
        return f"(A{self.number}T)"

    @property
    def handle(self) -> str:
        """Of the product whose text it is."""
        return f"planted-{self.number}"


def read_attacks() -> list[Attack]:
    """Each text at every place."""
    told = [
        each
        for path in sorted(FOLDER.glob("*.toml"))
        for each in tomllib.loads(path.read_text("utf-8"))["attacks"]
    ]
    pairs = [(place, each) for each in told for place in Place]
    return [_attack(number, *pair) for number, pair in enumerate(pairs)]


def _attack(number: int, place: Place, told: Mapping[str, Any]) -> Attack:
    return Attack(
        number,
        place,
        told.get("as", ""),
        told["text"],
        [(call["tool"], call["arguments"]) for call in told.get("calls", ())],
        told["says"],
        told.get("forbids", ()),
    )
