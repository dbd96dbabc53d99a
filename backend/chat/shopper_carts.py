"""What lies in a shopper's cart while a person of the shop is concerned, as their page tells it:
remembered for minutes, for the staff of that conversation alone, and in no table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from backend.chat.conversations import Conversation
from backend.clock import now_ms
from backend.services import Services

# A page tells it again in a third of that.
KEEP_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class CartLine:
    """In the words of the shopper's browser. `price` is that of one, in hundredths of the
    currency's unit; `path` is a product's page below the shop's own address, or empty.
    """

    title: str
    variant: str
    quantity: int
    price: int
    path: str


@dataclass(frozen=True, slots=True)
class Cart:
    """`more` lines are not among those that were told, and are in the total."""

    lines: Sequence[CartLine]
    more: int
    total: int
    currency: str
    told_at: int = 0


def keep_cart(services: Services, conversation: Conversation, cart: Cart) -> bool:
    """Whether it is kept: of a conversation that no person is concerned with it is not."""
    if not conversation.waits_for_staff:
        return False

    told = replace(cart, told_at=now_ms())
    text = msgspec.json.encode(told).decode()
    key = _key(conversation.shop_id, conversation.id)
    services.cache.keep_text(key, KEEP_SECONDS, text)
    return True


def find_cart(services: Services, shop_id: int, conversation_id: str) -> Cart | None:
    """What was told last; None after a while, and for what another version has kept."""
    text = services.cache.find_text(_key(shop_id, conversation_id))
    if text is None:
        return None

    try:
        return msgspec.json.decode(text, type=Cart)
    except msgspec.DecodeError:
        return None


def forget_cart(services: Services, shop_id: int, conversation_id: str) -> None:
    services.cache.drop(_key(shop_id, conversation_id))


def _key(shop_id: int, conversation_id: str) -> str:
    return f"cart:{shop_id}:{conversation_id}"
