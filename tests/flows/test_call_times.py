"""Ana says when she wants to be called, on Tuesday the first of December at ten in the morning."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.catalog.lexicon import LANGUAGES
from backend.flows.answers import InvalidAnswer
from backend.flows.call_times import CallTime, describe, read_time, suggest_times
from backend.flows.replies import say
from backend.shops.opening_hours import ClosedDays, OpeningHours

BERLIN = ZoneInfo("Europe/Berlin")
# Mira's shop answers on weekdays from nine to five, Otto's at any time.
MIRAS = OpeningHours("Europe/Berlin", (((9 * 60, 17 * 60),),) * 5 + ((),) * 2)
OTTOS = OpeningHours("Europe/Berlin", ((),) * 7)
# Nils answers in the nights of Friday and Saturday.
NIGHTS = OpeningHours("Europe/Berlin", ((),) * 4 + (((22 * 60, 26 * 60),),) * 2 + ((),))
HOLIDAY = (ClosedDays("2026-12-02", "2026-12-04", "Inventory"),)
MIRAS_AWAY = replace(MIRAS, closed_days=HOLIDAY)
OTTOS_AWAY = replace(OTTOS, closed_days=HOLIDAY)


def at(day: int, hour: int, minute: int = 0) -> int:
    moment = datetime(2026, 12, day, hour, minute, tzinfo=BERLIN)
    return int(moment.timestamp() * 1000)


NOW = at(1, 10)


def read(text: str, language: str = "en", hours: OpeningHours = MIRAS) -> str:
    """As it is described in English."""
    return describe(read_time(text, language, NOW, hours), "en", hours.time_zone)


def refused(text: str, language: str = "en") -> InvalidAnswer:
    with pytest.raises(InvalidAnswer) as problem:
        read_time(text, language, NOW, MIRAS)
    return problem.value


@pytest.mark.parametrize(
    "text, told",
    [
        ("now", "as soon as possible"),
        ("as soon as possible", "as soon as possible"),
        ("any time", "as soon as possible"),
        ("tomorrow after 4", "Wednesday, December 2, 16:00–17:00"),
        ("tomorrow morning", "Wednesday, December 2, 9:00–12:00"),
        ("call me tomorrow at 4", "Wednesday, December 2, 16:00"),
        ("tomorrow at 4?", "Wednesday, December 2, 16:00"),
        ("friday between 10 and 12", "Friday, December 4, 10:00–12:00"),
        ("from 10 to 2", "Tuesday, December 1, 10:00–14:00"),
        ("between 2 and 4 pm", "Tuesday, December 1, 14:00–16:00"),
        ("in the afternoon", "Tuesday, December 1, 12:00–17:00"),
        ("after 16:30", "Tuesday, December 1, 16:30–17:00"),
        ("before noon", "Tuesday, December 1, 10:00–12:00"),
        ("next monday 9am", "Monday, December 7, 9:00"),
        ("in two hours", "Tuesday, December 1, 12:00"),
        ("in 2 days at 4pm", "Thursday, December 3, 16:00"),
        ("at 9", "Wednesday, December 2, 9:00"),
        ("tuesday at 9", "Tuesday, December 8, 9:00"),
        ("next week", "Monday, December 7, 9:00 – Friday, December 11, 17:00"),
        ("2026-12-03 14:00-16:00", "Thursday, December 3, 14:00–16:00"),
    ],
)
def test_a_time_is_read_within_the_hours_of_the_shop(text: str, told: str) -> None:
    assert read(text) == told


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "tomorrow after 4"),
        ("de", "morgen nach 16 Uhr"),
        ("fr", "demain après 16h"),
        ("es", "mañana después de las 4"),
        ("hi", "कल शाम 4 बजे के बाद"),
        ("hi", "kal 4 baje ke baad"),
        ("ml", "നാളെ 4 മണിക്ക് ശേഷം"),
        ("ja", "明日の16時以降"),
        ("ar", "غدا بعد الساعة 4"),
        ("en", "morgen nach 16 Uhr"),
        ("en", "明日の16時以降"),
    ],
)
def test_tomorrow_after_four_is_the_same_in_every_language(language, text) -> None:
    assert read(text, language) == "Wednesday, December 2, 16:00–17:00"


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "friday morning"),
        ("de", "Freitag vormittag"),
        ("fr", "vendredi matin"),
        ("es", "el viernes por la mañana"),
        ("hi", "शुक्रवार सुबह"),
        ("ml", "വെള്ളിയാഴ്ച രാവിലെ"),
        ("ja", "金曜日の午前中"),
        ("ar", "صباح الجمعة"),
    ],
)
def test_friday_morning_is_the_same_in_every_language(language, text) -> None:
    assert read(text, language) == "Friday, December 4, 9:00–12:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_soon_as_possible_is_read_as_it_is_said(language: str) -> None:
    found = read_time(say("soon", language), language, NOW, MIRAS)

    assert found.is_soon
    assert (found.from_ms, found.until_ms) == (NOW, at(1, 17))


def test_at_once_is_the_next_opening_where_the_shop_is_closed() -> None:
    found = read_time("now", "en", at(4, 18), MIRAS)

    assert (found.from_ms, found.until_ms) == (at(7, 9), at(7, 17))


def test_what_was_written_is_kept() -> None:
    assert read_time(" tomorrow at 4 ", "en", NOW, MIRAS).text == "tomorrow at 4"


@pytest.mark.parametrize(
    "text, following",
    [
        ("at 20:00", "Wednesday, December 2, 9:00–17:00"),
        ("sunday", "Monday, December 7, 9:00–17:00"),
        ("tomorrow evening", "Thursday, December 3, 9:00–17:00"),
        ("at 4 in the morning", "Wednesday, December 2, 9:00–17:00"),
    ],
)
def test_outside_the_hours_the_next_opening_is_proposed(text, following) -> None:
    problem = refused(text)

    assert (problem.field, problem.code) == ("when", "when_closed")
    assert problem.given["next"] == following
    assert following in say(problem.code, "en", **problem.given)
    assert "Mon–Fri 9:00–17:00" in say(problem.code, "en", **problem.given)


@pytest.mark.parametrize("text", ["today at 9", "yesterday", "november 30"])
def test_what_is_over_is_past(text: str) -> None:
    assert refused(text).code == "when_past"


@pytest.mark.parametrize("text", ["in 3 months", "February 20"])
def test_what_is_more_than_sixty_days_ahead_is_far(text: str) -> None:
    assert refused(text).code == "when_far"


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", ""),
        ("en", "12/5"),
        ("en", "what is your return policy"),
        ("en", "do you deliver tomorrow?"),
        ("en", "I need 11 remotes"),
        ("en", "30 february"),
        ("en", "from 10 to 11 or 12"),
        ("en", "in 99999999 weeks"),
        ("en", "tomorrow " * 30),
        ("ja", "返品できますか"),
    ],
)
def test_what_says_no_time_is_unclear(language: str, text: str) -> None:
    assert refused(text, language).code == "when_unclear"


@pytest.mark.parametrize(
    "text, told",
    [
        ("at 4", "Tuesday, December 1, 16:00"),
        ("tomorrow", "Wednesday, December 2, 8:00–20:00"),
        ("tomorrow after 9pm", "Wednesday, December 2, 21:00–24:00"),
        ("at 3am", "Wednesday, December 2, 3:00"),
    ],
)
def test_a_shop_without_hours_is_always_there(text: str, told: str) -> None:
    assert read(text, hours=OTTOS) == told


@pytest.mark.parametrize(
    "text, told",
    [
        ("friday", "Friday, December 4, 22:00–24:00"),
        ("friday at 11pm", "Friday, December 4, 23:00"),
        ("friday 22:00-2:00", "Friday, December 4, 22:00–2:00"),
        ("friday from 10pm to 1", "Friday, December 4, 22:00–1:00"),
        ("saturday at 1:00", "Saturday, December 5, 1:00"),
        ("saturday before 1", "Saturday, December 5, 0:00–1:00"),
        ("sunday at 1am", "Sunday, December 6, 1:00"),
    ],
)
def test_a_night_goes_on_after_midnight(text: str, told: str) -> None:
    assert read(text, hours=NIGHTS) == told


@pytest.mark.parametrize("text", ["friday 22:00-3:00", "friday at 3am", "sunday 22:00"])
def test_and_ends_when_it_ends(text: str) -> None:
    with pytest.raises(InvalidAnswer):
        read(text, hours=NIGHTS)


def test_in_the_night_as_soon_as_possible_is_until_it_ends() -> None:
    found = read_time("now", "en", at(5, 1), NIGHTS)

    assert (found.from_ms, found.until_ms) == (at(5, 1), at(5, 2))


@pytest.mark.parametrize(
    "hours, following",
    [
        (MIRAS_AWAY, "Monday, December 7, 9:00–17:00"),
        (OTTOS_AWAY, "Saturday, December 5, 0:00–24:00"),
    ],
)
def test_on_a_closed_date_nobody_calls(hours: OpeningHours, following: str) -> None:
    for text in ("tomorrow", "friday at 10"):
        with pytest.raises(InvalidAnswer) as problem:
            read(text, hours=hours)
        assert problem.value.code == "when_closed"
        assert problem.value.given["next"] == following


def test_no_closed_date_is_proposed() -> None:
    proposed = [each.label for each in suggest_times(at(1, 16, 30), MIRAS_AWAY, "en")]

    assert proposed == [
        "As soon as possible",
        "Monday, December 7, 9:00–13:00",
        "Monday, December 7, 13:00–17:00",
        "Tuesday, December 8, 9:00–13:00",
    ]


EVERYBODYS = {
    "miras": MIRAS,
    "ottos": OTTOS,
    "nights": NIGHTS,
    "away": MIRAS_AWAY,
}


@pytest.mark.parametrize("hours", EVERYBODYS.values(), ids=EVERYBODYS)
@pytest.mark.parametrize("now", [NOW, at(4, 16, 40)], ids=["tuesday", "friday"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_proposed_is_understood(language, now, hours) -> None:
    suggested = suggest_times(now, hours, language)

    assert len(suggested) == 4
    assert len({each.label for each in suggested}) == 4
    for each in suggested:
        read_back = read_time(each.value, language, now, hours)
        assert describe(read_back, language, hours.time_zone) == each.value


def test_today_and_tomorrow_are_proposed_by_name() -> None:
    labels = [each.label for each in suggest_times(NOW, MIRAS, "en")]

    assert labels == [
        "As soon as possible",
        "Today 11:00–13:00",
        "Today 13:00–17:00",
        "Tomorrow 9:00–13:00",
    ]


def test_a_time_is_told_in_the_language_of_who_reads_it() -> None:
    found = CallTime(at(2, 16), at(2, 17), "")

    assert (
        describe(found, "de", "Europe/Berlin") == "Mittwoch, 2. Dezember, 16:00–17:00"
    )
    assert describe(found, "ja", "Europe/Berlin") == "12月2日（水曜日）16:00–17:00"
    assert describe(found, "en", "Asia/Tokyo").startswith("Thursday, December 3, 0:00")
