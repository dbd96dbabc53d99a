"""What has happened is told in the shopper's language, once, and never to a model."""

import pytest

from backend.assistant import rule_replies, transcript
from backend.catalog.lexicon import LANGUAGES
from backend.chat import turns
from backend.chat.accepting import Accepted
from backend.chat.sessions import Caller
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.shops import staff
from tests.support.people_of_shop import MIRA, NOAH, choose, come_to_work, find, states
from tests.support.talking import end_of, says, seen

EVENTS = (
    "person_joined",
    "person_returned",
    "person_returned_waiting",
    "person_asked_back",
    "person_gave_up",
)


@pytest.fixture
def asked(working, ana):
    come_to_work(working, ana.shop.id)
    accepted = says(working, ana, "Do you have mugs?")
    end_of(working, ana, accepted)
    return accepted


def names(services: Services, who: Caller, it: Accepted) -> list[str]:
    return [
        text.removesuffix(" joined the chat")
        for _, text, _ in seen(services, who, it.session_id)
        if text.endswith(" joined the chat")
    ]


def speaks(services: Services, it: Accepted, staff_id: str, text: str) -> None:
    reply = StaffReply(staff_id, "Mira", text, f"reply-{text}")
    handoff.say(services, it.shop_id, it.conversation_id, reply)


def test_who_comes_is_announced_once(working, ana, asked):
    handoff.take_over(working, ana.shop.id, asked.conversation_id, MIRA)
    speaks(working, asked, MIRA, "Hello")
    speaks(working, asked, MIRA, "We do.")

    assert states(working, asked) == ["joined"]


def test_a_colleague_is_announced_when_they_speak_and_mira_when_she_is_back(
    working, ana, asked
):
    where = (working, ana.shop.id, asked.conversation_id)
    handoff.take_over(*where, MIRA)
    handoff.assign(*where, by=MIRA, to=NOAH)
    assert states(working, asked) == ["joined"]

    speaks(working, asked, NOAH, "Hello")
    assert states(working, asked) == ["joined", "joined"]

    handoff.assign(*where, by=MIRA, to=MIRA)
    assert states(working, asked) == ["joined", "joined", "joined"]
    assert find(working, asked).staff_id == MIRA


def test_shoppers_see_the_name_that_mira_has_chosen_else_the_teams_else_the_shops(
    working, ana, asked
):
    where = (working, ana.shop.id, asked.conversation_id)
    handoff.take_over(*where, NOAH)
    choose(working, ana.shop.id, team_name="The Tide team")
    handoff.assign(*where, by=MIRA, to=MIRA)
    staff.rename(working, staff.find_staff(working, ana.shop, "44", 1), "Mira")
    handoff.assign(*where, by="44", to="44")

    assert names(working, ana, asked) == ["Flux Test", "The Tide team", "Mira"]


def test_no_model_reads_that_somebody_came(working, ana, asked):
    where = (working, ana.shop.id, asked.conversation_id)
    handoff.take_over(*where, MIRA)
    speaks(working, asked, MIRA, "Only blue ones.")
    handoff.hand_back(*where, MIRA)

    again = says(working, ana, "Which?", asked.session_id)
    turn = end_of(working, ana, again)
    with working.db.reading() as connection:
        read = transcript.within_budget(turns.list_readable(connection, turn))
    said = [message.text for message in read]

    assert "Only blue ones." in said
    assert not [text for text in said if "joined" in text or "is back" in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_its_sentence_in_every_language(language: str) -> None:
    english = [rule_replies.say(event, "en", name="Mira") for event in EVENTS]
    told = [rule_replies.say(event, language, name="Mira") for event in EVENTS]

    assert "Mira" in told[0]
    assert language == "en" or not set(told) & set(english)
