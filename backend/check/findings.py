"""A finding: one line for the person who sets the app up. A problem keeps the app from working, a
note does not.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`text` says what is the matter and what to do; never a secret."""

    text: str
    is_problem: bool = True

    def __str__(self) -> str:
        return f"{'wrong' if self.is_problem else 'note '}  {self.text}"


def note(text: str) -> Finding:
    return Finding(text, is_problem=False)
