"""What a search reads: the index of messages, conversations from the newest, and their words.

The index knows three letters in a row, on both databases.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from backend.inbox.conversation_list import (
    AFTER,
    MINE,
    VIEWS,
    WITHIN,
    C,
    Cursor,
    InboxFilter,
    values_of,
)
from backend.inbox.search_terms import Term
from backend.store.tables import messages

# The index knows three letters in a row and nothing shorter.
SHORTEST_INDEXED = 3
# A term that is in more messages is not looked for in the index.
MOST_INDEXED = 2_000

# As the index has it. What the version before has written while both ran is read as it stands.
SEARCHED = literal_column(
    "coalesce(messages.search_text, ' ' || lower(messages.text))", messages.c.text.type
)
# Something is added so that PostgreSQL reads the messages themselves, and not its index of all of
# them.
_WALKED = SEARCHED + ""
# SQLite's; its rows come and go with the messages, by triggers.
_INDEX = table("message_search", column("shop_id"), column("conversation_id"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Conversations in the list's order: so many after `after`, of some ids alone if there are
    any.
    """

    shop_id: int
    wanted: InboxFilter
    after: Cursor
    size: int
    among: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class SearchedMessage:
    """A message as a search compares it."""

    conversation_id: str
    seq: int
    searched: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(row.conversation_id, row.seq, row.searched)


def find_rare(connection: Connection, shop_id: int, term: Term) -> set[str] | None:
    """The conversations with a term in a message; None when the index cannot say, or they are many.

    SQLite counts all shops, because only the text is in its index.
    """
    if any(len(phrase) < SHORTEST_INDEXED for phrase in term.phrases):
        return None

    matching = _select_matching(connection, term)
    if not _is_rare(connection, shop_id, matching):
        return None

    if connection.dialect.name == "sqlite":
        matching = matching.where(_INDEX.c.shop_id == bindparam("shop"))
    found = connection.execute(matching.distinct(), {"shop": shop_id})
    return set(found.scalars())


def _is_rare(connection: Connection, shop_id: int, matching: Select) -> bool:
    one: ColumnElement[int] = literal_column("1").label("one")

    # Apart, PostgreSQL plans for all of them and takes its index; for the first few it would read
    # the shop's messages, and go on to the last one when the word is another shop's.
    all_of_them = (
        matching.with_only_columns(one, maintain_column_froms=True)
        .cte("matching")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    some = select(all_of_them).limit(MOST_INDEXED + 1).subquery()

    found = connection.execute(
        select(func.count()).select_from(some), {"shop": shop_id}
    )
    return found.scalar_one() <= MOST_INDEXED


def _select_matching(connection: Connection, term: Term) -> Select:
    if connection.dialect.name != "sqlite":
        mine = messages.c.shop_id == bindparam("shop")
        said = has_phrase(SEARCHED, [term])
        return select(messages.c.conversation_id).where(mine, said)

    phrases = " OR ".join(f'"{phrase}"' for phrase in term.phrases)
    matches = text("message_search MATCH :phrases").bindparams(phrases=phrases)
    return select(_INDEX.c.conversation_id).where(matches)


def has_phrase(
    searched: ColumnElement[str], terms: Sequence[Term]
) -> ColumnElement[bool]:
    """Whether a text has any of the terms. No phrase has a sign that means something to LIKE."""
    phrases = {phrase for term in terms for phrase in term.phrases}
    return or_(*[searched.like(f"%{phrase}%") for phrase in sorted(phrases)])


def read_stretch(connection: Connection, stretch: Stretch) -> list[Cursor]:
    query = (
        select(C.active_at, C.id)
        .where(MINE, AFTER, WITHIN, VIEWS[stretch.wanted.view])
        .order_by(C.active_at.desc(), C.id.desc())
        .limit(stretch.size)
    )
    if stretch.among is not None:
        query = query.where(C.id.in_(stretch.among))

    values = values_of(stretch.shop_id, stretch.wanted, stretch.after)
    return [Cursor(*row) for row in connection.execute(query, values)]


def list_matching(
    connection: Connection,
    shop_id: int,
    ids: Collection[str],
    terms: Sequence[Term],
) -> list[SearchedMessage]:
    """The messages of some conversations that have any of the terms."""
    query = _select_among(ids).where(has_phrase(_WALKED, terms))
    rows = connection.execute(query, {"shop": shop_id})
    return [SearchedMessage.from_row(row) for row in rows]


def list_words(connection: Connection, shop_id: int, ids: Collection[str]) -> list[str]:
    """Of each message of some conversations, all words."""
    query: Select[Any] = _select_among(ids).with_only_columns(SEARCHED)
    return list(connection.execute(query, {"shop": shop_id}).scalars())


def _select_among(ids: Collection[str]) -> Select:
    columns = (
        messages.c.conversation_id,
        messages.c.seq,
        SEARCHED.label("searched"),
    )
    return select(*columns).where(
        messages.c.shop_id == bindparam("shop"),
        messages.c.conversation_id.in_(ids),
    )
