"""Shops that have left: a hash of the domain and the time, kept for ever, also when nothing else of
the shop is.

Only what Shopify itself signs later brings one back.
"""

from hashlib import sha256

from sqlalchemy import Connection, Row, delete, insert, select, update

from backend.store.tables import shops, uninstalled_shops

# Shopify forwards nothing for an app that is not installed, but what was on its way at the
# uninstall still arrives.
STILL_ARRIVES_MS = 60_000


def hash_of(domain: str) -> bytes:
    """What is kept of a domain after its shop has been erased."""
    return sha256(domain.encode()).digest()


def find(connection: Connection, domain: str) -> Row | None:
    """(at, confirmed) of a shop that has left; None when it has not, or has come back."""
    query = select(uninstalled_shops.c.at, uninstalled_shops.c.confirmed).where(
        uninstalled_shops.c.domain_hash == hash_of(domain)
    )
    return connection.execute(query).one_or_none()


def left_at(connection: Connection, domain: str) -> int | None:
    """When the shop left, in milliseconds; None when it has not, or has come back."""
    row = find(connection, domain)
    return None if row is None else int(row.at)


def is_outlived(at: int, signed_at: int | None) -> bool:
    """Whether a proxy request signed then, in milliseconds, shows that the shop has the app after
    `at`.
    """
    return signed_at is not None and signed_at > at + STILL_ARRIVES_MS


def note(connection: Connection, domain: str, at: int, confirmed: bool = False) -> None:
    """From now on the shop is refused, until Shopify signs something later for it."""
    connection.execute(
        update(shops).where(shops.c.domain == domain).values(uninstalled_at=at)
    )
    connection.execute(
        delete(uninstalled_shops).where(
            uninstalled_shops.c.domain_hash == hash_of(domain)
        )
    )
    row = {"domain_hash": hash_of(domain), "at": at, "confirmed": int(confirmed)}
    connection.execute(insert(uninstalled_shops).values(**row))


def forget(connection: Connection, domain: str) -> None:
    """The shop is back."""
    connection.execute(
        update(shops).where(shops.c.domain == domain).values(uninstalled_at=None)
    )
    connection.execute(
        delete(uninstalled_shops).where(
            uninstalled_shops.c.domain_hash == hash_of(domain)
        )
    )
