"""Alembic's entry: uses the connection that `flask migrate` hands over, and one migration at a
time.
"""

from alembic import context
from sqlalchemy import text

from backend.store.database import server_limits
from backend.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A big table takes longer than a request may.
        for limit in server_limits():
            connection.execute(text(f"SET LOCAL {limit} = 0"))
        # Two deploys at once: the second waits, then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(711001)"))
    context.run_migrations()
