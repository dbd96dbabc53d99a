"""What was erased, remembered by hashes alone, so that an older export does not bring it back.

A conversation's id cannot be guessed. A customer's number or address can, so its hash takes the
shop's own key, and goes with it.
"""

import hmac
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Connection, select

from backend.clock import now_ms
from backend.shops import directory
from backend.shops.directory import Shop
from backend.shops.uninstalls import hash_domain
from backend.store.database import insert_unless_there
from backend.store.tables import erasures

# Erased shops are remembered beside no shop: their own rows are gone.
NOBODYS = 0


def note_conversation(
    connection: Connection, shop_id: int, conversation_id: str
) -> None:
    """In the transaction that erases it."""
    _note(connection, shop_id, _of_conversation(conversation_id))


def note_customer(connection: Connection, shop_id: int, customer_id: str) -> None:
    """Whatever the customer has said until now."""
    if customer_id:
        shop = directory.get_shop(connection, shop_id)
        _note(connection, shop_id, _of_customer(shop, customer_id))


def note_contact(connection: Connection, shop_id: int, contact: str) -> None:
    """Whatever guests have said until now who have left this address or number."""
    if contact:
        shop = directory.get_shop(connection, shop_id)
        _note(connection, shop_id, _of_contact(shop, contact))


def note_shop(connection: Connection, shop_hash: bytes) -> None:
    """Whatever the shop had until now; a hash of its domain is all that is still known of it."""
    _note(connection, NOBODYS, shop_hash)


def is_erased(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    customer_id: str | None,
    started_at: int,
) -> bool:
    """Whether a conversation of an export was erased since, by itself, with its customer or with
    its shop.
    """
    if _at(connection, shop_id, _of_conversation(conversation_id)) is not None:
        return True

    shop = directory.get_shop(connection, shop_id)
    erased_at = [_at(connection, NOBODYS, hash_domain(shop.domain))]
    if customer_id:
        erased_at.append(_at(connection, shop_id, _of_customer(shop, customer_id)))
    return any(at is not None and started_at <= at for at in erased_at)


def is_contact_erased(
    connection: Connection, shop_id: int, contacts: Collection[str], started_at: int
) -> bool:
    """Whether somebody who is reached so was erased after a conversation of an export began."""
    if not contacts:
        return False

    shop = directory.get_shop(connection, shop_id)
    hashes = [_of_contact(shop, contact) for contact in contacts]
    query = (
        select(erasures.c.at)
        .where(erasures.c.shop_id == shop_id)
        .where(erasures.c.subject_hash.in_(hashes))
        .where(erasures.c.at >= started_at)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def _of_conversation(conversation_id: str) -> bytes:
    return sha256(f"conversation\0{conversation_id}".encode()).digest()


def _of_customer(shop: Shop, customer_id: str) -> bytes:
    subject = f"erased customer\0{customer_id}".encode()
    return hmac.digest(shop.session_key, subject, sha256)


def _of_contact(shop: Shop, contact: str) -> bytes:
    subject = f"erased contact\0{contact.casefold()}".encode()
    return hmac.digest(shop.session_key, subject, sha256)


def _note(connection: Connection, shop_id: int, subject_hash: bytes) -> None:
    row = {"shop_id": shop_id, "subject_hash": subject_hash, "at": now_ms()}
    insert_unless_there(connection, erasures, row)
    # A second time counts from then on.
    which = (erasures.c.shop_id == shop_id) & (erasures.c.subject_hash == subject_hash)
    connection.execute(erasures.update().where(which).values(at=row["at"]))


def _at(connection: Connection, shop_id: int, subject_hash: bytes) -> int | None:
    which = (erasures.c.shop_id == shop_id) & (erasures.c.subject_hash == subject_hash)
    found: int | None = connection.execute(
        select(erasures.c.at).where(which)
    ).scalar_one_or_none()
    return found
