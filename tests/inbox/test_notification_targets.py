"""Whom a shop wants told: kept encrypted, changed, and of one shop alone."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.errors import Invalid, NotFound, NotSetUp
from backend.inbox import notification_targets
from backend.inbox.notification_targets import (
    Form,
    Kind,
    Reason,
    Target,
    TargetChoices,
)
from backend.inbox.quiet_hours import QuietHours
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import notification_targets as table
from tests.support.mail_servers import KEY

NEW_KEY = bytes(range(1, 33))
MIRAS, OTTOS = 1, 2
MAILBOX = TargetChoices(
    Kind.EMAIL, Form.TEXT, "mira@shop.example", frozenset([Reason.ASKED])
)
HOOK = TargetChoices(
    Kind.WEBHOOK,
    Form.SLACK,
    "https://hooks.example/secret-path",
    frozenset(Reason),
    QuietHours(1_320, 420),
    has_message=True,
    is_on=False,
)


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, config=replace(services.config, encryption_keys=(KEY,)))


def listed(services: Services, shop_id: int, *keys: bytes) -> list[Target]:
    vault = Vault(keys or (KEY,))
    with services.db.reading() as connection:
        return list(notification_targets.list_targets(connection, vault, shop_id))


def test_what_is_added_is_there_as_it_was_chosen(services) -> None:
    for chosen in (MAILBOX, HOOK):
        notification_targets.add_target(services, MIRAS, chosen)

    mailbox, hook = sorted(listed(services, MIRAS), key=lambda each: each.chosen.kind)
    assert (mailbox.chosen, hook.chosen) == (MAILBOX, HOOK)
    assert mailbox.secret == ""
    assert len(hook.secret) >= 43
    assert listed(services, OTTOS) == []


def test_neither_address_nor_secret_can_be_read_in_the_table(services) -> None:
    hook = notification_targets.add_target(services, MIRAS, HOOK)

    with services.db.reading() as connection:
        query = select(table).where(table.c.shop_id == MIRAS)
        stored = repr(connection.execute(query).one())
    assert "hooks.example" not in stored
    assert hook.secret not in stored
    assert "hooks.example" not in repr(hook)
    assert hook.secret not in repr(hook)


def test_a_change_keeps_the_secret_and_forgets_what_was_elsewhere(services) -> None:
    hook = notification_targets.add_target(services, MIRAS, HOOK)
    services.db.write(notification_targets.note_attempt, hook, 1_000, "slow")

    turned_on = replace(HOOK, is_on=True)
    notification_targets.save_target(services, MIRAS, hook.id, turned_on)
    (found,) = listed(services, MIRAS)
    assert (found.chosen, found.secret, found.failure) == (
        turned_on,
        hook.secret,
        "slow",
    )

    moved = replace(HOOK, address="https://new.example/")
    notification_targets.save_target(services, MIRAS, hook.id, moved)
    (found,) = listed(services, MIRAS)
    assert (found.secret, found.failure) == (hook.secret, None)


def test_a_mailbox_becomes_no_webhook(services) -> None:
    mailbox = notification_targets.add_target(services, MIRAS, MAILBOX)

    with pytest.raises(NotFound):
        notification_targets.save_target(services, MIRAS, mailbox.id, HOOK)


def test_otto_changes_nothing_of_miras(services) -> None:
    mailbox = notification_targets.add_target(services, MIRAS, MAILBOX)

    with pytest.raises(NotFound):
        notification_targets.save_target(services, OTTOS, mailbox.id, MAILBOX)
    notification_targets.delete_target(services, OTTOS, mailbox.id)

    assert listed(services, MIRAS) == [mailbox]


def test_somebody_is_told_once_there_is_one_that_is_on(services) -> None:
    def is_told() -> bool:
        with services.db.reading() as connection:
            return notification_targets.has_any(connection, MIRAS)

    assert not is_told()
    notification_targets.add_target(services, MIRAS, HOOK)
    assert not is_told()
    mailbox = notification_targets.add_target(services, MIRAS, MAILBOX)
    assert is_told()
    notification_targets.delete_target(services, MIRAS, mailbox.id)
    assert not is_told()


def test_there_are_only_so_many(services, monkeypatch) -> None:
    monkeypatch.setattr(notification_targets, "MOST_TARGETS", 2)
    for _ in range(2):
        notification_targets.add_target(services, MIRAS, MAILBOX)

    with pytest.raises(Invalid):
        notification_targets.add_target(services, MIRAS, MAILBOX)
    notification_targets.add_target(services, OTTOS, MAILBOX)


def test_without_a_key_nothing_is_kept(services) -> None:
    keyless = replace(services, config=replace(services.config, encryption_keys=()))

    with pytest.raises(NotSetUp):
        notification_targets.add_target(keyless, MIRAS, MAILBOX)


def test_a_new_key_encrypts_all_of_it_anew(services) -> None:
    hook = notification_targets.add_target(services, MIRAS, HOOK)
    vault = Vault((NEW_KEY, KEY))

    assert notification_targets.reencrypt(services, vault) == 1
    assert notification_targets.reencrypt(services, vault) == 0
    assert listed(services, MIRAS, NEW_KEY) == [hook]
    assert listed(services, MIRAS, KEY) == []
