"""What shoppers thought of an answer, or of a whole conversation"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_ratings_shop_id_at", "ratings", ["shop_id", "at"])
