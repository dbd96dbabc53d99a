"""Posts of a Page are made, found again, changed and deleted, and nothing else of it is touched."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.config import Config
from backend.dev.facebook.page_posts import PAGE_ID, PAGE_NAME, GraphFault, PretendPage
from backend.errors import (
    Invalid,
    PagePermissionMissing,
    PagePostGone,
    PageRefused,
    PageTokenRefused,
    PageUnavailable,
)
from backend.outbound.facebook_pages import (
    MOST_MESSAGE,
    NewPagePost,
    Page,
    create_post,
    delete_post,
    find_post,
    read_link,
    read_page,
    update_post,
)
from backend.outbound.graph_client import PageAccess, PagePicture
from tests.support.pretend_page import ACCESS, page_config, served_page
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.small_pictures import png

WORDS = "Diwali at the harbour 🪔\n\nCome and see."
PICTURE = PagePicture(png(64, 64), "image/png", "A lamp on a wall")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Config, PretendPage]]:
    with served_page() as found:
        yield found


@pytest.fixture
def config(served) -> Config:
    return served[0]


@pytest.fixture
def wall(served) -> PretendPage:
    served[1].forget()
    return served[1]


def test_a_connection_is_checked_by_whose_token_it_is(config, wall) -> None:
    assert read_page(config, ACCESS) == Page(PAGE_ID, PAGE_NAME)

    with pytest.raises(PageTokenRefused):
        read_page(config, PageAccess(PAGE_ID, "somebody-elses"))
    with pytest.raises(PageTokenRefused):
        read_page(config, PageAccess("7", ACCESS.token))


def test_a_post_is_made_and_its_link_is_told(config, wall) -> None:
    made = create_post(
        config, ACCESS, NewPagePost(WORDS, link="https://tide.example/x")
    )

    [post] = wall.posts.values()
    assert (post.id, post.message) == (made.id, WORDS)
    assert post.link == "https://tide.example/x"
    assert made.link.endswith(f"/sample/page#{post.id}")
    assert read_link(config, ACCESS, made.id) == made.link


def test_a_picture_is_uploaded_unseen_and_then_stands_in_the_post(config, wall) -> None:
    create_post(config, ACCESS, NewPagePost(WORDS, PICTURE, "https://tide.example/x"))

    [post] = wall.posts.values()
    [photo] = post.photos
    assert (photo.content, photo.content_type) == (PICTURE.content, "image/png")
    assert photo.alt_text == "A lamp on a wall"
    assert post.link == ""
    assert wall.photos == {}
    assert wall.calls == ["photo", "create"]


def test_a_picture_that_facebook_does_not_take_makes_no_post(config, wall) -> None:
    bad = NewPagePost(WORDS, PagePicture(b"words", "image/png"))

    with pytest.raises(PageRefused) as error:
        create_post(config, ACCESS, bad)

    assert error.value.number == 324
    assert not wall.posts


@pytest.mark.parametrize("call", ["photo", "create"])
def test_a_post_whose_answer_was_lost_is_found_again(config, wall, call: str) -> None:
    began = int(time.time() * 1_000)
    wall.faults.append(GraphFault(call=call, lost=True))

    with pytest.raises(PageUnavailable):
        create_post(config, ACCESS, NewPagePost(WORDS, PICTURE))
    found = find_post(config, ACCESS, WORDS, began)

    made = list(wall.posts)
    assert (found.id if found else None) == (made[0] if made else None)
    assert len(made) == (call == "create")


def test_only_the_same_words_since_then_are_the_same_post(config, wall) -> None:
    made = create_post(config, ACCESS, NewPagePost(WORDS))
    create_post(config, ACCESS, NewPagePost("Something else"))
    wall.posts[made.id].created_at = 1_000.9

    assert find_post(config, ACCESS, WORDS, 1_000_950) == made
    assert find_post(config, ACCESS, f" {WORDS}\n", 1_000_000) == made
    assert find_post(config, ACCESS, WORDS, 1_001_000) is None
    assert find_post(config, ACCESS, "Diwali", 0) is None


def test_words_are_changed_in_place(config, wall) -> None:
    made = create_post(config, ACCESS, NewPagePost(WORDS, PICTURE))

    update_post(config, ACCESS, made.id, "Shorter")

    [post] = wall.posts.values()
    assert (post.message, post.is_edited, len(post.photos)) == ("Shorter", True, 1)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(config, wall) -> None:
    made = create_post(config, ACCESS, NewPagePost(WORDS))

    delete_post(config, ACCESS, made.id)
    delete_post(config, ACCESS, made.id)

    assert not wall.posts
    with pytest.raises(PagePostGone):
        update_post(config, ACCESS, made.id, "Shorter")
    with pytest.raises(PagePostGone):
        read_link(config, ACCESS, made.id)


@pytest.mark.parametrize(
    "number, kind",
    [
        (190, PageTokenRefused),
        (200, PagePermissionMissing),
        (32, PageUnavailable),
        (368, PageRefused),
    ],
)
def test_a_call_that_is_refused_makes_nothing(
    config, wall, number: int, kind: type[Exception]
) -> None:
    wall.faults.append(GraphFault(call="create", number=number))

    with pytest.raises(kind):
        create_post(config, ACCESS, NewPagePost(WORDS))

    assert not wall.posts
    assert create_post(config, ACCESS, NewPagePost(WORDS)).id in wall.posts


@pytest.mark.parametrize(
    "access, post",
    [
        (replace(ACCESS, page_id="7/../8"), NewPagePost(WORDS)),
        (replace(ACCESS, page_id=""), NewPagePost(WORDS)),
        (replace(ACCESS, page_id="٧"), NewPagePost(WORDS)),
        (replace(ACCESS, token="two words"), NewPagePost(WORDS)),
        (replace(ACCESS, token="line\r\nX: y"), NewPagePost(WORDS)),
        (replace(ACCESS, token=""), NewPagePost(WORDS)),
        (ACCESS, NewPagePost("")),
        (ACCESS, NewPagePost(" \n")),
        (ACCESS, NewPagePost("a" * (MOST_MESSAGE + 1))),
    ],
)
def test_what_cannot_be_right_is_not_sent(config, wall, access, post) -> None:
    with pytest.raises(Invalid) as error:
        create_post(config, access, post)

    assert access.token == "" or access.token not in error.value.say
    assert wall.calls == []


@pytest.mark.parametrize("post_id", ["", "me", "7_8_9", "7/likes", "7?fields=x"])
def test_an_id_that_is_none_is_not_sent(config, wall, post_id: str) -> None:
    for call in (delete_post, read_link):
        with pytest.raises(Invalid):
            call(config, ACCESS, post_id)
    with pytest.raises(Invalid):
        update_post(config, ACCESS, post_id, WORDS)

    assert wall.calls == []


def answered(body: Any) -> Any:
    return refusal(200, body)


def test_a_post_without_a_link_has_the_one_that_facebook_finds_it_by() -> None:
    with ReplayServer(answered({"id": "7_8"})) as server:
        made = create_post(page_config(server.base), ACCESS, NewPagePost(WORDS))

    assert made.link == "https://www.facebook.com/7_8"


@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": "7/8"}, {"id": "javascript:"}])
def test_an_answer_without_an_id_is_none(body: Any) -> None:
    with ReplayServer(answered(body)) as server, pytest.raises(PageUnavailable):
        create_post(page_config(server.base), ACCESS, NewPagePost(WORDS))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": 7},
        {"data": [7, {}, {"id": "7_8", "message": WORDS}]},
        {"data": [{"id": "7_8", "message": WORDS, "created_time": "yesterday"}]},
    ],
)
def test_a_list_that_cannot_be_read_has_no_post_of_ours(body: Any) -> None:
    with ReplayServer(answered(body)) as server:
        found = find_post(page_config(server.base), ACCESS, WORDS, 1_000)

    assert found is None
