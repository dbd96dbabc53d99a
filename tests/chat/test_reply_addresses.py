"""Where an answer goes: kept encrypted for one conversation, found by its shop alone, and gone with
it.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.chat import accepting, reply_addresses, retention
from backend.chat.accepting import NewMessage
from backend.chat.sessions import Caller
from backend.errors import Invalid, NotFound, TooManyMessages
from backend.privacy import subjects
from backend.privacy.subjects import Subject
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Settings
from backend.store.encryption import Vault
from backend.store.tables import reply_addresses as table
from tests.support.mail_servers import KEY

NEW_KEY = bytes(range(1, 33))
ADDRESS = "Ben.Ruiz@Example.com"


@pytest.fixture
def services(services: Services) -> Services:
    config = replace(
        services.config,
        encryption_keys=(KEY,),
        smtp_url="smtp://127.0.0.1:1?from=chat@shop.example",
    )
    return replace(services, config=config)


@pytest.fixture
def ben(services: Services) -> Caller:
    """A guest."""
    shop = services.db.write(directory.add_shop, "tide.myshopify.com")
    return Caller(shop, None, "shop.example", "203.0.113.7")


@pytest.fixture
def session(services: Services, ben: Caller) -> str:
    message = NewMessage("Hallo?", locale="de-CH")
    return accepting.accept(services, ben, message).session_id


def kept(services: Services) -> list[bytes]:
    with services.db.reading() as connection:
        query = select(table.c.address).where(table.c.shop_id == 1)
        return list(connection.execute(query).scalars())


def test_an_address_is_kept_and_shown_in_part(services, ben, session) -> None:
    shown = reply_addresses.save_address(services, ben, session, f" {ADDRESS} ")

    assert "Ruiz" not in shown
    (sealed,) = kept(services)
    assert b"xample" not in sealed
    conversation_id = conversation_of(services, ben)
    with services.db.reading() as connection:
        where = (ben.shop.id, conversation_id)
        found = reply_addresses.find_address(connection, services.config, *where)
    assert found is not None
    assert (found.email, found.language, found.host) == (
        "Ben.Ruiz@example.com",
        "de",
        "shop.example",
    )


def test_the_last_address_is_the_one(services, ben, session) -> None:
    reply_addresses.save_address(services, ben, session, "old@example.com")
    reply_addresses.save_address(services, ben, session, "new@example.com")

    with services.db.reading() as connection:
        where = (connection, ben.shop.id)
        assert reply_addresses.list_conversations_of(*where, "new@example.com")
        assert not reply_addresses.list_conversations_of(*where, "old@example.com")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ben",
        "ben@",
        "@example.com",
        "b@localhost",
        "a@b.de\r\nBcc: c@d.de",
        "x" * 300,
    ],
)
def test_what_is_no_address_is_refused(services, ben, session, written: str) -> None:
    with pytest.raises(Invalid):
        reply_addresses.save_address(services, ben, session, written)
    assert kept(services) == []


@pytest.mark.parametrize("wrong", [None, "", "guessed"])
def test_without_an_open_session_nothing_is_kept(services, ben, wrong) -> None:
    with pytest.raises(NotFound):
        reply_addresses.save_address(services, ben, wrong, ADDRESS)


def test_whoever_tries_many_addresses_is_slowed_down(services, ben, session) -> None:
    def try_many() -> None:
        # Half of them may be in the next window.
        for number in range(2 * reply_addresses.OF_SESSION.times + 1):
            reply_addresses.save_address(services, ben, session, f"b{number}@e.com")

    with pytest.raises(TooManyMessages):
        try_many()


@pytest.mark.parametrize(
    "chosen, smtp, keys, is_offered",
    [
        (Settings(), True, True, True),
        (Settings(ask_for_email=False), True, True, False),
        (Settings(), False, True, False),
        (Settings(), True, False, False),
    ],
)
def test_an_address_is_asked_for_only_where_an_answer_can_go_there(
    services, ben, session, chosen, smtp, keys, is_offered
) -> None:
    config = replace(
        services.config,
        smtp_url=services.config.smtp_url if smtp else "",
        encryption_keys=(KEY,) if keys else (),
    )
    assert reply_addresses.is_offered(config, chosen) is is_offered

    if not is_offered:
        there = replace(services, config=config)
        who = replace(ben, shop=replace(ben.shop, settings=chosen))
        with pytest.raises(Invalid):
            reply_addresses.save_address(there, who, session, ADDRESS)


def test_a_privacy_request_finds_whoever_has_left_the_address(
    services, ben, session
) -> None:
    reply_addresses.save_address(services, ben, session, ADDRESS)
    ids = [conversation_of(services, ben)]

    def found(email: str, shop_id: int) -> list[str]:
        subject = Subject(email=email)
        return list(subjects.list_conversations(services, shop_id, subject))

    assert found("ben.ruiz@example.com", ben.shop.id) == ids
    assert found("ruiz@example.com", ben.shop.id) == []
    other = services.db.write(directory.add_shop, "otto.myshopify.com")
    assert found("ben.ruiz@example.com", other.id) == []


def test_an_address_goes_with_the_words(services, ben, session) -> None:
    reply_addresses.save_address(services, ben, session, ADDRESS)

    retention.reset(services, ben, session, erase=True)

    assert kept(services) == []


def test_a_new_key_encrypts_it_anew(services, ben, session) -> None:
    reply_addresses.save_address(services, ben, session, ADDRESS)
    vault = Vault((NEW_KEY, KEY))

    assert reply_addresses.reencrypt(services, vault) == 1
    assert reply_addresses.reencrypt(services, vault) == 0
    config = replace(services.config, encryption_keys=(NEW_KEY,))
    with services.db.reading() as connection:
        where = (ben.shop.id, conversation_of(services, ben))
        assert reply_addresses.find_address(connection, config, *where)


def conversation_of(services: Services, who: Caller) -> str:
    with services.db.reading() as connection:
        query = select(table.c.conversation_id).where(table.c.shop_id == who.shop.id)
        return str(connection.execute(query).scalar_one())
