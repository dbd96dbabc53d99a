"""The clocks of a session: the operator's, unless the merchant has set others."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Table, func, insert, select, update

from backend.chat import history, retention, sessions
from backend.chat.retention import SLICE
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.services import Services
from backend.shops.directory import Directory
from backend.store import tables as stored_tables
from tests.chat.talking import LATEST
from tests.support.talks import MIRAS, OTTOS, add_note, add_shops, add_talk

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@dataclass
class Shops:
    """Two shops, and what a sweep has left of a conversation of theirs."""

    services: Services

    def set_clocks(self, shop: int, **clocks: int) -> None:
        self._write(
            update(stored_tables.shops)
            .where(stored_tables.shops.c.id == shop)
            .values(**clocks)
        )

    def had(self, shop: int, number: int, idle: int = 0, **more: object) -> str:
        return add_talk(
            self.services,
            shop,
            number,
            ["Do you have mugs?", "We do."],
            active_at=now_ms() - idle,
            **more,
        )

    def was_closed(self, shop: int, number: int, ago: int) -> str:
        closed = {
            "status": "closed",
            "closed_why": "expired",
            "closed_at": now_ms() - ago,
        }
        return self.had(shop, number, idle=ago, **closed)

    def closed(self, shop: int, talk: str) -> str | None:
        table = stored_tables.conversations
        query = select(table.c.closed_why).where(
            table.c.shop_id == shop, table.c.id == talk
        )
        with self.services.db.reading() as connection:
            return connection.execute(query).scalar_one()

    def rows(self, table: Table, shop: int, talk: str) -> int:
        column = (
            table.c.id
            if table is stored_tables.conversations
            else table.c.conversation_id
        )
        query = select(func.count()).where(table.c.shop_id == shop, column == talk)
        with self.services.db.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _write(self, statement) -> None:
        self.services.db.write(lambda connection: connection.execute(statement))


@pytest.fixture
def shops(services: Services) -> Shops:
    """The operator's clocks: closed after a day, deleted after 90."""
    add_shops(services)
    return Shops(services)


def test_each_shop_expires_by_its_own_clock(shops: Shops) -> None:
    shops.set_clocks(OTTOS, expiry_seconds=1_800)
    idle = {
        shop: [shops.had(shop, 1, 29 * MINUTE), shops.had(shop, 2, 31 * MINUTE)]
        for shop in (MIRAS, OTTOS)
    }

    retention.sweep(shops.services)

    assert [shops.closed(MIRAS, talk) for talk in idle[MIRAS]] == [None, None]
    assert [shops.closed(OTTOS, talk) for talk in idle[OTTOS]] == [None, "expired"]


def test_a_shop_may_be_more_patient_than_its_operator(shops: Shops) -> None:
    shops.set_clocks(OTTOS, expiry_seconds=30 * 86_400)
    miras, ottos = shops.had(MIRAS, 1, 25 * HOUR), shops.had(OTTOS, 1, 25 * HOUR)
    too_long = shops.had(OTTOS, 2, 30 * DAY + HOUR)

    retention.sweep(shops.services)

    assert shops.closed(MIRAS, miras) == "expired"
    assert (shops.closed(OTTOS, ottos), shops.closed(OTTOS, too_long)) == (
        None,
        "expired",
    )


def test_readers_need_no_sweep_to_know(shops: Shops) -> None:
    shops.set_clocks(OTTOS, expiry_seconds=1_800)
    callers = {
        shop: Caller(
            Directory(shops.services.db).open_shop(f"shop-{shop}.myshopify.com"),
            None,
            "shop.example",
            "",
        )
        for shop in (MIRAS, OTTOS)
    }
    for shop, caller in callers.items():
        shops.had(
            shop, 1, 31 * MINUTE, session_hash=sessions.hash_of("known to the browser")
        )

        mode = history.read(shops.services, caller, "known to the browser", LATEST).mode
        assert mode == (None if shop == OTTOS else "assistant")


def test_turns_at_work_are_no_silence(shops: Shops) -> None:
    talk = shops.had(MIRAS, 1, 3 * DAY, open_turns=1)

    retention.sweep(shops.services)

    assert shops.closed(MIRAS, talk) is None


def test_each_shop_keeps_as_long_as_it_chose(shops: Shops) -> None:
    shops.set_clocks(OTTOS, retention_days=1)
    kept = [shops.was_closed(MIRAS, 1, 89 * DAY), shops.was_closed(MIRAS, 2, 91 * DAY)]
    of_otto = [
        shops.was_closed(OTTOS, 1, 23 * HOUR),
        shops.was_closed(OTTOS, 2, 25 * HOUR),
    ]

    retention.sweep(shops.services)

    assert [shops.rows(stored_tables.messages, MIRAS, talk) for talk in kept] == [2, 0]
    assert [shops.rows(stored_tables.messages, OTTOS, talk) for talk in of_otto] == [
        2,
        0,
    ]


def test_what_is_deleted_is_deleted_everywhere_and_nothing_else_is(
    shops: Shops,
) -> None:
    gone, kept = shops.was_closed(MIRAS, 1, 91 * DAY), shops.was_closed(OTTOS, 1, DAY)
    for shop, talk in ((MIRAS, gone), (OTTOS, kept)):
        add_note(shops.services, shop, talk, "Wants mugs")

    retention.sweep(shops.services)

    tables = (
        stored_tables.conversations,
        stored_tables.messages,
        stored_tables.turns,
        stored_tables.notes,
        stored_tables.sessions,
    )
    assert [shops.rows(table, MIRAS, gone) for table in tables] == [0, 0, 0, 0, 0]
    assert [shops.rows(table, OTTOS, kept) for table in tables] == [1, 2, 1, 1, 1]


def test_however_many_there_are_one_sweep_closes_and_deletes_them_all(
    shops: Shops,
) -> None:
    number = 2 * SLICE + 1
    many = [talk_row(MIRAS, each, "open", now_ms() - 2 * DAY) for each in range(number)]
    many += [
        talk_row(MIRAS, number + each, "closed", now_ms() - 100 * DAY)
        for each in range(number)
    ]

    def write(connection: Connection) -> None:
        connection.execute(insert(stored_tables.conversations), many)

    shops.services.db.write(write)

    retention.sweep(shops.services)

    table = stored_tables.conversations
    query = (
        select(table.c.status, func.count())
        .where(table.c.shop_id == MIRAS)
        .group_by(table.c.status)
    )
    with shops.services.db.reading() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("closed", number)]


def talk_row(shop: int, number: int, status: str, at: int) -> dict[str, object]:
    return {
        "shop_id": shop,
        "id": f"{number:032x}",
        "status": status,
        "started_at": at,
        "active_at": at,
        "closed_at": at if status == "closed" else None,
    }
