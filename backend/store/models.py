"""Every table. Core, not mapped objects: on the path of a turn an object per row costs more than the row.

All tables but the directory of shops carry `shop_id`, and every statement on them names it. Times are
milliseconds since 1970, UTC. States are words; one function owns each transition.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# The directory: how a signed domain or a storefront's host leads to a shop. These two are how a shop is found,
# so they are the only tables that a statement may reach without naming one.
shops = Table(
    "shops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", String(255), nullable=False, unique=True),
    Column("name", String(255), nullable=False, server_default=""),
    # Session ids are derived with it: kept here, and not taken from a setting, so that rotating secrets loses nobody.
    Column("session_key", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("uninstalled_at", BigInteger),
)

# Hosts under which a shop's storefront was seen in signed requests; cross-origin readers come only from these.
storefronts = Table(
    "storefronts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("shop_id", Integer, primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("session_hash", LargeBinary, nullable=False),
    Column("customer_id", String(32)),
    Column("status", String(8), nullable=False),  # open | closed
    Column("closed_why", String(8)),  # reset | erased | expired
    Column("mode", String(9), nullable=False, server_default="assistant"),  # assistant | staff
    Column("last_seq", Integer, nullable=False, server_default=text("0")),
    Column("open_turns", SmallInteger, nullable=False, server_default=text("0")),  # queued and running
    Column("started_at", BigInteger, nullable=False),
    Column("active_at", BigInteger, nullable=False),  # the last committed message, or the end of a turn
    Column("closed_at", BigInteger),
    UniqueConstraint("shop_id", "session_hash"),
    Index(None, "status", "active_at"),
)

# Clustered by conversation and place, so that a page of a long conversation is one short read.
messages = Table(
    "messages",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String(32), nullable=False),
    Column("role", String(9), nullable=False),  # shopper | assistant | staff
    Column("text", Text, nullable=False),
    Column("cards", JSON),
    Column("status", String(8), nullable=False),  # saved | answered | partial | failed
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

OPEN_TURN = text("status IN ('queued', 'running')")

turns = Table(
    "turns",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("seq", Integer, nullable=False),  # of the shopper's message
    Column("message_id", String(32), nullable=False),
    Column("client_id", String(36)),  # the browser's messageId; outlives an erased message, so a repeat stays known
    Column("status", String(11), nullable=False),  # queued running answered failed stopped handed_over
    Column("epoch", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("locale", String(35)),
    Column("page", JSON),
    Column("text", Text, nullable=False, server_default=""),  # the checkpoint: the reply so far
    Column("last_number", BigInteger, nullable=False, server_default=text("0")),  # of the last event it covers
    Column("reply_seq", Integer),
    Column("reply_id", String(32)),
    Column("failure", String(20)),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    UniqueConstraint("shop_id", "conversation_id", "seq"),
    UniqueConstraint("shop_id", "conversation_id", "client_id"),
    # Few at any time, looked for at every history: found without reading a long conversation's turns.
    Index("ix_turns_open", "shop_id", "conversation_id", sqlite_where=OPEN_TURN, postgresql_where=OPEN_TURN),
)

# Work that must happen even if this process dies. Shop 0 is nobody's: the recurring jobs.
jobs = Table(
    "jobs",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("ref", String(64), primary_key=True),
    Column("status", String(7), nullable=False),  # waiting | ready | leased | parked
    Column("epoch", Integer, nullable=False),
    Column("holder", String(32)),
    Column("until", BigInteger, nullable=False, server_default=text("0")),  # by the database's clock
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Index(None, "status", "due_at"),
    Index(None, "holder"),
)
