"""The floor of the search: FTS5 as it comes, over titles and descriptions, any of the words."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SHOWN = 6
CREATE = (
    "CREATE VIRTUAL TABLE product USING fts5"
    "(handle UNINDEXED, title, description, tokenize = 'unicode61')"
)
SEARCH = "SELECT handle FROM product WHERE product MATCH ? ORDER BY rank LIMIT ?"


class PlainIndex:
    """Products in a file of their own, the best by BM25 first."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute(CREATE)

    def fill(self, products: Iterable[Mapping[str, Any]]) -> None:
        rows = (
            (product["handle"], product["title"], product["description"])
            for product in products
        )
        insert = "INSERT INTO product VALUES (?, ?, ?)"
        with self._connection:
            self._connection.executemany(insert, rows)

    def search(self, text: str) -> list[str]:
        """Handles. FTS5 cuts what is quoted into words by itself."""
        quoted = [_quote(word) for word in text.split()]
        if not quoted:
            return []

        rows = self._connection.execute(SEARCH, (" OR ".join(quoted), SHOWN))
        return [handle for (handle,) in rows]

    def close(self) -> None:
        self._connection.close()


def _quote(word: str) -> str:
    escaped = word.replace('"', '""')
    return f'"{escaped}"'
