"""What the scripted model will say next: rules, the newest first, and a record of who asked."""

import random
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

MOST_CALLS = 10_000
# What comes when somebody wants a picture: one, or none by the content policy, or by mistake; what
# is no picture, too heavy, too wide; where it stands, or a call for the form to be said.
PICTURES = (
    "painted",
    "refused",
    "none",
    "words",
    "heavy",
    "wide",
    "at_address",
    "wants_format",
)
CHANCE = random.SystemRandom()
# Of these alone no language makes a word.
CONSONANTS = "bcdfghjklmnpqrstvwxz"
# A figure in a reply is a statement, which the app looks into; these letters make no word.
FIGURES_AS_LETTERS = str.maketrans("0123456789", "bcdfghjvln")


def counted(number: int, start: str = "w") -> str:
    """So many different words: `wc wd wf …`, the first, the second, the third."""
    return " ".join(
        start + str(each).translate(FIGURES_AS_LETTERS) for each in range(1, number + 1)
    )


def nonsense(number: int, length: int = 7, chance: random.Random = CHANCE) -> str:
    """So many words that state nothing, and were never said before."""
    words = ("".join(chance.choices(CONSONANTS, k=length)) for _ in range(number))
    return " ".join(words)


class BadRule(ValueError):
    """The text says which field is not understood."""


@dataclass
class Rule:
    """One way to answer. Counts are of chunks with words; times are milliseconds."""

    when: str = ""  # a part of the last paragraph of the shopper's last message
    times: int | None = None  # how often it applies; None is always

    text: str | None = None
    chunks: int | None = None  # `counted` words instead of a text
    finish: str = "stop"
    first_ms: int = 0
    gap_ms: int = 30

    status: int | None = None  # an error, with `retry_after` seconds
    retry_after: str | None = None
    body: str | None = None  # these characters instead of an answer
    charset: str = "utf-8"  # of `body`; latin-1 can say any bytes
    content_type: str = "text/html; charset=utf-8"

    # Not of a reply but of a picture: one of PICTURES.
    picture: str = ""

    silent: bool = False  # takes the request and never answers
    endless: bool = False  # begins again after the last word
    drop_after: int | None = None  # RST
    stall_after: int | None = None  # silence on an open connection
    end_after: int | None = None  # ends properly, but says neither why nor [DONE]
    error_after: int | None = None  # an error object within the stream
    half: bool = False  # half of the next event goes out before one of these four
    cut_utf8: int | None = (
        None  # every write in pieces of so many bytes, wherever that cuts
    )
    piece_ms: int = 0  # a pause after each such piece

    @classmethod
    def from_json(cls, values: Any) -> Self:
        if not isinstance(values, dict):
            raise BadRule("a rule is an object")
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise BadRule(f"unknown fields: {', '.join(sorted(unknown))}")
        if values.get("picture", "") not in {"", *PICTURES}:
            raise BadRule(f"a picture is one of: {', '.join(PICTURES)}")
        return cls(**values)

    def pieces(self, otherwise: str) -> list[str]:
        """Its words, one by one with the space before them. Joined they are the text."""
        if self.text is None and self.chunks:
            return re.findall(r" ?\S+", counted(self.chunks))
        return re.findall(
            r"\s*\S+(?:\s+\Z)?|\s+\Z", otherwise if self.text is None else self.text
        )

    @property
    def breaks_after(self) -> int | None:
        breaks = (self.drop_after, self.stall_after, self.end_after, self.error_after)
        return min((count for count in breaks if count is not None), default=None)


class Script:
    def __init__(self) -> None:
        self._rules: list[Rule] = []
        # What it was asked in chats, and for pictures: jobs ask for those, at their own time.
        self.calls: deque[Mapping[str, Any]] = deque(maxlen=MOST_CALLS)
        self.paintings: deque[Mapping[str, Any]] = deque(maxlen=MOST_CALLS)

    def add(self, rule: Rule) -> None:
        self._rules.insert(0, rule)

    def clear(self) -> None:
        self._rules.clear()
        self.calls.clear()
        self.paintings.clear()

    def rule_for(self, message: str, is_picture: bool = False) -> Rule:
        """The newest that fits, used once more; a plain one when none does."""
        for rule in self._rules:
            fits = rule.when in message and bool(rule.picture) == is_picture
            if fits and rule.times != 0:
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return Rule()
