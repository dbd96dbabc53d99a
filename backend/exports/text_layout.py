"""Text of any script on PDF pages: Pango shapes and breaks it into lines, cairo writes the pages as
they fill.

Both are the operating system's libraries, and the fonts are the operating system's own. What is
missing is told.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any

import cffi

from backend.errors import CannotWritePdf
from backend.logs import logger

# Named, because fallback alone takes whichever font a machine prefers for these.
FAMILY = "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew"
EMOJI_FAMILY = "Noto Color Emoji"
# One sample of what shoppers write; a machine that cannot draw all of them makes no PDF at all.
SAMPLES = {
    "fonts-noto-core": "Aé Ж Ω العربية עברית मराठी বাংলা தமிழ் తెలుగు മലയാളം ไทย ქართული አማርኛ",
    "fonts-noto-cjk": "日本語 かな 简体 繁體 한국어",
    "fonts-noto-color-emoji": "😀👩‍👩‍👧‍👦🇮🇳",
}
UNITS = 1024  # Pango's, in a point
REGULAR, BOLD = 400, 700
ITALIC = 2  # PANGO_STYLE_ITALIC
CODE_FAMILY = f"Noto Sans Mono, {FAMILY}"
BETWEEN_WORDS_ELSE_ANYWHERE = 2  # PANGO_WRAP_WORD_CHAR
# cairo makes pictures of emoji at one dot a point, which is too coarse for paper.
DOTS_PER_POINT = 6
MOST_PICTURES = 200

_ffi = cffi.FFI()
# Structures that are only ever pointed at end where we stop reading.
_ffi.cdef("""
    typedef struct { int x, y, width, height; } PangoRectangle;
    typedef struct { uint32_t glyph; int width, x_offset, y_offset; unsigned flags; }
        PangoGlyphInfo;
    typedef struct { int num_glyphs; PangoGlyphInfo *glyphs; int *log_clusters, space; }
        PangoGlyphString;
    typedef struct { int offset, length, num_chars; void *engines[2]; void *font; } PangoItem;
    typedef struct { PangoItem *item; PangoGlyphString *glyphs; } PangoGlyphItem;
    typedef struct GSList { PangoGlyphItem *data; struct GSList *next; } GSList;
    typedef struct { void *layout; int start_index, length; GSList *runs; } PangoLayoutLine;
    void *pango_cairo_create_layout(void *cairo);
    void *pango_layout_get_context(void *layout);
    void *pango_language_from_string(const char *tag);
    void pango_context_set_language(void *context, void *language);
    void pango_context_set_round_glyph_positions(void *context, int round);
    void *pango_font_description_new(void);
    void pango_font_description_set_family(void *font, const char *family);
    void pango_font_description_set_weight(void *font, int weight);
    void pango_font_description_set_absolute_size(void *font, double size);
    const char *pango_font_description_get_family(void *font);
    void pango_font_description_free(void *font);
    void *pango_font_describe(void *font);
    void pango_layout_set_font_description(void *layout, void *font);
    void pango_layout_set_width(void *layout, int width);
    void pango_layout_set_wrap(void *layout, int wrap);
    typedef struct { void *klass; unsigned start_index, end_index; } PangoAttribute;
    PangoAttribute *pango_attr_weight_new(int weight);
    PangoAttribute *pango_attr_style_new(int style);
    PangoAttribute *pango_attr_family_new(const char *family);
    void *pango_attr_list_new(void);
    void *pango_attr_insert_hyphens_new(int insert);
    void pango_attr_list_insert(void *list, void *attribute);
    void pango_attr_list_unref(void *list);
    void pango_layout_set_attributes(void *layout, void *list);
    void pango_layout_set_text(void *layout, const char *text, int length);
    const char *pango_layout_get_text(void *layout);
    int pango_layout_get_unknown_glyphs_count(void *layout);
    void *pango_layout_get_iter(void *layout);
    PangoLayoutLine *pango_layout_iter_get_line_readonly(void *iter);
    void pango_layout_iter_get_line_extents(
        void *iter, PangoRectangle *ink, PangoRectangle *logical);
    int pango_layout_iter_get_baseline(void *iter);
    int pango_layout_iter_next_line(void *iter);
    void pango_layout_iter_free(void *iter);
    int pango_glyph_string_get_width(PangoGlyphString *glyphs);
    void pango_glyph_string_extents(
        PangoGlyphString *glyphs, void *font, PangoRectangle *ink, PangoRectangle *logical);
    void pango_cairo_show_glyph_item(void *cairo, const char *text, PangoGlyphItem *item);
    void pango_cairo_show_glyph_string(void *cairo, void *font, PangoGlyphString *glyphs);
    void g_object_unref(void *object);
