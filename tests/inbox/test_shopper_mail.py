"""An answer is mailed to a shopper who has left, once, and to nobody who is still there."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from backend.chat import (
    conversations,
    presence,
    reply_addresses,
    reply_links,
    retention,
    sessions,
)
from backend.chat.conversations import ClosedWhy
from backend.chat.messages import Role
from backend.chat.reply_addresses import ReplyAddress
from backend.chat.sessions import Caller
from backend.dev.mail.mail_server import Mailbox, MailServer
from backend.errors import NotFound
from backend.inbox import conversation_view, shopper_mail
from backend.services import Services
from backend.shops import directory
from backend.store.tables import reply_links as table
from tests.support.mail_servers import with_mail
from tests.support.told_staff import MINUTE, SetClock, WaitingShop

HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
LINK = re.compile(r"https://shop\.example/#flux-chat=([\w-]{43})\s")
BEN = "ben@example.com"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(Mailbox())
    yield server
    server.close()


@pytest.fixture
def shop(
    services: Services, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> WaitingShop:
    clock = SetClock()
    clock.runs_in(monkeypatch, shopper_mail)
    return WaitingShop.open(with_mail(services, server), clock)


@pytest.fixture
def asked(shop: WaitingShop) -> str:
    """Ben's conversation, in which he has left his address and gone."""
    conversation_id = shop.begins("Do you have it in blue?")
    leaves(shop, conversation_id)
    shop.clock.now += MINUTE
    return conversation_id


def leaves(
    shop: WaitingShop, conversation_id: str, email: str = BEN, language: str = "en"
) -> None:
    address = ReplyAddress(
        conversation_id, email, language, "shop.example", shop.clock.now
    )
    services = shop.services
    with services.db.reading() as connection:
        known = directory.get_shop(connection, shop.id)
    services.db.write(reply_addresses.put_address, services.config, known, address)


def answers(shop: WaitingShop, conversation_id: str, *texts: str) -> None:
    for text in texts:
        shop.hears(conversation_id, Role.STAFF, text, "Mira")


def looks(shop: WaitingShop, conversation_id: str, after: int = 0) -> None:
    """The job, so many milliseconds later."""
    shop.clock.now += after
    run = shopper_mail.run_mail_shopper
    shop.does(shopper_mail.KIND, conversation_id, run)


def test_several_sentences_make_one_mail(shop, server, asked) -> None:
    answers(shop, asked, "Yes, we do!")
    looks(shop, asked, 20_000)
    answers(shop, asked, "It is <b>5 €</b>.")
    looks(shop, asked, 30_000)
    assert not server.mailbox.kept

    looks(shop, asked, 10_000)

    (mail,) = server.mailbox.kept
    assert mail.recipients == (BEN,)
    assert mail.subject == "Tide replied to your chat"
    assert mail.text.startswith(
        "Mira wrote:\nYes, we do!\n\nMira wrote:\nIt is <b>5 €</b>.\n"
    )
    assert "It is &lt;b&gt;5 €&lt;/b&gt;." in mail.html
    assert "Do you have it in blue?" not in mail.text
    assert LINK.search(mail.text)
    assert str(mail.message["From"]) == "Tide <chat@shop.example>"
    assert mail.message["Reply-To"] is None


def test_the_link_opens_the_conversation(shop, server, asked) -> None:
    answers(shop, asked, "Yes!")
    looks(shop, asked, MINUTE)
    found = LINK.search(server.mailbox.kept[0].text)
    assert found is not None

    with shop.services.db.reading() as connection:
        known = directory.get_shop(connection, shop.id)
    phone = Caller(known, None, "shop.example", "203.0.113.8")
    session_id = reply_links.redeem(shop.services, phone, found[1], None)
    opened = sessions.find_open(shop.services, phone, session_id)
    assert opened is not None
    assert opened.id == asked


def test_who_is_there_is_mailed_nothing(shop, server, asked) -> None:
    answers(shop, asked, "Yes!")
    for _ in range(5):
        presence.note_shopper(shop.services, asked)
        looks(shop, asked, 30_000)

    presence_ends(shop, asked)
    looks(shop, asked, HOUR)
    assert not server.mailbox.kept


def test_who_leaves_before_the_answer_is_mailed_it(shop, server, asked) -> None:
    presence.note_shopper(shop.services, asked)
    answers(shop, asked, "Yes!")
    looks(shop, asked, 5_000)
    presence_ends(shop, asked)

    looks(shop, asked, 30_000)
    looks(shop, asked, 30_000)

    assert len(server.mailbox.kept) == 1


def test_who_has_written_since_has_seen_it(shop, server, asked) -> None:
    answers(shop, asked, "Yes!")
    shop.hears(asked, Role.SHOPPER, "Thank you!")

    looks(shop, asked, HOUR)

    assert not server.mailbox.kept


def test_what_was_said_before_the_address_was_left_is_not_mailed(
    shop, server, asked
) -> None:
    answers(shop, asked, "What is your address?")
    shop.clock.now += 1
    leaves(shop, asked)

    looks(shop, asked, HOUR)

    assert not server.mailbox.kept


def test_ten_minutes_lie_between_two_mails_and_nothing_is_left_out(
    shop, server, asked
) -> None:
    answers(shop, asked, "One")
    looks(shop, asked, MINUTE)
    answers(shop, asked, "Two")
    looks(shop, asked, MINUTE)
    answers(shop, asked, "Three")
    looks(shop, asked, 8 * MINUTE)
    assert len(server.mailbox.kept) == 1

    looks(shop, asked, MINUTE)
    looks(shop, asked, HOUR)

    first, second = (mail.text for mail in server.mailbox.kept)
    assert ("One" in first, "Two" in first) == (True, False)
    assert ("One" in second, "Two" in second, "Three" in second) == (False, True, True)


