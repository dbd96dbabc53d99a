"""The spine: shops, conversations, messages, turns, jobs"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "conversations",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("closed_why", sa.String(length=8), nullable=True),
        sa.Column(
            "mode", sa.String(length=9), server_default="assistant", nullable=False
        ),
        sa.Column(
            "last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "open_turns", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id"),
        sa.UniqueConstraint(
            "shop_id",
            "session_hash",
            name=op.f("uq_conversations_shop_id_session_hash"),
        ),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversations_status_active_at"),
            ["status", "active_at"],
            unique=False,
        )

    op.create_table(
        "jobs",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column(
            "until", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "kind", "ref"),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_holder"), ["holder"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_jobs_status_due_at"), ["status", "due_at"], unique=False
        )

    op.create_table(
        "messages",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "conversation_id", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("session_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("uninstalled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("domain", name=op.f("uq_shops_domain")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "storefronts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", "shop_id"),
    )
    op.create_table(
        "turns",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=11), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("page", sa.JSON(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "last_number", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("reply_seq", sa.Integer(), nullable=True),
        sa.Column("reply_id", sa.String(length=32), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id"),
        sa.UniqueConstraint(
            "shop_id",
            "conversation_id",
            "client_id",
            name=op.f("uq_turns_shop_id_conversation_id_client_id"),
        ),
        sa.UniqueConstraint(
            "shop_id",
            "conversation_id",
            "seq",
            name=op.f("uq_turns_shop_id_conversation_id_seq"),
        ),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_turns_open",
            ["shop_id", "conversation_id"],
            unique=False,
            sqlite_where=sa.text("status IN ('queued', 'running')"),
            postgresql_where=sa.text("status IN ('queued', 'running')"),
        )


def downgrade() -> None:

    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_turns_open",
            sqlite_where=sa.text("status IN ('queued', 'running')"),
            postgresql_where=sa.text("status IN ('queued', 'running')"),
        )

    op.drop_table("turns")
    op.drop_table("storefronts")
    op.drop_table("shops")
    op.drop_table("messages")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_status_due_at"))
        batch_op.drop_index(batch_op.f("ix_jobs_holder"))

    op.drop_table("jobs")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_status_active_at"))

    op.drop_table("conversations")
