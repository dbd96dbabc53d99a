"""The PDF has what was said, as text that can be found, with who said it and when."""

from pathlib import Path

from backend.services import Services
from tests.support.printed_exports import SAID, told_by, written
from tests.support.talks import MIRAS, add_shops, add_talk, show_parts


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


def test_what_was_shown_stands_below_the_words(
    services: Services, tmp_path: Path
) -> None:
    long_title = f"{'Very long name ' * 40}end-of-title"
    unbroken = "x" * 300 + "end-of-word"
    lamp = {
        "title": "Harbour Lamp",
        "url": "/products/harbour-lamp",
        "price": {"amount": "129.00", "currency": "EUR"},
        "available": False,
    }
    named = [{"title": title} for title in ("مصباح الميناء", long_title, unbroken)]
    order = {"type": "order", "name": "#1042", "placedAt": "2026-11-18T20:00:00Z"}
    add_shops(services)
    talk = add_talk(services, MIRAS, 1, ["Lamps?", "Look."])
    show_parts(services, talk, {"type": "products", "items": [lamp, *named]}, order)

    text = told_by("pdftotext", written(services, tmp_path), "-layout")

    lines = text.splitlines()
    [heading] = [line for line in lines if line.strip() == "Products"]
    [title] = [line for line in lines if "Harbour Lamp" in line]
    [url] = [line for line in lines if "/products/harbour-lamp" in line]
    assert title.strip() == "Harbour Lamp — €129.00, sold out"
    assert url.strip() == "https://tide.example/products/harbour-lamp"
    assert _indent(heading) < _indent(title) < _indent(url)

    whole = "".join(text.split())
    # Where a word is broken nothing is added to it: it may be an address.
    for word in ("الميناء", "end-of-title", unbroken):
        assert word in whole, word
    # It is written in the shop's time zone, which is Kolkata's.
    assert "Order: #1042, placed 2026-11-19 01:30" in text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
