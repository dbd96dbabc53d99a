"""Under which path each shop's storefront reaches us: merchants may rename it, and Shopify signs
the one in use.
"""

import re

from backend.shops import directory
from backend.shops.directory import Shop
from backend.store.database import Database

# What the block asks for unless the merchant sets another; `shopify.app.toml` gives it to new
# installations.
DEFAULT_PATH = "/apps/flux-chat"
# A language of the storefront may stand before it, and Shopify knows these four kinds.
SIGNED_PATH = re.compile(
    r"(?:/[a-z]{2,3}(?:-[a-z0-9]{2,8})*)?(/(?:a|apps|community|tools)/[a-z0-9_-]{1,64})/?",
    re.ASCII | re.IGNORECASE,
)


class ProxyPaths:
    """Remembers the last path of each shop; it is written down when it has changed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[int, str | None] = {}

    def note(self, shop: Shop, prefix: str) -> None:
        """`prefix` as Shopify has signed it; what is no path of a proxy changes nothing."""
        found = SIGNED_PATH.fullmatch(prefix)
        if found is None:
            return
        path = None if found[1] == DEFAULT_PATH else found[1]
        if shop.id in self._known and self._known[shop.id] == path:
            return

        with self._db.reading() as connection:
            kept = directory.find_proxy_path(connection, shop.id)
        if kept != path:
            self._db.write(directory.set_proxy_path, shop.id, path)
        self._known[shop.id] = path
