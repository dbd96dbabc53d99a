"""What the scripted model paints: a shore in the prompt's own colors, the same for the same words.
A PNG with a palette, drawn row by row in spans.
"""

import math
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from colorsys import hls_to_rgb
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

Color = tuple[int, int, int]
Hls = tuple[float, float, float]
# From where to where something lies in a row, in pixels; None where it does not.
Span = Callable[[int], tuple[float, float] | None]

# The palette: so many shades of sky, then of water, then single colors.
SKIES, WATERS = 128, 96
FIRST_SINGLE = SKIES + WATERS
NEAR, SUN, HALO, HULL, SAIL, LIGHT, FAR = range(FIRST_SINGLE, FIRST_SINGLE + 7)
PNG_START = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """In one color of the palette."""

    color: int
    span: Span


@dataclass(frozen=True, slots=True)
class Canvas:
    """In pixels; the sea begins at the horizon."""

    width: int
    height: int
    horizon: int


def paint_shore(prompt: str, width: int, height: int) -> bytes:
    """A PNG. Takes some ten milliseconds for each million pixels."""
    chance = random.Random(sha256(prompt.encode()).digest())
    horizon = round(height * chance.uniform(0.52, 0.66))
    canvas = Canvas(width, height, horizon)

    palette = _mix_colors(chance)
    shapes = _place_shapes(chance, canvas)
    rows = b"".join(_draw_rows(canvas, shapes))
    return _write_png(canvas, palette, rows)


def _mix_colors(chance: random.Random) -> list[Color]:
    """Dawn, noon, or night: one hue from teal to plum, and one from rose to yellow."""
    hue = chance.uniform(0.46, 0.84)
    warm = chance.uniform(-0.06, 0.14)
    top, low = chance.choice([(0.22, 0.62), (0.45, 0.86), (0.12, 0.42), (0.34, 0.74)])

    sky = _shade((hue, top, 0.6), (warm, low, 0.75), SKIES)
    water = _shade((hue, low * 0.8, 0.45), (hue, top * 0.6, 0.55), WATERS)
    single = [
        _color(hue, top * 0.45, 0.35),
        _color(warm, 0.86, 0.95),
        _color(warm, min(0.9, low + 0.08), 0.8),
        _color(warm, 0.3, 0.6),
        _color(warm, 0.92, 0.5),
        _color(warm, 0.8, 0.7),
        _color(hue, (top + low) / 2.4, 0.4),
    ]
    return [*sky, *water, *single]


def _shade(first: Hls, last: Hls, steps: int) -> list[Color]:
    """Mixed as paint is: on the way round all hues would lie others."""
    start, end = _color(*first), _color(*last)
    return [_mix(start, end, step / (steps - 1)) for step in range(steps)]


def _mix(first: Color, last: Color, share: float) -> Color:
    red, green, blue = (
        round(one + (another - one) * share)
        for one, another in zip(first, last, strict=True)
    )
    return red, green, blue


def _color(hue: float, lightness: float, saturation: float) -> Color:
    red, green, blue = hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _place_shapes(chance: random.Random, canvas: Canvas) -> list[Shape]:
    """What is far comes first, and is painted over."""
    across = chance.uniform(0.18, 0.82) * canvas.width
    up = canvas.horizon * chance.uniform(0.3, 0.72)
    radius = canvas.height * chance.uniform(0.055, 0.12)

    shapes = [
        Shape(HALO, partial(_disc, across, up, radius * 1.35)),
        Shape(SUN, partial(_disc, across, up, radius)),
    ]
    shapes += _place_hills(chance, canvas)
    shapes += _place_glitter(chance, canvas, across, radius)
    for _ in range(chance.randint(1, 3)):
        shapes += _place_boat(chance, canvas)
    return [*shapes, _place_beach(chance, canvas)]


def _place_hills(chance: random.Random, canvas: Canvas) -> Iterator[Shape]:
    for color, most in ((FAR, 0.34), (NEAR, 0.2)):
        for _ in range(chance.randint(1, 3)):
            middle = chance.uniform(0, 1) * canvas.width
            wide = chance.uniform(0.16, 0.4) * canvas.width
            high = chance.uniform(0.3, 1) * most * canvas.horizon
            yield Shape(color, partial(_hill, canvas.horizon, middle, wide, high))


