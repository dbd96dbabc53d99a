"""Posts, their pictures, the Page's token and the talk go with the shop, and nobody else's do."""

from collections import Counter

from sqlalchemy import func, select

from backend.chat import team_room
from backend.posts import post_pictures
from backend.privacy import erasure
from backend.services import Services
from backend.store.tables import metadata
from tests.posts.test_copilot import DIWALI, LAMPS, Writer
from tests.support.any_model import answer_with
from tests.support.copilot_stories import TeamDesk
from tests.support.post_stories import PostDesk
from tests.support.talks import MIRAS, OTTOS

KEPT = {"jobs", "privacy_requests", "webhook_deliveries"}


def count_rows(services: Services, *owners: int) -> dict[str, int]:
    """Of each table that has some."""
    found: Counter[str] = Counter()
    with services.db.reading() as connection:
        for table in metadata.sorted_tables:
            if "shop_id" not in table.c or table.name in KEPT:
                continue
            for owner in owners:
                rows = select(func.count()).where(table.c.shop_id == owner)
                found[table.name] += connection.execute(rows).scalar_one()
    return {name: number for name, number in found.items() if number}


def test_a_shop_that_is_erased_leaves_no_post_and_no_word(desk: PostDesk) -> None:
    services = desk.services
    answer_with(services, Writer(LAMPS))
    team = TeamDesk(services)
    team.asks(DIWALI)
    services.db.write(post_pictures.add_wanted, MIRAS, team.post_id, "a lamp")
    services.db.write(team_room.open_talk, OTTOS)
    mine = (MIRAS, team_room.room_of(MIRAS))
    theirs = (OTTOS, team_room.room_of(OTTOS))
    before = count_rows(services, *theirs)
    assert {"posts", "post_versions", "post_pictures", "messages", "turns"} <= set(
        count_rows(services, *mine)
    )

    removed = erasure.erase_shop(services, MIRAS)

    assert count_rows(services, *mine) == {}
    assert count_rows(services, *theirs) == before
    assert removed["posts"] == 1


def test_who_leaves_gets_no_more_words(desk: PostDesk) -> None:
    team = TeamDesk(desk.services)
    team.writes(DIWALI)

    erasure.end_turns(desk.services, MIRAS, "shop_uninstalled")

    turn = team.talk.turn
    assert turn is not None
    assert (turn.status, turn.failure) == ("failed", "shop_uninstalled")
