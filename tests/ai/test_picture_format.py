"""Pictures are known by their own bytes, and only those that can be used are taken."""

import struct

import pytest

from backend.ai.picture_format import (
    MOST_BYTES,
    PictureFormat,
    UnusablePicture,
    find_format,
    read_format,
)
from tests.support.small_pictures import (
    extended_webp,
    jpeg,
    lossless_webp,
    lossy_webp,
    png,
)


@pytest.mark.parametrize(
    "content, content_type",
    [
        (png(640, 480), "image/png"),
        (jpeg(640, 480), "image/jpeg"),
        (jpeg(640, 480, marker=0xC2), "image/jpeg"),
        (lossy_webp(640, 480), "image/webp"),
        (lossless_webp(640, 480), "image/webp"),
        (extended_webp(640, 480), "image/webp"),
    ],
    ids=["png", "jpeg", "progressive", "lossy", "lossless", "extended"],
)
def test_type_and_size_are_read_from_the_bytes(
    content: bytes, content_type: str
) -> None:
    assert read_format(content) == PictureFormat(content_type, 640, 480)


def test_what_a_camera_writes_before_the_frame_is_passed_over() -> None:
    notes = b"\xff\xe1" + struct.pack(">H", 60_000) + b"\xff\xc0" * 29_999
    content = jpeg(300, 200)
    long = content[:2] + notes + b"\xff" + content[2:]

    assert find_format(long) == PictureFormat("image/jpeg", 300, 200)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html>",
        b"GIF89a" + bytes(60),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        png(640, 480)[:20],
        jpeg(640, 480)[:8],
        jpeg(640, 480)[:2] + b"\xff\xda\x00\x02",
        b"\xff\xd8\xff\xe0\x00\x00" + bytes(40),
        lossy_webp(640, 480)[:26],
        extended_webp(640, 480)[:26],
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(40),
    ],
)
def test_anything_else_is_no_picture(content: bytes) -> None:
    assert find_format(content) is None
    with pytest.raises(UnusablePicture) as refused:
        read_format(content)

    assert (refused.value.because, refused.value.is_picture) == (
        "no PNG, JPEG or WebP",
        False,
    )


@pytest.mark.parametrize(
    "content, because",
    [
        (png(63, 480), "too small, 63 × 480 pixels"),
        (jpeg(640, 4_097), "too large, 640 × 4097 pixels"),
        (png(640, 480) + bytes(MOST_BYTES), "too heavy, "),
    ],
)
def test_a_picture_that_nobody_can_use_is_refused(content: bytes, because: str) -> None:
    with pytest.raises(UnusablePicture) as refused:
        read_format(content)

    assert refused.value.because.startswith(because)
    assert refused.value.is_picture


def test_the_limits_themselves_are_taken() -> None:
    smallest, widest = png(64, 64), jpeg(4_096, 64)
    heaviest = smallest.ljust(MOST_BYTES, b"\0")

    assert read_format(heaviest).width == 64
    assert read_format(widest).width == 4_096
