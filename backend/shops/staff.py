"""Who answers for a shop: Shopify's user ids, with the names that shoppers see."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from backend.services import Services
from backend.shops.directory import Shop
from backend.store.database import insert_unless_there
from backend.store.tables import staff

MOST_NAME_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody for whom Shopify has vouched in this request. The name is empty until they have
    given one.
    """

    shop: Shop
    user_id: str
    name: str


def find_staff(services: Services, shop: Shop, user_id: str, vouched_at: int) -> Staff:
    """`vouched_at` is the id token's `iat`: the latest of a shop proves until when it had
    the app.
    """
    with services.db.reading() as connection:
        row = _find(connection, shop.id, user_id)
    if row is None or row.seen_at < vouched_at:
        services.db.write(_note, shop.id, user_id, vouched_at)
    return Staff(shop, user_id, row.name if row is not None else "")


def rename(services: Services, somebody: Staff, name: str) -> Staff:
    """From now on shoppers see this name beside what they write."""
    short = name.strip()[:MOST_NAME_CHARACTERS]
    services.db.write(
        lambda connection: connection.execute(
            update(staff)
            .where(
                staff.c.shop_id == somebody.shop.id, staff.c.user_id == somebody.user_id
            )
            .values(name=short)
        )
    )
    return Staff(somebody.shop, somebody.user_id, short)


def read_names(
    connection: Connection, shop_id: int, user_ids: Collection[str]
) -> dict[str, str]:
    """By user id, of those who have been here; empty for who has given none."""
    query = select(staff.c.user_id, staff.c.name).where(
        staff.c.shop_id == shop_id, staff.c.user_id.in_(user_ids)
    )
    return {row.user_id: row.name for row in connection.execute(query)}


def _find(connection: Connection, shop_id: int, user_id: str) -> Row | None:
    query = select(staff).where(staff.c.shop_id == shop_id, staff.c.user_id == user_id)
    return connection.execute(query).one_or_none()


def _note(connection: Connection, shop_id: int, user_id: str, seen_at: int) -> None:
    insert_unless_there(
        connection, staff, {"shop_id": shop_id, "user_id": user_id, "seen_at": seen_at}
    )
    connection.execute(
        update(staff)
        .where(
            staff.c.shop_id == shop_id,
            staff.c.user_id == user_id,
            staff.c.seen_at < seen_at,
        )
        .values(seen_at=seen_at)
    )
