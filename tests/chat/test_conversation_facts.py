"""What a conversation's next answer may state."""

from dataclasses import replace

import pytest

from backend.assistant.judging import check_text
from backend.chat import conversation_facts
from backend.chat.messages import Message, MessageStatus, Role
from backend.shops.directory import Shop
from backend.shops.settings import Settings
from backend.store.parts import Part

LAMP: Part = {
    "id": "part-1",
    "type": "products",
    "at": 0,
    "items": [
        {
            "handle": "aurora-lamp",
            "title": "Aurora Lamp",
            "url": "/products/aurora-lamp",
            "price": {"amount": "49.00", "currency": "EUR"},
        }
    ],
}
SHOP = Shop(
    id=1,
    domain="tide.example",
    name="Tide",
    session_key=b"",
    created_at=0,
    uninstalled_at=None,
    expiry_seconds=None,
    settings=Settings(knowledge="Returns within 30 days."),
)


def said(role: Role, text: str, **more: object) -> Message:
    message = Message(1, "c" * 32, 1, "m1", role, text, MessageStatus.ANSWERED, at=0)
    return replace(message, **more)  # type: ignore[arg-type]


def may_say(text: str, *messages: Message, page: dict[str, str] | None = None) -> bool:
    facts = conversation_facts.collect(SHOP, messages, page)
    return not check_text(text, facts)


def test_what_the_merchant_has_written_may_be_said() -> None:
    assert may_say("You have 30 days.")
    assert not may_say("You have 60 days.")


@pytest.mark.parametrize("role", [Role.STAFF, Role.ASSISTANT])
def test_what_the_store_has_said_may_be_said_again(role: Role) -> None:
    assert may_say("It costs €12.", said(role, "The mug costs 12 EUR."))


def test_a_shoppers_word_makes_nothing_true() -> None:
    assert not may_say("It costs €12.", said(Role.SHOPPER, "The mug costs 12 EUR."))


@pytest.mark.parametrize(
    "text", ["It costs €49.", "Look at [this one](/products/aurora-lamp)."]
)
def test_what_a_card_has_shown_may_be_said(text: str) -> None:
    shown = said(Role.ASSISTANT, "Here is what I found:", parts=[LAMP])

    assert may_say(text, shown)
    assert not may_say(text)


def test_of_the_page_only_its_address_counts() -> None:
    page = {"url": "/pages/shipping", "title": "Only 5 € today"}

    assert may_say("It stands on [this page](/pages/shipping).", page=page)
    assert not may_say("It costs 5 €.", page=page)


def test_the_products_that_were_shown_are_listed_once_and_the_latest_last() -> None:
    mug = {"handle": "mug", "title": "Mug"}
    bowl = {"handle": "bowl", "title": "Bowl"}
    shown = [
        said(Role.ASSISTANT, "Look", parts=[LAMP | {"items": [bowl, mug]}]),
        said(Role.SHOPPER, "Something else?"),
        said(Role.ASSISTANT, "Look", parts=[LAMP | {"items": [mug, *LAMP["items"]]}]),
        said(Role.ASSISTANT, "Sources", parts=[{"type": "sources", "items": []}]),
        said(Role.ASSISTANT, "Look", parts=[{"type": "products", "items": ["?", {}]}]),
    ]

    assert conversation_facts.list_shown_products(shown) == [
        "Aurora Lamp (aurora-lamp)",
        "Bowl (bowl)",
        "Mug (mug)",
    ]
