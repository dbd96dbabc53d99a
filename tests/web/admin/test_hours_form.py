"""Opening hours as Mira writes them, and as she sees them again."""

import pytest

from backend.web.admin.hours_form import read_openings, write_openings

MORNING, AFTERNOON = (540, 750), (810, 1080)


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        ("", ()),
        (" , ", ()),
        ("9-12.30", (MORNING,)),
        ("9:00–12:30, 13:30 – 18", (MORNING, AFTERNOON)),
        ("0:00–24:00", ((0, 1440),)),
    ],
)
def test_hours_are_read_however_they_are_written(
    text: str, openings: tuple[tuple[int, int], ...]
) -> None:
    assert read_openings(text) == openings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "Write times such as"),
        ("9:75–10", "minutes from 00 to 59"),
        ("12–9", "must end later"),
        ("9–25", "must end later"),
        ("13:30–18, 9–12:30", "come after the one before"),
    ],
)
def test_what_are_no_hours_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_openings(text)


def test_what_is_shown_can_be_read_again() -> None:
    shown = write_openings([MORNING, AFTERNOON])

    assert shown == "9:00–12:30, 13:30–18:00"
    assert read_openings(shown) == (MORNING, AFTERNOON)