def test_while_the_mail_server_is_down_nothing_is_lost_or_sent_twice(
    shop, server, asked
) -> None:
    server.mailbox.is_down = True
    answers(shop, asked, "One")
    for _ in range(12):
        looks(shop, asked, 5 * MINUTE)
    server.mailbox.is_down = False
    for _ in range(6):
        looks(shop, asked, 5 * MINUTE)

    (mail,) = server.mailbox.kept
    assert "One" in mail.text
    # Links of mails that reached nobody are gone.
    assert links(shop) == 1


def test_an_address_that_is_refused_is_not_tried_again(shop, server, asked) -> None:
    leaves(shop, asked, "gone@nobody.example")
    shop.clock.now += 1
    answers(shop, asked, "One")
    for _ in range(3):
        looks(shop, asked, HOUR)

    assert server.mailbox.visits == 1
    assert links(shop) == 0


def test_after_a_day_without_a_mail_server_it_is_given_up(shop, server, asked) -> None:
    server.mailbox.is_down = True
    answers(shop, asked, "One")
    looks(shop, asked, MINUTE)
    assert not is_undelivered(shop, asked)
    looks(shop, asked, DAY)
    server.mailbox.is_down = False

    looks(shop, asked, HOUR)

    assert not server.mailbox.kept
    assert is_undelivered(shop, asked)


def is_undelivered(shop: WaitingShop, conversation_id: str) -> bool:
    """As the inbox says."""
    view = conversation_view.read_view(shop.services, shop.id, conversation_id)
    return view.is_undelivered


def is_refused(shop: WaitingShop, asked: str) -> None:
    """The answer, for good."""
    leaves(shop, asked, "gone@nobody.example")
    shop.clock.now += 1
    answers(shop, asked, "One")
    looks(shop, asked, HOUR)
    assert is_undelivered(shop, asked)


def test_an_answer_that_arrives_is_not_told(shop, server, asked) -> None:
    answers(shop, asked, "One")
    assert not is_undelivered(shop, asked)
    looks(shop, asked, HOUR)

    assert len(server.mailbox.kept) == 1
    assert not is_undelivered(shop, asked)


def test_whoever_has_the_conversation_open_learns_that_no_mail_arrived(
    shop, asked
) -> None:
    read = conversation_view.read_view(shop.services, shop.id, asked)
    with shop.services.live.watch(asked) as watch:
        is_refused(shop, asked)
        assert watch.wait(5)

    after = conversation_view.read_view(shop.services, shop.id, asked)
    assert after.version != read.version


def test_a_shopper_who_comes_back_has_read_the_answer(shop, server, asked) -> None:
    is_refused(shop, asked)

    shop.hears(asked, Role.SHOPPER, "I have it, thank you.")

    assert not is_undelivered(shop, asked)


def test_another_address_is_another_chance(shop, server, asked) -> None:
    is_refused(shop, asked)
    shop.clock.now += HOUR

    leaves(shop, asked, BEN)
    assert not is_undelivered(shop, asked)
    shop.clock.now += 1
    answers(shop, asked, "Two")
    looks(shop, asked, HOUR)

    assert len(server.mailbox.kept) == 1
    assert not is_undelivered(shop, asked)


def test_another_shop_is_told_nothing(shop, server, asked) -> None:
    is_refused(shop, asked)

    with pytest.raises(NotFound):
        conversation_view.read_view(shop.services, shop.id + 1, asked)


@pytest.mark.parametrize("why", [ClosedWhy.RESET, ClosedWhy.ERASED])
def test_what_its_shopper_has_put_away_is_not_mailed(shop, server, asked, why) -> None:
    answers(shop, asked, "One")
    shop.services.db.write(conversations.close, shop.id, asked, why)

    looks(shop, asked, HOUR)

    assert not server.mailbox.kept


def test_what_was_erased_is_not_mailed(shop, server, asked) -> None:
    answers(shop, asked, "One")
    retention.erase_conversation(shop.services, shop.id, asked)

    looks(shop, asked, HOUR)

    assert not server.mailbox.kept


def test_an_expired_one_is_mailed(shop, server, asked) -> None:
    answers(shop, asked, "One")
    shop.services.db.write(conversations.close, shop.id, asked, ClosedWhy.EXPIRED)

    looks(shop, asked, HOUR)

    assert len(server.mailbox.kept) == 1


def test_a_customer_is_told_to_sign_in(shop, server, asked) -> None:
    with shop.services.db.reading() as connection:
        found = conversations.find(connection, shop.id, asked)
    shop.services.db.write(conversations.bind_customer, found, "7001")
    answers(shop, asked, "One")
    looks(shop, asked, MINUTE)

    assert "Sign in to your account" in server.mailbox.kept[0].text
    token = LINK.search(server.mailbox.kept[0].text)
    assert token is not None
    with shop.services.db.reading() as connection:
        known = directory.get_shop(connection, shop.id)
    with pytest.raises(NotFound):
        reply_links.redeem(
            shop.services, Caller(known, None, "shop.example", "x"), token[1], None
        )


def presence_ends(shop: WaitingShop, conversation_id: str) -> None:
    """As if nothing was heard of the page for its time."""
    key = f"presence:{conversation_id}:{presence.SHOPPER}:here"
    shop.services.cache.drop(key)


def links(shop: WaitingShop) -> int:
    with shop.services.db.reading() as connection:
        query = (
            select(func.count()).select_from(table).where(table.c.shop_id == shop.id)
        )
        return int(connection.execute(query).scalar_one())
