"""What somebody has said of a time, before anybody looks at hours: which days, from when, until
when.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from backend.flows.time_words import HOURS_OF_A_DAY, Clock, DayOfYear, TimeWord

DAYS_OF_WEEK = 7
NOON = Clock(12, 0, True)
PARTS = ("morning", "noon", "afternoon", "evening", "night")
AT_ONCE = frozenset({"now", "soon", "any"})
MINUTES = {"minute": 1, "hour": 60}
DAYS = {
    "day": 1,
    "week": DAYS_OF_WEEK,
    "month": 30,
}
SPANS = {
    "half_hour": 30,
    "one_hour": 60,
    "two_hours": 120,
}
SHIFTS_BEFORE = {
    "half_past": 30,
    "quarter_past": 15,
    "half_to": -30,
    "quarter_to": -15,
}
SHIFTS_BEHIND = {"half_after": 30, "quarter_after": 15}
FILLER = {"filler"}
NUMBERS = frozenset(
    {
        "number",
        "numbers",
        "articles",
        "filler",
        "in",
    }
)
MARKERS = frozenset({"in", "after"})
# Of a day without a year: one that is longer ago is next year's.
LONGEST_AGO = 180


class Unclear(Exception):
    """It says no time, or several."""


@dataclass(frozen=True, slots=True)
class SaidTime:
    """`days` in the order in which they may be meant; none if no day was said. `minutes` from now
    is a time by itself.
    """

    days: tuple[date, ...] = ()
    is_week: bool = False
    clocks: tuple[Clock, ...] = ()
    parts: tuple[str, ...] = ()
    is_after: bool = False
    is_before: bool = False
    minutes: int | None = None
    is_at_once: bool = False


def understand(
    words: Sequence[TimeWord],
    unknown: int,
    today: date,
) -> SaidTime:
    """Beside a word that nobody knows, a bare number is no hour. Raises Unclear."""
    told = [word for word in words if word.kinds.keys() != FILLER]
    kinds = _kinds(told)
    if not kinds or unknown and kinds <= NUMBERS:
        raise Unclear

    minutes, days, told = _take_duration(told)
    said = SaidTime(
        days=days_from(
            today,
            days,
        )
        if days
        else _days(told, today),
        is_week="next_week" in kinds and "days" not in kinds,
        clocks=tuple(_clocks(told)),
        parts=tuple(part for part in PARTS if part in kinds),
        is_after="after" in kinds,
        is_before="before" in kinds,
        minutes=minutes,
    )
    return _checked(said, kinds)


def days_from(
    today: date,
    days: int,
) -> tuple[date, ...]:
    return (today + timedelta(days=days),)


def _checked(
    said: SaidTime,
    kinds: frozenset[str],
) -> SaidTime:
    if (
        not said.clocks
        and said.parts == ("noon",)
        and (said.is_after or said.is_before)
    ):
        said = replace(
            said,
            clocks=(NOON,),
            parts=(),
        )
    if len(said.clocks) > 2:
        raise Unclear

    if said.days or said.clocks or said.parts or said.minutes is not None:
        return said
    if kinds & AT_ONCE:
        return replace(said, is_at_once=True)
    raise Unclear


def _kinds(words: Sequence[TimeWord]) -> frozenset[str]:
    return frozenset().union(*(word.kinds for word in words))


def _take_duration(
    words: list[TimeWord],
) -> tuple[int | None, int, list[TimeWord]]:
    """Minutes, days, and the other words: "in two hours", "2 घंटे बाद"."""
    for place, word in enumerate(words):
        for kind, minutes in SPANS.items():
            if kind in word.kinds:
                return (
                    minutes,
                    0,
                    _without_markers(
                        words[:place],
                        words[place + 1 :],
                    ),
                )

    for place, (count, unit) in enumerate(pairwise(words)):
        amount = _count(count)
        before, behind = words[:place], words[place + 2 :]
        is_marked = _is_marker(before[-1:]) or _is_marker(behind[:1])
        if amount is None or not is_marked:
            continue
        if found := _measure(amount, unit):
            return *found, _without_markers(before, behind)
    return None, 0, words


def _measure(
    amount: int,
    unit: TimeWord,
) -> tuple[int | None, int] | None:
    for kind in unit.kinds:
        if kind in MINUTES:
            return amount * MINUTES[kind], 0
        if kind in DAYS:
            return None, amount * DAYS[kind]
    return None


def _is_marker(words: Sequence[TimeWord]) -> bool:
    return bool(MARKERS & _kinds(words))


def _without_markers(
    before: Sequence[TimeWord],
    behind: Sequence[TimeWord],
) -> list[TimeWord]:
    if _is_marker(before[-1:]):
        before = before[:-1]
    elif _is_marker(behind[:1]):
        behind = behind[1:]
    return [*before, *behind]


def _count(word: TimeWord) -> int | None:
    """Of things, so that an article counts as well."""
    if "articles" in word.kinds:
        return 1
    if "number" in word.kinds:
        return word.kinds["number"]
    return word.kinds["numbers"] + 1 if "numbers" in word.kinds else None


def _days(
    words: Sequence[TimeWord],
    today: date,
) -> tuple[date, ...]:
    if dates := [word.date for word in words if word.date]:
        return (
            _date(
                dates[0],
                today,
            ),
        )

    kinds = _kinds(words)
    if weekdays := [word.kinds["days"] for word in words if "days" in word.kinds]:
        return _weekday(weekdays[0], kinds, today)
    if "next_week" in kinds:
        monday = _monday_after(today)
        return tuple(monday + timedelta(days=each) for each in range(DAYS_OF_WEEK))
    return _named_day(kinds, today)


def _named_day(
    kinds: frozenset[str],
    today: date,
) -> tuple[date, ...]:
    named = {
        "today": 0,
        "after_tomorrow": 2,
        "tomorrow": 1,
        "yesterday": -1,
    }
    for kind, days in named.items():
        if kind in kinds:
            return days_from(today, days)
    return ()


def _weekday(
    weekday: int,
    kinds: frozenset[str],
    today: date,
) -> tuple[date, ...]:
    """Today's name means today while there is time, or the same day a week later."""
    if "next_week" in kinds:
        return days_from(_monday_after(today), weekday)

    ahead = (weekday - today.weekday()) % DAYS_OF_WEEK
    coming, later = today + timedelta(days=ahead), timedelta(days=DAYS_OF_WEEK)
    if ahead:
        return (coming,)
    return (coming + later,) if "next" in kinds else (coming, coming + later)


