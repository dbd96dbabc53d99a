"""What the people of a shop have before them, read at once; and how a page hears of what is new."""

import threading

import pytest

from backend.chat import messages, team_room
from backend.errors import NotFound
from backend.inbox.conversation_list import Waiting
from backend.posts import board, changes, post_parts, post_pictures, post_records
from backend.posts.board import Board, BoardPlace
from backend.posts.post_parts import Card, Shows
from backend.shops.staff import Staff
from backend.store.open_requests import held_by_nobody
from tests.support.post_stories import MIRA, MUGS, PostDesk
from tests.support.searched_talks import shop_of
from tests.support.talks import MIRAS, OTTOS

SHOWN = Card(Shows.POST)


def read(
    desk: PostDesk, place: BoardPlace | None = None, shop_id: int = MIRAS
) -> Board:
    staff = Staff(shop_of(shop_id), MIRA, "Mira")
    return board.read_board(desk.services, staff, place or BoardPlace())


def wait(desk: PostDesk, seen: str, seconds: float) -> str:
    staff = Staff(shop_of(MIRAS), MIRA, "Mira")
    waiting = Waiting(seen, seconds, held_by_nobody())
    return board.wait_for_news(desk.services, staff, BoardPlace(), waiting)


def tell(desk: PostDesk, *post_ids: str, shop_id: int = MIRAS) -> None:
    """A reply of the copilot that points at posts."""
    parts = [
        post_parts.point_at(post_id, 1, SHOWN, number)
        for number, post_id in enumerate(post_ids, 1)
    ]
    desk.services.db.write(team_room.open_talk, shop_id)
    room, talk = team_room.room_of(shop_id), team_room.talk_of(shop_id)
    desk.services.db.write(messages.add_spoken, room, talk, "Here it is.", parts)


def test_an_empty_board_has_nothing(desk: PostDesk) -> None:
    found = read(desk)

    assert (found.posts, found.named, found.opened, found.page) == ([], {}, None, None)
    assert found.talk.messages == []


def test_posts_stand_there_with_the_version_that_counts(desk: PostDesk) -> None:
    desk.drafts()
    desk.edits(1, "By hand")

    [shown] = read(desk).posts

    assert (shown.title, shown.version.number) == ("By hand", 2)


def test_an_opened_post_has_all_its_versions_and_pictures(desk: PostDesk) -> None:
    desk.drafts()
    add = post_pictures.add_of_product
    picture_id = desk.services.db.write(add, MIRAS, desk.post_id, "https://cdn/a.png")
    desk.edits(1)

    opened = read(desk, BoardPlace(desk.post_id)).opened

    assert opened is not None
    assert [each.number for each in opened.versions] == [2, 1]
    assert list(opened.pictures) == [picture_id]
    assert opened.published is None
    assert opened.find_version(1) == opened.versions[1]


def test_a_post_of_another_shop_is_not_there(desk: PostDesk) -> None:
    desk.drafts()
    tell(desk, desk.post_id, shop_id=OTTOS)

    assert read(desk, shop_id=OTTOS).posts == []
    assert read(desk, shop_id=OTTOS).named == {}
    with pytest.raises(NotFound):
        read(desk, BoardPlace(desk.post_id), OTTOS)


def test_what_the_talk_points_at_is_named_also_when_it_is_old(desk: PostDesk) -> None:
    old = desk.drafts().id
    for _ in range(post_records.MOST_LISTED):
        desk.drafts()
    tell(desk, old)

    found = read(desk)

    assert old not in [each.post.id for each in found.posts]
    assert found.named[old].post.id == old
    assert found.next is not None


def test_older_posts_follow_the_place_that_a_page_names(desk: PostDesk) -> None:
    ids = {desk.drafts().id for _ in range(post_records.MOST_LISTED + 2)}
    first = read(desk)

    rest = read(desk, BoardPlace(before_post=first.next))

    seen = [each.post.id for each in (*first.posts, *rest.posts)]
    assert len(seen) == len(ids)
    assert set(seen) == ids
    assert rest.next is None


def test_every_change_is_another_version_of_the_page(desk: PostDesk) -> None:
    versions = [read(desk).version]
    for step in (desk.drafts, desk.writes_anew, desk.taps, lambda: tell(desk)):
        step()
        versions.append(read(desk).version)

    assert len(set(versions)) == len(versions)
    assert read(desk).version == versions[-1]


def test_a_picture_that_is_painted_is_another_version_of_the_page(
    desk: PostDesk,
) -> None:
    desk.drafts()
    write = desk.services.db.write
    wanted = write(post_pictures.add_wanted, MIRAS, desk.post_id, "a mug")
    before = read(desk).version

    write(changes.note_picture, MIRAS, wanted)

    assert read(desk).version != before
    write(changes.note_picture, OTTOS, wanted)


def test_what_was_shown_keeps_the_name_that_it_had(desk: PostDesk) -> None:
    desk.drafts()
    tell(desk, desk.post_id)
    desk.edits(1, "By hand")

    found = read(desk)

    assert found.titles == {(desk.post_id, 1): MUGS.title}
    assert found.named[desk.post_id].title == "By hand"


def test_a_page_waits_until_time_is_up(desk: PostDesk) -> None:
    seen = read(desk).version

    assert wait(desk, seen, seconds=0) == seen
    assert wait(desk, "another", seconds=60) == seen


def test_a_page_that_waits_hears_of_a_post_at_once(desk: PostDesk) -> None:
    desk.drafts()
    seen = read(desk).version
    heard: list[str] = []
    waiting = threading.Thread(target=lambda: heard.append(wait(desk, seen, 30)))
    waiting.start()

    desk.taps(1)
    waiting.join(timeout=30)

    assert heard == [read(desk).version] != [seen]
