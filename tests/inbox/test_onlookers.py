"""Who else is there, is told of the team and of the shopper; nobody is told of themselves."""

import pytest

from backend.chat import conversations, presence, shopper_carts
from backend.chat.shopper_carts import Cart
from backend.clock import now_ms
from backend.inbox import handoff, onlookers
from backend.inbox.onlookers import HERE_TODAY_MS, Colleague, Onlookers
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from backend.shops.staff import Staff
from tests.support.talks import add_talk


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return staff.find_staff(services, shop, "42", now_ms())


def there(services: Services, mira: Staff, talk: str = "t1") -> Onlookers:
    with services.db.reading() as connection:
        colleagues = onlookers.list_colleagues(connection, mira)
    return onlookers.read_onlookers(services, mira.shop.id, talk, colleagues)


def test_colleagues_are_told_by_name_and_whether_they_write(
    services: Services, mira: Staff
) -> None:
    noah = staff.find_staff(services, mira.shop, "43", now_ms())
    staff.rename(services, noah, "Noah")
    nobody = there(services, mira)
    presence.note_staff(services, "t1", "42", is_typing=True)
    presence.note_staff(services, "t1", "43")
    presence.note_staff(services, "t2", "44")

    viewing = there(services, mira)
    assert viewing.colleagues == [Colleague("43", "Noah", False)]

    presence.note_staff(services, "t1", "43", is_typing=True)
    presence.keep_staff(services, "t1", "43")
    typing = there(services, mira)
    assert typing.colleagues == [Colleague("43", "Noah", True)]
    assert len({it.version for it in (nobody, viewing, typing)}) == 3


def test_who_was_not_here_today_is_not_looked_for(
    services: Services, mira: Staff
) -> None:
    long_ago = now_ms() - HERE_TODAY_MS - 1
    staff.find_staff(services, mira.shop, "43", long_ago)
    presence.note_staff(services, "t1", "43")

    assert there(services, mira).colleagues == []


def test_the_shopper_is_here_and_writes(services: Services, mira: Staff) -> None:
    presence.note_shopper(services, "t1", is_typing=True)

    found = there(services, mira)

    assert (found.is_shopper_here, found.is_shopper_typing) == (True, True)
    assert not there(services, mira, "t2").is_shopper_here


def test_what_lies_in_the_cart_is_news_each_time_it_is_told(
    services: Services, mira: Staff
) -> None:
    nothing = there(services, mira)
    carts = [Cart([], 0, 0, "EUR", told_at) for told_at in (7, 8)]

    versions = {nothing.version, *(Onlookers(cart=cart).version for cart in carts)}

    assert len(versions) == 3


def test_the_cart_is_that_of_this_conversation(services: Services, mira: Staff) -> None:
    shop_id = mira.shop.id
    talk = add_talk(services, shop_id, 1, ["Hello", "Hi"])
    handoff.take_over(services, shop_id, talk, "42")
    with services.db.reading() as connection:
        taken = conversations.find(connection, shop_id, talk)
    assert taken

    shopper_carts.keep_cart(services, taken, Cart([], 0, 0, "EUR"))

    assert there(services, mira, talk).cart
    assert there(services, mira, "t2").cart is None
