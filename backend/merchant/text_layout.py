"""Text of any script on PDF pages: Pango shapes and breaks it into lines, cairo writes the pages as they fill.

Both are the operating system's libraries, and the fonts are the operating system's own. What is missing is told.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import cffi

from backend.errors import CannotWritePdf

try:
    import cairocffi
except OSError:  # The binding is installed, the library that it binds is not.
    cairocffi = None

# Named, because fallback alone takes whichever font a machine prefers for these.
FAMILY = "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew"
# One sample of what shoppers write; a machine that cannot draw all of them makes no PDF at all.
SAMPLES = {
    "fonts-noto-core": "Aé Ж Ω العربية עברית मराठी বাংলা தமிழ் తెలుగు മലയാളം ไทย ქართული አማርኛ",
    "fonts-noto-cjk": "日本語 かな 简体 繁體 한국어",
    "fonts-noto-color-emoji": "😀👩‍👩‍👧‍👦🇮🇳",
}
UNITS = 1024  # Pango's, in a point

_ffi = cffi.FFI()
_ffi.cdef("""
    typedef struct { int x, y, width, height; } PangoRectangle;
    void *pango_cairo_create_layout(void *cairo);
    void *pango_layout_get_context(void *layout);
    void *pango_language_from_string(const char *tag);
    void pango_context_set_language(void *context, void *language);
    void *pango_font_description_new(void);
    void pango_font_description_set_family(void *font, const char *family);
    void pango_font_description_set_weight(void *font, int weight);
    void pango_font_description_set_absolute_size(void *font, double size);
    void pango_font_description_free(void *font);
    void pango_layout_set_font_description(void *layout, void *font);
    void pango_layout_set_width(void *layout, int width);
    void pango_layout_set_wrap(void *layout, int wrap);
    void pango_layout_set_spacing(void *layout, int spacing);
    void pango_layout_set_text(void *layout, const char *text, int length);
    int pango_layout_get_unknown_glyphs_count(void *layout);
    void *pango_layout_get_iter(void *layout);
    void *pango_layout_iter_get_line_readonly(void *iter);
    void pango_layout_iter_get_line_extents(void *iter, PangoRectangle *ink, PangoRectangle *logical);
    int pango_layout_iter_get_baseline(void *iter);
    int pango_layout_iter_next_line(void *iter);
    void pango_layout_iter_free(void *iter);
    void pango_cairo_show_layout_line(void *cairo, void *line);
    void g_object_unref(void *object);
""")
BETWEEN_WORDS_ELSE_ANYWHERE = 2  # PANGO_WRAP_WORD_CHAR
REGULAR, BOLD = 400, 700


@lru_cache(1)
def _libraries() -> tuple[Any, Any, Any]:
    """(Pango, Pango on cairo, GObject). Raises CannotWritePdf."""
    names = ("libpango-1.0.so.0", "libpangocairo-1.0.so.0", "libgobject-2.0.so.0")
    try:
        pango, on_cairo, gobject = (_ffi.dlopen(name) for name in names)
    except OSError as error:
        raise CannotWritePdf("install Pango and cairo (Debian: libpangocairo-1.0-0)") from error
    if cairocffi is None:
        raise CannotWritePdf("install cairo (Debian: libcairo2)")
    return pango, on_cairo, gobject


def open_surface(file: Any, width: float, height: float, title: str) -> Any:
    """A cairo surface that writes its pages to `file`. Raises CannotWritePdf, naming every package that is missing."""
    _libraries()
    missing = [package for package, sample in SAMPLES.items() if _is_unknown(sample)]
    if missing:
        raise CannotWritePdf(f"install the fonts of (Debian:) {' '.join(missing)}")
    surface = cairocffi.PDFSurface(file, width, height)
    surface.set_metadata(cairocffi.PDF_METADATA_TITLE, title)
    return surface


def new_context(surface: Any) -> Any:
    return cairocffi.Context(surface)


class Paragraph:
    """Text laid out in lines. Its first strong letter says whether it runs from the right. Sizes are points."""

    def __init__(self, cairo: Any, text: str, width: float, size: float, bold: bool = False, locale: str = "") -> None:
        self._pango, self._on_cairo, _ = _libraries()
        self._cairo = _ffi.cast("void *", cairo._pointer)
        self._layout = _new_layout(self._cairo)
        self._choose_font(size, BOLD if bold else REGULAR)
        # The same code points are drawn otherwise in Japanese than in Chinese.
        language = self._pango.pango_language_from_string((locale or "en").encode())
        self._pango.pango_context_set_language(self._pango.pango_layout_get_context(self._layout), language)
        self._pango.pango_layout_set_width(self._layout, int(width * UNITS))
        self._pango.pango_layout_set_wrap(self._layout, BETWEEN_WORDS_ELSE_ANYWHERE)
        if _set_text(self._layout, text):
            _set_text(self._layout, _without_unknown(text))

    def lines(self) -> Iterator[tuple[float, float, float, Any]]:
        """For each line its left edge, its height, how far below its top it stands, and itself, for `show`."""
        iterator = _ffi.gc(self._pango.pango_layout_get_iter(self._layout), self._pango.pango_layout_iter_free)
        logical = _ffi.new("PangoRectangle *")
        while True:
            self._pango.pango_layout_iter_get_line_extents(iterator, _ffi.NULL, logical)
            baseline = self._pango.pango_layout_iter_get_baseline(iterator) - logical.y
            line = self._pango.pango_layout_iter_get_line_readonly(iterator)
            yield logical.x / UNITS, logical.height / UNITS, baseline / UNITS, line
            if not self._pango.pango_layout_iter_next_line(iterator):
                return

    def show(self, line: Any) -> None:
        """Draw a line where cairo's current point is."""
        self._on_cairo.pango_cairo_show_layout_line(self._cairo, line)

    def _choose_font(self, size: float, weight: int) -> None:
        font = _ffi.gc(self._pango.pango_font_description_new(), self._pango.pango_font_description_free)
        self._pango.pango_font_description_set_family(font, FAMILY.encode())
        self._pango.pango_font_description_set_weight(font, weight)
        self._pango.pango_font_description_set_absolute_size(font, size * UNITS)
        self._pango.pango_layout_set_font_description(self._layout, font)


def _new_layout(cairo: Any) -> Any:
    _, on_cairo, gobject = _libraries()
    return _ffi.gc(on_cairo.pango_cairo_create_layout(cairo), gobject.g_object_unref)


def _set_text(layout: Any, text: str) -> int:
    """Returns how many of its letters no font draws."""
    pango, _, _ = _libraries()
    encoded = text.encode()
    pango.pango_layout_set_text(layout, encoded, len(encoded))
    return int(pango.pango_layout_get_unknown_glyphs_count(layout))


def _without_unknown(text: str) -> str:
    """A character that no font draws is named by its number: a box would hide which one it was."""
    return "".join(f"[U+{ord(character):04X}]" if _is_unknown(character) else character for character in text)


@lru_cache(4_096)
def _is_unknown(text: str) -> bool:
    cairo = cairocffi.Context(cairocffi.PDFSurface(None, 1, 1))
    return not text.isspace() and _set_text(_new_layout(_ffi.cast("void *", cairo._pointer)), text) > 0