""")


@lru_cache(1)
def _libraries() -> tuple[Any, Any, Any]:
    """(Pango, Pango on cairo, GObject). Raises CannotWritePdf."""
    try:
        pango = _ffi.dlopen("libpango-1.0.so.0")
        on_cairo = _ffi.dlopen("libpangocairo-1.0.so.0")
        gobject = _ffi.dlopen("libgobject-2.0.so.0")
    except OSError as error:
        because = "install Pango and cairo (Debian: libpangocairo-1.0-0)"
        raise CannotWritePdf(because) from error

    _cairo()
    return pango, on_cairo, gobject


@lru_cache(1)
def _cairo() -> Any:
    """The binding of cairo, from the first PDF on: it looks for the library with programs of the
    system, which every start of the app would wait for. Raises CannotWritePdf.
    """
    try:
        return import_module("cairocffi")
    except OSError as error:  # The binding is installed, the library is not.
        raise CannotWritePdf("install cairo (Debian: libcairo2)") from error


@lru_cache(1)
def missing() -> str | None:
    """What must be installed before this machine can make a PDF."""
    try:
        _libraries()
    except CannotWritePdf as error:
        return error.because

    packages = []
    for package, sample in SAMPLES.items():
        if _is_unknown(sample):
            packages.append(package)

    if not packages:
        return None
    names = " ".join(packages)
    return f"install the fonts of (Debian:) {names}"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; its language says how some of its characters do."""

    size: float
    bold: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a paragraph that look alike."""

    text: str
    bold: bool = False
    italic: bool = False
    is_code: bool = False


class Canvas:
    """A PDF that writes itself to `file`, and cairo's hand on it. Sizes are points.

    Raises CannotWritePdf, naming every package that is missing.
    """

    def __init__(self, file: Any, width: float, height: float, title: str) -> None:
        if because := missing():
            logger().error("no PDF can be made", because=because)
            raise CannotWritePdf(because)

        pango, on_cairo, _ = _libraries()
        self._pango = pango
        self._on_cairo = on_cairo

        cairo = _cairo()
        self.surface = cairo.PDFSurface(file, width, height)
        self.surface.set_metadata(cairo.PDF_METADATA_TITLE, title)
        self.cairo = cairo.Context(self.surface)
        self._pictures: dict[tuple[int, int], tuple[Any, float]] = {}

    def draw(self, layout: Any, line: Any, x: float, y: float) -> None:
        """A line of a Paragraph, with its baseline at `y`."""
        text = self._pango.pango_layout_get_text(layout)
        pointer = _pointer(self.cairo)
        run = line.runs

        while run:
            item = run.data
            if _is_emoji(item.item.font):
                self._draw_emoji(item, x, y)
            else:
                self.cairo.move_to(x, y)
                self._on_cairo.pango_cairo_show_glyph_item(pointer, text, item)

            width = self._pango.pango_glyph_string_get_width(item.glyphs)
            x += width / UNITS
            run = run.next

    def _draw_emoji(self, item: Any, x: float, y: float) -> None:
        font = item.item.font
        glyphs = item.glyphs

        for number in range(glyphs.num_glyphs):
            glyph = glyphs.glyphs[number]
            if glyph.width:
                self._draw_picture(font, glyph, x, y)
            x += glyph.width / UNITS

    def _draw_picture(self, font: Any, glyph: Any, x: float, y: float) -> None:
        # One emoji is one picture in the file, however often it is said.
        kind = (glyph.glyph, glyph.width)
        if kind not in self._pictures:
            self._pictures[kind] = self._picture(font, glyph)

        # The one that was drawn last goes last.
        picture, top = self._pictures.pop(kind)
        self._pictures[kind] = (picture, top)
        if len(self._pictures) > MOST_PICTURES:
            oldest = next(iter(self._pictures))
            del self._pictures[oldest]

        self.cairo.save()
        self.cairo.translate(x, y + top)
        self.cairo.scale(1 / DOTS_PER_POINT)
        self.cairo.set_source_surface(picture)
        self.cairo.paint()
        self.cairo.restore()

    def _picture(self, font: Any, glyph: Any) -> tuple[Any, float]:
        """One emoji, and where its top is above the baseline."""
        string = {
            "num_glyphs": 1,
            "glyphs": _ffi.addressof(glyph),
        }
        alone = _ffi.new("PangoGlyphString *", string)
        box = _ffi.new("PangoRectangle *")
        self._pango.pango_glyph_string_extents(alone, font, _ffi.NULL, box)

        width = box.width * DOTS_PER_POINT // UNITS + 1
        height = box.height * DOTS_PER_POINT // UNITS + 1
        binding = _cairo()
        picture = binding.ImageSurface(binding.FORMAT_ARGB32, width, height)

        cairo = binding.Context(picture)
        top = box.y / UNITS
        cairo.scale(DOTS_PER_POINT)
        cairo.move_to(0, -top)
        pointer = _pointer(cairo)
        self._on_cairo.pango_cairo_show_glyph_string(pointer, font, alone)
        return picture, top


class Paragraph:
    """Text laid out in lines. Its first strong letter says whether it runs from the right."""

    def __init__(
        self, canvas: Canvas, spans: Sequence[Span], width: float, style: Style
    ) -> None:
        self._pango, _, _ = _libraries()
        self._canvas = canvas
        self._layout = _new_layout(canvas.cairo)

        self._set_context(style.locale)
        weight = BOLD if style.bold else REGULAR
        self._choose_font(style.size, weight)
        self._pango.pango_layout_set_width(self._layout, int(width * UNITS))
        self._pango.pango_layout_set_wrap(self._layout, BETWEEN_WORDS_ELSE_ANYWHERE)
        self._set_spans(spans)

    def lines(self) -> Iterator[tuple[float, float, float, Any]]:
        """For each line its left edge, its height, how far its baseline is below its top, and
        itself, to `draw`.
        """
        iterator = _ffi.gc(
            self._pango.pango_layout_get_iter(self._layout),
            self._pango.pango_layout_iter_free,
        )
        logical = _ffi.new("PangoRectangle *")

        while True:
            self._pango.pango_layout_iter_get_line_extents(iterator, _ffi.NULL, logical)
            baseline = self._pango.pango_layout_iter_get_baseline(iterator)
            line = self._pango.pango_layout_iter_get_line_readonly(iterator)

            left = logical.x / UNITS
            height = logical.height / UNITS
            below_top = (baseline - logical.y) / UNITS
            yield left, height, below_top, line

            if not self._pango.pango_layout_iter_next_line(iterator):
                return

    def draw(self, line: Any, x: float, y: float) -> None:
        self._canvas.draw(self._layout, line, x, y)

    def _set_context(self, locale: str) -> None:
        context = self._pango.pango_layout_get_context(self._layout)
        # The same code points are drawn otherwise in Japanese than in Chinese.
        name = (locale or "en").encode()
        language = self._pango.pango_language_from_string(name)
        self._pango.pango_context_set_language(context, language)
        # Whole points are for screens; on paper they tear words apart.
        self._pango.pango_context_set_round_glyph_positions(context, False)

    def _set_spans(self, spans: Sequence[Span]) -> None:
        text = "".join(span.text for span in spans)
        if _set_text(self._layout, text):
            spans = [replace(span, text=_without_unknown(span.text)) for span in spans]
            _set_text(self._layout, "".join(span.text for span in spans))
        self._set_looks(spans)

    def _set_looks(self, spans: Sequence[Span]) -> None:
        """Attributes stand at bytes. The list owns each from its insertion on."""
        attributes = _ffi.gc(
            self._pango.pango_attr_list_new(),
            self._pango.pango_attr_list_unref,
        )
        # An address that goes on in the next line has no hyphen at its end.
        without = self._pango.pango_attr_insert_hyphens_new(False)
        self._pango.pango_attr_list_insert(attributes, without)

        end = 0
        for span in spans:
            start, end = end, end + len(span.text.encode())
            for look in self._looks_of(span):
                look.start_index, look.end_index = start, end
                self._pango.pango_attr_list_insert(attributes, look)
        self._pango.pango_layout_set_attributes(self._layout, attributes)

    def _looks_of(self, span: Span) -> Iterator[Any]:
        if span.bold:
            yield self._pango.pango_attr_weight_new(BOLD)
        if span.italic:
            yield self._pango.pango_attr_style_new(ITALIC)
        if span.is_code:
            yield self._pango.pango_attr_family_new(CODE_FAMILY.encode())

    def _choose_font(self, size: float, weight: int) -> None:
        font = _ffi.gc(
            self._pango.pango_font_description_new(),
            self._pango.pango_font_description_free,
        )
        self._pango.pango_font_description_set_family(font, FAMILY.encode())
        self._pango.pango_font_description_set_weight(font, weight)
        self._pango.pango_font_description_set_absolute_size(font, size * UNITS)
        self._pango.pango_layout_set_font_description(self._layout, font)


def _pointer(cairo: Any) -> Any:
    return _ffi.cast("void *", cairo._pointer)


def _new_layout(cairo: Any) -> Any:
    _, on_cairo, gobject = _libraries()
    pointer = _pointer(cairo)
    return _ffi.gc(
        on_cairo.pango_cairo_create_layout(pointer),
        gobject.g_object_unref,
    )


def _set_text(layout: Any, text: str) -> int:
    """Returns how many of its letters no font draws."""
    pango, _, _ = _libraries()
    encoded = text.encode()
    pango.pango_layout_set_text(layout, encoded, len(encoded))
    return int(pango.pango_layout_get_unknown_glyphs_count(layout))


def _is_emoji(font: Any) -> bool:
    pango, _, _ = _libraries()
    described = _ffi.gc(
        pango.pango_font_describe(font),
        pango.pango_font_description_free,
    )

    family = pango.pango_font_description_get_family(described)
    return bool(_ffi.string(family) == EMOJI_FAMILY.encode())


def _without_unknown(text: str) -> str:
    """A character that no font draws is named by its number: a box would hide which one it was."""
    shown = []
    for character in text:
        if _is_unknown(character):
            shown.append(f"[U+{ord(character):04X}]")
        else:
            shown.append(character)
    return "".join(shown)


@lru_cache(4_096)
def _is_unknown(text: str) -> bool:
    # What stands for nothing in Unicode is in no font; asking for each of thousands takes long.
    if len(text) == 1 and unicodedata.category(text) in ("Cn", "Co"):
        return True
    if text.isspace():
        return False

    binding = _cairo()
    surface = binding.PDFSurface(None, 1, 1)
    cairo = binding.Context(surface)
    layout = _new_layout(cairo)
    return _set_text(layout, text) > 0
