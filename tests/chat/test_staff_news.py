"""What has to be told is a job of the transaction that makes it so."""

from sqlalchemy import select

from backend.chat import staff_news
from backend.services import Services
from backend.store.tables import jobs


def test_each_news_is_a_job_and_the_same_twice_is_one(services: Services) -> None:
    for reason in ("asked", "failed", "asked"):
        services.db.write(staff_news.note, 1, "c" * 32, reason)
    services.db.write(staff_news.staff_said, 1, "c" * 32)

    with services.db.reading() as connection:
        rows = connection.execute(
            select(jobs.c.kind, jobs.c.ref, jobs.c.status).where(jobs.c.shop_id == 1)
        )
        found = {(row.kind, row.ref) for row in rows}
    assert found == {
        ("notify_staff", f"{'c' * 32}:asked"),
        ("notify_staff", f"{'c' * 32}:failed"),
        ("mail_shopper", "c" * 32),
    }
