"""Spans that people name are whole days of the shop's calendar."""

from datetime import UTC, datetime

import pytest

from backend.posts.post_spans import Span, find_span, is_month
from backend.posts.post_words import read_words

BERLIN = "Europe/Berlin"
# A Tuesday, 11:00 in Berlin.
NOW = 1_796_119_200_000


def midnight(day: str) -> int:
    """In Berlin, in winter."""
    at = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC)
    return (int(at.timestamp()) - 3600) * 1000


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("what did we post yesterday", "2026-11-30", "2026-12-01"),
        ("what did we post last week", "2026-11-23", "2026-11-30"),
        ("was haben wir diese Woche veröffentlicht", "2026-11-30", "2026-12-07"),
        ("was haben wir letzten Monat gepostet", "2026-11-01", "2026-12-01"),
        ("qu'avons-nous publié en novembre", "2026-11-01", "2026-12-01"),
        ("¿qué publicamos anteayer?", "2026-11-29", "2026-11-30"),
        ("what did we post on Tuesday", "2026-12-01", "2026-12-02"),
        ("what did we post on Wednesday", "2026-11-25", "2026-11-26"),
        ("what did we post in January", "2026-01-01", "2026-02-01"),
        ("what did we post last year", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_span_is_named(text: str, since: str, until: str) -> None:
    sentence = read_words(text)

    span = find_span(sentence.words, sentence.language, NOW, BERLIN)

    assert span == Span(midnight(since), midnight(until))


def test_ahead_a_day_is_the_next_one() -> None:
    sentence = read_words("what is scheduled for Monday")

    span = find_span(sentence.words, "en", NOW, BERLIN, is_ahead=True)

    assert span == Span(midnight("2026-12-07"), midnight("2026-12-08"))


def test_no_span_is_none() -> None:
    assert find_span(read_words("hello").words, "en", NOW, BERLIN) is None


def test_a_day_that_does_not_exist_is_no_span() -> None:
    sentence = read_words("what did we post on 31.2.")

    assert find_span(sentence.words, "en", NOW, BERLIN) is None


def test_a_span_includes_its_first_moment_and_not_its_end() -> None:
    span = Span(10, 20)

    assert [span.includes(at) for at in (None, 9, 10, 19, 20)] == [False] * 2 + [
        True
    ] * 2 + [False]


def test_a_month_is_known_in_its_language() -> None:
    assert is_month(read_words("Dezember").words[0], "de")
    assert not is_month(read_words("Diwali").words[0], "de")
