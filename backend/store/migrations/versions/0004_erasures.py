"""What was erased, by hashes, so that an older export does not bring it back; how far a redaction
is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "subject_hash"),
    )
    op.add_column("privacy_requests", sa.Column("position", sa.String(32)))


def downgrade() -> None:
    op.drop_column("privacy_requests", "position")
    op.drop_table("erasures")
