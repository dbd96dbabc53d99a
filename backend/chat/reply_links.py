"""Links in mails: each opens its conversation once, in whatever browser, for a week. Only a hash of
a token is kept, and one that is of no use looks like one that never was.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from urllib.parse import urlsplit

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    insert,
    select,
    update,
)

from backend.chat import conversations, sessions
from backend.chat.conversations import Conversation
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import NotFound, TooManyMessages
from backend.local_settings import LOOPBACK
from backend.services import Services
from backend.store.limits import Limit
from backend.store.tables import reply_links

LASTS_MS = 7 * 86_400_000
# A browser whose answer got lost may ask once more.
REPEATS_MS = 5 * 60_000
OF_ADDRESS = Limit(30, 60)


@dataclass(frozen=True, slots=True)
class ReplyLink:
    """`used_by` is a hash of the firstId of the browser that has used it."""

    token_hash: bytes
    conversation_id: str
    until: int
    used_at: int | None
    used_by: bytes | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            token_hash=row.token_hash,
            conversation_id=row.conversation_id,
            until=row.until,
            used_at=row.used_at,
            used_by=row.used_by,
        )

    def may_be_used(self, now: int, browser: bytes | None) -> bool:
        """Once; and by the same browser for a moment longer."""
        if now >= self.until:
            return False
        if self.used_at is None:
            return True
        is_repeat = browser is not None and browser == self.used_by
        return is_repeat and now < self.used_at + REPEATS_MS


def add_link(connection: Connection, shop_id: int, conversation_id: str) -> str:
    """Returns its token, which nobody can look up again."""
    token = sessions.new_session_id()
    now = now_ms()
    row = {
        "shop_id": shop_id,
        "token_hash": _hash_of(token),
        "conversation_id": conversation_id,
        "created_at": now,
        "until": now + LASTS_MS,
    }

    connection.execute(insert(reply_links), row)
    return token


def write_url(host: str, token: str) -> str:
    """Of the storefront: what stands behind the # stays in the browser, and out of every log."""
    is_here = urlsplit(f"//{host}").hostname in LOOPBACK
    scheme = "http" if is_here else "https"
    return f"{scheme}://{host}/#flux-chat={token}"


def remove_link(connection: Connection, shop_id: int, token: str) -> None:
    """It has reached nobody."""
    connection.execute(delete(reply_links).where(_is(shop_id, _hash_of(token))))


def redeem(services: Services, caller: Caller, token: str, first_id: str | None) -> str:
    """A session of its own for this browser, in the conversation of the link; one that has expired
    opens again. Raises TooManyMessages, and NotFound whatever the reason.
    """
    who = f"link:{caller.shop.id}:{caller.address}"
    refusing = services.limits.refused([(who, OF_ADDRESS)])
    if refusing is not None:
        raise TooManyMessages(refusing.left_of_window())

    browser = _hash_of(first_id) if first_id else None
    return services.db.write(_redeem, caller, _hash_of(token), browser)


def _redeem(
    connection: Connection, caller: Caller, token_hash: bytes, browser: bytes | None
) -> str:
    """One transaction, so that two browsers do not both come first."""
    shop_id = caller.shop.id
    found = _find(connection, shop_id, token_hash)
    if found is None:
        raise NotFound
    where = (shop_id, found.conversation_id)
    conversation = conversations.find(connection, *where, lock=True)

    # Read once more, for whoever erases a conversation locks it before its links.
    now = now_ms()
    link = _find(connection, shop_id, token_hash)
    if conversation is None or link is None or not link.may_be_used(now, browser):
        raise NotFound
    if not _may_open(conversation, caller):
        raise NotFound

    conversations.reopen_kept(connection, *where)
    if link.used_at is None:
        _mark_used(connection, shop_id, link, now, browser)
    return sessions.add_another(connection, *where)


def _may_open(conversation: Conversation, caller: Caller) -> bool:
    """A customer's is theirs alone, where they are signed in: whoever reads the mailbox may be
    somebody else.
    """
    why = conversation.closed_why
    is_over = why is not None and why.is_final
    return not is_over and sessions.is_visible(conversation, caller)


def _find(connection: Connection, shop_id: int, token_hash: bytes) -> ReplyLink | None:
    query = select(reply_links).where(_is(shop_id, token_hash))
    row = connection.execute(query).one_or_none()
    return None if row is None else ReplyLink.from_row(row)


def _mark_used(
    connection: Connection,
    shop_id: int,
    link: ReplyLink,
    now: int,
    browser: bytes | None,
) -> None:
    connection.execute(
        update(reply_links)
        .where(_is(shop_id, link.token_hash))
        .values(used_at=now, used_by=browser)
    )


def _hash_of(token: str) -> bytes:
    """A plain hash is enough: a token has 256 unguessable bits."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _is(shop_id: int, token_hash: bytes) -> ColumnElement[bool]:
    return and_(
        reply_links.c.shop_id == shop_id, reply_links.c.token_hash == token_hash
    )
