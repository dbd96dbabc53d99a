"""Runs of multi-step forms, and what they leave for the people of the shop to do"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OPEN_RUN = sa.text("state = 'open'")


def upgrade() -> None:
    _create_runs()
    _create_requests()


def _create_runs() -> None:
    op.create_table(
        "flow_runs",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("flow", sa.String(16), nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("step", sa.String(8)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("phone_hash", sa.LargeBinary),
        sa.Column("email_hash", sa.LargeBinary),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    for column in ("conversation_id", "phone_hash", "email_hash"):
        op.create_index(
            f"ix_flow_runs_shop_id_{column}", "flow_runs", ["shop_id", column]
        )
    op.create_index(
        "ix_flow_runs_open",
        "flow_runs",
        ["shop_id", "conversation_id"],
        unique=True,
        sqlite_where=OPEN_RUN,
        postgresql_where=OPEN_RUN,
    )


def _create_requests() -> None:
    op.create_table(
        "flow_requests",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(5), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False, server_default=""),
        sa.Column("staff_id", sa.String(32)),
        sa.Column(
            "tries", sa.SmallInteger, nullable=False, server_default=sa.text("0")
        ),
        sa.Column(
            "asked", sa.SmallInteger, nullable=False, server_default=sa.text("1")
        ),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("remind_at", sa.BigInteger),
        sa.Column("order_state", sa.String(9), nullable=False),
        sa.Column("draft_order", sa.LargeBinary),
        sa.Column("phone_hash", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_index(
        "ix_flow_requests_shop_id_state_created_at_id",
        "flow_requests",
        ["shop_id", "state", "created_at", "id"],
    )
    for column in ("conversation_id", "run_id"):
        op.create_index(
            f"ix_flow_requests_shop_id_{column}", "flow_requests", ["shop_id", column]
        )
