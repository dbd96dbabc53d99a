"""Whom to tell of waiting shoppers, what is to be sent, and where answers go by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _create_targets()
    _create_outbox()
    _create_addresses()
    _create_links()


def _create_targets() -> None:
    op.create_table(
        "notification_targets",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("form", sa.String(5), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("quiet_from", sa.SmallInteger),
        sa.Column("quiet_until", sa.SmallInteger),
        sa.Column("has_message", sa.SmallInteger, nullable=False),
        sa.Column("is_on", sa.SmallInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("tried_at", sa.BigInteger),
        sa.Column("failure", sa.String(32)),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("target_id", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(8), nullable=False),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column(
            "tries", sa.SmallInteger, nullable=False, server_default=sa.text("0")
        ),
        sa.Column("failure", sa.String(32)),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("seq", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "ix_outbox_shop_id_target_id_state_due_at",
        "outbox",
        ["shop_id", "target_id", "state", "due_at"],
    )


def _create_addresses() -> None:
    op.create_table(
        "reply_addresses",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("address_hash", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "ix_reply_addresses_shop_id_address_hash",
        "reply_addresses",
        ["shop_id", "address_hash"],
    )


def _create_links() -> None:
    op.create_table(
        "reply_links",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("used_by", sa.LargeBinary),
    )
    op.create_index(
        "ix_reply_links_shop_id_conversation_id",
        "reply_links",
        ["shop_id", "conversation_id"],
    )
