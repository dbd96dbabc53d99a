"""Every table. Core, not mapped objects: on the path of a turn an object per row costs more than
the row.

All tables but the directory of shops carry `shop_id`, and every statement on them names it. Times
are milliseconds since 1970, UTC. States are words; one function owns each transition.
"""

from random import getrandbits

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

# Marks a table whose rows belong to one conversation each, and go with it: `chat/retention.py`
# deletes from all that are marked. What holds words of people goes also when they are erased.
OF_A_CONVERSATION = {"of_a_conversation": True}
WORDS_OF_A_CONVERSATION = {"of_a_conversation": True, "holds_words": True}
# Marks a table with copies of many conversations of a shop: all of a shop's go as soon as the words
# of one of them are erased.
COPIES_OF_CONVERSATIONS = {"holds_copies": True}

# The directory: how a signed domain or a storefront's host leads to a shop. These three are how a
# shop is found, so they are the only tables that a statement may reach without naming one.
shops = Table(
    "shops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", String(255), nullable=False, unique=True),
    Column("name", String(255), nullable=False, server_default=""),
    # Session ids are derived with it: kept here, and not taken from a setting, so that rotating
    # secrets loses nobody.
    Column("session_key", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("uninstalled_at", BigInteger),
    # When Shopify last signed a request of its storefront, as of a minute ago: it forwards none of
    # a shop that left.
    Column("signed_at", BigInteger),
    # What the merchant has set for the session's clocks; null is the operator's setting.
    Column("expiry_seconds", Integer),
    Column("retention_days", Integer),
    # How many days a conversation may wait for somebody of the shop; null is the usual time.
    Column("waiting_days", Integer),
    Column(
        "proxy_path", String(80)
    ),  # where its storefront reaches us; null is the usual path
    # What Shopify says of it, and when it last did; null until then.
    Column("time_zone", String(64)),
    Column("currency", String(3)),
    Column("country", String(2)),
    Column("languages", JSON),
    Column("facts_at", BigInteger),
    # The number of a shop that was redacted is never given to another.
    sqlite_autoincrement=True,
)

# Hosts under which a shop's storefront was seen in signed requests; cross-origin readers come only
# from these.
storefronts = Table(
    "storefronts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("shop_id", Integer, primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
)

# Shops that have left, by a hash of their domain: kept for ever, also when nothing else of them is,
# so that a late webhook or a forged id token cannot bring them back. What Shopify signs later
# removes the row: an id token that is exchanged, or a proxy request.
uninstalled_shops = Table(
    "uninstalled_shops",
    metadata,
    Column("domain_hash", LargeBinary, primary_key=True),
    Column("at", BigInteger, nullable=False),
    # 1 when Shopify has refused the shop's token since; 0 when there was none to ask with.
    Column("confirmed", SmallInteger, nullable=False, server_default=text("0")),
)

NEEDS_STAFF, WITH_STAFF = text("needs_staff_since IS NOT NULL"), text("mode = 'staff'")
STAFF_SILENT = text("staff_silent_since IS NOT NULL")
UNREAD = text("status = 'open' AND last_seq > staff_seq")

