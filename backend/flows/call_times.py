"""When to call: read from what a shopper wrote, within the shop's hours; proposed, and said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import regex

from backend.flows.answers import InvalidAnswer
from backend.flows.replies import say
from backend.flows.time_reading import SaidTime, Unclear, days_from, understand
from backend.flows.time_words import (
    HOURS_OF_HALF_A_DAY,
    AmbiguousDate,
    Clock,
    cut,
    spoken,
)
from backend.shops.hours_text import describe_week
from backend.shops.opening_hours import (
    DAY_MINUTES,
    ONE_DAY,
    WHOLE_DAY,
    Opening,
    OpeningHours,
    Span,
)

FIELD = "when"
LONGEST_TEXT = 200
MOST_DAYS_AHEAD = 60
# Where no day was said, it is the first of these that has such an hour.
DAYS_TRIED = 8
# A sentence with more of them is about something else.
MOST_UNKNOWN = 2
QUESTION = regex.compile(r"[?？؟]")
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

# Where a shop keeps no hours, nobody means the night unless he says so.
DAYTIME: Opening = (8 * 60, 20 * 60)
NOON = 12 * 60
PARTS_OF_DAY = {
    "morning": (6 * 60, NOON),
    "noon": (NOON, 14 * 60),
    "afternoon": (NOON, 18 * 60),
    "evening": (17 * 60, 22 * 60),
    "night": (20 * 60, 24 * 60),
}
# An hour that may be of both halves of the day is in the first from then on.
EARLIEST_CALL = 7 * 60

MOST_SUGGESTED = 3
# A long opening is proposed in two halves; what is left of one must be worth the wait.
MIDDAY, SHORTEST_SUGGESTED, HOUR = 13 * 60, 60, 60
# What is longer and ends on the next day is told with both days.
LONGEST_NIGHT = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class CallTime:
    """From and until, in milliseconds; the same, if it is a point in time. `text` is what was
    written.
    """

    from_ms: int
    until_ms: int
    text: str
    is_soon: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`read_time` understands the value, on any day; the label is for today."""

    value: str
    label: str


def read_time(
    text: str,
    language: str,
    now_ms: int,
    hours: OpeningHours,
) -> CallTime:
    """Raises InvalidAnswer."""
    said = _understand(
        text,
        language,
        hours.local(now_ms).date(),
    )
    written = text.strip()[:LONGEST_TEXT]
    if said.is_at_once:
        opening = _opening_from(now_ms, hours)
        return CallTime(
            opening.start_ms,
            opening.end_ms,
            written,
            is_soon=True,
        )

    asked = _Asked(language, now_ms, hours)
    span = asked.find(said)
    return CallTime(span.start_ms, span.end_ms, written)


def describe(
    call_time: CallTime,
    language: str,
    time_zone: str,
) -> str:
    """Such as "Tuesday, December 1, 16:00–18:00": it stays true on the days after."""
    if call_time.is_soon:
        return say("soon", language)

    start = datetime.fromtimestamp(
        call_time.from_ms / 1000,
        ZoneInfo(time_zone),
    )
    end = datetime.fromtimestamp(
        call_time.until_ms / 1000,
        ZoneInfo(time_zone),
    )
    if end == start:
        return _on_day(
            start.date(),
            _clock(start),
            language,
        )
    if _is_of_one_day(start, end):
        return _on_day(
            start.date(), f"{_clock(start)}–{_end_clock(start, end)}", language
        )

    first = _on_day(
        start.date(),
        _clock(start),
        language,
    )
    return f"{first} – {_on_day(end.date(), _clock(end), language)}"


