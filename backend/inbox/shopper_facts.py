"""Who the shopper of a conversation is, as far as staff may know: what Shopify says of a customer
where the merchant has granted that, and what shoppers have said of themselves in forms.
"""

from dataclasses import dataclass

from backend.inbox.conversation_view import ConversationView


@dataclass(frozen=True, slots=True)
class ShopperFacts:
    """Blank is what nobody knows."""

    is_signed_in: bool
    name: str = ""
    email: str = ""

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


def read_shopper(view: ConversationView) -> ShopperFacts:
    """Of customers' names and addresses the app asks Shopify for none yet, so these are what was
    given in the conversation's own forms, the latest first.
    """
    given = [card.answers for card in view.asked.cards if card.answers is not None]
    names = [answers.name for answers in reversed(given) if answers.name]
    emails = [answers.email for answers in reversed(given) if answers.email]

    return ShopperFacts(
        is_signed_in=view.conversation.customer_id is not None,
        name=names[0] if names else "",
        email=emails[0] if emails else "",
    )
