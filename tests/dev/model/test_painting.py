"""The scripted model's pictures are pictures: fast, light, and each its prompt's own."""

import zlib

import pytest

from backend.ai.picture_format import PictureFormat, read_format
from backend.dev.model.painting import paint_shore


def rows_of(content: bytes, width: int) -> list[bytes]:
    """The pixels of a PNG of ours, which has one block of them."""
    start = content.index(b"IDAT") + 4
    pixels = zlib.decompress(content[start : content.index(b"IEND")])
    return [pixels[at + 1 : at + 1 + width] for at in range(0, len(pixels), width + 1)]


def test_it_is_as_large_as_was_asked_for_and_light() -> None:
    content = paint_shore("Diwali at the harbour", 1536, 1024)

    assert read_format(content) == PictureFormat("image/png", 1536, 1024)
    assert len(content) < 300_000
    rows = rows_of(content, 1536)
    assert {len(row) for row in rows} == {1536}
    assert len(rows) == 1024


@pytest.mark.parametrize(
    "width, height", [(64, 64), (64, 4_096), (4_096, 64), (257, 301)]
)
def test_it_fits_any_size(width: int, height: int) -> None:
    content = paint_shore("narrow", width, height)

    assert {len(row) for row in rows_of(content, width)} == {width}
    assert len(rows_of(content, width)) == height


def test_the_same_words_give_the_same_picture() -> None:
    assert paint_shore("mugs 🪔", 200, 100) == paint_shore("mugs 🪔", 200, 100)


def test_another_prompt_shows_something_else() -> None:
    prompts = [f"a mug, picture {number}" for number in range(12)]
    pictures = [paint_shore(prompt, 240, 160) for prompt in prompts]

    palettes = {picture[picture.index(b"PLTE") :][:400] for picture in pictures}
    assert len(palettes) == len(prompts)
    shapes = {b"".join(rows_of(picture, 240)) for picture in pictures}
    assert len(shapes) == len(prompts)


def test_there_is_more_in_it_than_sky_and_sea() -> None:
    rows = rows_of(paint_shore("mugs", 600, 400), 600)

    assert sum(len(set(row)) > 1 for row in rows) > 100
