"""What becomes of a PostgreSQL transaction whose caller breaks off: out of time, killed, or by a
mistake.
"""

import psycopg
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import Connection, Transaction


def undo(connection: Connection, transaction: Transaction) -> None:
    """A connection in the middle of a command cannot be told anything: it is thrown away, and the
    server undoes what it had begun.
    """
    if _is_in_command(connection):
        connection.invalidate()
    else:
        transaction.rollback()


def _is_in_command(connection: Connection) -> bool:
    if connection.closed or connection.invalidated:
        return False
    link = connection.connection.driver_connection
    if not isinstance(link, psycopg.Connection):
        return False

    status = link.info
    is_active = status.transaction_status is TransactionStatus.ACTIVE
    return is_active or status.pipeline_status is not PipelineStatus.OFF