conversations = Table(
    "conversations",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("customer_id", String(32)),
    Column("status", String(8), nullable=False),  # open | closed
    Column("closed_why", String(8)),  # reset | erased | expired
    Column(
        "mode", String(9), nullable=False, server_default="assistant"
    ),  # assistant | staff | closed
    Column("staff_id", String(32)),  # who of the staff has it, while the mode is staff
    Column(
        "staff_seq", Integer, nullable=False, server_default=text("0")
    ),  # the last message that staff has seen
    Column(
        "needs_staff_since", BigInteger
    ),  # since when it needs a person; null when it does not
    Column("needs_staff_why", String(8)),  # asked | failed | limit | message
    # Since when the person who has it owes words; null when they do not.
    Column("staff_silent_since", BigInteger),
    # When its shopper was asked whether the assistant may go on; null once somebody has come.
    Column("offered_back_at", BigInteger),
    Column("told_staff_id", String(32)),  # of whom its shopper was told last
    Column("snoozed_until", BigInteger),
    Column("locale", String(35)),  # of the latest message
    Column("page", JSON),
    Column("last_seq", Integer, nullable=False, server_default=text("0")),
    Column(
        "open_turns", SmallInteger, nullable=False, server_default=text("0")
    ),  # queued and running
    Column("started_at", BigInteger, nullable=False),
    Column(
        "active_at", BigInteger, nullable=False
    ),  # the last committed message, or the end of a turn
    Column("closed_at", BigInteger),
    Index(None, "status", "active_at"),
    Index(None, "shop_id", "active_at", "id"),
    # An export goes by it: it never changes while one streams.
    Index(None, "shop_id", "started_at", "id"),
    Index(None, "shop_id", "customer_id", "active_at"),
    # Few at any time, and counted on every page that the merchant opens.
    Index(
        "ix_conversations_needs_staff",
        "shop_id",
        "needs_staff_since",
        sqlite_where=NEEDS_STAFF,
        postgresql_where=NEEDS_STAFF,
    ),
    Index(
        "ix_conversations_staff",
        "shop_id",
        "active_at",
        sqlite_where=WITH_STAFF,
        postgresql_where=WITH_STAFF,
    ),
    # Looked for every minute, over all shops.
    Index(
        "ix_conversations_silent",
        "staff_silent_since",
        sqlite_where=STAFF_SILENT,
        postgresql_where=STAFF_SILENT,
    ),
    Index(
        "ix_conversations_unread",
        "shop_id",
        "active_at",
        "id",
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    ),
)

