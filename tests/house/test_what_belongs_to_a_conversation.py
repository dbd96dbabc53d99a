"""Every table with rows of a conversation is in the one list by which a conversation is deleted;
story of models.py.
"""

from backend.chat.retention import BELONGING
from backend.store.tables import metadata


def test_no_table_of_conversations_is_forgotten_when_one_is_deleted() -> None:
    of_one = {
        table.name for table in metadata.sorted_tables if "conversation_id" in table.c
    }

    assert of_one == {table.name for table in BELONGING}
