"""Liquid with what Shopify adds to it, as far as our theme and our theme app extension use it.

A tag or filter that is not here raises, so that a page never looks right by accident.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import Any

from liquid import BoundTemplate, CachingFileSystemLoader, Environment
from liquid.undefined import is_undefined

from backend.dev.storefront.sample_shop import money
from backend.dev.storefront.theme_files import version_of

Words = Mapping[str, Any]
# What would end a script element, or begin something else in it.
ESCAPED_SIGNS = {
    "&": "\\u0026",
    "<": "\\u003c",
    ">": "\\u003e",
}


class MissingTranslation(LookupError):
    """A word that no language file has. Shopify would print an English complaint on the page."""


def liquid_environment(
    folder: Path, language: str, asset_url: Callable[[str], str]
) -> Environment:
    """Renders files of a theme or an extension, with the snippets and locales below `folder`. What
    was read and parsed for one page serves the next, until one of these files changes.
    """
    version = version_of(folder / "snippets", folder / "locales")
    return _environment_of(folder, language, asset_url, version)


@lru_cache(maxsize=50)
def _environment_of(
    folder: Path, language: str, asset_url: Callable[[str], str], _version: str
) -> Environment:
    snippets = folder / "snippets"
    loader = CachingFileSystemLoader(snippets, ext=".liquid", auto_reload=False)
    environment = Environment(loader=loader)
    words = read_words(folder / "locales", language)

    environment.add_filter("asset_url", asset_url)
    environment.add_filter("image_url", partial(_image_url, asset_url))
    environment.add_filter("t", Translator(words))
    environment.add_filter("money", partial(_format_money, language))
    environment.add_filter("json", to_json)
    environment.add_filter("color_contrast", color_contrast)
    return environment


@lru_cache(maxsize=500)
def parse_template(environment: Environment, text: str, name: str) -> BoundTemplate:
    """Raises whatever is wrong in it."""
    return environment.from_string(text, name=name)


def read_words(locales: Path, language: str, kind: str = "") -> Words:
    """One language's words over those of the default one. `kind` is "" for pages, ".schema" for the
    editor.
    """
    defaults = locales.glob(f"*.default{kind}.json")
    own = locales / f"{language}{kind}.json"

    words: dict[str, Any] = {}
    for path in [*defaults, own]:
        if path.is_file():
            text = path.read_text("utf-8")
            words = _merge_words(words, json.loads(text))
    return words


class Translator:
    """The `t` filter. Words are escaped, except under keys that end in `_html`, where only what is
    put in is.
    """

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, key: str, **values: Any) -> str:
        is_html = key.endswith("_html")
        text = self._plain(key, values.get("count"))

        for name, value in values.items():
            shown = str(value)
            if is_html:
                shown = escape(shown)
            text = text.replace(f"{{{{ {name} }}}}", shown)
            text = text.replace(f"{{{{{name}}}}}", shown)

        if is_html:
            return text
        return escape(text)

    def _plain(self, key: str, count: Any) -> str:
        found: Any = self._words
        for part in key.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None

        if isinstance(found, Mapping) and count is not None:
            form = "one" if count == 1 else "other"
            found = found.get(form)
        if not isinstance(found, str):
            raise MissingTranslation(key)
        return found


def to_json(value: Any) -> str:
    """Safe inside a script element too, as Shopify's filter is; what is not there is null."""
    known = None if is_undefined(value) else value
    text = json.dumps(known, ensure_ascii=False)
    for sign, escaped in ESCAPED_SIGNS.items():
        text = text.replace(sign, escaped)
    return text


def color_contrast(one: object, other: object) -> float:
    """The ratio that WCAG defines, rounded as Shopify's filter does. Colors are #rrggbb, as
    settings hold them.
    """
    first = _luminance_of(str(one))
    second = _luminance_of(str(other))

    light = max(first, second) + 0.05
    dark = min(first, second) + 0.05
    return round(light / dark, 1)


def _luminance_of(color: str) -> float:
    red = _linear(color[1:3])
    green = _linear(color[3:5])
    blue = _linear(color[5:7])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(digits: str) -> float:
    part = int(digits, 16) / 255
    if part <= 0.04045:
        return part / 12.92
    return ((part + 0.055) / 1.055) ** 2.4


def _format_money(language: str, cents: Any) -> str:
    return money(int(cents or 0), language)


def _image_url(asset_url: Callable[[str], str], image: Any, **size: int) -> str:
    """Ours are drawings, which are sharp at any size; Shopify insists on one, so we do. An image
    that is none of the theme's knows where it is.
    """
    if not size:
        raise TypeError("image_url needs a width or a height")
    if isinstance(image, Mapping):
        return str(image["src"])
    return asset_url(image)


def _merge_words(under: Words, over: Words) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = under.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = _merge_words(below, value)
        else:
            merged[key] = value
    return merged
