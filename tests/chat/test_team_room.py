"""The room of a shop's own people: on the spine of the shoppers', and in none of their lists."""

from backend.chat import conversations, team_room
from backend.services import Services
from tests.support.talks import MIRAS, OTTOS, add_shops


def test_a_talk_is_begun_once_and_is_each_shops_own(services: Services) -> None:
    add_shops(services)

    first = services.db.write(team_room.open_talk, MIRAS)
    again = services.db.write(team_room.open_talk, MIRAS)
    other = services.db.write(team_room.open_talk, OTTOS)

    assert (first.id, first.shop_id) == (again.id, again.shop_id)
    assert first.id != other.id
    assert first.shop_id == team_room.room_of(MIRAS)
    assert team_room.shop_of(first.shop_id) == MIRAS
    assert (team_room.is_room(first.shop_id), team_room.is_room(MIRAS)) == (True, False)


def test_no_clock_and_no_count_of_conversations_has_it(services: Services) -> None:
    add_shops(services)
    services.db.write(team_room.open_talk, MIRAS)

    with services.db.reading() as connection:
        assert conversations.list_open(connection, MIRAS) == []
        assert conversations.list_some_ids(connection, MIRAS, 9) == []
        assert conversations.count_by_state(connection, 0) == []
        assert conversations.list_kept_long_enough(connection, 0, 9) == []
    expired = services.db.write(conversations.list_expired, 0, 0, 9)
    assert expired == []
    assert conversations.count_active(services) == 0
