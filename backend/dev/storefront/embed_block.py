"""Renders the extension's own app embed, unchanged from disk, the way Shopify puts it
into a page.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from backend.dev.storefront.theme_files import VersionedFiles
from backend.dev.storefront.theme_liquid import (
    Translator,
    liquid_environment,
    parse_template,
    read_words,
)

EXTENSION = Path(__file__).resolve().parents[3] / "extensions" / "chat-widget"
SCHEMA = re.compile(r"\{%-?\s*schema\s*-?%\}(.*?)\{%-?\s*endschema\s*-?%\}", re.S)


class UnknownSetting(ValueError):
    """A setting that the block's schema does not have."""


@dataclass(frozen=True)
class RenderedEmbed:
    """What Shopify adds to the head and before the end of the body."""

    head: str
    body: str


NOTHING = RenderedEmbed("", "")
NO_METAFIELDS: Mapping[str, Any] = {}


class EmbedBlock:
    """One block of the extension, switched on in the theme editor."""

    def __init__(self, folder: Path = EXTENSION, handle: str = "chat-widget") -> None:
        self._folder, self._handle = folder, handle
        self.assets = VersionedFiles(
            folder / "assets", "/cdn/extensions", "flux-chat/assets"
        )

    def render(
        self,
        language: str,
        page: Mapping[str, Any],
        settings: Mapping[str, Any],
        editing: bool = False,
        metafields: Mapping[str, Any] = NO_METAFIELDS,
    ) -> RenderedEmbed:
        """`page` holds Shopify's global objects, `metafields` what the app has written. Raises
        UnknownSetting, and whatever is wrong in the files.
        """
        path = self._folder / "blocks" / f"{self._handle}.liquid"
        if not path.is_file():
            return NOTHING

        source = path.read_text("utf-8")
        schema = self._read_schema(source)
        environment = liquid_environment(self._folder, language, self.assets.url)

        block_id = f"flux_chat_{self._handle.replace('-', '_')}"
        block = {
            "id": block_id,
            "type": f"shopify://apps/flux-chat/blocks/{self._handle}",
            "settings": self._merge_settings(schema, settings),
        }
        block["shopify_attributes"] = _editor_attributes(block) if editing else ""

        template = parse_template(environment, SCHEMA.sub("", source), path.name)
        body = template.render(**page, block=block, app={"metafields": metafields})
        return RenderedEmbed(
            self._head_markup(schema), _wrap_block(body, block_id, schema)
        )

    def _read_schema(self, source: str) -> dict[str, Any]:
        found = SCHEMA.search(source)
        return dict(json.loads(found[1])) if found else {}

    def _merge_settings(
        self, schema: Mapping[str, Any], chosen: Mapping[str, Any]
    ) -> dict[str, Any]:
        inputs = [setting for setting in schema.get("settings", []) if "id" in setting]
        unknown = chosen.keys() - {setting["id"] for setting in inputs}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise UnknownSetting(f"The block has no such setting: {names}")

        editor_words = Translator(read_words(self._folder / "locales", "en", ".schema"))
        settings = {
            setting["id"]: _default_value(setting, editor_words) for setting in inputs
        }
        return settings | dict(chosen)

    def _head_markup(self, schema: Mapping[str, Any]) -> str:
        """Once per page, however many blocks name the same file."""
        tags = []
        if script := schema.get("javascript"):
            tags.append(f'<script src="{self.assets.url(script)}" async></script>')
        if stylesheet := schema.get("stylesheet"):
            tags.append(
                f'<link rel="stylesheet" href="{self.assets.url(stylesheet)}" media="all">'
            )
        return "\n".join(tags)


EMPTY = {"checkbox": False, "color": "", "text": "", "textarea": ""}


def _default_value(setting: Mapping[str, Any], editor_words: Translator) -> Any:
    # To Liquid an empty text is blank, as on Shopify; python-liquid does not count nil as blank.
    default = setting.get("default", EMPTY.get(setting["type"]))
    if isinstance(default, str) and default.startswith("t:"):
        return editor_words(default.removeprefix("t:"))
    return default


def _editor_attributes(block: Mapping[str, Any]) -> str:
    fields = json.dumps({"id": block["id"], "type": block["type"]})
    return f'data-shopify-editor-block="{escape(fields)}"'


def _wrap_block(body: str, block_id: str, schema: Mapping[str, Any]) -> str:
    tag = schema.get("tag") or "div"
    classes = " ".join(
        filter(None, ["shopify-block", "shopify-app-block", schema.get("class")])
    )
    return f'<{tag} id="shopify-block-{block_id}" class="{classes}">\n{body}\n</{tag}>'
