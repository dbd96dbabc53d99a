"""Who looked is kept: once a look, by person and conversation, for their own merchant."""

from sqlalchemy import Connection, update

from backend.inbox import access_log
from backend.inbox.access_log import ONE_LOOK_MS, What
from backend.services import Services
from backend.store import tables

MIRAS, OTTOS = 1, 2
MIRA, NOAH = "42", "43"
TALK, OTHER = "a" * 32, "b" * 32


def logged(services: Services, shop_id: int, talk: str) -> list[tuple[str, What]]:
    with services.db.reading() as connection:
        found = access_log.list_latest(connection, shop_id, talk, 10)
    return [(access.user_id, access.what) for access in found]


def make_older(services: Services, shop_id: int) -> None:
    """As if a look's time had gone by since."""
    table = tables.access_log
    earlier = update(table).values(at=table.c.at - ONE_LOOK_MS - 1)
    services.db.write(Connection.execute, earlier.where(table.c.shop_id == shop_id))


def test_a_page_that_stays_open_is_one_look(services: Services) -> None:
    for _ in range(3):
        access_log.note_look(services, MIRAS, MIRA, TALK)

    assert logged(services, MIRAS, TALK) == [(MIRA, What.READ)]


def test_a_look_long_after_is_another_one(services: Services) -> None:
    access_log.note_look(services, MIRAS, MIRA, TALK)
    make_older(services, MIRAS)

    access_log.note_look(services, MIRAS, MIRA, TALK)

    assert logged(services, MIRAS, TALK) == [(MIRA, What.READ)] * 2


def test_somebody_else_and_something_else_are_looks_of_their_own(
    services: Services,
) -> None:
    access_log.note_access(services, MIRAS, MIRA, What.EXPORTED, TALK)
    make_older(services, MIRAS)
    access_log.note_look(services, MIRAS, MIRA, TALK)
    make_older(services, MIRAS)
    access_log.note_look(services, MIRAS, NOAH, TALK)
    access_log.note_look(services, MIRAS, NOAH, OTHER)

    assert logged(services, MIRAS, TALK) == [
        (NOAH, What.READ),
        (MIRA, What.READ),
        (MIRA, What.EXPORTED),
    ]
    assert logged(services, MIRAS, OTHER) == [(NOAH, What.READ)]


def test_otto_sees_nothing_of_it(services: Services) -> None:
    access_log.note_look(services, MIRAS, MIRA, TALK)
    access_log.note_access(services, MIRAS, MIRA, What.SEARCHED)

    assert logged(services, OTTOS, TALK) == []
    access_log.note_look(services, OTTOS, MIRA, TALK)
    assert logged(services, OTTOS, TALK) == [(MIRA, What.READ)]
