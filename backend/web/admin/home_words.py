"""The home page in words: why a shopper waits and for how long, and each figure with its unit and
what it is of.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.clock import iso
from backend.reports.people_report import PeopleFigures
from backend.reports.period_report import Figures, Restored
from backend.web.admin.strings import MINUTE_MS, Moment, count_of

NO_DATA = "No data"
# Why a conversation needs a person, as it is stored.
REASONS = {
    "asked": "Asked for a person",
    "failed": "Reply failed",
    "limit": "Reply limit reached",
    "message": "Wrote to your team",
}
MINUTES_OF = {"d": 1_440, "h": 60, "min": 1}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with one unit, and in `more` what it is of."""

    name: str
    number: str
    more: str = ""


def describe_today(day: Figures, spent: dict[str, str] | None) -> Iterator[Figure]:
    """`spent` is what the model has cost, in dollars, where its price is known."""
    yield Figure("New conversations", f"{day.conversations:,}")
    yield Figure("Answered by assistant", f"{day.answered:,}")
    yield Figure("Handed to your team", f"{day.handed_over:,}")
    yield Figure("Failed", f"{day.failed:,}")
    yield _describe_usage(day, spent)
    yield Figure(
        "Statements held back",
        f"{day.held_back:,}",
        "from the AI model, confirmed by no store data, not shown to shoppers",
    )
    yield Figure(
        "Answered without the AI model",
        f"{day.by_rules:,}",
        "from your store data, when there is no AI model or it did not answer",
    )


def _describe_usage(day: Figures, spent: dict[str, str] | None) -> Figure:
    if spent is not None:
        return Figure("AI cost", spent["today"], f"{spent['month']} this month")

    tokens = day.tokens_in + day.tokens_out
    more = f"{day.tokens_in:,} read, {day.tokens_out:,} written"
    return Figure("AI usage (tokens)", f"{tokens:,}", more)


def describe_period(people: PeopleFigures, restored: Restored) -> Iterator[Figure]:
    """Of all days together."""
    yield _describe_response(people)
    yield Figure(
        "Resolved without a person",
        _share(people.resolution),
        f"{people.settled:,} of {count_of(people.answered, 'conversation')}"
        if people.answered
        else "",
    )
    yield Figure(
        "Returning shoppers",
        f"{restored.returned:,}",
        f"{_share(restored.rate)} found their chat" if restored.returned else "",
    )
    yield Figure(
        "Satisfaction",
        _share(people.satisfaction),
        f"of {count_of(people.rated, 'rating')}" if people.rated else "",
    )


def _describe_response(people: PeopleFigures) -> Figure:
    if people.first_response is None:
        return Figure("First response time", NO_DATA)
    return Figure(
        "First response time",
        write_duration(people.first_response),
        f"median of {count_of(people.handoffs, 'reply', 'replies')} by your team",
    )


def _share(rate: float | None) -> str:
    return NO_DATA if rate is None else f"{rate:.0%}"


def write_duration(length_ms: int) -> str:
    """In the two largest units, such as "1 h 20 min"; less than a minute in seconds."""
    minutes = length_ms // MINUTE_MS
    if not minutes:
        return f"{length_ms // 1_000} s"

    words = []
    for unit, length in MINUTES_OF.items():
        count, minutes = divmod(minutes, length)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words[:2])


def waited(since_ms: int, now_ms: int) -> Moment:
    return Moment(write_duration(max(0, now_ms - since_ms)), iso(since_ms))
