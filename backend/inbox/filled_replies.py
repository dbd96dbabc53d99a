"""Saved replies as one conversation gets them: what stands in curly brackets is filled in."""

from collections.abc import Sequence
from dataclasses import replace

from backend.inbox import reply_variables, shopper_facts
from backend.inbox.conversation_view import ConversationView
from backend.inbox.reply_variables import ReplyValues
from backend.inbox.saved_replies import SavedReply
from backend.shops.settings import Settings
from backend.shops.staff import Staff


def fill_replies(
    somebody: Staff,
    chosen: Settings,
    view: ConversationView,
    replies: Sequence[SavedReply],
) -> list[SavedReply]:
    """`chosen` is the shop's settings; `somebody` is who sends them."""
    values = _read_values(somebody, chosen, view)
    return [
        replace(reply, text=reply_variables.fill_in(reply.text, values))
        for reply in replies
    ]


def _read_values(
    somebody: Staff, chosen: Settings, view: ConversationView
) -> ReplyValues:
    said = view.messages
    shop = somebody.shop
    return ReplyValues(
        first_name=shopper_facts.read_shopper(view).first_name,
        order=reply_variables.find_last_order(said),
        product_link=_find_product(shop.origin, view),
        agent_name=somebody.name or chosen.team_name,
        shop_name=shop.name or shop.domain,
    )


def _find_product(origin: str, view: ConversationView) -> str:
    """What was shown last, else what the shopper looks at, if that is a product."""
    shown = reply_variables.find_last_product(view.messages)
    if shown:
        return f"{origin}{shown}" if shown.startswith("/") else shown

    page = view.conversation.page or {}
    address = page.get("url")
    if not page.get("productId") or not isinstance(address, str):
        return ""
    return address if address.startswith("https://") else ""
