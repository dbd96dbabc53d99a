"""What the search compares, beside the text of messages and notes; the index is of it now"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from backend.chat.search_text import search_text

revision = "0016"
down_revision = "0015"

AT_ONCE = 500
KEYS = {
    "messages": ("shop_id", "conversation_id", "seq"),
    "notes": ("shop_id", "conversation_id", "id"),
}

# The version before fills no `search_text`: until it is gone, its rows are found by this.
SEARCHED = "coalesce({0}search_text, ' ' || lower({0}text))"
TRIGGERS = ("number", "insert", "update", "delete")
ON_SQLITE = tuple(
    statement.replace("{new}", SEARCHED.format("new.")).replace(
        "{stored}", SEARCHED.format("")
    )
    for statement in (
        """CREATE TRIGGER message_search_number AFTER INSERT ON messages
            WHEN new.search_id IS NULL BEGIN
            UPDATE messages SET search_id = abs(random() / 2)
                WHERE shop_id = new.shop_id AND conversation_id = new.conversation_id
                AND seq = new.seq;
            INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)
                SELECT search_id, {stored}, shop_id, conversation_id, seq FROM messages
                WHERE shop_id = new.shop_id AND conversation_id = new.conversation_id
                AND seq = new.seq;
        END""",
        """CREATE TRIGGER message_search_insert AFTER INSERT ON messages
            WHEN new.search_id IS NOT NULL BEGIN
            INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)
                VALUES (new.search_id, {new}, new.shop_id, new.conversation_id, new.seq);
        END""",
        """CREATE TRIGGER message_search_update AFTER UPDATE OF text, search_text ON messages
            BEGIN
            UPDATE message_search SET text = {new} WHERE rowid = new.search_id;
        END""",
        """CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
            DELETE FROM message_search WHERE rowid = old.search_id;
        END""",
    )
)
# The whole index anew, which takes less than changing each row of it.
EMPTY_ON_SQLITE = "DELETE FROM message_search"
FILL_ON_SQLITE = (
    "INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)"
    f" SELECT search_id, {SEARCHED.format('')}, shop_id, conversation_id, seq"
    " FROM messages"
)


def upgrade() -> None:
    connection = op.get_bind()
    on_sqlite = connection.dialect.name == "sqlite"

    for table in KEYS:
        op.add_column(table, sa.Column("search_text", sa.Text()))
    if on_sqlite:
        _drop_triggers()
    for table in KEYS:
        _fill(connection, table)

    if on_sqlite:
        for statement in (EMPTY_ON_SQLITE, FILL_ON_SQLITE, *ON_SQLITE):
            op.execute(statement)
    else:
        _index_on_postgresql(connection, SEARCHED.format(""))


def _drop_triggers() -> None:
    for trigger in TRIGGERS:
        op.execute(f"DROP TRIGGER message_search_{trigger}")


def _fill(connection: sa.Connection, name: str) -> None:
    """In the order of the key, a batch at a time."""
    keys: list[sa.ColumnClause] = [sa.column(key) for key in KEYS[name]]
    text, filled = sa.column("text", sa.Text()), sa.column("search_text", sa.Text())
    table = sa.table(name, *keys, text, filled)
    page = sa.select(*keys, text).order_by(*keys).limit(AT_ONCE)

    is_row = sa.and_(*[key == sa.bindparam(f"is_{key.name}") for key in keys])
    write = sa.update(table).where(is_row).values(search_text=sa.bindparam("searched"))

    rows = connection.execute(page).all()
    while rows:
        connection.execute(write, [_values_of(row, KEYS[name]) for row in rows])

        last = sa.tuple_(*[sa.literal(value) for value in rows[-1][: len(keys)]])
        rows = connection.execute(page.where(sa.tuple_(*keys) > last)).all()


def _values_of(row: sa.Row, keys: Sequence[str]) -> dict[str, object]:
    columns = row._mapping
    which: dict[str, object] = {f"is_{key}": columns[key] for key in keys}
    return which | {"searched": search_text(row.text)}


def _index_on_postgresql(connection: sa.Connection, indexed: str) -> None:
    """Where the version before could have an index; without one a search is slower, and right."""
    has_index = sa.text("SELECT to_regclass('ix_messages_text') IS NOT NULL")
    if not connection.execute(has_index).scalar_one():
        return

    op.execute("DROP INDEX ix_messages_text")
    op.execute(
        "CREATE INDEX ix_messages_text ON messages"
        f" USING gin (shop_id, ({indexed}) gin_trgm_ops)"
    )
