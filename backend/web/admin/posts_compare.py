"""What differs between two versions of a post, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from backend.posts.post_versions import Content

# A word with the blanks behind it.
WORD = re.compile(r"\s+|\S+\s*")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing takes a time that grows with the square of it.
MOST_COMPARED = 800


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `is_marked` where the other side has none of them."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field of both versions, side by side."""

    name: str
    before: Sequence[Piece]
    after: Sequence[Piece]

    @property
    def differs(self) -> bool:
        return any(piece.is_marked for piece in (*self.before, *self.after))


def compare_versions(before: Content, after: Content) -> list[ComparedField]:
    """The title and the text in any case; the rest where one of them has it."""
    fields = {
        "Title": (before.title, after.title),
        "Text": (before.body, after.body),
        "Summary": (before.summary, after.summary),
        "Tags": (", ".join(before.tags), ", ".join(after.tags)),
        "Alt text": (before.alt, after.alt),
    }
    return [_compare(name, *both) for name, both in fields.items() if any(both)]


def _compare(
    name: str,
    before: str,
    after: str,
) -> ComparedField:
    left, right = _cut(before, after)
    matcher = SequenceMatcher(
        None,
        left,
        right,
        autojunk=False,
    )
    steps = matcher.get_opcodes()
    return ComparedField(
        name,
        list(_join((left[i:j], kind) for kind, i, j, _, _ in steps)),
        list(_join((right[i:j], kind) for kind, _, _, i, j in steps)),
    )


def _cut(before: str, after: str) -> tuple[list[str], list[str]]:
    """Into words; what has too many of them into lines, and what has too many of these not."""
    for form in (WORD, LINE):
        left, right = form.findall(before), form.findall(after)
        if len(left) <= MOST_COMPARED and len(right) <= MOST_COMPARED:
            return left, right
    return [before], [after]


def _join(steps: Iterator[tuple[list[str], str]]) -> Iterator[Piece]:
    for words, kind in steps:
        if words:
            yield Piece("".join(words), kind != "equal")
