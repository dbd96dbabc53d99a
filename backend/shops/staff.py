"""Who answers for a shop: Shopify's user ids, with the names that shoppers see."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from backend.services import Services
from backend.shops.directory import Shop
from backend.store.database import insert_unless_there
from backend.store.tables import staff

MOST_NAME_CHARACTERS = 80
# Of those who may be chosen from.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody for whom Shopify has vouched in this request. The name is empty until they have
    given one.
    """

    shop: Shop
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """What is kept of them. `seen_at` is the `iat` of the latest id token."""

    shop_id: int
    user_id: str
    name: str
    seen_at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            shop_id=row.shop_id,
            user_id=row.user_id,
            name=row.name,
            seen_at=row.seen_at,
        )


def find_staff(services: Services, shop: Shop, user_id: str, vouched_at: int) -> Staff:
    """`vouched_at` is the id token's `iat`: the latest of a shop proves until when it had
    the app.
    """
    with services.db.reading() as connection:
        known = _find_member(connection, shop.id, user_id)

    if known is None or known.seen_at < vouched_at:
        services.db.write(_note_seen, shop.id, user_id, vouched_at)

    name = known.name if known is not None else ""
    return Staff(shop, user_id, name)


def rename(services: Services, somebody: Staff, name: str) -> Staff:
    """From now on shoppers see this name beside what they write."""
    short = name.strip()[:MOST_NAME_CHARACTERS]
    services.db.write(
        _set_name,
        somebody.shop.id,
        somebody.user_id,
        short,
    )
    return replace(somebody, name=short)


def find_last_seen(connection: Connection, shop_id: int) -> int:
    """When Shopify last vouched for anybody of the shop, in milliseconds; 0 for never."""
    latest = func.max(staff.c.seen_at)
    query = select(latest).where(staff.c.shop_id == shop_id)
    return connection.execute(query).scalar_one_or_none() or 0


def read_names(
    connection: Connection,
    shop_id: int,
    user_ids: Collection[str],
) -> dict[str, str]:
    """By user id, of those who have been here; empty for who has given none."""
    query = (
        select(staff.c.user_id, staff.c.name)
        .where(staff.c.shop_id == shop_id)
        .where(staff.c.user_id.in_(user_ids))
    )
    rows = connection.execute(query)
    return {row.user_id: row.name for row in rows}


def list_members(connection: Connection, shop_id: int) -> list[StaffMember]:
    """Those who were here last, the latest first."""
    query = (
        select(staff)
        .where(staff.c.shop_id == shop_id)
        .order_by(staff.c.seen_at.desc(), staff.c.user_id)
        .limit(MOST_LISTED)
    )
    rows = connection.execute(query)
    return [StaffMember.from_row(row) for row in rows]


def _find_member(
    connection: Connection,
    shop_id: int,
    user_id: str,
) -> StaffMember | None:
    query = select(staff).where(_is(shop_id, user_id))
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return StaffMember.from_row(row)


def _note_seen(
    connection: Connection,
    shop_id: int,
    user_id: str,
    seen_at: int,
) -> None:
    row = {
        "shop_id": shop_id,
        "user_id": user_id,
        "seen_at": seen_at,
    }
    insert_unless_there(connection, staff, row)

    statement = (
        update(staff)
        .where(_is(shop_id, user_id))
        .where(staff.c.seen_at < seen_at)
        .values(seen_at=seen_at)
    )
    connection.execute(statement)


def _set_name(connection: Connection, shop_id: int, user_id: str, name: str) -> None:
    statement = update(staff).where(_is(shop_id, user_id)).values(name=name)
    connection.execute(statement)


def _is(shop_id: int, user_id: str) -> ColumnElement[bool]:
    return and_(
        staff.c.shop_id == shop_id,
        staff.c.user_id == user_id,
    )
