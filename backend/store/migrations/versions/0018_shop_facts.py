"""What Shopify says of a shop: its clock, its money, where it is and what is spoken there"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    for column in (
        sa.Column("time_zone", sa.String(64)),
        sa.Column("currency", sa.String(3)),
        sa.Column("country", sa.String(2)),
        sa.Column("languages", sa.JSON),
        sa.Column("facts_at", sa.BigInteger),
    ):
        op.add_column("shops", column)
