"""Staff are told of shoppers who wait: each once, in time, and of nobody who waits no longer."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from gevent.event import Event
from sqlalchemy import Connection

from backend.chat import conversations, retention, staff_news
from backend.chat.handoffs import Why
from backend.clock import now_ms
from backend.dev.mail.mail_server import Mailbox, MailServer
from backend.errors import NotFound
from backend.inbox import notification_targets, notifications
from backend.inbox.notification_targets import Form, Kind, Reason, Target, TargetChoices
from backend.inbox.quiet_hours import QuietHours
from backend.jobs.worker import Worker
from backend.services import Services
from backend.store import job_queue
from backend.store.encryption import Vault
from tests.support.bare_services import open_services
from tests.support.mail_servers import with_mail
from tests.support.told_staff import LEASE, MINUTE, MONDAY, SetClock, WaitingShop

HOUR = 60 * MINUTE
MIRA = "mira@shop.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(Mailbox())
    yield server
    server.close()


@pytest.fixture
def shop(
    services: Services, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> WaitingShop:
    clock = SetClock()
    clock.runs_in(monkeypatch, notifications)
    return WaitingShop.open(with_mail(services, server), clock)


def subjects(server: MailServer) -> list[str]:
    return [mail.subject for mail in server.mailbox.kept]


def stored(shop: WaitingShop, target: Target) -> Target:
    vault = Vault(shop.services.config.encryption_keys)
    with shop.services.db.reading() as connection:
        found = notification_targets.find_target(connection, vault, shop.id, target.id)
    assert found is not None
    return found


def test_mira_is_told_who_waits_and_where(shop, server) -> None:
    target = shop.mailbox(MIRA)

    waiting = shop.waits("asked")
    shop.sends(target)

    (mail,) = server.mailbox.kept
    assert mail.recipients == (MIRA,)
    assert mail.subject == "A shopper is waiting · Tide"
    assert (
        f"https://admin.shopify.com/store/tide/apps/key/admin/inbox/{waiting}"
        in mail.text
    )
    assert "asked for a person" in mail.text
    assert "Is anybody there?" not in mail.text + mail.html
    assert stored(shop, target).told_at == MONDAY


def test_the_message_is_in_it_only_where_the_merchant_wants_it(shop, server) -> None:
    target = shop.mailbox(MIRA, has_message=True)

    shop.waits("asked", shop.begins("a" * 100 + "<b>" + "z" * 299))
    shop.sends(target)

    (mail,) = server.mailbox.kept
    words = mail.text.replace("\n", "")
    assert "“…" + "z" * 299 + "”" in words
    assert "a" * 50 not in words


def test_nobody_is_told_of_one_who_was_answered_meanwhile(shop, server) -> None:
    target = shop.mailbox(MIRA)

    shop.is_answered(shop.waits())
    shop.sends(target)
    shop.clock.now += HOUR
    shop.sends(target)

    assert subjects(server) == []


def test_nobody_is_told_of_what_its_shopper_has_erased(shop, server) -> None:
    target = shop.mailbox(MIRA)
    waiting = shop.waits()

    retention.erase_conversation(shop.services, shop.id, waiting)
    shop.sends(target)

    assert subjects(server) == []


def test_a_later_reason_waits_for_the_end_of_ten_minutes(shop, server) -> None:
    target = shop.mailbox(MIRA)
    waiting = shop.waits("asked")
    shop.sends(target)

    shop.clock.now += 2 * MINUTE
    shop.waits("failed", waiting)
    shop.sends(target)
    assert len(subjects(server)) == 1

    shop.clock.now = MONDAY + 10 * MINUTE
    shop.sends(target)
    assert len(subjects(server)) == 2
    assert "got no answer" in server.mailbox.kept[-1].text


def test_a_later_reason_is_not_told_once_somebody_has_answered(shop, server) -> None:
    target = shop.mailbox(MIRA)
    waiting = shop.waits("asked")
    shop.sends(target)

    shop.clock.now += 2 * MINUTE
    shop.waits("failed", waiting)
    shop.is_answered(waiting)
    shop.clock.now += HOUR
    shop.sends(target)

    assert len(subjects(server)) == 1


def test_each_target_hears_only_what_it_wants_to(shop, server) -> None:
    asked = TargetChoices(
        Kind.EMAIL, Form.TEXT, "asked@shop.example", frozenset([Reason.ASKED])
    )
    some = notification_targets.add_target(shop.services, shop.id, asked)
    none = shop.mailbox("off@shop.example", is_on=False)
    every = shop.mailbox(MIRA)

    shop.waits("failed")
    shop.sends(some, none, every)

    assert [mail.recipients for mail in server.mailbox.kept] == [(MIRA,)]


def test_what_waited_through_quiet_hours_is_told_once_at_their_end(
    shop, server
) -> None:
    # Until 15:30 UTC.
    target = shop.mailbox(MIRA, quiet=QuietHours(13 * 60, 15 * 60 + 30))
    waiting = [shop.waits() for _ in range(3)]
    shop.is_answered(waiting[0])

    shop.sends(target)
    shop.clock.now += HOUR
    shop.sends(target)
    assert subjects(server) == []

    shop.clock.now += HOUR
    shop.sends(target)
    assert subjects(server) == ["2 shoppers are waiting · Tide"]
    assert [waiting[0] in server.mailbox.kept[0].text] == [False]


def test_while_the_mail_server_is_down_nothing_is_lost_and_nothing_sent_twice(
    shop, server
) -> None:
    targets = [shop.mailbox(f"{name}@shop.example") for name in ("mira", "noah")]
    server.mailbox.is_down = True
    waiting = [shop.waits()]
    for _ in range(12):
        waiting.append(shop.waits())
        shop.sends(*targets)
        shop.clock.now += 5 * MINUTE
    assert subjects(server) == []
    assert stored(shop, targets[0]).failure == "mail_server_down"

    server.mailbox.is_down = False
    for _ in range(6):
        shop.sends(*targets)
        shop.clock.now += 5 * MINUTE

    assert told(server) == {
        (f"{name}@shop.example", conversation): 1
        for name in ("mira", "noah")
        for conversation in waiting
    }
    assert stored(shop, targets[0]).failure is None


def test_a_mail_that_is_tried_again_has_the_same_id(shop, server, monkeypatch) -> None:
    """The server has taken it, and we have not heard so."""
    target = shop.mailbox(MIRA)
    shop.waits()
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "_note_sent", _break)
        with pytest.raises(KeyboardInterrupt):
            shop.sends(target)

    shop.services.db.write(_give_back)
    shop.sends(target)

    first, second = server.mailbox.kept
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_two_hundred_wait_and_twenty_are_told_of_each_once(
    sqlite_url, server, monkeypatch
) -> None:
    services, clock = open_services(sqlite_url), SetClock()
    clock.runs_in(monkeypatch, notifications)
    shop = WaitingShop.open(with_mail(services, server), clock)
    targets = [shop.mailbox(f"{number}@shop.example") for number in range(20)]
    waiting = shop.many_wait(10)
    shop.sends(*targets)
    waiting += shop.many_wait(190)
    for _ in range(3):
        shop.sends(*targets)
        shop.clock.now += MINUTE

    expected = {
        (f"{number}@shop.example", conversation): 1
        for number in range(20)
        for conversation in waiting
    }
    assert told(server) == expected
    # One at once, and one for all that came within the minute.
    assert len(server.mailbox.kept) == 40
    services.db.close()


def test_an_address_that_is_refused_is_told_in_the_settings(shop, server) -> None:
    target = shop.mailbox("gone@nobody.example")
    shop.waits()

    shop.sends(target)
    shop.clock.now += HOUR
    shop.sends(target)

    assert stored(shop, target).failure == "recipient_refused"
    assert server.mailbox.visits == 1


def test_a_test_is_sent_at_once_and_is_no_news(shop, server) -> None:
    target = shop.mailbox(MIRA, quiet=QuietHours(0, 1_439))

    assert notifications.try_target(shop.services, shop.id, target.id) is None
    assert subjects(server) == ["Test notification · Tide"]
    assert (stored(shop, target).tried_at, stored(shop, target).told_at) == (
        MONDAY,
        None,
    )

    server.mailbox.is_down = True
    failure = notifications.try_target(shop.services, shop.id, target.id)
    assert failure == stored(shop, target).failure == "mail_server_down"


def test_otto_tries_nothing_of_miras(shop, services) -> None:
    target = shop.mailbox(MIRA)
    other = WaitingShop.open(shop.services, shop.clock, "otto.myshopify.com")

    with pytest.raises(NotFound):
        notifications.try_target(other.services, other.id, target.id)


def test_a_target_that_is_removed_is_told_nothing_more(shop, server) -> None:
    target = shop.mailbox(MIRA)
    shop.waits()

    notification_targets.delete_target(shop.services, shop.id, target.id)
    shop.sends(target)

    assert subjects(server) == []


def told(server: MailServer) -> Counter[tuple[str, str]]:
    """How often whom of which conversation."""
    found: Counter[tuple[str, str]] = Counter()
    for mail in server.mailbox.kept:
        for line in mail.text.splitlines():
            if "/admin/inbox/" in line:
                conversation = line.rpartition("/")[2]
                found[mail.recipients[0], conversation] += 1
    return found


def _break(*_arguments: object) -> None:
    raise KeyboardInterrupt


def _give_back(connection: Connection) -> None:
    job_queue.give_back(connection, LEASE.holder)


def test_a_worker_tells_within_ten_seconds(services, server, monkeypatch) -> None:
    has_sent, send = Event(), notifications._send_batch

    def send_and_tell(*batch: Any) -> None:
        send(*batch)
        has_sent.set()

    monkeypatch.setattr(notifications, "_send_batch", send_and_tell)
    there = with_mail(services, server)
    shop = WaitingShop.open(there, SetClock(now_ms()))
    shop.mailbox(MIRA)
    waiting = shop.begins()
    worker = Worker(there)
    worker.start()

    there.db.write(needs_a_person, shop.id, waiting)
    assert has_sent.wait(10)

    worker.stop()
    assert told(server) == {(MIRA, waiting): 1}


def needs_a_person(connection: Connection, shop_id: int, conversation_id: str) -> None:
    where = (shop_id, conversation_id)
    conversations.set_needs_staff(connection, *where, Why.ASKED)
    staff_news.note(connection, *where, "asked")
