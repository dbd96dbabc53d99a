"""A post on a Facebook Page: once, whichever answer is lost; over a real socket."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from backend.dev.facebook.page_posts import PAGE_ID, PAGE_TOKEN, PretendPage
from backend.posts import changes, page_connections
from backend.posts.changes import Destination
from backend.posts.post_records import ChannelName, Stage
from backend.services import Services
from tests.posts.test_blog_channel import paint, publishes_on
from tests.support.post_stories import MUGS, PostDesk
from tests.support.pretend_page import served_page
from tests.support.talks import MIRAS, add_shops


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@dataclass(frozen=True)
class Served:
    """The pretend Page and where it is."""

    address: str
    wall: PretendPage


@pytest.fixture
def served() -> Iterator[Served]:
    with served_page() as (config, wall):
        yield Served(config.facebook_graph_url, wall)


@pytest.fixture
def wall(served: Served) -> PretendPage:
    return served.wall


@pytest.fixture
def desk(services: Services, served: Served) -> PostDesk:
    """Mira's post with a picture, and her Page."""
    add_shops(services)
    config = replace(
        services.config,
        facebook_graph_url=served.address,
        encryption_keys=(b"the encryption key of the tests!",),
    )
    desk = PostDesk(replace(services, config=config))
    page_connections.connect_page(desk.services, MIRAS, PAGE_ID, PAGE_TOKEN)
    desk.drafts()
    paint(desk)
    page = Destination(ChannelName.FACEBOOK)
    changes.set_destination(desk.services, desk.seen(), page)
    return desk


def publishes(desk: PostDesk) -> None:
    desk.taps(desk.post.version)
    publishes_on(desk)


def test_a_post_is_its_words_with_the_picture(
    desk: PostDesk, wall: PretendPage
) -> None:
    publishes(desk)

    [post] = wall.newest_first()
    assert post.message.startswith(f"{MUGS.title}\n\nOur Harbour mug (https://")
    assert len(post.photos) == 1
    assert (desk.post.stage, desk.post.external_id) == (Stage.PUBLISHED, post.id)
    assert desk.post.link


@pytest.mark.parametrize("skip", range(3))
@pytest.mark.parametrize("fault", [{"number": 2}, {"lost": True}])
@pytest.mark.parametrize("call", ["photo", "create", "list"])
def test_whichever_call_fails_there_is_one_post(
    desk: PostDesk, wall: PretendPage, call: str, fault: dict[str, Any], skip: int
) -> None:
    wall.add_faults([{"call": call, "skip": skip, **fault}])

    publishes(desk)

    assert len(wall.newest_first()) == 1
    assert desk.post.stage is Stage.PUBLISHED


def test_a_lost_answer_is_found_again_after_everything_that_came_between(
    desk: PostDesk, wall: PretendPage
) -> None:
    """Made, and not known to be; then the token is refused, the Page connected anew, and the words
    are others.
    """
    wall.add_faults([{"call": "create", "lost": True}, {"call": "list", "number": 190}])
    publishes(desk)
    assert (desk.post.failure, len(wall.newest_first())) == ("page_token", 1)

    page_connections.connect_page(desk.services, MIRAS, PAGE_ID, PAGE_TOKEN)
    desk.edits(desk.post.version, "Mugs again")
    publishes(desk)

    [post] = wall.newest_first()
    assert post.message.startswith("Mugs again")
    assert desk.post.stage is Stage.PUBLISHED


def test_a_change_is_an_update_of_the_same_post(
    desk: PostDesk, wall: PretendPage
) -> None:
    publishes(desk)
    desk.edits(desk.post.version, "Mugs again")

    publishes(desk)

    [post] = wall.newest_first()
    assert post.message.startswith("Mugs again")


def test_what_is_taken_down_is_deleted_there(desk: PostDesk, wall: PretendPage) -> None:
    publishes(desk)
    changes.remove(desk.services, desk.seen())
    publishes_on(desk)

    assert wall.newest_first() == []
    assert (desk.post.stage, desk.post.external_id) == (Stage.DRAFT, None)


def test_a_token_that_is_no_good_any_more_is_told_and_noted(
    desk: PostDesk, wall: PretendPage
) -> None:
    wall.add_faults([{"call": "photo", "number": 190}])

    publishes(desk)

    assert (desk.post.failure, desk.post.stage) == ("page_token", Stage.DRAFT)
    with desk.services.db.reading() as connection:
        page = page_connections.find_page(connection, MIRAS)
    assert page is not None
    assert page.failure == "page_token"


def test_what_facebook_does_not_take_is_told(desk: PostDesk, wall: PretendPage) -> None:
    wall.add_faults([{"call": "create", "number": 368}])

    publishes(desk)

    assert (desk.post.failure, wall.newest_first()) == ("page_refused", [])


def test_without_a_page_nothing_is_published(desk: PostDesk, wall: PretendPage) -> None:
    desk.services.db.write(page_connections.disconnect_page, MIRAS)

    publishes(desk)

    assert desk.post.failure == "not_connected"
