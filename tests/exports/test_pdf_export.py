"""The PDF has what was said, as text that can be found, with who said it and when."""

from pathlib import Path

from backend.services import Services
from tests.support.printed_exports import SAID, told_by, written
from tests.support.talks import add_shops


def test_text_can_be_found_and_copied(pdf: Path) -> None:
    text = told_by("pdftotext", pdf)

    assert SAID["japanese"] in text
    assert "1042" in text
    for word in (*SAID["arabic"].split(), *SAID["malayalam"].split()):
        assert word in text, word


def test_facts_speakers_notes_and_the_shops_time_are_told(pdf: Path) -> None:
    text = told_by("pdftotext", pdf)

    assert "Customer 7001" in text
    assert "Marina (assistant), 2026-11-18 16:" in text
    assert "Note by Mira" in text
    assert "Tide & Timber · 2" in text


def test_a_conversation_begins_a_page_and_a_long_message_goes_over_pages(
    pdf: Path,
) -> None:
    pages = told_by("pdftotext", pdf).split("\f")[:-1]

    assert len(pages) > 3
    assert [
        number for number, page in enumerate(pages) if "Conversation of" in page
    ] == [0, 1]
    assert sum(page.count("Second") for page in pages) == 3 * 1_100


def test_an_export_of_nothing_says_so(services: Services, tmp_path: Path) -> None:
    add_shops(services)

    assert "No conversation was found." in told_by(
        "pdftotext", written(services, tmp_path)
    )
