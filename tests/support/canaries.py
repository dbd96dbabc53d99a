"""Looks for words in everything that an app has kept: columns of tables, keys of Redis, bytes of
its files.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import MetaData, create_engine, select

from backend.config import database_address
from tests.support.running_app import RunningApp


def traces(app: RunningApp, words: Sequence[str]) -> list[str]:
    """Where any of them still stands; the words themselves are not repeated. Row by row is looked
    only where nothing else was found: that takes longest.
    """
    store = app.store
    return (
        _in_files(app.files(), words)
        or _in_redis(store.redis_url, words)
        or _in_tables(store.database_url, words)
    )


def _in_tables(database_url: str, words: Sequence[str]) -> list[str]:
    """What a reader of the database would find, in the tables of the search index as well."""
    engine, tables = create_engine(database_address(database_url)), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = [
            f"{table.name}.{name}"
            for table in tables.sorted_tables
            for row in connection.execute(select(table)).mappings()
            for name, value in row.items()
            if any(word in _text(value) for word in words)
        ]
    engine.dispose()
    return found


def _in_redis(url: str, words: Sequence[str]) -> list[str]:
    """Keys as well as values: Redis writes both down whole, whatever they are."""
    if not url:
        return []
    sought = [word.encode() for word in words]
    with redis.Redis.from_url(url) as client:
        return [
            key.decode(errors="replace")
            for key in client.scan_iter()
            if any(word in key + b" " + _value(client, key) for word in sought)
        ]


def _value(client: redis.Redis, key: bytes) -> bytes:
    """What the app keeps there is plain or a stream."""
    kind = client.type(key)
    return repr(
        client.xrange(key)
        if kind == b"stream"
        else client.get(key)
        if kind == b"string"
        else b""
    ).encode()


def _in_files(files: Sequence[Path], words: Sequence[str]) -> list[str]:
    """Deleted pages, write-ahead logs and log files included."""
    sought = [word.encode() for word in words]
    return [
        path.name for path in files if any(word in path.read_bytes() for word in sought)
    ]


def _text(value: Any) -> str:
    return (
        bytes(value).decode("utf-8", "ignore")
        if isinstance(value, (bytes, memoryview))
        else str(value)
    )
