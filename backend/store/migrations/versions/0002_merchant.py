"""The merchant's side: tokens, webhooks, privacy, staff, preferences, devices, the search through
messages
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Added empty or with a default, so that the version before goes on writing while both run.
ADDED: dict[str, list[sa.Column[Any]]] = {
    "shops": [
        sa.Column("expiry_seconds", sa.Integer()),
        sa.Column("retention_days", sa.Integer()),
        sa.Column("welcomed_at", sa.BigInteger()),
    ],
    "conversations": [
        sa.Column("staff_id", sa.String(32)),
        sa.Column(
            "staff_seq", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("wanted_at", sa.BigInteger()),
        sa.Column("locale", sa.String(35)),
        sa.Column("page", sa.JSON()),
    ],
    "messages": [
        sa.Column("author", sa.String(80)),
        sa.Column("search_id", sa.BigInteger()),
    ],
    "turns": [
        sa.Column("tokens_in", sa.Integer()),
        sa.Column("tokens_out", sa.Integer()),
    ],
}

INDEXES: tuple[tuple[str, str, list[str]], ...] = (
    (
        "ix_conversations_shop_id_active_at_id",
        "conversations",
        ["shop_id", "active_at", "id"],
    ),
    (
        "ix_conversations_shop_id_started_at_id",
        "conversations",
        ["shop_id", "started_at", "id"],
    ),
    (
        "ix_conversations_shop_id_customer_id_active_at",
        "conversations",
        ["shop_id", "customer_id", "active_at"],
    ),
    ("ix_turns_shop_id_created_at", "turns", ["shop_id", "created_at"]),
)

# Of few conversations: those that need a person, and those that one has.
PARTIAL_INDEXES = (
    ("ix_conversations_wanted", ["shop_id", "wanted_at"], "wanted_at IS NOT NULL"),
    ("ix_conversations_staff", ["shop_id", "active_at"], "mode = 'staff'"),
)

# Three letters in a row find a word in any script, also in those without spaces.
SEARCH_ON_SQLITE = (
    """CREATE VIRTUAL TABLE message_search USING fts5(
        text, shop_id UNINDEXED, conversation_id UNINDEXED, seq UNINDEXED, tokenize = 'trigram')""",
    "UPDATE messages SET search_id = abs(random() / 2)",
    """INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)
        SELECT search_id, text, shop_id, conversation_id, seq FROM messages""",
    # The version before draws no number; its messages get one here.
    """CREATE TRIGGER message_search_number AFTER INSERT ON messages
        WHEN new.search_id IS NULL BEGIN
        UPDATE messages SET search_id = abs(random() / 2)
            WHERE shop_id = new.shop_id AND conversation_id = new.conversation_id AND seq = new.seq;
        INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)
            SELECT search_id, text, shop_id, conversation_id, seq FROM messages
            WHERE shop_id = new.shop_id AND conversation_id = new.conversation_id AND seq = new.seq;
    END""",
    """CREATE TRIGGER message_search_insert AFTER INSERT ON messages
        WHEN new.search_id IS NOT NULL BEGIN
        INSERT INTO message_search (rowid, text, shop_id, conversation_id, seq)
            VALUES (new.search_id, new.text, new.shop_id, new.conversation_id, new.seq);
    END""",
    """CREATE TRIGGER message_search_update AFTER UPDATE OF text ON messages BEGIN
        UPDATE message_search SET text = new.text WHERE rowid = new.search_id;
    END""",
    """CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
        DELETE FROM message_search WHERE rowid = old.search_id;
    END""",
)


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    for name, table, names in INDEXES:
        op.create_index(name, table, names)
    for name, names, of in PARTIAL_INDEXES:
        op.create_index(
            name,
            "conversations",
            names,
            sqlite_where=sa.text(of),
            postgresql_where=sa.text(of),
        )
    _create_tables()
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in SEARCH_ON_SQLITE:
            op.execute(statement)
    elif _may_have_trigrams(connection):
        for extension in SEARCH_EXTENSIONS:
            op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        op.execute(
            "CREATE INDEX ix_messages_text ON messages USING gin (shop_id, text gin_trgm_ops)"
        )


# With the shop in the index, a word that is common in other shops costs this one nothing.
SEARCH_EXTENSIONS = ("pg_trgm", "btree_gin")


def _may_have_trigrams(connection: sa.Connection) -> bool:
    """Without the extensions, or the right to them, a search reads all messages of the shop:
    slower, and right.
    """
    may = sa.text(
        "SELECT bool_and(name IN (SELECT extname FROM pg_extension) OR name IN (SELECT name"
        " FROM pg_available_extensions) AND has_database_privilege(current_database(),"
        " 'CREATE')) FROM unnest(CAST(:names AS text[])) AS name"
    ).bindparams(names=list(SEARCH_EXTENSIONS))
    return bool(connection.execute(may).scalar_one())


def _create_tables() -> None:
    op.create_table(
        "departures",
        sa.Column("domain_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("domain_hash"),
    )
    op.create_table(
        "devices",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "session_hash"),
    )
    op.create_index(
        "ix_devices_shop_id_conversation_id", "devices", ["shop_id", "conversation_id"]
    )
    op.create_table(
        "installations",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", sa.BigInteger(), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_until", sa.BigInteger(), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.Column("refreshed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("triggered_at", sa.BigInteger()),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("shop_id", "webhook_id"),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    op.create_table(
        "privacy_requests",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("shop_hash", sa.LargeBinary(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("subject", sa.LargeBinary()),
        sa.Column("removed", sa.JSON()),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("shop_id", "id"),
    )
    op.create_table(
        "preferences",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id"),
    )
    op.create_table(
        "staff",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), server_default="", nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "user_id"),
    )
    op.create_table(
        "notes",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "conversation_id", "id"),
    )
    op.create_table(
        "saved_replies",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id"),
    )
    op.create_table(
        "accesses",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32)),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id"),
    )
    op.create_index("ix_accesses_shop_id_at", "accesses", ["shop_id", "at"])
    op.create_index(
        "ix_accesses_shop_id_conversation_id",
        "accesses",
        ["shop_id", "conversation_id"],
    )
    op.create_table(
        "tallies",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "day", "name"),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("number", "insert", "update", "delete"):
            op.execute(f"DROP TRIGGER message_search_{trigger}")
        op.execute("DROP TABLE message_search")
    else:
        op.execute("DROP INDEX IF EXISTS ix_messages_text")
    for table in (
        "tallies",
        "accesses",
        "saved_replies",
        "notes",
        "staff",
        "preferences",
        "privacy_requests",
        "deliveries",
        "installations",
        "devices",
        "departures",
    ):
        op.drop_table(table)
    for name, _, _ in PARTIAL_INDEXES:
        op.drop_index(name, "conversations")
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
