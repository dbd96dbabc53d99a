"""Texts that were looked through for what they state, as long as there is room for them: what a
merchant has written is read once, and not in every turn.
"""

from collections import OrderedDict
from collections.abc import Sequence

from backend.assistant.statements import Statement
from backend.assistant.surroundings import read_all

# What is kept of a text takes some forty bytes for each of its characters.
MOST_CHARACTERS = 500_000


class ReadTexts:
    """The latest of them, `most` characters in all."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._left = self._most = most
        self._kept: OrderedDict[str, Sequence[Statement]] = OrderedDict()

    def read(self, text: str) -> Sequence[Statement]:
        """What each of its sentences states."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known

        read = [statement for _, statement in read_all(text)]
        if len(text) <= self._most:
            self._keep(text, read)
        return read

    def _keep(self, text: str, read: Sequence[Statement]) -> None:
        self._kept[text] = read
        self._left -= len(text)
        while self._left < 0:
            dropped, _ = self._kept.popitem(last=False)
            self._left += len(dropped)
