"""STUB"""

from dataclasses import dataclass

from backend.flows.answers import InvalidAnswer


@dataclass
class CallTime:
    from_ms: int
    until_ms: int
    text: str


def read_time(text, language, now, settings):
    if "tomorrow" in text:
        return CallTime(now + 86_400_000, now + 90_000_000, "tomorrow")
    raise InvalidAnswer("when", "when_unclear")


def suggest_times(now, settings, language):
    return []
