"""Shops that have left: a hash of the domain and the time, kept for ever, also when nothing else of
the shop is.

Only what Shopify itself signs later brings one back. `directory` closes and reopens a shop.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from backend.store.tables import uninstalled_shops

# Shopify forwards nothing for an app that is not installed, but what was on its way at the
# uninstall still arrives.
STILL_ARRIVES_MS = 60_000


@dataclass(frozen=True, slots=True)
class Uninstall:
    """When a shop left, in milliseconds; `confirmed` when Shopify has refused its token since."""

    at: int
    confirmed: bool = False

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(at=row.at, confirmed=bool(row.confirmed))

    def is_outlived(self, signed_at: int | None) -> bool:
        """Whether a proxy request signed then shows that the shop has the app since."""
        return signed_at is not None and signed_at > self.at + STILL_ARRIVES_MS


def hash_domain(domain: str) -> bytes:
    """What is kept of a domain after its shop has been erased."""
    return sha256(domain.encode()).digest()


def find_uninstall(connection: Connection, domain: str) -> Uninstall | None:
    """None when the shop has not left, or has come back."""
    query = select(uninstalled_shops).where(_is(domain))
    row = connection.execute(query).one_or_none()
    return None if row is None else Uninstall.from_row(row)


def set_uninstall(connection: Connection, domain: str, uninstall: Uninstall) -> None:
    remove_uninstall(connection, domain)

    statement = insert(uninstalled_shops).values(
        domain_hash=hash_domain(domain),
        at=uninstall.at,
        confirmed=int(uninstall.confirmed),
    )
    connection.execute(statement)


def remove_uninstall(connection: Connection, domain: str) -> None:
    connection.execute(delete(uninstalled_shops).where(_is(domain)))


def _is(domain: str) -> ColumnElement[bool]:
    return uninstalled_shops.c.domain_hash == hash_domain(domain)
