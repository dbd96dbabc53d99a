"""Under which path a shop's storefront reaches us, where its merchant has renamed it"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("shops", sa.Column("proxy_path", sa.String(80)))
