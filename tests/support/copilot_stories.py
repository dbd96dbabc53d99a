"""Mira's people and the copilot without a web server: what they write, and what it answers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.chat import messages, runner, team_room
from backend.chat.messages import Message, Span
from backend.posts import copilot, post_parts, team_chat
from backend.posts.team_chat import Order, Talk, TeamMessage
from backend.shops import directory
from backend.shops.staff import Staff
from backend.store.job_queue import Claim
from backend.store.parts import Part
from tests.support.post_stories import MIRA, PostDesk
from tests.support.talks import MIRAS


@dataclass
class Said:
    """The copilot's reply. `rest` are the words behind the first card."""

    text: str
    parts: Sequence[Part]
    status: str

    @property
    def posts(self) -> list[str]:
        return [part["post"] for part in self.parts if part["type"] == post_parts.TYPE]

    @property
    def shows(self) -> list[str]:
        return [part["shows"] for part in self.parts]

    @property
    def rest(self) -> str:
        return self.text[self.parts[0]["at"] :].strip() if self.parts else self.text


@dataclass
class TeamDesk(PostDesk):
    """The same desk with the talk beside it. `claims` are turns that nobody has run yet."""

    claims_held: list[Claim] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.services.process.run_now = self.claims_held.append

    def staff(self, user_id: str = MIRA, name: str = "Mira") -> Staff:
        with self.services.db.reading() as connection:
            shop = directory.get_shop(connection, MIRAS)
        return Staff(shop, user_id, name)

    def writes(self, text: str, **more: Any) -> None:
        """Durable, and not answered yet."""
        client_id = more.pop("client_id", uuid.uuid4().hex)
        by = more.pop("by", MIRA)
        said = TeamMessage(text, client_id, **more)
        team_chat.say(self.services, self.staff(by), said)

    def orders(self, order: Order) -> Said:
        self.writes("as the button says", order=order)
        return self.answers()

    def asks(self, text: str, **more: Any) -> Said:
        """And is answered."""
        self.writes(text, **more)
        return self.answers()

    def answers(self) -> Said:
        while self.claims_held:
            claim = self.claims_held.pop(0)
            runner.run(self.services, claim, copilot.answer)
        return self.latest

    @property
    def talk(self) -> Talk:
        with self.services.db.reading() as connection:
            return team_chat.read_talk(connection, MIRAS)

    @property
    def messages(self) -> Sequence[Message]:
        where = (team_room.room_of(MIRAS), team_room.talk_of(MIRAS))
        with self.services.db.reading() as connection:
            found, _ = messages.list_span(connection, *where, Span(200))
        return found

    @property
    def latest(self) -> Said:
        last = self.messages[-1]
        said = Said(last.text, last.parts or (), last.status)
        if said.posts:
            self.post_id = said.posts[0]
        return said
