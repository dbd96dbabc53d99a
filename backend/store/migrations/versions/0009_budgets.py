"""Budgets have a table of their own, and a column that nothing ever read is gone"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

OLD_NAME, NEW_NAME = "replies_reserved", "replies"


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    # What is used up today stays used up.
    op.execute(
        "INSERT INTO budgets (shop_id, day, name, count)"
        f" SELECT shop_id, day, '{NEW_NAME}', count FROM daily_counts"
        f" WHERE name = '{OLD_NAME}'"
    )
    op.execute(f"DELETE FROM daily_counts WHERE name = '{OLD_NAME}'")

    op.drop_column("shops", "welcomed_at")
