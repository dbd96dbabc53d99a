"""Labels that staff put on conversations, to find and sort them by."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from backend.chat import conversations
from backend.errors import Invalid, NotFound
from backend.inbox import staff_text
from backend.services import Services
from backend.store.database import insert_unless_there
from backend.store.tables import conversation_labels

MOST_LABELS = 10
MOST_CHARACTERS = 40
# Of those that a field suggests.
MOST_SUGGESTED = 50
TOO_MANY = f"A conversation may have up to {MOST_LABELS} labels."

C = conversation_labels.c


def find_fault(label: str) -> str:
    return staff_text.find_fault(_in_one_line(label), "A label", MOST_CHARACTERS)


def add_label(
    services: Services, shop_id: int, conversation_id: str, label: str
) -> None:
    """One that the shop has already keeps its capitals. Raises NotFound, Invalid."""
    kept = staff_text.read_text(_in_one_line(label), "A label", MOST_CHARACTERS)

    services.db.write(_add, shop_id, conversation_id, kept)

    services.live.changed(conversation_id)


def remove_label(
    services: Services, shop_id: int, conversation_id: str, label: str
) -> None:
    """One that is not there is fine, too."""
    its = delete(conversation_labels).where(
        C.shop_id == shop_id, C.conversation_id == conversation_id, C.label == label
    )
    services.db.write(Connection.execute, its)
    services.live.changed(conversation_id)


def list_labels(
    connection: Connection, shop_id: int, conversation_ids: Collection[str]
) -> dict[str, list[str]]:
    """By conversation, of those that have any, by their letters."""
    query = (
        select(C.conversation_id, C.label)
        .where(C.shop_id == shop_id)
        .where(C.conversation_id.in_(conversation_ids))
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.conversation_id, []).append(row.label)
    return {id_: sorted(labels, key=str.casefold) for id_, labels in found.items()}


def list_known(
    connection: Connection, shop_id: int, most: int = MOST_SUGGESTED
) -> Sequence[str]:
    """The shop's, those first that most conversations have."""
    uses = func.count().label("uses")
    query = (
        select(C.label)
        .where(C.shop_id == shop_id)
        .group_by(C.label)
        .order_by(uses.desc(), C.label)
        .limit(most)
    )
    return connection.execute(query).scalars().all()


def import_labels(
    connection: Connection, shop_id: int, conversation_id: str, labels: Sequence[str]
) -> None:
    """As they are: their conversation is there, and nothing is checked."""
    row = {"shop_id": shop_id, "conversation_id": conversation_id}
    rows = [row | {"label": label} for label in dict.fromkeys(labels)]
    if rows:
        connection.execute(insert(conversation_labels), rows)


def _add(
    connection: Connection, shop_id: int, conversation_id: str, label: str
) -> None:
    # Locked, so that two who add one at the same time are counted one after the other.
    found = conversations.find(connection, shop_id, conversation_id, lock=True)
    if found is None:
        raise NotFound

    its = list_labels(connection, shop_id, [conversation_id]).get(conversation_id, [])
    if label.casefold() in [each.casefold() for each in its]:
        return
    if len(its) >= MOST_LABELS:
        raise Invalid(TOO_MANY)

    row = {
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "label": _as_known(connection, shop_id, label),
    }
    insert_unless_there(connection, conversation_labels, row)


def _as_known(connection: Connection, shop_id: int, label: str) -> str:
    known = {each.casefold(): each for each in list_known(connection, shop_id)}
    return known.get(label.casefold(), label)


def _in_one_line(label: str) -> str:
    return " ".join(label.split())
