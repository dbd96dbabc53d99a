"""Whom a shop wants told of waiting shoppers: mailboxes and addresses of other programs. Where they
are, and what a webhook is signed with, is encrypted.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.clock import now_ms
from backend.errors import Invalid, NotFound, Undecipherable
from backend.inbox.quiet_hours import QuietHours
from backend.logs import logger
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import notification_targets

ALL_KEYS = {"across_shops": "a new key is for all shops"}
MOST_TARGETS = 50


class Kind(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"
    SLACK = "slack"


class Reason(StrEnum):
    """Why somebody of the staff is needed."""

    ASKED = "asked"
    FAILED = "failed"
    LIMIT = "limit"
    MESSAGE = "message"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class TargetChoices:
    """What the merchant says of one."""

    kind: Kind
    form: Form
    address: str = field(repr=False)
    reasons: frozenset[Reason]
    quiet: QuietHours | None = None
    has_message: bool = False
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """`told_at` is when news last went out, `tried_at` and `failure` are of the last attempt of any
    kind. A mailbox has no secret.
    """

    shop_id: int
    id: str
    chosen: TargetChoices
    secret: str = field(repr=False)
    told_at: int | None = None
    tried_at: int | None = None
    failure: str | None = None

    @property
    def is_mailbox(self) -> bool:
        return self.chosen.kind is Kind.EMAIL

    def wants(self, reason: Reason) -> bool:
        return self.chosen.is_on and reason in self.chosen.reasons


def list_targets(
    connection: Connection, vault: Vault, shop_id: int
) -> Sequence[Target]:
    """The oldest first. Those whose key is gone are left out."""
    query = (
        select(notification_targets)
        .where(notification_targets.c.shop_id == shop_id)
        .order_by(notification_targets.c.created_at, notification_targets.c.id)
    )
    found = [_read(row, vault) for row in connection.execute(query).all()]
    return [target for target in found if target is not None]


def find_target(
    connection: Connection, vault: Vault, shop_id: int, target_id: str
) -> Target | None:
    query = select(notification_targets).where(_is(shop_id, target_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row, vault)


def has_any(connection: Connection, shop_id: int) -> bool:
    """Whether anybody is told."""
    on = and_(
        notification_targets.c.shop_id == shop_id, notification_targets.c.is_on == 1
    )
    query = select(notification_targets.c.id).where(on).limit(1)
    return connection.execute(query).first() is not None


def add_target(services: Services, shop_id: int, chosen: TargetChoices) -> Target:
    """Raises Invalid when there are as many as there can be, NotSetUp without a key."""
    secret = token_urlsafe(32) if chosen.kind is Kind.WEBHOOK else ""
    target = Target(shop_id, uuid.uuid4().hex, chosen, secret)

    vault = Vault(services.config.encryption_keys)
    services.db.write(_add_target, vault, target)
    return target


def _add_target(connection: Connection, vault: Vault, target: Target) -> None:
    mine = notification_targets.c.shop_id == target.shop_id
    number = connection.execute(select(func.count()).where(mine)).scalar_one()
    if number >= MOST_TARGETS:
        raise Invalid(
            f"There are {MOST_TARGETS} notifications, which is as many as there can be."
        )

    sealed = None
    if target.secret:
        sealed = vault.seal(target.secret, _about_secret(target.shop_id, target.id))
    row = {
        "shop_id": target.shop_id,
        "id": target.id,
        "kind": target.chosen.kind,
        "secret": sealed,
        "created_at": now_ms(),
        **_columns(vault, target),
    }
    connection.execute(insert(notification_targets), row)


def save_target(
    services: Services, shop_id: int, target_id: str, chosen: TargetChoices
) -> None:
    """What it is stays as it is: a mailbox becomes no webhook. Raises NotFound."""
    vault = Vault(services.config.encryption_keys)
    services.db.write(_save_target, vault, (shop_id, target_id), chosen)


def _save_target(
    connection: Connection,
    vault: Vault,
    where: tuple[int, str],
    chosen: TargetChoices,
) -> None:
    target = find_target(connection, vault, *where)
    if target is None or target.chosen.kind is not chosen.kind:
        raise NotFound

    values = _columns(vault, replace(target, chosen=chosen))
    if chosen.address != target.chosen.address:
        # What became of attempts elsewhere says nothing about it.
        values |= {"tried_at": None, "failure": None}
    statement = update(notification_targets).where(_is(*where))
    connection.execute(statement.values(values))


def delete_target(services: Services, shop_id: int, target_id: str) -> None:
    """One that is not there is fine, too. What waits for it is never sent."""
    gone = delete(notification_targets).where(_is(shop_id, target_id))
    services.db.write(Connection.execute, gone)


def note_attempt(
    connection: Connection,
    target: Target,
    at: int,
    failure: str | None,
    is_news: bool = True,
) -> None:
    """What became of an attempt, for whoever looks at the settings. A test is no news."""
    values: dict[str, Any] = {"tried_at": at, "failure": failure}
    if is_news and failure is None:
        values["told_at"] = at

    mine = _is(target.shop_id, target.id)
    connection.execute(update(notification_targets).where(mine).values(values))


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many targets that were."""
    with services.db.reading() as connection:
        rows = connection.execute(
            select(notification_targets), execution_options=ALL_KEYS
        ).all()

    changed = 0
    for row in rows:
        sealed = [text for text in (row.address, row.secret) if text is not None]
        if all(map(vault.is_current, sealed)):
            continue
        services.db.write(_reencrypt_one, vault, row)
        changed += 1
    return changed


