"""Every script is drawn with its own font, emoji are pictures, and a machine that cannot says what
it lacks.
"""

from pathlib import Path

import pytest

from backend.errors import CannotWritePdf
from backend.exports import pdf_export, reader, text_layout
from backend.exports.reader import ExportFilter
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.printed_exports import told_by, written
from tests.support.talks import MIRAS, add_shops, add_talk

FONTS = ("NotoSans-", "NotoSansArabic", "NotoSansMalayalam", "NotoSansCJK")


def test_every_script_is_drawn_with_its_own_font(pdf: Path) -> None:
    fonts = told_by("pdffonts", pdf)

    assert not [name for name in FONTS if name not in fonts]
    # What is embedded is shown alike everywhere: columns emb, sub and uni of each font.
    assert not [line for line in fonts.splitlines()[2:] if "yes yes yes" not in line]


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
