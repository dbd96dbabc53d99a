"""Whoever is to be told is told by a job, which is there with what made it necessary."""

from sqlalchemy import select

from backend.chat import staff_news
from backend.store import tables


def test_one_job_waits_for_a_conversation_however_often_it_is_news(services):
    for reason in ("asked", "failed", "message"):
        services.db.write(staff_news.note, 1, "c" * 32, reason)
    services.db.write(staff_news.staff_said, 1, "c" * 32)

    table = tables.jobs
    with services.db.reading() as connection:
        rows = connection.execute(
            select(table.c.kind, table.c.ref, table.c.status).where(
                table.c.shop_id == 1
            )
        ).all()
    assert sorted(map(tuple, rows)) == [
        ("mail_shopper", "c" * 32, "ready"),
        ("notify_staff", "c" * 32, "ready"),
    ]
