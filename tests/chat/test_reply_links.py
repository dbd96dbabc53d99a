"""A link in a mail opens its conversation once, in any browser; all that is wrong looks alike."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from backend.chat import accepting, conversations, reply_links, retention, sessions
from backend.chat.accepting import NewMessage
from backend.chat.conversations import ClosedWhy
from backend.chat.sessions import Caller
from backend.errors import ChatError, NotFound, TooManyMessages
from backend.services import Services
from backend.shops import directory
from tests.support.told_staff import MINUTE, SetClock

DAY = 24 * 60 * MINUTE


@pytest.fixture
def ben(services: Services) -> Caller:
    """A guest."""
    shop = services.db.write(directory.add_shop, "tide.myshopify.com")
    return Caller(shop, None, "shop.example", "203.0.113.7")


@pytest.fixture
def phone(ben: Caller) -> Caller:
    """Ben, with another browser."""
    return replace(ben, address="203.0.113.8")


@pytest.fixture
def otto(services: Services) -> Caller:
    shop = services.db.write(directory.add_shop, "otto.myshopify.com")
    return Caller(shop, None, "otto.example", "203.0.113.9")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    clock = SetClock()
    clock.runs_in(monkeypatch, reply_links)
    return clock


def begins(services: Services, who: Caller) -> tuple[str, str]:
    """The session and the conversation."""
    accepted = accepting.accept(services, who, NewMessage("Hello?"))
    return accepted.session_id, accepted.conversation_id


def link_of(services: Services, who: Caller, conversation_id: str) -> str:
    return services.db.write(reply_links.add_link, who.shop.id, conversation_id)


def test_a_link_opens_the_conversation_beside_the_session_that_it_has(
    services, ben, phone, clock
) -> None:
    session_id, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)

    other = reply_links.redeem(services, phone, token, "first-id")

    assert other != session_id
    for who, session in ((ben, session_id), (phone, other)):
        found = sessions.find_open(services, who, session)
        assert found is not None
        assert found.id == conversation_id


def test_the_same_browser_may_ask_again_for_a_moment(
    services, ben, phone, clock
) -> None:
    _, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)
    reply_links.redeem(services, phone, token, "first-id")

    clock.now += 5 * MINUTE - 1
    assert reply_links.redeem(services, phone, token, "first-id")
    for first_id in ("another", None):
        with pytest.raises(NotFound):
            reply_links.redeem(services, phone, token, first_id)
    clock.now += 1
    with pytest.raises(NotFound):
        reply_links.redeem(services, phone, token, "first-id")


def test_a_browser_without_a_name_opens_it_once(services, ben, phone, clock) -> None:
    _, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)
    reply_links.redeem(services, phone, token, None)

    with pytest.raises(NotFound):
        reply_links.redeem(services, phone, token, None)


def test_what_has_expired_opens_again(services, ben, phone, clock) -> None:
    _, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)
    where = (ben.shop.id, conversation_id)
    services.db.write(conversations.close, *where, ClosedWhy.EXPIRED)

    session_id = reply_links.redeem(services, phone, token, None)

    found = sessions.find_open(services, phone, session_id)
    assert found is not None
    assert found.id == conversation_id


def test_a_customers_conversation_opens_only_where_they_are_signed_in(
    services, ben, phone, clock
) -> None:
    ana = replace(ben, customer="7001")
    _, conversation_id = begins(services, ana)
    token = link_of(services, ana, conversation_id)
    for who in (phone, replace(phone, customer="7002")):
        with pytest.raises(NotFound):
            reply_links.redeem(services, who, token, None)

    session_id = reply_links.redeem(
        services, replace(phone, customer="7001"), token, None
    )
    assert sessions.find_open(services, replace(phone, customer="7001"), session_id)
    assert sessions.find_open(services, phone, session_id) is None


Spoil = Callable[[Services, Caller, str, SetClock], None]


def let_it_age(services: Services, who: Caller, session: str, clock: SetClock) -> None:
    clock.now += 7 * DAY


def reset(services: Services, who: Caller, session: str, clock: SetClock) -> None:
    retention.reset(services, who, session, erase=False)


def erase(services: Services, who: Caller, session: str, clock: SetClock) -> None:
    retention.reset(services, who, session, erase=True)


def redact(services: Services, who: Caller, session: str, clock: SetClock) -> None:
    found = sessions.find_open(services, who, session)
    assert found is not None
    retention.erase_conversation(services, who.shop.id, found.id)


@pytest.mark.parametrize("spoil", [let_it_age, reset, erase, redact])
def test_a_link_is_of_no_use_afterwards(
    services, ben, phone, clock, spoil: Spoil
) -> None:
    session_id, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)
    spoil(services, ben, session_id, clock)

    with pytest.raises(NotFound):
        reply_links.redeem(services, phone, token, None)


def test_a_link_of_miras_shop_opens_nothing_in_ottos(
    services, ben, otto, clock
) -> None:
    _, conversation_id = begins(services, ben)

    with pytest.raises(NotFound):
        reply_links.redeem(
            services, otto, link_of(services, ben, conversation_id), None
        )


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\0", "\ud800", "A" * 43])
def test_a_guessed_link_opens_nothing(services, ben, token: str) -> None:
    with pytest.raises(NotFound):
        reply_links.redeem(services, ben, token, None)


def test_whoever_guesses_is_slowed_down(services, ben) -> None:
    refusals = set()
    # Half of them may be in the next window.
    for _ in range(2 * reply_links.OF_ADDRESS.times + 1):
        with pytest.raises(ChatError) as refused:
            reply_links.redeem(services, ben, "guessed", None)
        refusals.add(refused.type)

    assert refusals == {NotFound, TooManyMessages}


def test_a_link_that_reached_nobody_is_gone(services, ben, clock) -> None:
    _, conversation_id = begins(services, ben)
    token = link_of(services, ben, conversation_id)
    services.db.write(reply_links.remove_link, ben.shop.id, token)

    with pytest.raises(NotFound):
        reply_links.redeem(services, ben, token, None)


@pytest.mark.parametrize(
    "host, begins",
    [
        ("shop.example", "https://shop.example/#flux-chat=abc"),
        ("127.0.0.1:3000", "http://127.0.0.1:3000/#flux-chat=abc"),
        ("localhost", "http://localhost/#flux-chat=abc"),
        ("localhost.example", "https://localhost.example/#flux-chat=abc"),
    ],
)
def test_a_link_leads_to_the_storefront(host: str, begins: str) -> None:
    assert reply_links.write_url(host, "abc") == begins
