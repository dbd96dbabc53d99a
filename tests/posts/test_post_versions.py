"""Versions: kept whole, found by number and by the turn that wrote them."""

from backend.posts import post_versions
from backend.posts.post_versions import Origin
from tests.support.post_stories import MIRA, MUGS, PostDesk
from tests.support.talks import MIRAS, OTTOS


def test_a_version_is_kept_whole(desk: PostDesk) -> None:
    desk.drafts(handles=("harbour-mug",), held_back=2, is_whole=False, turn_id="t")
    desk.writes_anew("shorter")

    newer, first = desk.versions
    assert (first.number, first.parent, first.author) == (1, None, MIRA)
    assert (first.handles, first.held_back, first.is_whole) == (
        ("harbour-mug",),
        2,
        False,
    )
    assert (newer.number, newer.parent, newer.wish) == (2, 1, "shorter")
    assert first.origin is Origin.MODEL
    assert (first.content.title, first.content.tags) == (MUGS.title, MUGS.tags)


def test_a_version_is_found_by_the_turn_that_wrote_it(desk: PostDesk) -> None:
    desk.drafts(turn_id="turn-1")

    with desk.services.db.reading() as connection:
        found = post_versions.find_of_turn(connection, MIRAS, "turn-1")
        assert found is not None
        assert found.post_id == desk.post_id
        assert post_versions.find_of_turn(connection, OTTOS, "turn-1") is None
        assert post_versions.find_of_turn(connection, MIRAS, "turn-2") is None


def test_some_are_read_at_once(desk: PostDesk) -> None:
    desk.drafts()
    desk.writes_anew()
    wanted = [(desk.post_id, 1), (desk.post_id, 2), (desk.post_id, 3)]

    with desk.services.db.reading() as connection:
        found = post_versions.list_by_number(connection, MIRAS, wanted)
        assert set(found) == set(wanted[:2])
        assert post_versions.list_by_number(connection, OTTOS, wanted) == {}
        assert post_versions.list_by_number(connection, MIRAS, []) == {}
        assert post_versions.find(connection, OTTOS, desk.post_id, 1) is None
