"""A conversation is given to one of the team, whoever has it, and to nobody else; a reply may show
products; what was not seen is not closed. Stories of handoff.py.
"""

import pytest

from backend.chat import conversations, messages
from backend.chat.conversations import Conversation
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, Invalid, NotFound
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from tests.support.talks import add_talk

MIRA, NOAH, STRANGER = "42", "43", "99"


@pytest.fixture
def miras(services: Services) -> int:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    for user_id in (MIRA, NOAH):
        staff.find_staff(services, shop, user_id, now_ms())
    return shop.id


@pytest.fixture
def talk(services: Services, miras: int) -> str:
    return add_talk(services, miras, 1, ["Hi", "Hello"])


def now(services: Services, shop_id: int, talk: str) -> Conversation:
    with services.db.reading() as connection:
        found = conversations.find(connection, shop_id, talk)
    assert found is not None
    return found


def test_it_goes_to_a_colleague_and_away_from_another(
    services: Services, miras: int, talk: str
) -> None:
    handoff.assign(services, miras, talk, MIRA, NOAH)
    assert (now(services, miras, talk).mode, now(services, miras, talk).staff_id) == (
        "staff",
        NOAH,
    )

    handoff.assign(services, miras, talk, NOAH, MIRA)
    assert now(services, miras, talk).staff_id == MIRA


def test_it_goes_to_nobody_outside_of_the_team(
    services: Services, miras: int, talk: str
) -> None:
    with pytest.raises(Invalid):
        handoff.assign(services, miras, talk, MIRA, STRANGER)
    with pytest.raises(NotFound):
        handoff.assign(services, miras + 1, talk, MIRA, MIRA)

    assert now(services, miras, talk).mode == "assistant"


def test_what_has_more_in_it_than_was_seen_stays_open(
    services: Services, miras: int, talk: str
) -> None:
    with pytest.raises(ChangedMeanwhile):
        handoff.close(services, miras, talk, MIRA, seen=1)
    assert now(services, miras, talk).mode == "assistant"

    handoff.close(services, miras, talk, MIRA, seen=2)
    assert now(services, miras, talk).mode == "closed"


def test_what_a_reply_shows_is_kept_with_its_words(
    services: Services, miras: int, talk: str
) -> None:
    part = {"id": "part-1", "type": "products", "at": 4, "items": []}

    ref = handoff.say(
        services, miras, talk, StaffReply(MIRA, "Mira", "Look", "reply-1", [part])
    )

    with services.db.reading() as connection:
        said = messages.find(connection, miras, talk, ref.id)
    assert said is not None
    assert (said.text, said.parts) == ("Look", [part])


def test_it_is_unread_again_and_only_its_last_message(
    services: Services, miras: int, talk: str
) -> None:
    services.db.write(conversations.mark_seen, now(services, miras, talk))
    for _ in range(2):
        services.db.write(conversations.mark_unread, miras, talk)

    assert now(services, miras, talk).staff_seq == 1
