"""What the app has written about itself in one shop, as its blocks in the theme read it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from backend.dev.shopify.admin_execution import Arguments, Viewer
from backend.dev.shopify.bulk_operations import user_error
from backend.dev.shopify.sample_records import make_gid

Record = dict[str, Any]
INSTALLATION = make_gid("AppInstallation", 1)
# What Shopify takes of one value of JSON.
MOST_BYTES = 128_000


class AppMetafields:
    """By namespace and key. Only JSON of the app's own is known here."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Any] = {}

    def set_some(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers: all of them are written, or none."""
        wanted: Sequence[Mapping[str, str]] = arguments["metafields"]
        errors = [error for each in wanted for error in _list_errors(each)]
        if errors:
            return {"metafields": [], "userErrors": errors}

        for each in wanted:
            place = each["namespace"], each["key"]
            self._values[place] = json.loads(each["value"])
        written = [{"id": make_gid("Metafield", 1)} for _ in wanted]
        return {"metafields": written, "userErrors": []}

    def forget(self) -> None:
        """The merchant has removed the app."""
        self._values.clear()

    def as_liquid(self) -> dict[str, dict[str, Any]]:
        """What Liquid's `app.metafields` is."""
        found: dict[str, dict[str, Any]] = {}
        for (namespace, key), value in self._values.items():
            found.setdefault(namespace, {})[key] = {"value": value, "type": "json"}
        return found


def _list_errors(metafield: Mapping[str, str]) -> list[Record]:
    if metafield["ownerId"] != INSTALLATION or metafield.get("type") != "json":
        return [user_error("INVALID_VALUE", "Only the app's own JSON is known here.")]
    if len(metafield["value"].encode()) > MOST_BYTES:
        return [user_error("INVALID_VALUE", "Value is too long.")]

    try:
        json.loads(metafield["value"])
    except ValueError:
        return [user_error("INVALID_VALUE", "Value is invalid JSON.")]
    return []
