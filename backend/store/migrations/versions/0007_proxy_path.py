"""Under which path a shop's storefront reaches us, where its merchant has renamed it"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("shops", sa.Column("proxy_path", sa.String(80)))
