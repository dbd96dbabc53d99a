"""Shopper, staff and clock in any order, also two at once: nothing is lost or said twice, nobody
waits unseen, and no turn runs while a person has the conversation; story of conversations.py.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import gevent
import pytest

from backend import clock
from backend.chat import (
    conversations,
    handoffs,
    messages,
    person_requests,
    retention,
    silence,
    turns,
)
from backend.chat.accepting import Accepted
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import MessageStatus, Role, Span
from backend.chat.sessions import Caller
from backend.chat.turns import TurnStatus
from backend.errors import HeldByColleague, NotFound
from backend.inbox import conversation_list, handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.store import tables
from tests.support.people_of_shop import (
    DAY_MS,
    MIRA,
    NOAH,
    ago,
    choose,
    come_to_work,
    fall_silent,
    find,
    send_home,
    set_row,
    states,
)
from tests.support.still_clock import StillTime
from tests.support.talking import end_of, says, seen

STEPS = 30
REFUSALS = (NotFound, HeldByColleague)
END = 10_000


@dataclass
class Story:
    """What Ana and the people of the shop do in one conversation, until she puts it away."""

    services: Services
    ana: Caller
    chance: random.Random
    it: Accepted
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    number: int = 0

    @property
    def where(self) -> tuple[Services, int, str]:
        return self.services, self.ana.shop.id, self.it.conversation_id

    def shopper_writes(self) -> None:
        self.number += 1
        text = f"Question {self.number}"
        self.hears(says(self.services, self.ana, text, self.it.session_id), text)

    def shopper_agrees(self) -> None:
        self.hears(says(self.services, self.ana, "Yes", self.it.session_id), "Yes")

    def hears(self, accepted: Accepted, text: str) -> None:
        if accepted.conversation_id != self.it.conversation_id:
            self.it, self.said = accepted, Counter()
        self.said["shopper", text] += 1

    def shopper_asks(self) -> None:
        person_requests.ask_for_person(self.services, self.ana, self.it.session_id)

    def shopper_returns(self) -> None:
        person_requests.return_to_assistant(self.services, self.ana, self.it.session_id)

    def staff_takes(self) -> None:
        who, instead = self.chance.sample([MIRA, NOAH], 2)
        handoff.take_over(*self.where, who, self.chance.choice([instead, None]))

    def staff_assigns(self) -> None:
        handoff.assign(*self.where, by=MIRA, to=self.chance.choice([MIRA, NOAH]))

    def staff_speaks(self) -> None:
        self.number += 1
        text, who = f"Answer {self.number}", self.chance.choice([MIRA, NOAH])
        its = self.it
        reply = StaffReply(who, "Mira", text, f"{self.number}")
        # The form is sent twice: nobody had heard of the first.
        for _ in range(2):
            handoff.say(self.services, its.shop_id, its.conversation_id, reply)
        if its is self.it:
            self.said["staff", text] += 1

    def staff_hands_back(self) -> None:
        handoff.hand_back(*self.where, self.chance.choice([MIRA, NOAH]))

    def staff_closes(self) -> None:
        handoff.close(*self.where, self.chance.choice([MIRA, NOAH]))

    def time_passes(self) -> None:
        fall_silent(self.services, self.it, minutes=9)
        silence.return_silent(self.services)

    def weeks_pass(self) -> None:
        set_row(self.services, self.it, active_at=ago(15 * DAY_MS))
        retention.sweep(self.services)

    def steps(self) -> list[Callable[[], None]]:
        often = [self.shopper_writes, self.time_passes, self.staff_speaks] * 3
        now_and_then = [
            self.shopper_agrees,
            self.shopper_asks,
            self.shopper_returns,
            self.staff_takes,
            self.staff_assigns,
            self.staff_hands_back,
            self.staff_closes,
        ]
        return [*often, *now_and_then * 2, self.weeks_pass]

    def settles(self) -> None:
        with gevent.Timeout(20):
            while find(self.services, self.it).open_turns:
                gevent.idle()


def tries(step: Callable[[], None]) -> None:
    with suppress(*REFUSALS):
        step()


def check(story: Story) -> None:
    now = find(story.services, story.it)
    with story.services.db.reading() as connection:
        where = (now.shop_id, now.id)
        said, _ = messages.list_span(connection, *where, Span(1_000))
        needs = handoffs.list_handoffs(connection, *where)
        left = turns.find_unanswered(connection, *where, END)
        open_turns = turns.list_open(
            connection, conversations.within(tables.turns, *where)
        )

    assert len(open_turns) == now.open_turns == 0
    check_people(now)
    waiting = [each for each in needs if not (each.answered_at or each.ended_at)]
    assert len(waiting) == (now.needs_staff_since is not None)
    assert (now.needs_staff_why is None) == (now.needs_staff_since is None)

    words = Counter((each.role.value, each.text) for each in said)
    assert {key: words[key] for key in story.said} == story.said
    places = [each.seq for each in said]
    assert places == sorted(set(places))
    if now.is_open and now.mode is Mode.ASSISTANT:
        assert left is None


def check_people(now: Conversation) -> None:
    held = now.mode is Mode.STAFF
    assert held == (now.staff_id is not None)
    if not held:
        assert now.staff_silent_since is None
        assert now.offered_back_at is None
        assert now.told_staff_id is None
    if not now.is_open:
        assert not now.waits_for_staff


@pytest.mark.parametrize("seed", range(3))
def test_any_order_loses_nothing(working, ana, seed):
    come_to_work(working, ana.shop.id)
    if seed == 1:
        send_home(working, ana.shop.id)
    story = Story(working, ana, random.Random(seed), says(working, ana, "Mugs?"))

    for _ in range(STEPS):
        both = story.chance.sample(story.steps(), 2)
        gevent.joinall([gevent.spawn(tries, step) for step in both], raise_error=True)
        story.settles()
        check(story)


def test_no_turn_is_at_work_while_a_person_has_it(working, ana, model):
    """Mira comes in the middle, and what Ana writes then begins none."""
    asked = says(working, ana, "Mugs?")
    model.has_begun.wait(5)
    handoff.take_over(working, ana.shop.id, asked.conversation_id, MIRA)

    more = [says(working, ana, f"{each}?", asked.session_id) for each in range(3)]

    assert {each.status for each in more} == {TurnStatus.HANDED_OVER}
    assert find(working, asked).open_turns == 0
    model.may_go_on.set()
    with working.db.reading() as connection:
        said, _ = messages.list_span(
            connection, asked.shop_id, asked.conversation_id, Span(50)
        )
    waiting = [each.status for each in said if each.role is Role.SHOPPER]
    assert waiting == [MessageStatus.SAVED] * 4


BERLIN = ZoneInfo("Europe/Berlin")
OFFICE_HOURS = (((540, 1_080),),) * 5 + ((), ())


@pytest.fixture
def time(monkeypatch):
    """A Friday in November, two minutes before the shop closes."""
    still = StillTime(datetime(2026, 11, 27, 17, 58, tzinfo=BERLIN))
    monkeypatch.setattr(clock, "time", still)
    return still


def test_from_friday_evening_to_monday_morning_nothing_is_lost(working, ana, time):
    choose(working, ana.shop.id, hours=OFFICE_HOURS, time_zone="Europe/Berlin")
    asked = says(working, ana, "Do you have mugs?")
    end_of(working, ana, asked)

    time.at = datetime(2026, 11, 27, 17, 59, tzinfo=BERLIN)
    called = person_requests.ask_for_person(working, ana, asked.session_id)
    assert (called.state, called.hours) == ("requested", None)
    where = (working, ana.shop.id, asked.conversation_id)
    handoff.take_over(*where, MIRA)
    left = says(working, ana, "Are you there?", asked.session_id)
    assert left.status == "handed_over"

    time.at = datetime(2026, 11, 27, 18, 5, tzinfo=BERLIN)
    silence.return_silent(working)
    assert end_of(working, ana, left).status == "answered"
    assert states(working, asked) == ["requested", "joined", "returned"]

    time.at = datetime(2026, 11, 28, 10, 0, tzinfo=BERLIN)
    called = person_requests.ask_for_person(working, ana, asked.session_id)
    assert called.state == "away"
    assert called.hours == "Monday at 9:00 (Europe/Berlin)"

    time.at = datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
    retention.sweep(working)
    with working.db.reading() as connection:
        [waiting] = conversation_list.list_needing_staff(connection, ana.shop.id, 10)
    assert waiting.id == asked.conversation_id
    friday = datetime(2026, 11, 27, 17, 59, tzinfo=BERLIN)
    assert waiting.needs_staff_since == friday.timestamp() * 1_000

    reply = StaffReply(MIRA, "Mira", "Good morning, we do.", "reply-1")
    handoff.say(*where, reply)
    assert seen(working, ana, asked.session_id)[-1][:2] == ("staff", reply.text)
    assert find(working, asked).needs_staff_since is None