def _place_glitter(
    chance: random.Random, canvas: Canvas, across: float, radius: float
) -> Iterator[Shape]:
    """Below the sun, in strokes that grow towards whoever looks."""
    deep = canvas.height - canvas.horizon
    stroke = max(2, canvas.height // 170)

    for step in range(14):
        row = canvas.horizon + round(deep * (0.04 + step * 0.05))
        half = radius * chance.uniform(0.35, 0.6 + step * 0.06)
        middle = across + chance.uniform(-0.5, 0.5) * radius
        yield Shape(LIGHT, partial(_bar, row, stroke, middle - half, middle + half))


def _place_boat(chance: random.Random, canvas: Canvas) -> list[Shape]:
    size = canvas.height * chance.uniform(0.05, 0.13)
    across = chance.uniform(0.12, 0.88) * canvas.width
    keel = canvas.horizon + (canvas.height - canvas.horizon) * chance.uniform(0.1, 0.5)
    deck = keel - size * 0.28

    return [
        Shape(SAIL, partial(_sail, deck - size * 0.08, size * 1.5, across, size * 0.8)),
        Shape(SAIL, partial(_sail, deck - size * 0.08, size, across, -size * 0.5)),
        Shape(HULL, partial(_hull, deck, keel, across, size)),
    ]


def _place_beach(chance: random.Random, canvas: Canvas) -> Shape:
    """In one of the lower corners."""
    middle = chance.choice([-0.1, 1.1]) * canvas.width
    wide = chance.uniform(0.6, 0.95) * canvas.width
    high = chance.uniform(0.12, 0.22) * canvas.height
    return Shape(NEAR, partial(_hill, canvas.height, middle, wide, high))


def _disc(
    across: float, up: float, radius: float, row: int
) -> tuple[float, float] | None:
    left = radius * radius - (row - up) ** 2
    return (across - math.sqrt(left), across + math.sqrt(left)) if left > 0 else None


def _hill(
    foot: float, middle: float, wide: float, high: float, row: int
) -> tuple[float, float] | None:
    """As a cosine has it: flat at its top and at its foot."""
    share = (foot - row) / high
    if not 0 < share < 1:
        return None
    half = wide * math.acos(2 * share - 1) / math.pi
    return middle - half, middle + half


def _bar(
    top: int, thick: int, left: float, right: float, row: int
) -> tuple[float, float] | None:
    return (left, right) if top <= row < top + thick else None


def _sail(
    foot: float, high: float, mast: float, wide: float, row: int
) -> tuple[float, float] | None:
    """To the right of its mast, or to the left where `wide` is below 0."""
    share = 1 - (foot - row) / high
    if not 0 < share <= 1:
        return None
    return min(mast, mast + wide * share), max(mast, mast + wide * share)


def _hull(
    deck: float, keel: float, middle: float, long: float, row: int
) -> tuple[float, float] | None:
    if not deck <= row < keel:
        return None
    half = long * (1 - 0.4 * (row - deck) / (keel - deck))
    return middle - half, middle + half


def _draw_rows(canvas: Canvas, shapes: list[Shape]) -> Iterator[bytes]:
    """Each begins with its filter: none."""
    width = canvas.width
    for row in range(canvas.height):
        pixels = bytearray(bytes([_background(canvas, row)]) * width)

        for shape in shapes:
            span = shape.span(row)
            if span is not None:
                left, right = (min(width, max(0, round(end))) for end in span)
                pixels[left:right] = bytes([shape.color]) * (right - left)

        yield b"\0" + pixels


def _background(canvas: Canvas, row: int) -> int:
    if row < canvas.horizon:
        return row * SKIES // canvas.horizon
    deep = canvas.height - canvas.horizon
    return SKIES + (row - canvas.horizon) * WATERS // deep


def _write_png(canvas: Canvas, palette: list[Color], rows: bytes) -> bytes:
    """PNG, third edition: 8 bits a pixel, color type 3."""
    head = struct.pack(">IIBBBBB", canvas.width, canvas.height, 8, 3, 0, 0, 0)
    colors = b"".join(map(bytes, palette))
    chunks = (
        (b"IHDR", head),
        (b"PLTE", colors),
        (b"IDAT", zlib.compress(rows, 4)),
        (b"IEND", b""),
    )
    return PNG_START + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
