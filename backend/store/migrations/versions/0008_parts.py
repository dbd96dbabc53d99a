"""What a message shows besides its text: parts, in place of cards, also of a reply that runs"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Nothing has ever written one.
    op.execute("UPDATE messages SET cards = NULL WHERE cards IS NOT NULL")
    op.execute("ALTER TABLE messages RENAME COLUMN cards TO parts")

    op.add_column("turns", sa.Column("parts", sa.JSON(), nullable=True))
