"""What the tests of the chat say and see without a web server, and the models that answer them."""

import uuid
from collections.abc import Generator
from typing import Any

import gevent
from gevent.event import Event
from sqlalchemy import Row, Table, select

from backend.chat import accepting, conversations, history, turns
from backend.chat import events as turn_events
from backend.chat.accepting import Accepted, NewMessage
from backend.chat.messages import Span
from backend.chat.sessions import Caller
from backend.errors import AssistantTimeout
from backend.services import Services
from backend.store import tables

LATEST = Span(50)


class Hesitating:
    """A model that says two words and goes on only when it is told to."""

    def __init__(self) -> None:
        self.has_begun, self.may_go_on, self.has_ended, self.asked = (
            Event(),
            Event(),
            Event(),
            0,
        )

    def stream(
        self, messages: object, tools: object, seconds: float
    ) -> Generator[str, None, None]:
        self.asked += 1
        try:
            yield "We have "
            self.has_begun.set()
            self.may_go_on.wait(5)
            yield "mugs."
        finally:
            self.has_ended.set()

    def close(self) -> None:
        """Nothing is open."""


class Moody:
    """A model that fails as often as it is told to, then answers."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    def stream(
        self, messages: object, tools: object, seconds: float
    ) -> Generator[str, None, None]:
        self.failures -= 1
        if self.failures >= 0:
            raise AssistantTimeout
        yield "We have mugs."

    def close(self) -> None:
        """Nothing is open."""


def says(
    services: Services, who: Caller, text: str, session_id: str | None = None
) -> Accepted:
    return accepting.accept(
        services,
        who,
        NewMessage(text, client_id=str(uuid.uuid4()), session_id=session_id),
    )


def seen(
    services: Services, who: Caller, session_id: str
) -> list[tuple[str, str, str]]:
    page = history.read(services, who, session_id, LATEST)
    return [(row.role, row.text, row.status) for row in page.messages]


def events(services: Services, who: Caller, it: Accepted, session_id: str) -> list[str]:
    turn = turns.get(services, who, session_id, it.turn_id)
    return [event.name for event in turn_events.gather(services, turn, 0, 1)]


def end_of(services: Services, who: Caller, it: Accepted) -> Any:
    """The turn as it is stored once its latest attempt has ended."""
    turn = turns.get(services, who, it.session_id, it.turn_id)
    with gevent.Timeout(10):
        for _ in turn_events.follow(services, turn, turn.last_number, 0.5):
            """Nothing but its end is of interest."""
    return turns.get(services, who, it.session_id, it.turn_id)


def row_of(services: Services, it: Accepted) -> Row:
    """Its conversation as it is stored."""
    table = tables.conversations
    mine = (table.c.shop_id == it.shop_id) & (table.c.id == it.conversation_id)
    with services.db.reading() as connection:
        return connection.execute(select(table).where(mine)).one()


def rows_within(services: Services, table: Table, it: Accepted) -> list[Row]:
    with services.db.reading() as connection:
        found = connection.execute(
            select(table).where(
                conversations.within(table, it.shop_id, it.conversation_id)
            )
        )
        return list(found.all())
