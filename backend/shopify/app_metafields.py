"""Metafields of the app in a shop: what the app's blocks in the theme may read, and nobody else can
change.

`ask` is whatever asks the shop, such as `admin_client.ask` with its shop filled in.
"""

import msgspec

from backend.shopify.bulk_export import Ask


def set_json(ask: Ask, namespace: str, key: str, value: object) -> None:
    """In place of what was there. Raises what `ask` does; asking twice does the same as once."""
    told = ask("app_installation", {})
    text = msgspec.json.encode(value).decode()

    metafield = {
        "ownerId": told["currentAppInstallation"]["id"],
        "namespace": namespace,
        "key": key,
        "type": "json",
        "value": text,
    }
    ask("metafields_set", {"metafields": [metafield]})
