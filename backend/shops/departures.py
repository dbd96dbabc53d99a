"""Shops that have left: a hash of the domain and the time, kept for ever, also when nothing else of the shop is."""

from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from backend.store.models import departures, shops


def hash_of(domain: str) -> bytes:
    """What is kept of a domain after its shop has been erased."""
    return sha256(domain.encode()).digest()


def left_at(connection: Connection, domain: str) -> int | None:
    """When the shop left, in milliseconds; None when it has not, or has come back."""
    query = select(departures.c.at).where(departures.c.domain_hash == hash_of(domain))
    at: int | None = connection.execute(query).scalar_one_or_none()
    return at


def note(connection: Connection, domain: str, at: int) -> None:
    """From now on the shop is refused, until somebody of it comes with a later id token."""
    connection.execute(update(shops).where(shops.c.domain == domain).values(uninstalled_at=at))
    connection.execute(delete(departures).where(departures.c.domain_hash == hash_of(domain)))
    connection.execute(insert(departures).values(domain_hash=hash_of(domain), at=at))


def forget(connection: Connection, domain: str) -> None:
    """The shop is back."""
    connection.execute(update(shops).where(shops.c.domain == domain).values(uninstalled_at=None))
    connection.execute(delete(departures).where(departures.c.domain_hash == hash_of(domain)))
