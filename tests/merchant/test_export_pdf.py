"""The PDF shows every script as its readers write it, and a machine that cannot says what
it lacks.
"""

import subprocess
from pathlib import Path

import pytest

from backend.errors import CannotWritePdf
from backend.exports import pdf_export, reader, text_layout
from backend.exports.reader import ExportFilter
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.talks import MIRAS, add_note, add_shops, add_talk

SAID = {
    "emoji": "On its way 🎉 👩‍👩‍👧‍👦 🇮🇳",
    "arabic": "طلبي رقم 1042 لم يصل",
    "malayalam": "ക്ഷമിക്കണം, സ്ത്രീ",
    "japanese": "注文番号1042はいつ届きますか？",
    "unknown": "private \ue000, control \x07",
}
FONTS = ("NotoSans-", "NotoSansArabic", "NotoSansMalayalam", "NotoSansCJK")


@pytest.fixture
def pdf(services: Services, tmp_path: Path) -> Path:
    add_shops(services)
    talk = add_talk(services, MIRAS, 1, list(SAID.values()), customer_id="7001")
    add_note(services, MIRAS, talk, "Call back on Monday.")
    add_talk(services, MIRAS, 2, ["Second " * 1_100] * 3)
    return written(services, tmp_path)


def written(services: Services, folder: Path, **wanted: str) -> Path:
    chosen = Settings(assistant_name="Marina", time_zone="Asia/Kolkata")
    found = reader.read_conversations(services, MIRAS, ExportFilter(**wanted))  # type: ignore[arg-type]
    path = folder / "export.pdf"
    path.write_bytes(b"".join(pdf_export.write_pdf("Tide & Timber", chosen, found)))
    return path


def told_by(program: str, path: Path, *options: str) -> str:
    return subprocess.run(
        [program, *options, str(path), *["-"][: program == "pdftotext"]],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_every_script_is_drawn_with_its_own_font(pdf: Path) -> None:
    fonts = told_by("pdffonts", pdf)

    assert not [name for name in FONTS if name not in fonts]
    # What is embedded is shown alike everywhere: columns emb, sub and uni of each font.
    assert not [line for line in fonts.splitlines()[2:] if "yes yes yes" not in line]


def test_text_can_be_found_and_copied(pdf: Path) -> None:
    text = told_by("pdftotext", pdf)

    assert SAID["japanese"] in text
    assert "1042" in text
    for word in (*SAID["arabic"].split(), *SAID["malayalam"].split()):
        assert word in text, word


def test_emoji_are_pictures_in_colour_and_fine_enough_for_paper(pdf: Path) -> None:
    pictures = pictures_in(pdf)

    assert len(pictures) == 3
    assert {picture["color"] for picture in pictures} == {"rgb", "gray"}
    assert all(int(picture["x-ppi"]) >= 300 for picture in pictures)


def test_an_emoji_is_stored_once_however_often_it_is_said(
    services: Services, tmp_path: Path
) -> None:
    add_shops(services)
    add_talk(services, MIRAS, 1, ["😀" * 300] * 50)

    pictures = pictures_in(written(services, tmp_path))

    assert len({picture["object"] for picture in pictures}) == 1


def pictures_in(path: Path) -> list[dict[str, str]]:
    lines = [line.split() for line in told_by("pdfimages", path, "-list").splitlines()]
    found = [dict(zip(lines[0], line, strict=False)) for line in lines[2:]]
    return [picture for picture in found if picture["type"] == "image"]


def test_a_character_that_no_font_has_is_named_and_no_box(pdf: Path) -> None:
    assert "private [U+E000], control [U+0007]" in told_by("pdftotext", pdf)


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


def test_missing_fonts_are_named_before_anything_is_written(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No machine has a font for a private character, so this sample stands for a package that is not
    # installed.
    monkeypatch.setitem(text_layout.SAMPLES, "fonts-of-nobody", "\ue000")
    text_layout.missing.cache_clear()

    with pytest.raises(CannotWritePdf) as refused:
        pdf_export.write_pdf(
            "Mira",
            Settings(),
            reader.read_conversations(services, MIRAS, ExportFilter()),
        )

    text_layout.missing.cache_clear()
    assert "fonts-of-nobody" in refused.value.because
    assert "fonts-noto-core" not in refused.value.because
