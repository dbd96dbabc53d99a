"""What is remembered to confirm a webhook: when Shopify last signed for a shop, who has said that
it left, refusals
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Added empty or with a default, so that the version before goes on writing while both run.
ADDED: tuple[tuple[str, sa.Column[object]], ...] = (
    ("shops", sa.Column("signed_at", sa.BigInteger())),
    (
        "departures",
        sa.Column(
            "confirmed", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
    ),
    ("deliveries", sa.Column("refused", sa.String(16))),
)


def upgrade() -> None:
    for table, column in ADDED:
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in ADDED:
        op.drop_column(table, column.name)
