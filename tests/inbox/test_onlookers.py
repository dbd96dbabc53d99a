"""Who else is there, is told of the team and of the shopper; nobody is told of themselves."""

import pytest

from backend.chat import presence
from backend.clock import now_ms
from backend.inbox import onlookers
from backend.inbox.onlookers import HERE_TODAY_MS, Colleague, Onlookers
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from backend.shops.staff import Staff


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return staff.find_staff(services, shop, "42", now_ms())


def there(services: Services, mira: Staff, talk: str = "t1") -> Onlookers:
    with services.db.reading() as connection:
        colleagues = onlookers.list_colleagues(connection, mira)
    return onlookers.read_onlookers(services, talk, colleagues)


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
