"""Why a conversation waits for a person, since when its person is silent, and how long that took"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

STAFF_SILENT = sa.text("staff_silent_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("shops", sa.Column("waiting_days", sa.Integer))
    op.add_column("conversations", sa.Column("needs_staff_why", sa.String(8)))
    op.add_column("conversations", sa.Column("staff_silent_since", sa.BigInteger))
    op.add_column("conversations", sa.Column("offered_back_at", sa.BigInteger))
    op.add_column("conversations", sa.Column("told_staff_id", sa.String(32)))
    op.add_column("conversations", sa.Column("snoozed_until", sa.BigInteger))

    _say_why()
    op.create_index(
        "ix_conversations_silent",
        "conversations",
        ["staff_silent_since"],
        sqlite_where=STAFF_SILENT,
        postgresql_where=STAFF_SILENT,
    )
    _create_handoffs()


def _say_why() -> None:
    """As far as it can be told from what is there."""
    op.execute(
        "UPDATE conversations SET needs_staff_why = CASE"
        " WHEN mode = 'staff' THEN 'message'"
        " WHEN EXISTS (SELECT 1 FROM messages WHERE messages.status = 'failed'"
        " AND messages.shop_id = conversations.shop_id"
        " AND messages.conversation_id = conversations.id) THEN 'failed'"
        " ELSE 'asked' END"
        " WHERE needs_staff_since IS NOT NULL"
    )
    op.execute(
        "UPDATE conversations SET staff_silent_since = needs_staff_since"
        " WHERE mode = 'staff' AND status = 'open'"
    )
    op.execute(
        "UPDATE conversations SET told_staff_id = staff_id"
        " WHERE mode = 'staff' AND status = 'open'"
    )


def _create_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("why", sa.String(8), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
    )
    for column in ("conversation_id", "answered_at"):
        op.create_index(
            f"ix_handoffs_shop_id_{column}", "handoffs", ["shop_id", column]
        )

    # Those that wait now; a conversation has one, so its id serves for both.
    op.execute(
        "INSERT INTO handoffs (shop_id, id, conversation_id, why, asked_at)"
        " SELECT shop_id, id, id, needs_staff_why, needs_staff_since FROM conversations"
        " WHERE needs_staff_since IS NOT NULL AND status = 'open'"
    )
