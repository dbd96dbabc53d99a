"""News for the people of a shop, and their words for a shopper who may have left: a job each, in
the transaction that makes it necessary.
"""

from sqlalchemy import Connection

from backend.store import job_queue

NOTIFY_STAFF, MAIL_SHOPPER = "notify_staff", "mail_shopper"


def note(
    connection: Connection, shop_id: int, conversation_id: str, reason: str
) -> None:
    """Somebody is needed: asked | failed | limit | message | assigned. What holds when the job is
    done decides who is told.
    """
    job_queue.add_ready(connection, shop_id, NOTIFY_STAFF, conversation_id)


def staff_said(connection: Connection, shop_id: int, conversation_id: str) -> None:
    job_queue.add_ready(connection, shop_id, MAIL_SHOPPER, conversation_id)
