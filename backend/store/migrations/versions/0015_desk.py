"""The inbox as a desk: labels, drafts of replies, edited notes"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

UNREAD = sa.text("status = 'open' AND last_seq > staff_seq")


def upgrade() -> None:
    op.create_index(
        "ix_conversations_unread",
        "conversations",
        ["shop_id", "active_at", "id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )

    op.add_column("notes", sa.Column("edited_at", sa.BigInteger))
    _create_labels()
    _create_drafts()


def _create_labels() -> None:
    op.create_table(
        "conversation_labels",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("label", sa.String(40), primary_key=True),
    )
    op.create_index(
        "ix_conversation_labels_shop_id_label_conversation_id",
        "conversation_labels",
        ["shop_id", "label", "conversation_id"],
    )


def _create_drafts() -> None:
    op.create_table(
        "reply_drafts",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
