"""Tables and columns by the words that the rest of the code, and everybody else, uses"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = {
    "departures": "uninstalled_shops",
    "deliveries": "webhook_deliveries",
    "accesses": "access_log",
    "tallies": "daily_counts",
    "preferences": "shop_settings",
}
# The columns of each index that is named after its table.
INDEXES = {
    "deliveries": [["received_at"]],
    "accesses": [["shop_id", "at"], ["shop_id", "conversation_id"]],
}
NEEDS_STAFF = sa.text("needs_staff_since IS NOT NULL")


def upgrade() -> None:
    for old, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(f"ix_{old}_{'_'.join(columns)}", old)
    for old, new in TABLES.items():
        op.rename_table(old, new)
    for old, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(
                f"ix_{TABLES[old]}_{'_'.join(columns)}", TABLES[old], columns
            )

    op.drop_index("ix_conversations_wanted", "conversations")
    op.execute("ALTER TABLE conversations RENAME COLUMN wanted_at TO needs_staff_since")
    op.create_index(
        "ix_conversations_needs_staff",
        "conversations",
        ["shop_id", "needs_staff_since"],
        sqlite_where=NEEDS_STAFF,
        postgresql_where=NEEDS_STAFF,
    )
