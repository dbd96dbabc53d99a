"""The audit log of Mira's shop: everybody's, or one person's, page by page, and none of Otto's."""

from sqlalchemy import Connection, insert

from backend.inbox import audit_log
from backend.inbox.access_log import AccessFilter, What
from backend.inbox.audit_log import PAGE
from backend.services import Services
from backend.store import tables
from tests.support.talks import BEGAN, MIRAS, OTTOS, add_shops

MIRA, NOAH = "42", "43"
EVERYBODY = AccessFilter()


def fill(services: Services, shop_id: int, count: int, user_id: str) -> None:
    """Two at each moment, as happens."""
    rows = [
        {
            "shop_id": shop_id,
            "id": f"{int(user_id):016x}{number:016x}",
            "user_id": user_id,
            "conversation_id": None,
            "what": What.EXPORTED,
            "at": BEGAN + number // 2,
        }
        for number in range(count)
    ]
    services.db.write(Connection.execute, insert(tables.access_log), rows)


def test_every_entry_comes_once_the_latest_first(services: Services) -> None:
    fill(services, MIRAS, PAGE + 3, MIRA)
    fill(services, OTTOS, 2, NOAH)

    first = audit_log.read_page(services, MIRAS, EVERYBODY)
    second = audit_log.read_page(services, MIRAS, EVERYBODY, first.next)

    assert first.next is not None
    assert second.next is None
    entries = [*first.entries, *second.entries]
    assert len({each.id for each in entries}) == len(entries) == PAGE + 3
    assert [each.at for each in entries] == sorted(
        (each.at for each in entries), reverse=True
    )


def test_one_persons_entries_are_theirs_alone(services: Services) -> None:
    fill(services, MIRAS, 3, MIRA)
    fill(services, MIRAS, 2, NOAH)

    found = audit_log.read_page(services, MIRAS, AccessFilter(NOAH))

    assert {each.user_id for each in found.entries} == {NOAH}
    assert len(found.entries) == 2


def test_a_full_page_without_more_has_no_next(services: Services) -> None:
    add_shops(services)
    fill(services, MIRAS, PAGE, MIRA)

    found = audit_log.read_page(services, MIRAS, EVERYBODY)

    assert (len(found.entries), found.next) == (PAGE, None)
