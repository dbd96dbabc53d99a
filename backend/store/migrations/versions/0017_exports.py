"""Files that staff have asked for, written bit by bit"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    _create_exports()


def _create_exports() -> None:
    op.create_table(
        "export_files",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("wanted", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer),
        sa.Column("written", sa.Integer, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "ix_export_files_shop_id_created_at", "export_files", ["shop_id", "created_at"]
    )
    op.create_table(
        "export_chunks",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("export_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
