"""What the team writes is durable before anybody answers; one talk for all of them, and none of
Otto's.
"""

import pytest

from backend.errors import IdReused, NotFound, TooManyMessages
from backend.posts import team_chat
from backend.posts.team_chat import OF_ONE, TeamMessage
from backend.shops import directory
from backend.shops.staff import Staff
from tests.posts.test_copilot import LAMPS, Writer
from tests.support.any_model import answer_with
from tests.support.copilot_stories import TeamDesk
from tests.support.post_stories import PostDesk
from tests.support.talks import OTTOS


@pytest.fixture
def team(desk: PostDesk) -> TeamDesk:
    return TeamDesk(desk.services)


def test_what_was_acknowledged_is_there_before_it_is_answered(team: TeamDesk) -> None:
    team.writes("Write a post about lamps")

    talk = team.talk
    assert [each.text for each in talk.messages] == ["Write a post about lamps"]
    assert [each.author for each in talk.messages] == ["Mira"]
    assert talk.turn is not None
    assert talk.turn.is_open


def test_secrets_are_masked_before_they_are_kept(team: TeamDesk) -> None:
    team.writes("My card is 4111 1111 1111 1111, write about lamps")

    assert "4111 1111" not in team.talk.messages[0].text


def test_the_same_id_with_other_words_is_refused(team: TeamDesk) -> None:
    team.writes("Write about lamps", client_id="a" * 32)

    with pytest.raises(IdReused):
        team.writes("Write about mugs", client_id="a" * 32)
    assert len(team.talk.messages) == 1


def test_too_many_at_once_are_refused(team: TeamDesk) -> None:
    for _ in range(4):
        team.writes("hello")
    with pytest.raises(TooManyMessages):
        team.writes("hello")
    assert len(team.talk.messages) == 4


def test_haste_is_refused(team: TeamDesk) -> None:
    for _ in range(OF_ONE.times):
        team.services.limits.refused([("team:1:11", OF_ONE)])

    with pytest.raises(TooManyMessages):
        team.writes("hello")


def test_a_stopped_reply_keeps_its_words_and_a_failed_one_can_be_tried_again(
    team: TeamDesk,
) -> None:
    team.writes("Write about lamps")
    turn = team.talk.turn
    assert turn is not None

    team_chat.stop(team.services, 1, turn.id)
    team_chat.stop(team.services, 1, turn.id)
    answer_with(team.services, Writer(LAMPS))
    team_chat.retry(team.services, team.staff(), turn.id)

    assert team_chat.get_turn(team.services, 1, turn.id).status == "stopped"


def test_pages_of_a_long_talk(team: TeamDesk) -> None:
    for number in range(3):
        team.writes(f"hello {number}")
        team.answers()

    with team.services.db.reading() as connection:
        whole = team_chat.read_talk(connection, 1)
        earlier = team_chat.read_talk(connection, 1, before=3)
    assert (whole.last_seq, whole.has_later) == (6, False)
    assert (earlier.last_seq, earlier.has_later) == (2, True)


def test_otto_sees_and_stops_nothing_of_it(team: TeamDesk) -> None:
    team.writes("Write about lamps")
    turn = team.talk.turn
    assert turn is not None

    with team.services.db.reading() as connection:
        assert team_chat.read_talk(connection, OTTOS).messages == []
        shop = directory.get_shop(connection, OTTOS)
    with pytest.raises(NotFound):
        team_chat.stop(team.services, OTTOS, turn.id)
    with pytest.raises(NotFound):
        team_chat.retry(team.services, Staff(shop, "99", "Otto"), turn.id)
    with pytest.raises(NotFound):
        team_chat.get_turn(team.services, OTTOS, "nonsense")


def test_the_first_words_of_two_at_once_meet_in_one_talk(team: TeamDesk) -> None:
    team.writes("hello", by="12")
    team.writes("hello", by="11")

    assert len(team.talk.messages) == 2


def test_a_message_of_another_shop_goes_to_its_own_talk(team: TeamDesk) -> None:
    with team.services.db.reading() as connection:
        shop = directory.get_shop(connection, OTTOS)
    said = TeamMessage("hello", "b" * 32)
    team_chat.say(team.services, Staff(shop, "99", "Otto"), said)

    assert team.talk.messages == []
