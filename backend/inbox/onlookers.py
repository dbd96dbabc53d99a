"""Who else is in a conversation just now, as staff are told: its shopper, with what is in the
cart, and colleagues.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import presence, shopper_carts
from backend.chat.shopper_carts import Cart
from backend.clock import now_ms
from backend.services import Services
from backend.shops import staff
from backend.shops.staff import Staff, StaffMember

# Who was not here today is not looked for, each second, in each conversation.
HERE_TODAY_MS = 12 * 3_600_000
MOST_COLLEAGUES = 20


@dataclass(frozen=True, slots=True)
class Colleague:
    """The name is empty until they have given one."""

    user_id: str
    name: str
    is_typing: bool


@dataclass(frozen=True, slots=True)
class Onlookers:
    is_shopper_here: bool = False
    is_shopper_typing: bool = False
    colleagues: Sequence[Colleague] = ()
    cart: Cart | None = None

    @property
    def version(self) -> tuple[object, ...]:
        """Differs when somebody comes, goes, begins to write or ends, and with each cart."""
        told_at = self.cart and self.cart.told_at
        return self.is_shopper_here, self.is_shopper_typing, told_at, *self.colleagues


def list_colleagues(connection: Connection, somebody: Staff) -> list[StaffMember]:
    """Those who may be in it: the others of the team who were here today."""
    members = staff.list_members(connection, somebody.shop.id)
    recent = now_ms() - HERE_TODAY_MS
    others = [
        each
        for each in members
        if each.user_id != somebody.user_id and each.seen_at > recent
    ]
    return others[:MOST_COLLEAGUES]


def read_onlookers(
    services: Services,
    shop_id: int,
    conversation_id: str,
    colleagues: Sequence[StaffMember],
) -> Onlookers:
    names = {each.user_id: each.name for each in colleagues}
    present = presence.list_staff(services, conversation_id, names)

    return Onlookers(
        presence.is_shopper_here(services, conversation_id),
        presence.is_shopper_typing(services, conversation_id),
        [Colleague(it.user_id, names[it.user_id], it.is_typing) for it in present],
        shopper_carts.find_cart(services, shop_id, conversation_id),
    )
