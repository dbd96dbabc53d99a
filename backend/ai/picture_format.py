"""What a picture is by its own bytes: PNG, JPEG or WebP, and its size in pixels. What others
call it is not asked.
"""

import struct
from dataclasses import dataclass

MOST_BYTES = 4 * 1024 * 1024
LEAST_SIDE, MOST_SIDE = 64, 4_096

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
# Start of frame, in all its kinds; the others of this row are tables and arithmetic coding.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that nothing follows: restarts, and one for old programs.
JPEG_ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}
JPEG_SCAN = frozenset({0xD9, 0xDA})


class UnusablePicture(ValueError):
    """`because` is a word of ours. `is_picture` tells whether it is one at all, only too small, too
    large or too heavy.
    """

    def __init__(self, because: str, is_picture: bool = False) -> None:
        super().__init__(because)
        self.because = because
        self.is_picture = is_picture


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """Width and height are in pixels."""

    content_type: str
    width: int
    height: int


def read_format(content: bytes) -> PictureFormat:
    """Of a picture that may be used. Raises UnusablePicture."""
    found = find_format(content)
    if found is None:
        raise UnusablePicture("no PNG, JPEG or WebP")

    smaller, larger = sorted((found.width, found.height))
    size = f"{found.width} × {found.height} pixels"
    if smaller < LEAST_SIDE:
        raise UnusablePicture(f"too small, {size}", is_picture=True)
    if larger > MOST_SIDE:
        raise UnusablePicture(f"too large, {size}", is_picture=True)
    if len(content) > MOST_BYTES:
        raise UnusablePicture(f"too heavy, {len(content)} bytes", is_picture=True)
    return found


def find_format(content: bytes) -> PictureFormat | None:
    """None where it is none of the three, or ends before it has told its size."""
    try:
        if content.startswith(PNG_START):
            return _read_png(content)
        if content.startswith(JPEG_START):
            return _read_jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _read_webp(content)
    except (struct.error, IndexError):
        return None
    return None


def _read_png(content: bytes) -> PictureFormat | None:
    if content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return PictureFormat("image/png", width, height)


def _read_jpeg(content: bytes) -> PictureFormat | None:
    """Its segments one after another, until a frame begins. ITU-T T.81, annex B."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in JPEG_ALONE:
            at += 2
        elif marker in JPEG_SCAN:
            return None
        elif marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return PictureFormat("image/jpeg", width, height)
        else:
            (length,) = struct.unpack_from(">H", content, at + 2)
            at += 2 + length
    return None


def _read_webp(content: bytes) -> PictureFormat | None:
    """RFC 9649: lossy, lossless, or extended; the latter two count from 0."""
    kind = content[12:16]
    width, height = 0, 0

    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = (
            side & 0x3FFF for side in struct.unpack_from("<HH", content, 26)
        )
    elif kind == b"VP8L" and content[20] == 0x2F:
        (packed,) = struct.unpack_from("<I", content, 21)
        width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width = int.from_bytes(_three_bytes(content, 24), "little") + 1
        height = int.from_bytes(_three_bytes(content, 27), "little") + 1

    return PictureFormat("image/webp", width, height) if width and height else None


def _three_bytes(content: bytes, at: int) -> bytes:
    found: tuple[bytes] = struct.unpack_from("3s", content, at)
    return found[0]
