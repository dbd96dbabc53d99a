"""What staff and shoppers may have to be told of: noted in the transaction that makes it so, and
sent by jobs.
"""

from sqlalchemy import Connection

from backend.store import job_queue

# By whom they are done: `backend/inbox/notifications.py` and `backend/inbox/shopper_mail.py`.
NOTIFY_STAFF, MAIL_SHOPPER = "notify_staff", "mail_shopper"


def note(
    connection: Connection, shop_id: int, conversation_id: str, reason: str
) -> None:
    """Somebody of the staff is needed there: asked | failed | limit | message | assigned."""
    ref = f"{conversation_id}:{reason}"
    job_queue.add_ready(connection, shop_id, NOTIFY_STAFF, ref)


def staff_said(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """The shopper may have left by now."""
    job_queue.add_ready(connection, shop_id, MAIL_SHOPPER, conversation_id)
