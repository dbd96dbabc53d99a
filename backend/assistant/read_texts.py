"""Texts that were looked through for what they state, as long as there is room for them: what a
merchant has written is read once, and not in every turn.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.assistant.reply_units import UnitKind, split_units
from backend.assistant.statements import Statement
from backend.assistant.surroundings import Surroundings

# What is kept of a text takes some forty bytes for each of its characters.
MOST_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Placed:
    """What `text[start:end]` states."""

    statement: Statement
    start: int
    end: int


class ReadTexts:
    """The latest of them, `most` characters in all."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._left = self._most = most
        self._kept: OrderedDict[str, Sequence[Placed]] = OrderedDict()

    def read(self, text: str) -> Sequence[Placed]:
        """Its sentences, items and rows."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known

        placed = list(_read(text))
        if len(text) <= self._most:
            self._keep(text, placed)
        return placed

    def _keep(self, text: str, placed: Sequence[Placed]) -> None:
        self._kept[text] = placed
        self._left -= len(text)
        while self._left < 0:
            dropped, _ = self._kept.popitem(last=False)
            self._left += len(dropped)


def _read(text: str) -> Iterator[Placed]:
    around = Surroundings()
    place = 0

    for unit in split_units(text):
        start = place + len(unit.lead)
        end = place + len(unit.text.rstrip())
        place += len(unit.text)

        if unit.kind != UnitKind.BLANK:
            yield Placed(around.read(unit), start, end)
        around.learn(unit)


# Of this process.
TEXTS = ReadTexts()
