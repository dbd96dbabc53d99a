"""A saved reply is told apart by what it states: what the shop or the conversation confirms is
nothing to check.
"""

from typing import Any

import pytest

from backend.catalog import passage_records
from backend.catalog.documents import Document, DocumentKind, cut_passages
from backend.catalog.passage_records import Indexed
from backend.chat.messages import Message, MessageStatus, Role
from backend.inbox import reply_facts
from backend.inbox.reply_facts import LONGEST_REPLY, MOST_CHARACTERS
from backend.inbox.saved_replies import SavedReply
from backend.services import Services
from backend.shops.directory import Directory, Shop
from backend.shops.settings import DEFAULTS, Settings
from tests.support.lamp_tool import lamps

DELIVERY = "Hello. Delivery takes 3 days."


@pytest.fixture
def shop(services: Services) -> Shop:
    return Directory(services.db).open_shop("flux-test.myshopify.com")


def unconfirmed(
    services: Services,
    shop: Shop,
    *texts: str,
    chosen: Settings = DEFAULTS,
    said: Any = (),
) -> list[list[str]]:
    """Of each reply that has something to check."""
    replies = [
        SavedReply(str(place), "Title", text, 0) for place, text in enumerate(texts)
    ]
    found = reply_facts.find_unconfirmed(services, shop, chosen, replies, said)
    return [list(sentences) for sentences in found.values()]


def says(role: Role, text: str, parts: Any = None) -> Message:
    message = ("m" * 32, role, text, MessageStatus.ANSWERED, 0)
    return Message(1, "c" * 32, 1, *message, parts=parts)


def writes_policy(services: Services, shop: Shop, text: str) -> None:
    policy = "policy:SHIPPING_POLICY"
    document = Document(policy, DocumentKind.SHIPPING, "Shipping", "/policies/x", text)
    indexed = [Indexed.from_passage(each) for each in cut_passages(document)]
    services.db.write(passage_records.put_document, shop.id, policy, indexed)


def test_what_states_nothing_is_nothing_to_check(services, shop) -> None:
    replies = ["Hello! How can I help?", "See https://tide.example/pages/care", ""]

    assert unconfirmed(services, shop, *replies) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Delivery takes 3 days.",
        "It costs 12.00 €.",
        "You get 20% off today.",
        "Use the code SAVE20.",
        "Die Lieferung dauert 3 Tage.",
    ],
)
def test_a_figure_that_no_data_confirms_is_quoted(services, shop, sentence) -> None:
    text = f"Hello.\n{sentence} Best wishes"

    assert unconfirmed(services, shop, text) == [[sentence]]


def test_what_the_merchant_has_written_is_confirmed(services, shop) -> None:
    chosen = Settings(knowledge="Orders are delivered within 3 days.")

    assert unconfirmed(services, shop, DELIVERY, chosen=chosen) == []
    assert unconfirmed(services, shop, DELIVERY) == [["Delivery takes 3 days."]]


def test_so_is_what_stands_in_a_policy(services, shop) -> None:
    other = Directory(services.db).open_shop("otto.myshopify.com")
    writes_policy(services, shop, "We deliver within 3 days.")

    assert unconfirmed(services, shop, DELIVERY) == []
    assert unconfirmed(services, other, DELIVERY) == [["Delivery takes 3 days."]]


def test_so_is_what_the_conversation_has_shown_but_not_what_a_shopper_says(
    services, shop
) -> None:
    price = "The lamp costs 129.00 €."
    shown = says(Role.ASSISTANT, "Look.", [lamps(id="part-1", at=0)])
    claimed = says(Role.SHOPPER, "I read that it takes 3 days.")

    assert unconfirmed(services, shop, price) == [[price]]
    assert unconfirmed(services, shop, price, said=[shown]) == []
    assert len(unconfirmed(services, shop, DELIVERY, said=[claimed])) == 1


def test_each_reply_has_its_own_sentences_once(services, shop) -> None:
    twice = "Use the code SAVE20 for 20% off. It takes 3 days. It takes 3 days."

    assert unconfirmed(services, shop, twice, "Hello.", DELIVERY) == [
        ["Use the code SAVE20 for 20% off.", "It takes 3 days."],
        ["Delivery takes 3 days."],
    ]


def test_so_much_is_looked_through_and_no_more(services, shop) -> None:
    filler = "We will look at it. " * (LONGEST_REPLY // 20)
    fitting = MOST_CHARACTERS // len(filler)

    assert unconfirmed(services, shop, filler + DELIVERY) == []
    assert unconfirmed(services, shop, *[filler] * fitting, DELIVERY) == []
    assert len(unconfirmed(services, shop, *[filler] * (fitting - 1), DELIVERY)) == 1


def test_of_a_long_conversation_the_newest_messages_count(services, shop) -> None:
    old = says(Role.STAFF, "For you delivery takes 3 days.")
    long = says(Role.ASSISTANT, "We will look at it. " * (MOST_CHARACTERS // 20 - 3))

    assert unconfirmed(services, shop, DELIVERY, said=[long, old]) == []
    assert len(unconfirmed(services, shop, DELIVERY, said=[old, long, long])) == 1
