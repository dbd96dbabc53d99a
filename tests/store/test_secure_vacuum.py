"""What was deleted leaves SQLite's file as well; PostgreSQL sees to its own."""

from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from backend.services import Services
from backend.store import job_queue, secure_vacuum
from backend.store.job_queue import Claim
from backend.store.tables import jobs, messages
from tests.support.talks import MIRAS, add_shops, add_talk

CANARY = "a word that nobody else says: zq7f3a9c"


@pytest.fixture
def file(services: Services) -> Path:
    """SQLite's, after somebody has said something and deleted it."""
    if not services.db.on_sqlite:
        pytest.skip("a matter of SQLite's file")
    add_shops(services)
    add_talk(services, MIRAS, 1, [CANARY])
    services.db.write(
        lambda connection: connection.execute(
            delete(messages).where(messages.c.shop_id == MIRAS)
        )
    )
    return Path(services.config.database_url.partition(":///")[2])


def on_disk(file: Path) -> bytes:
    """Its pages and its log."""
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_no_page_and_no_log_holds_it_after_the_scrub(
    services: Services, file: Path
) -> None:
    assert CANARY.encode() in on_disk(file)

    secure_vacuum.scrub(services.db, Claim(0, secure_vacuum.KIND, "10:1", 1))

    assert CANARY.encode() not in on_disk(file)


def test_those_who_delete_within_its_time_are_scrubbed_at_once(
    services: Services,
) -> None:
    for _ in range(5):
        services.db.write(secure_vacuum.scrub_later, 7 * 86_400)

    due = services.db.write(job_queue.claim, "nobody yet", 60, 10)
    with services.db.reading() as connection:
        mine = select(func.count()).select_from(jobs).where(jobs.c.shop_id == 0)
        planned = connection.execute(mine).scalar_one()

    assert due == []
    assert planned == int(services.db.on_sqlite)
