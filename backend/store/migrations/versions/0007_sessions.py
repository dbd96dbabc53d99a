"""One table leads from session ids to conversations, whichever device they are of"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NEEDS_STAFF = "needs_staff_since IS NOT NULL"
WITH_STAFF = "mode = 'staff'"

INDEXES: tuple[tuple[str, list[str], str | None], ...] = (
    ("ix_conversations_status_active_at", ["status", "active_at"], None),
    ("ix_conversations_shop_id_active_at_id", ["shop_id", "active_at", "id"], None),
    ("ix_conversations_shop_id_started_at_id", ["shop_id", "started_at", "id"], None),
    (
        "ix_conversations_shop_id_customer_id_active_at",
        ["shop_id", "customer_id", "active_at"],
        None,
    ),
    ("ix_conversations_needs_staff", ["shop_id", "needs_staff_since"], NEEDS_STAFF),
    ("ix_conversations_staff", ["shop_id", "active_at"], WITH_STAFF),
)


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "session_hash"),
    )
    op.create_index(
        "ix_sessions_shop_id_conversation_id",
        "sessions",
        ["shop_id", "conversation_id"],
    )
    op.execute(
        "INSERT INTO sessions (shop_id, session_hash, conversation_id, at)"
        " SELECT shop_id, session_hash, id, started_at FROM conversations"
    )
    # A conversation is found by its own session before any device's.
    op.execute(
        "INSERT INTO sessions (shop_id, session_hash, conversation_id, at)"
        " SELECT shop_id, session_hash, conversation_id, at FROM devices WHERE true"
        " ON CONFLICT DO NOTHING"
    )
    op.drop_table("devices")

    if op.get_bind().dialect.name == "sqlite":
        _rebuild_conversations()
    else:
        # Its unique constraint goes with it.
        op.drop_column("conversations", "session_hash")


def _rebuild_conversations() -> None:
    """SQLite drops no column that a constraint names."""
    kept = _columns()
    names = ", ".join(column.name for column in kept)
    op.create_table(
        "new_conversations",
        *kept,
        sa.PrimaryKeyConstraint("shop_id", "id"),
    )
    op.execute(
        f"INSERT INTO new_conversations ({names}) SELECT {names} FROM conversations"
    )
    op.drop_table("conversations")
    op.rename_table("new_conversations", "conversations")

    for name, columns, of in INDEXES:
        where = sa.text(of) if of else None
        op.create_index(name, "conversations", columns, sqlite_where=where)


def _columns() -> list[sa.Column[Any]]:
    """Of conversations, as they are after this."""
    return [
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(32)),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("closed_why", sa.String(8)),
        sa.Column("mode", sa.String(9), server_default="assistant", nullable=False),
        sa.Column("staff_id", sa.String(32)),
        sa.Column(
            "staff_seq", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("needs_staff_since", sa.BigInteger()),
        sa.Column("locale", sa.String(35)),
        sa.Column("page", sa.JSON()),
        sa.Column(
            "last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "open_turns", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
    ]
