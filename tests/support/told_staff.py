"""A shop in which shoppers wait, a clock that a test sets, and jobs that are due by it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import pytest

from backend.chat import conversations, messages, staff_news
from backend.chat.conversations import new_id
from backend.chat.handoffs import Why
from backend.chat.messages import Message, MessageStatus, Role
from backend.inbox import notification_targets, notifications
from backend.inbox.notification_targets import (
    Form,
    Kind,
    Reason,
    Target,
    TargetChoices,
)
from backend.services import Services
from backend.shops import directory
from backend.store import job_queue
from backend.store.job_queue import Lease

# A Monday, at 14:00 UTC.
MONDAY = 1_772_460_000_000
MINUTE = 60_000
LEASE = Lease("a test", 60)


@dataclass
class SetClock:
    """What the modules that are given it take for now, in milliseconds."""

    now: int = MONDAY

    def __call__(self) -> int:
        return self.now

    def runs_in(self, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        for module in modules:
            monkeypatch.setattr(module, "now_ms", self)


@dataclass
class WaitingShop:
    services: Services
    clock: SetClock
    id: int

    @classmethod
    def open(
        cls, services: Services, clock: SetClock, domain: str = ""
    ) -> "WaitingShop":
        name = domain or "tide.myshopify.com"
        shop = services.db.write(directory.add_shop, name)
        return cls(services, clock, shop.id)

    def mailbox(self, email: str, **choices: Any) -> Target:
        return self.target(Kind.EMAIL, Form.TEXT, email, **choices)

    def target(self, kind: Kind, form: Form, address: str, **choices: Any) -> Target:
        every = frozenset(Reason)
        chosen = replace(TargetChoices(kind, form, address, every), **choices)
        return notification_targets.add_target(self.services, self.id, chosen)

    def begins(self, text: str = "Is anybody there?") -> str:
        """A conversation with one message of its shopper's."""
        conversation_id = new_id()
        self.services.db.write(conversations.add, self.id, conversation_id, None)
        self.hears(conversation_id, Role.SHOPPER, text)
        return conversation_id

    def hears(
        self, conversation_id: str, role: Role, text: str, name: str | None = None
    ) -> Message:
        def speak(connection):
            where = (self.id, conversation_id)
            seq = conversations.touch(connection, *where, messages=1).last_seq
            message = Message(
                *where,
                seq,
                new_id(),
                role,
                text,
                MessageStatus.SAVED,
                self.clock(),
                name,
            )
            messages.add(connection, message)
            return message

        said: Message = self.services.db.write(speak)
        return said

    def waits(self, reason: str = "asked", conversation_id: str = "") -> str:
        """Somebody needs a person, and the job that tells is done."""
        where = (self.id, conversation_id or self.begins())

        def need(connection):
            why = Why(reason) if reason in list(Why) else Why.ASKED
            conversations.set_needs_staff(connection, *where, why)
            staff_news.note(connection, *where, reason)

        self.services.db.write(need)
        self.does(notifications.KIND, f"{where[1]}:{reason}", notifications.run_notify)
        return where[1]

    def many_wait(self, number: int) -> list[str]:
        """At once, as far as a database can do that."""
        ids = [new_id() for _ in range(number)]

        def begin(connection):
            for each in ids:
                conversations.add(connection, self.id, each, None)
                conversations.set_needs_staff(connection, self.id, each, Why.ASKED)

        self.services.db.write(begin)
        for each in ids:
            notify = (notifications.KIND, f"{each}:asked", notifications.run_notify)
            self.does(*notify)
        return ids

    def is_answered(self, conversation_id: str) -> None:
        def answer(connection):
            found = conversations.find(connection, self.id, conversation_id, lock=True)
            assert found is not None
            conversations.note_spoken(connection, found, "42", found.last_seq)

        self.services.db.write(answer)

    def sends(self, *targets: Target) -> None:
        """The jobs of these targets, if they have any."""
        for target in targets:
            self.does(notifications.SEND, target.id, notifications.run_send)

    def does(self, kind: str, ref: str, run: Callable[..., None]) -> None:
        claim = self.services.db.write(job_queue.hold, self.id, kind, ref, LEASE)
        assert claim is not None
        run(self.services, claim)