# Each time that a conversation came to need a person, and what became of it: whoever asks for one
# is told from these how long it usually takes.
handoffs = Table(
    "handoffs",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("why", String(8), nullable=False),  # asked | failed | limit | message
    Column("asked_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),  # when a person spoke
    Column("ended_at", BigInteger),  # when it was returned, closed or over
    Index(None, "shop_id", "conversation_id"),
    Index(None, "shop_id", "answered_at"),
    info=OF_A_CONVERSATION,
)

# How a browser's session id, of which only a hash is stored, leads to a conversation. Its customer
# may have further ones, on other devices.
sessions = Table(
    "sessions",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("session_hash", LargeBinary, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "shop_id", "conversation_id"),
    info=OF_A_CONVERSATION,
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
    Column("author", String(80)),  # the name that shoppers see, of staff
    Column("parts", JSON(none_as_null=True)),  # what it shows besides the text
    # The row of SQLite's search index, which knows numbers only.
    Column("search_id", BigInteger, default=lambda: getrandbits(62)),
    Column("status", String(8), nullable=False),  # saved | answered | partial | failed
    Column("at", BigInteger, nullable=False),
    Column("search_text", Text),  # the text as the search compares it
    sqlite_with_rowid=False,
    info=WORDS_OF_A_CONVERSATION,
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
    Column(
        "client_id", String(36)
    ),  # the browser's messageId; outlives an erased message, so a repeat stays known
    Column(
        "status", String(11), nullable=False
    ),  # queued running answered failed stopped handed_over
    Column("epoch", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("locale", String(35)),
    Column("page", JSON),
    Column(
        "text", Text, nullable=False, server_default=""
    ),  # the checkpoint: the reply so far
    Column("parts", JSON(none_as_null=True)),  # of the reply so far
    Column(
        "last_number", BigInteger, nullable=False, server_default=text("0")
    ),  # of the last event it covers
    Column("reply_seq", Integer),
    Column("reply_id", String(32)),
    Column("failure", String(20)),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column(
        "tokens_in", Integer
    ),  # what the model's service charged for, all attempts together
    Column("tokens_out", Integer),
    UniqueConstraint("shop_id", "conversation_id", "seq"),
    UniqueConstraint("shop_id", "conversation_id", "client_id"),
    # Few at any time, looked for at every history: found without reading a long conversation's
    # turns.
    Index(None, "shop_id", "created_at"),
    Index(
        "ix_turns_open",
        "shop_id",
        "conversation_id",
        sqlite_where=OPEN_TURN,
        postgresql_where=OPEN_TURN,
    ),
    info=OF_A_CONVERSATION,
)

OPEN_RUN = text("state = 'open'")

# Passes through a multi-step form. Which step is next follows from the answers; `step` repeats it
# for whoever counts. What was answered is encrypted: it holds how to reach somebody.
flow_runs = Table(
    "flow_runs",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("flow", String(16), nullable=False),  # bulk_order | callback_request
    Column("version", SmallInteger, nullable=False),  # of the flow's steps
    # open | finished | cancelled | abandoned
    Column("state", String(9), nullable=False),
    Column("step", String(8)),  # null when nothing is asked
    Column("revision", Integer, nullable=False),  # grows with each change
    Column("answers", LargeBinary, nullable=False),
    Column("language", String(8), nullable=False),
    Column("seq", Integer, nullable=False),  # of the last message that it has taken in
    # By which a privacy request finds it: keyed hashes of a number and an address.
    Column("phone_hash", LargeBinary),
    Column("email_hash", LargeBinary),
    Column("started_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index(None, "shop_id", "conversation_id"),
    Index(None, "shop_id", "phone_hash"),
    Index(None, "shop_id", "email_hash"),
    # A conversation has one at a time, also when two tabs begin one at once.
    Index(
        "ix_flow_runs_open",
        "shop_id",
        "conversation_id",
        unique=True,
        sqlite_where=OPEN_RUN,
        postgresql_where=OPEN_RUN,
    ),
    info=WORDS_OF_A_CONVERSATION,
)

# What a finished run leaves for the people of the shop to do.
flow_requests = Table(
    "flow_requests",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("run_id", String(32), nullable=False),  # whose answers it is about
    Column("kind", String(16), nullable=False),  # the flow's name
    Column("state", String(5), nullable=False),  # new | tried | done
    Column("outcome", Text, nullable=False, server_default=""),
    Column("staff_id", String(32)),  # to whom it is assigned
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("asked", SmallInteger, nullable=False, server_default=text("1")),
    Column("due_at", BigInteger),  # when somebody is to be called
    Column("remind_at", BigInteger),
    # none | pending | sent | created | refused | no_access
    Column("order_state", String(9), nullable=False),
    Column("draft_order", LargeBinary),  # its name and link, encrypted
    Column("phone_hash", LargeBinary),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Index(None, "shop_id", "state", "created_at", "id"),
    Index(None, "shop_id", "conversation_id"),
    Index(None, "shop_id", "run_id"),
    info=WORDS_OF_A_CONVERSATION,
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
    Column(
        "until", BigInteger, nullable=False, server_default=text("0")
    ),  # by the database's clock
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Index(None, "status", "due_at"),
    Index(None, "holder"),
)

# A shop's tokens for the Admin API, encrypted. A shop may have conversations without ever having
# one.
installations = Table(
    "installations",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("status", String(12), nullable=False),  # installed | needs_reauth
    Column("scopes", Text, nullable=False, server_default=""),
    Column("access_token", LargeBinary, nullable=False),
    Column("access_until", BigInteger, nullable=False),
    Column("refresh_token", LargeBinary, nullable=False),
    Column("refresh_until", BigInteger, nullable=False),
    Column(
        "installed_at", BigInteger, nullable=False
    ),  # the `iat` of the id token that it was exchanged for
    Column("refreshed_at", BigInteger, nullable=False),
)

# What Shopify has told us, once per webhook id; the payload, encrypted, only until its job is done.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("webhook_id", String(64), primary_key=True),
    Column("topic", String(64), nullable=False),
    Column("payload", LargeBinary),
    Column("triggered_at", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("refused", String(16)),  # why it was not done: served | back | unconfirmed
    Index(None, "received_at"),
)

# Proof that a request under privacy law was met: what and when, and never about whom once it is
# done.
privacy_requests = Table(
    "privacy_requests",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(64), primary_key=True),  # the webhook's id
    Column(
        "shop_hash", LargeBinary, nullable=False
    ),  # of its domain; the proof outlives the shop
    Column("topic", String(32), nullable=False),
    Column(
        "subject", LargeBinary
    ),  # encrypted; a data request's customer, until it has been handed over
    Column("removed", JSON),  # table → number of rows
    Column(
        "position", String(32)
    ),  # the last conversation that a redaction has looked into, until it is done
    Column("requested_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)

# What was erased, by hashes alone: an export that is read back later does not bring it back. Shop
# 0's are whole shops.
erasures = Table(
    "erasures",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("subject_hash", LargeBinary, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# What the merchant has chosen; what is not in it has its default.
shop_settings = Table(
    "shop_settings",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("chosen", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

# Who answers for the shop: Shopify's user id, and the name that shoppers see.
staff = Table(
    "staff",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("name", String(80), nullable=False, server_default=""),
    Column("seen_at", BigInteger, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("author", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("edited_at", BigInteger),
    Column("search_text", Text),  # as that of messages
    info=WORDS_OF_A_CONVERSATION,
)

# What staff sort conversations by; what is written on one is about its shopper.
conversation_labels = Table(
    "conversation_labels",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("label", String(40), primary_key=True),
    Index(None, "shop_id", "label", "conversation_id"),
    info=WORDS_OF_A_CONVERSATION,
)

# What one of the staff has begun to write in a conversation, and not sent yet.
reply_drafts = Table(
    "reply_drafts",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    info=WORDS_OF_A_CONVERSATION,
)

saved_replies = Table(
    "saved_replies",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# To whom news of waiting shoppers goes: mailboxes and addresses of other programs, encrypted.
notification_targets = Table(
    "notification_targets",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("kind", String(7), nullable=False),  # email | webhook
    Column("form", String(5), nullable=False),  # text | json | slack
    Column("address", LargeBinary, nullable=False),
    Column("secret", LargeBinary),  # that a webhook is signed with
    Column("reasons", JSON, nullable=False),
    # In minutes of the shop's day; null when it is told at any time.
    Column("quiet_from", SmallInteger),
    Column("quiet_until", SmallInteger),
    Column("has_message", SmallInteger, nullable=False),  # what the shopper wrote
    Column("is_on", SmallInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),  # when news last went out; tests do not count
    Column("tried_at", BigInteger),  # the last attempt of any kind
    Column("failure", String(32)),  # of that attempt; null when it arrived
)

# What is to be sent, or was: one row for each conversation and target, so that nobody is told
# twice. The target `shopper` is whoever has left an address in it.
outbox = Table(
    "outbox",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("target_id", String(32), primary_key=True),
    Column("id", String(32), nullable=False),  # of this message, for whoever gets it
    Column("reason", String(8), nullable=False),
    Column(
        "state", String(7), nullable=False
    ),  # waiting | sent | dropped | refused | failed
    Column("since", BigInteger, nullable=False),  # when it first became due
    Column("due_at", BigInteger, nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("failure", String(32)),  # of the last attempt
    Column("sent_at", BigInteger),  # the last that arrived
    Column(
        "seq", Integer, nullable=False, server_default=text("0")
    ),  # the last message that the shopper has been sent, or has seen
    Index(None, "shop_id", "target_id", "state", "due_at"),
    info=WORDS_OF_A_CONVERSATION,
)

# Where a shopper wants the answer to go, encrypted; found by a keyed hash.
reply_addresses = Table(
    "reply_addresses",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("address_hash", LargeBinary, nullable=False),
    Column("language", String(8), nullable=False),
    Column("host", String(255), nullable=False),  # of the storefront, for the link
    Column("at", BigInteger, nullable=False),
    Index(None, "shop_id", "address_hash"),
    info=WORDS_OF_A_CONVERSATION,
)

# Links that open a conversation in any browser, once each: only a hash of what stands in a mail.
reply_links = Table(
    "reply_links",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("token_hash", LargeBinary, primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("used_by", LargeBinary),  # a hash of the browser's firstId
    Index(None, "shop_id", "conversation_id"),
    info=WORDS_OF_A_CONVERSATION,
)

# Who of the staff has looked at which conversation, and how.
access_log = Table(
    "access_log",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("user_id", String(32), nullable=False),
    Column("conversation_id", String(32)),  # null: all that a filter found
    # read | searched | exported | handed_over | deleted | note_deleted
    Column("what", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "shop_id", "at"),
    Index(None, "shop_id", "conversation_id"),
    info=OF_A_CONVERSATION,
)

# What shoppers thought of an answer, or at seq 0 of the whole conversation.
ratings = Table(
    "ratings",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("conversation_id", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("value", SmallInteger, nullable=False),  # 1 | -1
    Column("at", BigInteger, nullable=False),
    Index(None, "shop_id", "at"),
    info=OF_A_CONVERSATION,
)

# Files that staff have asked for, for a day; `wanted` and the chunks are encrypted, since they hold
# words of people.
export_files = Table(
    "export_files",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("user_id", String(32), nullable=False),  # who asked
    Column("name", String(80), nullable=False),
    Column("format", String(4), nullable=False),  # json | csv | pdf
    Column("wanted", LargeBinary, nullable=False),  # the filter
    Column("state", String(9), nullable=False),  # waiting | ready | failed | too_large
    Column("epoch", Integer, nullable=False),  # of the job that writes it
    Column("found", Integer),  # conversations to look through, once they are counted
    Column("written", Integer, nullable=False),  # of these, so far
    Column("chunks", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("created_at", BigInteger, nullable=False),
    Index(None, "shop_id", "created_at"),
)

export_chunks = Table(
    "export_chunks",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("export_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    info=COPIES_OF_CONVERSATIONS,
)

# What the merchant's people draft with the copilot. Where a post stands is `state`; what somebody
# has agreed to and is not done yet is `pending`, with the version that they saw.
posts = Table(
    "posts",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("state", String(9), nullable=False),  # draft | published | cancelled
    Column("version", Integer, nullable=False),  # the one that counts
    Column("latest", Integer, nullable=False),  # how many there are
    Column("request", Text, nullable=False),  # what was first asked for
    Column("language", String(8), nullable=False),
    Column("channel", String(8), nullable=False),  # blog | facebook
    Column("blog_id", BigInteger),  # Shopify's number; null for the first blog
    Column("pending", String(9)),  # publish | unpublish
    Column("approved_version", Integer),  # that was agreed to
    Column("approved_by", String(32)),
    Column("approved_at", BigInteger),
    Column("publish_at", BigInteger),  # null: at once
    # When it was last sent without our knowing whether it has arrived, and which version.
    Column("sending_since", BigInteger),
    Column("sending_version", Integer),
    Column("published_version", Integer),  # that readers see
    Column("published_at", BigInteger),  # when they first saw it
    Column("external_id", String(128)),  # of the article or the Page's post
    Column("link", Text),
    Column("failure", String(32)),  # of the last attempt to publish
    Column("created_by", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    # The turn that changed it last: begun again it does nothing twice.
    Column("turn_id", String(32)),
    Column("revision", Integer, nullable=False),  # grows with each change
    Index(None, "shop_id", "touched_at", "id"),
    Index(None, "shop_id", "turn_id"),
)

post_versions = Table(
    "post_versions",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("post_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("parent", Integer),  # the version that it was made from
    Column("origin", String(8), nullable=False),  # model | template | hand
    Column("wish", Text, nullable=False),  # what was to be different
    Column("title", String(255), nullable=False),
    Column("body", Text, nullable=False),  # Markdown
    Column("summary", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("handles", JSON, nullable=False),  # of the products that it is about
    Column("picture_id", String(32)),
    Column("alt", String(512), nullable=False),
    Column("held_back", SmallInteger, nullable=False),  # statements without a fact
    Column("is_whole", SmallInteger, nullable=False),
    # The turn that wrote it: begun again it finds what it has done.
    Column("turn_id", String(32)),
    Column("author", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "shop_id", "turn_id"),
)

# Painted for a post, or one of its products' own.
post_pictures = Table(
    "post_pictures",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("post_id", String(32), nullable=False),
    Column("kind", String(7), nullable=False),  # painted | product
    Column("state", String(7), nullable=False),  # making | ready | failed
    Column("prompt", Text, nullable=False),
    Column("failure", String(32)),
    Column("content", LargeBinary),
    Column("content_type", String(32)),
    Column("width", Integer),
    Column("height", Integer),
    # When Shopify was last asked to make a file of it.
    Column("sending_since", BigInteger),
    Column("file_id", String(255)),  # Shopify's, once it is there
    Column("url", String(2048)),  # where it can be seen by everybody
    Column("created_at", BigInteger, nullable=False),
    Index(None, "shop_id", "post_id"),
)

# Where posts go besides the shop's own blog; the token is encrypted.
post_channels = Table(
    "post_channels",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("channel", String(8), primary_key=True),  # facebook
    Column("page_id", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("failure", String(32)),  # why it cannot be used any more
    Column("connected_at", BigInteger, nullable=False),
)

# What a shop has used of what its merchant allows, by the days of the shop's own time zone; a month
# is the sum of its days.
budgets = Table(
    "budgets",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970
    Column("name", String(32), primary_key=True),  # replies | microdollars
    Column("count", BigInteger, nullable=False),
)

# What happened on a day (of UTC), by name: sessions new, kept, restored, expired. Turns count
# themselves.
daily_counts = Table(
    "daily_counts",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970
    Column("name", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)

# A shop's published products as Shopify last told us of them. What is shown of one is in `shown`;
# the other columns are what a search asks for.
catalog_products = Table(
    "catalog_products",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("product_id", BigInteger, primary_key=True),  # the number in Shopify's gid
    Column("handle", String(255), nullable=False),
    Column("shown", Text, nullable=False),  # JSON, `backend/catalog/products.py`
    # Of its variants, in thousandths of the currency's unit.
    Column("lowest_price", BigInteger, nullable=False),
    Column("highest_price", BigInteger, nullable=False),
    Column("available", SmallInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    # The fill that has seen it last; one that a whole fill has not seen is gone from the shop.
    Column("fill", Integer, nullable=False),
    # The terms that it is found by, as they stand in `catalog_postings`.
    Column("terms", LargeBinary, nullable=False),
    Index(None, "shop_id", "handle"),
    # What a search asks about a product, without reading what is shown of it.
    Index(
        "ix_catalog_products_offers",
        "shop_id",
        "product_id",
        "lowest_price",
        "highest_price",
        "available",
    ),
    # Products within bounds of price.
    Index(
        "ix_catalog_products_prices",
        "shop_id",
        "lowest_price",
        "highest_price",
        "available",
        "product_id",
    ),
)

# Policies, pages and articles of the shop, cut into passages.
catalog_passages = Table(
    "catalog_passages",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("passage_id", BigInteger, primary_key=True),  # of the document and its place
    Column("document", String(64), nullable=False),  # such as page:12, policy:refund
    Column("kind", String(16), nullable=False),
    Column("title", String(255), nullable=False),
    Column("url", String(1024), nullable=False),
    Column("text", Text, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Index(None, "shop_id", "kind"),
    Index(None, "shop_id", "document"),
)

# Which products (shelf 0) and passages (shelf 1) have a term, those that it fits best first: the
# key is the order in which a search reads. A term is 63 bits of a hash.
catalog_postings = Table(
    "catalog_postings",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("shelf", SmallInteger, primary_key=True),
    Column("term", BigInteger, primary_key=True),
    Column("rank", SmallInteger, primary_key=True),  # 100 less how well it fits
    Column("item_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# How many products, or passages, have a term.
catalog_terms = Table(
    "catalog_terms",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("shelf", SmallInteger, primary_key=True),
    Column("term", BigInteger, primary_key=True),
    Column("uses", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Words of titles, types, tags and vendors as they are written, for what shoppers mistype.
catalog_spellings = Table(
    "catalog_spellings",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("word", String(64), primary_key=True),
    Column("head", String(4), nullable=False),  # its first letter
    Column("tail", String(8), nullable=False),  # its last two
    Column("length", SmallInteger, nullable=False),
    Column("uses", Integer, nullable=False),  # how many products have it
    Index(None, "shop_id", "head", "length"),
    Index(None, "shop_id", "tail", "length"),
    sqlite_with_rowid=False,
)

# How the copy of a shop's catalog stands: one row a shop.
catalog_syncs = Table(
    "catalog_syncs",
    metadata,
    Column("shop_id", Integer, primary_key=True),
    Column("state", String(8), nullable=False),  # empty | filling | ready | failed
    Column("fill", Integer, nullable=False),  # the number of the latest fill
    Column("operation", String(255)),  # Shopify's bulk operation, while it runs
    Column("products", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("expected", Integer),  # products of the running fill, once it is known
    Column("seen", Integer, nullable=False),  # of the running fill
    Column("lines", Integer, nullable=False),  # of its file, read and stored
    Column("language", String(8), nullable=False),  # that most products are in
    Column("currency", String(3), nullable=False),
    Column("index_version", Integer, nullable=False),  # of what products are found by
    Column("changed_since", BigInteger),  # changes before it are known
    Column("started_at", BigInteger),
    Column("filled_at", BigInteger),
    Column("failure", String(32)),
)