def suggest_times(
    now_ms: int,
    hours: OpeningHours,
    language: str,
) -> list[Suggestion]:
    """As soon as possible, and the next hours in which somebody is there."""
    soon = say("soon", language)
    suggested = [Suggestion(soon, _capital(soon))]
    today = hours.local(now_ms).date()

    for span in _spans_to_suggest(now_ms, hours):
        value = describe(
            CallTime(*span, ""),
            language,
            hours.time_zone,
        )
        start, end = hours.local(span.start_ms), hours.local(span.end_ms)
        clocks = f"{_clock(start)}–{_end_clock(start, end)}"
        label = (
            _label(
                start.date(),
                today,
                clocks,
                language,
            )
            or value
        )
        suggested.append(
            Suggestion(
                value,
                _capital(label),
            )
        )
        if len(suggested) > MOST_SUGGESTED:
            break
    return suggested


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question of when to call, as it stands at one moment."""

    language: str
    now_ms: int
    hours: OpeningHours

    def find(self, said: SaidTime) -> Span:
        """Raises InvalidAnswer."""
        if said.minutes is not None:
            at_ms = self.now_ms + said.minutes * MINUTE_MS
            return self._within_hours(
                Span(
                    at_ms,
                    at_ms,
                ),
                self.hours.local(at_ms).date(),
            )

        today = self.hours.local(self.now_ms).date()
        if said.is_week:
            spans = list(self._spans_of_week(said))
            return Span(
                spans[0].start_ms,
                spans[-1].end_ms,
            )
        return self._first_right(
            said,
            said.days or tuple(_following(today)),
        )

    def _first_right(
        self,
        said: SaidTime,
        days: Sequence[date],
    ) -> Span:
        """What is wrong with the first is said if none is right, but a day that is over only if
        that is all.
        """
        problems: list[InvalidAnswer] = []
        for day in days:
            try:
                return self._on_day(said, day)
            except InvalidAnswer as problem:
                problems.append(problem)

        telling = [problem for problem in problems if problem.code != "when_past"]
        raise (telling or problems)[0]

    def _spans_of_week(
        self,
        said: SaidTime,
    ) -> Iterator[Span]:
        problem: InvalidAnswer | None = None
        is_found = False
        for day in said.days:
            try:
                yield self._on_day(said, day)
                is_found = True
            except InvalidAnswer as invalid:
                problem = problem or invalid
        if problem and not is_found:
            raise problem

    def _on_day(
        self,
        said: SaidTime,
        day: date,
    ) -> Span:
        start, end = _window(
            said,
            day,
            self.hours,
        )
        span = Span(
            self.hours.at_ms(day, start),
            self.hours.at_ms(day, end),
        )
        return self._within_hours(span, day)

    def _within_hours(
        self,
        span: Span,
        day: date,
    ) -> Span:
        """The part of it that is still to come and in which somebody is there."""
        if span.end_ms < self.now_ms:
            raise InvalidAnswer(FIELD, "when_past")
        if span.start_ms > self.now_ms + MOST_DAYS_AHEAD * DAY_MS:
            raise InvalidAnswer(FIELD, "when_far")

        from_ms = max(span.start_ms, self.now_ms)
        asked = Span(from_ms, span.end_ms)
        # A night that began the day before is meant only where nothing of the day itself is.
        for begins in (day, day - ONE_DAY):
            found = [
                shared
                for opening in self.hours.spans(begins)
                if (shared := _shared(asked, opening))
            ]
            if found:
                return Span(found[0].start_ms, found[-1].end_ms)
        raise self._closed(from_ms)

    def _closed(self, at_ms: int) -> InvalidAnswer:
        following = _opening_from(at_ms, self.hours)
        proposed = CallTime(*following, "")
        given = {
            "hours": describe_week(self.hours, self.language) or "",
            "next": describe(
                proposed,
                self.language,
                self.hours.time_zone,
            ),
        }
        return InvalidAnswer(FIELD, "when_closed", given)


def _opening_from(at_ms: int, hours: OpeningHours) -> Span:
    """That moment alone, where nobody will be there for a year: a person has to see to it."""
    return hours.find_opening(at_ms) or Span(at_ms, at_ms)


def _understand(
    text: str,
    language: str,
    today: date,
) -> SaidTime:
    if len(text) > LONGEST_TEXT:
        raise InvalidAnswer(FIELD, "when_unclear")

    most_unknown = 0 if QUESTION.search(text) else MOST_UNKNOWN
    try:
        words, unknown = cut(text, language)
        if unknown <= most_unknown:
            return understand(words, unknown, today)
    except (Unclear, AmbiguousDate, OverflowError):
        pass
    raise InvalidAnswer(FIELD, "when_unclear")


def _following(today: date) -> Iterator[date]:
    for later in range(DAYS_TRIED):
        yield from days_from(today, later)


def _shared(
    span: Span,
    opening: Span,
) -> Span | None:
    """A point must lie before the end; a span must have some time in the opening."""
    start, end = (
        max(
            span.start_ms,
            opening.start_ms,
        ),
        min(span.end_ms, opening.end_ms),
    )
    is_point = span.start_ms == span.end_ms
    if is_point and opening.start_ms <= span.start_ms < opening.end_ms:
        return span
    return (
        Span(
            start,
            end,
        )
        if start < end
        else None
    )


def _window(
    said: SaidTime,
    day: date,
    hours: OpeningHours,
) -> tuple[int, int]:
    """In minutes of the day."""
    if len(said.clocks) == 2:
        return _range(said, day, hours)

    if not said.clocks:
        parts = [PARTS_OF_DAY[part] for part in said.parts] or [_usual_day(hours)]
        return min(start for start, _ in parts), max(end for _, end in parts)

    minute = _minute(
        said.clocks[0],
        said,
        day,
        hours,
    )
    first, last = _usual_day(hours)
    if said.is_after:
        return minute, last if minute < last else WHOLE_DAY[1]
    if said.is_before:
        return first if first < minute else WHOLE_DAY[0], minute
    return minute, minute


def _range(
    said: SaidTime,
    day: date,
    hours: OpeningHours,
) -> tuple[int, int]:
    """Each of the two may be of either half of the day: what was said of one holds for both."""
    first, last = said.clocks
    if last.is_exact and not first.is_exact:
        end = _minutes(last)
        fitting = [minute for minute in _both(first) if minute < end]
        return max(fitting, default=end), end

    start = _minute(first, said, day, hours)
    later = [minute for minute in _both(last) if minute > start]
    later += _after_midnight(last, day, hours)
    if not later:
        raise InvalidAnswer(FIELD, "when_unclear")
    return start, later[0]


def _after_midnight(clock: Clock, day: date, hours: OpeningHours) -> list[int]:
    """Where somebody is there until then, in the night that follows."""
    reaches = max((end for _, end in hours.openings(day)), default=0)
    minutes = [DAY_MINUTES + minute for minute in _both(clock)]
    return [minute for minute in minutes if minute <= reaches]


def _minute(
    clock: Clock,
    said: SaidTime,
    day: date,
    hours: OpeningHours,
) -> int:
    """Of the day. What may be of both halves is in that half in which somebody is there."""
    if clock.is_exact:
        return _minutes(clock)

    early, late = _both(clock)
    if said.parts:
        return early if said.parts[0] == "morning" else late
    if hours.are_kept:
        for minute in (early, late):
            if hours.is_open(hours.at_ms(day, minute)):
                return minute
    return early if early >= EARLIEST_CALL else late


def _both(clock: Clock) -> tuple[int, ...]:
    """Its minutes of the day, in either half; twelve is noon in both."""
    minute = _minutes(clock)
    if clock.is_exact:
        return (minute,)
    if clock.hour == HOURS_OF_HALF_A_DAY:
        return minute, minute
    return minute, minute + NOON


def _minutes(clock: Clock) -> int:
    return clock.hour * 60 + clock.minute


def _usual_day(hours: OpeningHours) -> tuple[int, int]:
    return WHOLE_DAY if hours.are_kept else DAYTIME


def _spans_to_suggest(
    now_ms: int,
    hours: OpeningHours,
) -> Iterator[Span]:
    today = hours.local(now_ms).date()
    for later in range(MOST_DAYS_AHEAD):
        day = today + timedelta(days=later)
        for start, end in _halves(_openings_to_suggest(hours, day)):
            now = (
                now_ms
                - hours.at_ms(
                    day,
                    0,
                )
            ) // MINUTE_MS
            first = max(
                start,
                -(-(now + 1) // HOUR) * HOUR,
            )
            if end - first >= SHORTEST_SUGGESTED:
                yield Span(
                    hours.at_ms(day, first),
                    hours.at_ms(day, end),
                )


def _openings_to_suggest(hours: OpeningHours, day: date) -> Sequence[Opening]:
    openings = hours.openings(day)
    if openings and not hours.are_kept:
        return (DAYTIME,)
    return openings


def _halves(openings: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in openings:
        if MIDDAY - start >= SHORTEST_SUGGESTED and end - MIDDAY >= SHORTEST_SUGGESTED:
            yield start, MIDDAY
            yield MIDDAY, end
        else:
            yield start, end


def _label(
    day: date,
    today: date,
    clocks: str,
    language: str,
) -> str | None:
    """Of today and tomorrow only."""
    key = {
        0: "today",
        1: "tomorrow",
    }.get((day - today).days)
    return (
        say(
            key,
            language,
            hours=clocks,
        )
        if key
        else None
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _on_day(
    day: date,
    clocks: str,
    language: str,
) -> str:
    return say(
        "on_day",
        language,
        weekday=spoken(
            "days",
            language,
        )[day.weekday()],
        day=str(day.day),
        month=spoken(
            "months",
            language,
        )[day.month - 1],
        hours=clocks,
    )


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _end_clock(
    start: datetime,
    end: datetime,
) -> str:
    """Midnight ends the day that it belongs to."""
    is_midnight = end.time() == time() and end.date() > start.date()
    return "24:00" if is_midnight else _clock(end)


def _is_of_one_day(start: datetime, end: datetime) -> bool:
    """As people say it: a night belongs to the day on which it begins."""
    last_day = (end - timedelta(minutes=1)).date()
    if last_day == start.date():
        return end - start <= ONE_DAY
    return end - start <= LONGEST_NIGHT
