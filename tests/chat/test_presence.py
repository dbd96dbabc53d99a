"""Who is in a conversation just now: seen by the others for seconds."""

from backend.chat import presence
from backend.chat.presence import Present
from tests.support.bare_services import open_services


def test_nobody_is_there_until_a_page_asks(database_url: str) -> None:
    services = open_services(database_url)

    assert not presence.is_shopper_here(services, "c1")
    assert presence.list_staff(services, "c1", ["11", "12"]) == []
    services.db.close()


def test_a_shopper_is_there_and_types_in_one_conversation_alone(
    database_url: str,
) -> None:
    services = open_services(database_url)

    presence.note_shopper(services, "c1", is_typing=True)

    assert presence.is_shopper_here(services, "c1")
    assert presence.is_shopper_typing(services, "c1")
    assert not presence.is_shopper_here(services, "c2")

    presence.note_shopper(services, "c1")
    assert presence.is_shopper_here(services, "c1")
    assert not presence.is_shopper_typing(services, "c1")
    services.db.close()


def test_of_the_staff_those_are_listed_who_look_at_it(database_url: str) -> None:
    services = open_services(database_url)

    presence.note_staff(services, "c1", "11", is_typing=True)
    presence.note_staff(services, "c1", "12")
    presence.note_staff(services, "c2", "13")

    assert presence.list_staff(services, "c1", ["11", "12", "13"]) == [
        Present("11", is_typing=True),
        Present("12", is_typing=False),
    ]
    services.db.close()


def test_what_a_page_tells_is_news_once(database_url: str) -> None:
    services = open_services(database_url)

    told = [
        presence.tell_shopper(services, "c1", it) for it in (True, True, None, False)
    ]

    assert told == [True, False, False, True]
    presence.note_shopper_here(services, "c2")
    assert presence.is_shopper_here(services, "c2")
    assert not presence.is_shopper_typing(services, "c2")
    services.db.close()


def test_a_page_that_only_listens_leaves_what_another_has_told(
    database_url: str,
) -> None:
    services = open_services(database_url)

    presence.note_shopper(services, "c1", is_typing=True)
    presence.note_shopper_here(services, "c1")

    assert presence.is_shopper_typing(services, "c1")
    services.db.close()
