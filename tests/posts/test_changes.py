"""What people do to posts, each in one transaction; who was slower is told so."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, Invalid, NotFound, PostRefused
from backend.posts import changes, post_pictures
from backend.posts.changes import Destination, Edit, Seen
from backend.posts.post_records import ChannelName, Stage
from backend.posts.post_versions import Content, Origin
from tests.support.post_stories import MIRA, MUGS, NOOR, PostDesk
from tests.support.talks import MIRAS, OTTOS

HOUR = 3_600_000


def test_somebody_else_edits_from_an_old_version_and_is_told_so(desk: PostDesk) -> None:
    desk.drafts()
    desk.edits(1, "Mira’s title")

    with pytest.raises(ChangedMeanwhile):
        desk.edits(1, "Noor’s title", by=NOOR)

    assert [each.title for each in desk.versions] == ["Mira’s title", MUGS.title]


def test_who_has_seen_both_may_overwrite_and_nothing_is_lost(desk: PostDesk) -> None:
    desk.drafts()
    desk.edits(1, "Mira’s title")
    edit = Edit(replace(MUGS, title="Noor’s title"))

    changes.edit_post(desk.services, desk.seen(2, NOOR), edit)

    titles = [each.title for each in desk.versions]
    assert titles == ["Noor’s title", "Mira’s title", MUGS.title]
    assert desk.versions[0].author == NOOR


def test_a_tap_on_an_old_version_publishes_nothing(desk: PostDesk) -> None:
    desk.drafts()
    desk.writes_anew()

    with pytest.raises(ChangedMeanwhile):
        desk.taps(1)

    assert desk.post.pending is None
    assert not desk.has_job


def test_a_tap_makes_a_job_of_it_and_a_second_tap_none_more(desk: PostDesk) -> None:
    desk.drafts()
    desk.taps(1)

    assert desk.has_job
    with pytest.raises(PostRefused):
        desk.taps(1)


def test_what_is_planned_has_a_job_that_is_not_due(desk: PostDesk) -> None:
    desk.drafts()

    desk.taps(1, at=now_ms() + HOUR)

    assert desk.post.stage is Stage.SCHEDULED
    assert not desk.has_job


def test_a_post_by_hand_is_a_post(desk: PostDesk) -> None:
    post = changes.write_by_hand(desk.services, Seen(MIRAS, MIRA, ""), Edit(MUGS))

    desk.post_id = post.id
    [version] = desk.versions
    assert (version.origin, version.title) == (Origin.HAND, MUGS.title)
    assert post.request == MUGS.title


@pytest.mark.parametrize("content", [Content("", "words"), Content("Title", "  \n")])
def test_a_post_has_a_title_and_words(desk: PostDesk, content: Content) -> None:
    desk.drafts()

    with pytest.raises(Invalid, match="title"):
        changes.edit_post(desk.services, desk.seen(1), Edit(content))
    with pytest.raises(Invalid, match="title"):
        changes.write_by_hand(desk.services, desk.seen(), Edit(content))
    assert len(desk.versions) == 1


def test_a_picture_of_another_post_is_not_to_be_had(desk: PostDesk) -> None:
    other = desk.drafts()
    theirs = desk.services.db.write(post_pictures.add_wanted, MIRAS, other.id, "x")
    desk.drafts()

    for picture_id in (theirs, "0" * 32):
        edit = Edit(MUGS, picture_id=picture_id)
        with pytest.raises(Invalid, match="picture"):
            changes.edit_post(desk.services, desk.seen(1), edit)


def test_a_products_own_picture_can_be_chosen(desk: PostDesk) -> None:
    desk.drafts()
    edit = Edit(MUGS, product_picture="https://cdn/mug.jpg")

    changes.edit_post(desk.services, desk.seen(1), edit)

    with desk.services.db.reading() as connection:
        [picture] = post_pictures.list_of_post(connection, MIRAS, desk.post_id)
    assert desk.versions[0].picture_id == picture.id
    assert picture.url == "https://cdn/mug.jpg"


def test_a_post_goes_where_somebody_has_chosen(desk: PostDesk) -> None:
    desk.drafts()
    chosen = Destination(ChannelName.BLOG, 5)

    assert changes.set_destination(desk.services, desk.seen(), chosen).blog_id == 5


def test_otto_reaches_no_post_of_mira(desk: PostDesk) -> None:
    desk.drafts()
    theirs = Seen(OTTOS, "99", desk.post_id, 1)
    services = desk.services

    blog = Destination(ChannelName.BLOG)
    deeds: list[Callable[[], object]] = [
        partial(changes.approve, services, theirs),
        partial(changes.withdraw, services, theirs),
        partial(changes.cancel, services, theirs),
        partial(changes.reopen, services, theirs),
        partial(changes.remove, services, theirs),
        partial(changes.choose_version, services, theirs, 1),
        partial(changes.edit_post, services, theirs, Edit(MUGS)),
        partial(changes.set_destination, services, theirs, blog),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert desk.post.revision == 0
