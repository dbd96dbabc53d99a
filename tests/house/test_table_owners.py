"""Every table has one owner, which alone writes it; its rows leave as values with names."""

import ast
from collections.abc import Iterator
from pathlib import Path

from backend.store.tables import metadata
from tests.support.source_files import place, python_files, tree_of

OWNERS = {
    "shops": "backend/shops/directory.py",
    "storefronts": "backend/shops/storefront_hosts.py",
    "uninstalled_shops": "backend/shops/uninstalls.py",
    "installations": "backend/shops/installation.py",
    "shop_settings": "backend/shops/settings.py",
    "staff": "backend/shops/staff.py",
    "webhook_deliveries": "backend/shops/webhook_deliveries.py",
    "sessions": "backend/chat/sessions.py",
    "conversations": "backend/chat/conversations.py",
    "messages": "backend/chat/messages.py",
    "handoffs": "backend/chat/handoffs.py",
    "turns": "backend/chat/turns.py",
    "erasures": "backend/chat/erasures.py",
    "ratings": "backend/chat/ratings.py",
    "flow_runs": "backend/flows/runs.py",
    "flow_requests": "backend/flows/request_records.py",
    "notes": "backend/inbox/notes.py",
    "saved_replies": "backend/inbox/saved_replies.py",
    "conversation_labels": "backend/inbox/labels.py",
    "reply_drafts": "backend/inbox/reply_drafts.py",
    "access_log": "backend/inbox/access_log.py",
    "notification_targets": "backend/inbox/notification_targets.py",
    "outbox": "backend/inbox/outbox.py",
    "reply_addresses": "backend/chat/reply_addresses.py",
    "reply_links": "backend/chat/reply_links.py",
    "privacy_requests": "backend/privacy/privacy_requests.py",
    "budgets": "backend/assistant/budgets.py",
    "catalog_products": "backend/catalog/product_records.py",
    "catalog_passages": "backend/catalog/passage_records.py",
    "catalog_postings": "backend/catalog/postings.py",
    "catalog_terms": "backend/catalog/postings.py",
    "catalog_spellings": "backend/catalog/spellings.py",
    "catalog_syncs": "backend/catalog/sync_state.py",
    "posts": "backend/posts/post_records.py",
    "post_versions": "backend/posts/post_versions.py",
    "post_pictures": "backend/posts/post_pictures.py",
    "post_channels": "backend/posts/page_connections.py",
    "export_files": "backend/exports/stored_exports.py",
    "export_chunks": "backend/exports/stored_exports.py",
    "jobs": "backend/store/job_queue.py",
    "daily_counts": "backend/store/daily_counts.py",
}
# They look across tables for a list, a search, a prompt, a sum or a file, and write none of them.
READERS = {
    "backend/assistant/transcript.py",
    "backend/inbox/conversation_list.py",
    "backend/inbox/conversation_view.py",
    "backend/inbox/search.py",
    "backend/inbox/search_mentions.py",
    "backend/inbox/search_reading.py",
    "backend/privacy/subjects.py",
    "backend/shops/settings.py",
}
FOLDERS_OF_READERS = ("backend/reports/", "backend/exports/")
WRITING = {"insert", "update", "delete"}
# Migrations see tables as they were.
OUTSIDE = "backend/store/migrations/"


def test_every_table_has_an_owner() -> None:
    assert OWNERS.keys() == metadata.tables.keys()
    assert set(OWNERS.values()) <= {place(path) for path in python_files("backend")}


def test_only_the_owner_of_a_table_and_readers_import_it() -> None:
    assert not [
        f"{where} imports {table}"
        for where, table in imported_tables()
        if OWNERS.get(table) != where and not is_reader(where)
    ]


def test_readers_write_nothing() -> None:
    assert not [
        f"{where} imports {name}"
        for where, name in imported_from("sqlalchemy")
        if is_reader(where) and where not in OWNERS.values() and name in WRITING
    ]


def test_a_row_stays_in_the_module_that_selected_it() -> None:
    selecting = {*OWNERS.values(), *READERS}

    assert not [
        where
        for where, name in imported_from("sqlalchemy")
        if name == "Row"
        and where not in selecting
        and not where.startswith(("backend/store/", *FOLDERS_OF_READERS))
    ]


def imported_tables() -> Iterator[tuple[str, str]]:
    """Where, and which; importing the module of all tables counts as importing all of them."""
    for where, name in imported_from("backend.store.tables"):
        if name in metadata.tables or name in OWNERS:
            yield where, name

    for where, name in imported_from("backend.store"):
        if name == "tables":
            yield where, "all tables"


def imported_from(module: str) -> Iterator[tuple[str, str]]:
    for path in python_files("backend"):
        where = place(path)
        if where.startswith(OUTSIDE):
            continue
        for name in names_imported(path, module):
            yield where, name


def names_imported(path: Path, module: str) -> list[str]:
    return [
        alias.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    ]


def is_reader(where: str) -> bool:
    return where in READERS or where.startswith(FOLDERS_OF_READERS)
