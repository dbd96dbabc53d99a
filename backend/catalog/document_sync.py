"""A shop's policies, pages and articles, read from the Admin API as far as the shop has granted it.

There are few of them, so all are read anew each time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import gevent
from sqlalchemy import Connection

from backend.catalog import documents, passage_records, sync_state
from backend.catalog.documents import Document
from backend.catalog.passage_records import Indexed
from backend.services import Services
from backend.shops import admin_access

POLICIES_SCOPE, CONTENT_SCOPE = "read_legal_policies", "read_content"
MOST_PAGES, MOST_ARTICLES = 500, 200

Node = Mapping[str, Any]
Read = Callable[[Node], Iterator[Document]]


def read_documents(services: Services, shop_id: int) -> None:
    """Store all there are; those that are gone, or not granted any more, go. Raises what asking
    Shopify does: then nothing is removed.
    """
    seen = [_put_document(services, shop_id, each) for each in _ask(services, shop_id)]
    services.db.write(_forget_others, shop_id, seen)


def _ask(services: Services, shop_id: int) -> Iterator[Document]:
    if admin_access.granted(services, shop_id, POLICIES_SCOPE):
        answered = admin_access.ask_shop(services, shop_id, "policies", {})
        yield from documents.read_policies(answered["shop"])

    if admin_access.granted(services, shop_id, CONTENT_SCOPE):
        pages = _list(services, shop_id, "pages", MOST_PAGES)
        yield from _read_each(documents.read_page, pages)
        articles = _list(services, shop_id, "articles", MOST_ARTICLES)
        yield from _read_each(documents.read_article, articles)


def _read_each(read: Read, nodes: Iterable[Node]) -> Iterator[Document]:
    for node in nodes:
        yield from read(node)


def _list(services: Services, shop_id: int, name: str, most: int) -> Iterator[Node]:
    wanted: dict[str, Any] = {"after": None}
    number = 0
    while number < most:
        answered = admin_access.ask_shop(services, shop_id, name, wanted)
        page = answered[name]
        yield from page["nodes"]

        number += len(page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        wanted["after"] = page["pageInfo"]["endCursor"]


def _put_document(services: Services, shop_id: int, document: Document) -> str:
    """Returns its id."""
    indexed = []
    for passage in documents.cut_passages(document):
        indexed.append(Indexed.from_passage(passage))
        gevent.sleep(0)

    services.db.write(_put, shop_id, document.id, indexed)
    return document.id


def _put(
    connection: Connection, shop_id: int, document: str, indexed: list[Indexed]
) -> None:
    sync_state.lock_sync(connection, shop_id)
    passage_records.put_document(connection, shop_id, document, indexed)


def _forget_others(connection: Connection, shop_id: int, seen: list[str]) -> None:
    sync_state.lock_sync(connection, shop_id)
    passage_records.remove_others(connection, shop_id, seen)
    number = passage_records.count_passages(connection, shop_id)
    sync_state.note_passages(connection, shop_id, number)