def _monday_after(today: date) -> date:
    return today + timedelta(days=DAYS_OF_WEEK - today.weekday())


def _date(
    said: DayOfYear,
    today: date,
) -> date:
    """Without a year, and without a month, the next one."""
    try:
        if not said.month:
            return _day_of_month(said.day, today)
        found = date(
            said.year or today.year,
            said.month,
            said.day,
        )
    except ValueError:
        raise Unclear from None

    is_long_ago = (today - found).days > LONGEST_AGO
    if said.year or not is_long_ago:
        return found
    return _of_next_year(found)


def _day_of_month(
    day: int,
    today: date,
) -> date:
    """Raises ValueError for a day that neither this month has nor the next."""
    found = today.replace(day=day)
    if found >= today:
        return found
    following = today.replace(day=1) + timedelta(days=32)
    return following.replace(day=day)


def _of_next_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        raise Unclear from None


def _clocks(words: Sequence[TimeWord]) -> Iterator[Clock]:
    words = [word for word in words if "oclock" not in word.kinds]
    for place, word in enumerate(words):
        if clock := _clock(word):
            before = _kinds(
                words[
                    max(
                        place - 1,
                        0,
                    ) : place
                ]
            )
            behind = _kinds(words[place + 1 : place + 2])
            yield _shifted(clock, before, behind)


def _clock(word: TimeWord) -> Clock | None:
    if word.clock:
        return word.clock

    hour = None if "articles" in word.kinds else _count(word)
    if hour is None:
        return None
    if hour > HOURS_OF_A_DAY:
        raise Unclear
    return Clock(
        hour,
        0,
        hour > NOON.hour or hour == 0,
    )


def _shifted(
    clock: Clock,
    before: frozenset[str],
    behind: frozenset[str],
) -> Clock:
    minutes = sum(
        SHIFTS_BEFORE.get(
            kind,
            0,
        )
        for kind in before
    )
    minutes += sum(
        SHIFTS_BEHIND.get(
            kind,
            0,
        )
        for kind in behind
    )
    if not minutes:
        return clock

    hour, minute = divmod(
        clock.hour * 60 + clock.minute + minutes,
        60,
    )
    return replace(
        clock,
        hour=hour or NOON.hour,
        minute=minute,
    )
