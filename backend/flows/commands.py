"""STUB"""

from dataclasses import dataclass


@dataclass
class Command:
    kind: str
    step: str | None = None
    number: int | None = None


def read_command(text, language):
    word = text.strip().lower()
    if word in ("yes", "no", "back", "cancel"):
        return Command(word)
    return None