def _reencrypt_one(connection: Connection, vault: Vault, row: Row) -> None:
    """Unless it was saved meanwhile, with the newest key."""
    about = _about_address(row.shop_id, row.id)
    values = {"address": vault.reencrypt(row.address, about)}
    if row.secret is not None:
        about = _about_secret(row.shop_id, row.id)
        values["secret"] = vault.reencrypt(row.secret, about)

    same = and_(_is(row.shop_id, row.id), notification_targets.c.address == row.address)
    connection.execute(update(notification_targets).where(same).values(values))


def _columns(vault: Vault, target: Target) -> dict[str, Any]:
    chosen = target.chosen
    about = _about_address(target.shop_id, target.id)
    return {
        "form": chosen.form,
        "address": vault.seal(chosen.address, about),
        "reasons": sorted(chosen.reasons),
        "quiet_from": chosen.quiet.start if chosen.quiet else None,
        "quiet_until": chosen.quiet.end if chosen.quiet else None,
        "has_message": int(chosen.has_message),
        "is_on": int(chosen.is_on),
    }


def _read(row: Row, vault: Vault) -> Target | None:
    try:
        return _from_row(row._mapping, vault)
    except Undecipherable:
        logger().error("an address for notifications cannot be read: its key is gone")
        return None


def _from_row(row: Mapping[Any, Any], vault: Vault) -> Target:
    """Raises Undecipherable."""
    where = (row["shop_id"], row["id"])
    sealed = row["secret"]
    secret = "" if sealed is None else vault.open(sealed, _about_secret(*where))
    quiet = None
    if row["quiet_from"] is not None:
        quiet = QuietHours(row["quiet_from"], row["quiet_until"])

    chosen = TargetChoices(
        kind=Kind(row["kind"]),
        form=Form(row["form"]),
        address=vault.open(row["address"], _about_address(*where)),
        reasons=frozenset(map(Reason, row["reasons"])),
        quiet=quiet,
        has_message=bool(row["has_message"]),
        is_on=bool(row["is_on"]),
    )
    attempts = (row["told_at"], row["tried_at"], row["failure"])
    return Target(*where, chosen, secret, *attempts)


def _about_address(shop_id: int, target_id: str) -> str:
    return f"notification_targets.address:{shop_id}:{target_id}"


def _about_secret(shop_id: int, target_id: str) -> str:
    return f"notification_targets.secret:{shop_id}:{target_id}"


def _is(shop_id: int, target_id: str) -> ColumnElement[bool]:
    return and_(
        notification_targets.c.shop_id == shop_id,
        notification_targets.c.id == target_id,
    )
