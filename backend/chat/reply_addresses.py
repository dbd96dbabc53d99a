"""Where shoppers want an answer to go when they have left: given for that alone, encrypted, and
found again by a keyed hash.
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from backend.assistant.message_language import DEFAULT, known_language
from backend.chat import conversations, sessions
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.config import Config
from backend.errors import Invalid, NotFound, TooManyMessages, Undecipherable
from backend.flows.answers import InvalidAnswer
from backend.flows.email_addresses import check_address, mask_email
from backend.logs import logger
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import Shop
from backend.shops.settings import Settings
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.limits import Limit
from backend.store.tables import reply_addresses

ALL_KEYS = {"across_shops": "a new key is for all shops"}
MOST_CHARACTERS = 254
# Nobody mistypes an address more often than this.
OF_SESSION, OF_ADDRESS = Limit(10, 600), Limit(60, 600)


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """`host` is the storefront's, where the conversation was when the address was given."""

    conversation_id: str
    email: str = field(repr=False)
    language: str
    host: str
    at: int


def is_offered(config: Config, chosen: Settings) -> bool:
    """Whether an address may be left: the merchant wants it, and a mail could be sent."""
    can_send = bool(config.smtp_url and config.encryption_keys)
    return chosen.ask_for_email and can_send


def save_address(
    services: Services, caller: Caller, session_id: str | None, written: str
) -> str:
    """For the open conversation of the session; a further one replaces it. Returns how it is shown.

    Raises TooManyMessages, NotFound, Invalid.
    """
    _refuse_haste(services, caller, session_id)
    known = sessions.find_open(services, caller, session_id)
    if known is None:
        raise NotFound

    if not is_offered(services.config, caller.shop.settings):
        raise Invalid("This shop doesn’t answer by e-mail.")
    email = _read_email(written)
    address = ReplyAddress(
        conversation_id=known.id,
        email=email,
        language=known_language(known.locale) or DEFAULT,
        host=caller.host,
        at=now_ms(),
    )
    services.db.write(_save_open, services.config, caller.shop, address)
    return mask_email(email)


def _refuse_haste(services: Services, caller: Caller, session_id: str | None) -> None:
    shop_id = caller.shop.id
    session = sessions.hash_of(session_id or "").hex()
    asks = [
        (f"email:{shop_id}:{session}", OF_SESSION),
        (f"email-address:{shop_id}:{caller.address}", OF_ADDRESS),
    ]
    refusing = services.limits.refused(asks)
    if refusing is not None:
        raise TooManyMessages(refusing.left_of_window())


def _read_email(written: str) -> str:
    if len(written) > MOST_CHARACTERS:
        raise Invalid("`email` is too long.")
    try:
        return check_address(written)
    except InvalidAnswer:
        raise Invalid("`email` is not an e-mail address.") from None


def _save_open(
    connection: Connection, config: Config, shop: Shop, address: ReplyAddress
) -> None:
    """Raises NotFound when it has ended meanwhile."""
    found = conversations.find(connection, shop.id, address.conversation_id, lock=True)
    if found is None or not found.is_open:
        raise NotFound
    put_address(connection, config, shop, address)


def put_address(
    connection: Connection, config: Config, shop: Shop, address: ReplyAddress
) -> None:
    """In place of whatever is there. Raises NotSetUp without a key."""
    vault = Vault(config.encryption_keys)
    values = {
        "address": vault.seal(address.email, _about(shop.id, address.conversation_id)),
        "address_hash": hash_of(shop, address.email),
        "language": address.language,
        "host": address.host,
        "at": address.at,
    }
    key = {"shop_id": shop.id, "conversation_id": address.conversation_id}

    insert_unless_there(connection, reply_addresses, key | values)
    mine = _is(shop.id, address.conversation_id)
    connection.execute(update(reply_addresses).where(mine).values(values))


def hash_of(shop: Shop, email: str) -> bytes:
    """By which it is found again; letters of either case are one."""
    return hmac.digest(shop.session_key, email.casefold().encode(), sha256)


def find_address(
    connection: Connection, config: Config, shop_id: int, conversation_id: str
) -> ReplyAddress | None:
    found = list_addresses(connection, config, shop_id, [conversation_id])
    return found.get(conversation_id)


def list_addresses(
    connection: Connection, config: Config, shop_id: int, ids: Collection[str]
) -> dict[str, ReplyAddress]:
    """By conversation. Those whose key is gone are left out."""
    query = select(reply_addresses).where(
        reply_addresses.c.shop_id == shop_id,
        reply_addresses.c.conversation_id.in_(ids),
    )
    vault = Vault(config.encryption_keys)

    found = {}
    for row in connection.execute(query).all():
        try:
            found[row.conversation_id] = _from_row(row, vault)
        except Undecipherable:
            logger().error("an address for replies cannot be read: its key is gone")
    return found


def list_conversations_of(
    connection: Connection, shop_id: int, email: str
) -> Sequence[str]:
    """Those in which it was given."""
    shop = directory.get_shop(connection, shop_id)
    query = select(reply_addresses.c.conversation_id).where(
        reply_addresses.c.shop_id == shop_id,
        reply_addresses.c.address_hash == hash_of(shop, email),
    )
    return connection.execute(query).scalars().all()


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many addresses that were."""
    with services.db.reading() as connection:
        rows = connection.execute(
            select(reply_addresses), execution_options=ALL_KEYS
        ).all()

    changed = 0
    for row in rows:
        if vault.is_current(row.address):
            continue
        about = _about(row.shop_id, row.conversation_id)
        sealed = vault.reencrypt(row.address, about)
        services.db.write(_replace_address, row, sealed)
        changed += 1
    return changed


def _replace_address(connection: Connection, row: Row, sealed: bytes) -> None:
    """Unless another was given meanwhile, with the newest key."""
    same = and_(
        _is(row.shop_id, row.conversation_id),
        reply_addresses.c.address == row.address,
    )
    connection.execute(update(reply_addresses).where(same).values(address=sealed))


def _from_row(row: Row, vault: Vault) -> ReplyAddress:
    """Raises Undecipherable."""
    return ReplyAddress(
        conversation_id=row.conversation_id,
        email=vault.open(row.address, _about(row.shop_id, row.conversation_id)),
        language=row.language,
        host=row.host,
        at=row.at,
    )


def _about(shop_id: int, conversation_id: str) -> str:
    return f"reply_addresses.address:{shop_id}:{conversation_id}"


def _is(shop_id: int, conversation_id: str) -> ColumnElement[bool]:
    return conversations.within(reply_addresses, shop_id, conversation_id)
