"""Posts as models really send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.posts.draft_text import parse_draft, read_tags, write_draft
from backend.posts.post_versions import MOST_BODY, MOST_TAGS, MOST_TITLE, Content

WHOLE = """\
# Diwali by the sea

Light the *evenings*.

- [Beacon lamp](/products/beacon-lamp)

---
Summary: Lamps for Diwali.
Tags: diwali, lamps, #gifts
Picture: a lamp on a quay at dusk
Alt text: A lamp beside the sea
"""
DIWALI = Content(
    title="Diwali by the sea",
    body="Light the *evenings*.\n\n- [Beacon lamp](/products/beacon-lamp)",
    summary="Lamps for Diwali.",
    tags=("diwali", "lamps", "gifts"),
    alt="A lamp beside the sea",
    picture="a lamp on a quay at dusk",
)


def test_a_post_in_the_form_that_was_asked_for() -> None:
    assert parse_draft(WHOLE) == DIWALI


def test_what_is_written_is_read_again() -> None:
    assert parse_draft(write_draft(DIWALI)) == DIWALI


@pytest.mark.parametrize(
    "text",
    [
        f"```markdown\n{WHOLE}```",
        f"\n\n{WHOLE}\n\n",
        WHOLE.replace("# Diwali", "## Diwali"),
        WHOLE.replace("# Diwali by the sea", "**Diwali by the sea**"),
        WHOLE.replace("# Diwali by the sea", 'Title: "Diwali by the sea"'),
        WHOLE.replace("---\n", ""),
        WHOLE.replace("Summary:", "**Summary:**").replace("Tags:", "- Tags:"),
        WHOLE.replace("Alt text:", "Alternativtext:").replace("Picture:", "Bild:"),
        WHOLE.replace("Tags: ", "Tags : "),
    ],
)
def test_habits_of_models_change_nothing(text: str) -> None:
    assert parse_draft(text) == DIWALI


def test_without_a_heading_the_first_line_is_the_title() -> None:
    found = parse_draft("New mugs\n\nThey are here.")

    assert (found.title, found.body) == ("New mugs", "They are here.")


def test_one_line_is_title_and_post() -> None:
    found = parse_draft("New mugs are here.")

    assert (found.title, found.body) == ("New mugs are here.", "New mugs are here.")


def test_a_line_with_a_colon_in_the_middle_stays_in_the_post() -> None:
    found = parse_draft("# Mugs\n\nSummary: of the year\n\nAnd more.\n\nTags: mugs")

    assert "Summary: of the year" in found.body
    assert (found.summary, found.tags) == ("", ("mugs",))


def test_nothing_is_longer_than_what_is_kept() -> None:
    found = parse_draft(f"# {'t' * 999}\n\n{'b' * 99_999}\n\nTags: {'a,' * 99}")

    assert (len(found.title), len(found.body)) == (MOST_TITLE, MOST_BODY)
    assert len(found.tags) <= MOST_TAGS


def test_tags_are_each_once_and_have_no_comma() -> None:
    assert read_tags("mugs, #new,mugs;  sea ،") == ("mugs", "new", "sea")


@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 60_000 + "b",
        "a" + " " * 60_000 + ": b",
        "**" * 30_000,
        "-" * 60_000,
        "```" + "\n" * 60_000,
        "\n\nTags:" * 5_000,
    ],
)
def test_nothing_takes_long_to_read(text: str) -> None:
    """What is read in more than linear time would not end here."""
    assert len(parse_draft(text).title) <= MOST_TITLE


@given(st.text(max_size=400))
def test_whatever_comes_is_read(text: str) -> None:
    found = parse_draft(text)

    assert len(found.title) <= MOST_TITLE
    assert all("," not in tag for tag in found.tags)
