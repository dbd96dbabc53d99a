"""What the scripted model paints: a shore in the prompt's own colors, the same for the same words.
A PNG with a palette, drawn row by row in spans.
"""

import math
import random
import struct
import zlib
from collections.abc import Iterator
from colorsys import hls_to_rgb
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

Color = tuple[int, int, int]
Hls = tuple[float, float, float]
# From where to where something lies, in pixels.
Span = tuple[float, float]

# The palette: so many shades of sky, then of water, then single colors.
SKIES, WATERS = 128, 96
FIRST_SINGLE = SKIES + WATERS
NEAR, SUN, HALO, HULL, SAIL, LIGHT, FAR = range(FIRST_SINGLE, FIRST_SINGLE + 7)
# How light the sky is, at its top and above the sea: dawn, noon, night, evening.
MOODS = (
    (0.22, 0.62),
    (0.45, 0.86),
    (0.12, 0.42),
    (0.34, 0.74),
)
# Of a PNG: bits a pixel, colors from a palette, and neither packing, filters nor lacing of its own.
BITS, INDEXED = 8, 3
STANDARD = (0, 0, 0)
PNG_START = b"\x89PNG\r\n\x1a\n"


class Shape(Protocol):
    """In one color of the palette."""

    @property
    def color(self) -> int: ...

    def span(self, row: int) -> Span | None:
        """Where it lies in a row; None where it does not."""


@dataclass(frozen=True, slots=True)
class Disc:
    color: int
    across: float
    up: float
    radius: float

    def span(self, row: int) -> Span | None:
        left = self.radius**2 - (row - self.up) ** 2
        if left <= 0:
            return None
        half = math.sqrt(left)
        return self.across - half, self.across + half


@dataclass(frozen=True, slots=True)
class Hill:
    """As a cosine has it: flat at its top and at its foot."""

    color: int
    foot: float
    middle: float
    wide: float
    high: float

    def span(self, row: int) -> Span | None:
        share = (self.foot - row) / self.high
        if not 0 < share < 1:
            return None
        half = self.wide * math.acos(2 * share - 1) / math.pi
        return self.middle - half, self.middle + half


@dataclass(frozen=True, slots=True)
class Bar:
    color: int
    top: int
    thick: int
    left: float
    right: float

    def span(self, row: int) -> Span | None:
        is_in = self.top <= row < self.top + self.thick
        return (self.left, self.right) if is_in else None


@dataclass(frozen=True, slots=True)
class Sail:
    """To the right of its mast, or to the left where `wide` is below 0."""

    color: int
    foot: float
    high: float
    mast: float
    wide: float

    def span(self, row: int) -> Span | None:
        share = 1 - (self.foot - row) / self.high
        if not 0 < share <= 1:
            return None
        edge = self.mast + self.wide * share
        return min(self.mast, edge), max(self.mast, edge)


@dataclass(frozen=True, slots=True)
class Hull:
    color: int
    deck: float
    keel: float
    middle: float
    long: float

    def span(self, row: int) -> Span | None:
        if not self.deck <= row < self.keel:
            return None
        share = (row - self.deck) / (self.keel - self.deck)
        half = self.long * (1 - 0.4 * share)
        return self.middle - half, self.middle + half


@dataclass(frozen=True, slots=True)
class Canvas:
    """In pixels; the sea begins at the horizon."""

    width: int
    height: int
    horizon: int


def paint_shore(
    prompt: str,
    width: int,
    height: int,
) -> bytes:
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
    top, low = chance.choice(MOODS)

    sky = _shade(
        (hue, top, 0.6),
        (warm, low, 0.75),
        SKIES,
    )
    water = _shade(
        (hue, low * 0.8, 0.45),
        (hue, top * 0.6, 0.55),
        WATERS,
    )
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


def _color(
    hue: float,
    lightness: float,
    saturation: float,
) -> Color:
    red, green, blue = hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _place_shapes(chance: random.Random, canvas: Canvas) -> list[Shape]:
    """What is far comes first, and is painted over."""
    across = chance.uniform(0.18, 0.82) * canvas.width
    up = canvas.horizon * chance.uniform(0.3, 0.72)
    radius = canvas.height * chance.uniform(0.055, 0.12)
    sun = Disc(
        SUN,
        across,
        up,
        radius,
    )
    halo = Disc(
        HALO,
        across,
        up,
        radius * 1.35,
    )

    shapes: list[Shape] = [halo, sun]
    shapes += _place_hills(chance, canvas)
    shapes += _place_glitter(chance, canvas, sun)
    for _ in range(chance.randint(1, 3)):
        shapes += _place_boat(chance, canvas)
    shapes.append(_place_beach(chance, canvas))
    return shapes


def _place_hills(
    chance: random.Random,
    canvas: Canvas,
) -> Iterator[Shape]:
    for color, most in ((FAR, 0.34), (NEAR, 0.2)):
        for _ in range(chance.randint(1, 3)):
            middle = chance.random() * canvas.width
            wide = chance.uniform(0.16, 0.4) * canvas.width
            high = chance.uniform(0.3, 1) * most * canvas.horizon
            yield Hill(
                color,
                canvas.horizon,
                middle,
                wide,
                high,
            )


def _place_glitter(chance: random.Random, canvas: Canvas, sun: Disc) -> Iterator[Shape]:
    """Below the sun, in strokes that grow towards whoever looks."""
    deep = canvas.height - canvas.horizon
    thick = max(2, canvas.height // 170)

    for step in range(14):
        top = canvas.horizon + round(deep * (0.04 + step * 0.05))
        half = sun.radius * chance.uniform(0.35, 0.6 + step * 0.06)
        middle = sun.across + sun.radius * chance.uniform(-0.5, 0.5)
        yield Bar(
            LIGHT,
            top,
            thick,
            middle - half,
            middle + half,
        )


def _place_boat(
    chance: random.Random,
    canvas: Canvas,
) -> list[Shape]:
    size = canvas.height * chance.uniform(0.05, 0.13)
    mast = chance.uniform(0.12, 0.88) * canvas.width
    deep = canvas.height - canvas.horizon
    keel = canvas.horizon + deep * chance.uniform(0.1, 0.5)

    deck = keel - size * 0.28
    foot = deck - size * 0.08
    return [
        Sail(
            SAIL,
            foot,
            size * 1.5,
            mast,
            size * 0.8,
        ),
        Sail(
            SAIL,
            foot,
            size,
            mast,
            size * -0.5,
        ),
        Hull(
            HULL,
            deck,
            keel,
            mast,
            size,
        ),
    ]


def _place_beach(chance: random.Random, canvas: Canvas) -> Shape:
    """In one of the lower corners."""
    middle = chance.choice([-0.1, 1.1]) * canvas.width
    wide = chance.uniform(0.6, 0.95) * canvas.width
    high = chance.uniform(0.12, 0.22) * canvas.height
    return Hill(
        NEAR,
        canvas.height,
        middle,
        wide,
        high,
    )


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


def _write_png(
    canvas: Canvas,
    palette: list[Color],
    rows: bytes,
) -> bytes:
    """PNG, third edition."""
    head = struct.pack(
        ">IIBBBBB",
        canvas.width,
        canvas.height,
        BITS,
        INDEXED,
        *STANDARD,
    )
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
