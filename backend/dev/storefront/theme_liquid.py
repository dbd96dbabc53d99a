"""Liquid with what Shopify adds to it, as far as our theme and our theme app extension use it.

A tag or filter that is not here raises, so that a page never looks right by accident.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from liquid import Environment, FileSystemLoader

from backend.dev.storefront.sample_shop import money

Words = Mapping[str, Any]


class MissingTranslation(LookupError):
    """A word that no language file has. Shopify would print an English complaint on the page."""


def liquid_environment(
    folder: Path, language: str, asset_url: Callable[[str], str]
) -> Environment:
    """Renders files of a theme or an extension, with the snippets and locales below `folder`."""
    loader = FileSystemLoader(folder / "snippets", ext=".liquid")
    environment = Environment(loader=loader)

    environment.add_filter("asset_url", asset_url)
    environment.add_filter("image_url", partial(_image_url, asset_url))
    environment.add_filter("t", Translator(read_words(folder / "locales", language)))
    environment.add_filter("money", partial(_format_money, language))
    environment.add_filter("json", to_json)
    environment.add_filter("color_contrast", color_contrast)
    return environment


def read_words(locales: Path, language: str, kind: str = "") -> Words:
    """One language's words over those of the default one. `kind` is "" for pages, ".schema" for the
    editor.
    """
    defaults = locales.glob(f"*.default{kind}.json")
    own = locales / f"{language}{kind}.json"

    words: dict[str, Any] = {}
    for path in [*defaults, own]:
        if path.is_file():
            words = _merge_words(words, json.loads(path.read_text("utf-8")))
    return words


class Translator:
    """The `t` filter. Words are escaped, except under keys that end in `_html`, where only what is
    put in is.
    """

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, key: str, **values: Any) -> str:
        text = self._plain(key, values.get("count"))
        for name, value in values.items():
            for hole in (f"{{{{ {name} }}}}", f"{{{{{name}}}}}"):
                text = text.replace(
                    hole, escape(str(value)) if key.endswith("_html") else str(value)
                )
        return text if key.endswith("_html") else escape(text)

    def _plain(self, key: str, count: Any) -> str:
        found: Any = self._words
        for part in key.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and count is not None:
            found = found.get("one" if count == 1 else "other")
        if not isinstance(found, str):
            raise MissingTranslation(key)
        return found


def to_json(value: Any) -> str:
    """Safe inside a script element too, as Shopify's filter is."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def color_contrast(one: object, other: object) -> float:
    """The ratio that WCAG defines, rounded as Shopify's filter does. Colors are #rrggbb, as
    settings hold them.
    """
    dark, light = sorted(_luminance_of(str(color)) for color in (one, other))
    return round((light + 0.05) / (dark + 0.05), 1)


def _luminance_of(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return sum(
        share * part
        for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def _format_money(language: str, cents: Any) -> str:
    return money(int(cents or 0), language)


def _image_url(asset_url: Callable[[str], str], image: str, **size: int) -> str:
    """Ours are drawings, which are sharp at any size; Shopify insists on one, so we do."""
    if not size:
        raise TypeError("image_url needs a width or a height")
    return asset_url(image)


def _merge_words(under: Words, over: Words) -> dict[str, Any]:
    return {
        **under,
        **{
            key: _merge_words(under[key], value)
            if isinstance(value, Mapping) and isinstance(under.get(key), Mapping)
            else value
            for key, value in over.items()
        },
    }
