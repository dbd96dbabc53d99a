"""The pretend Page as its readers see it, and what connects it."""

import pytest
from flask.testing import FlaskClient

from backend.dev.facebook.page_posts import PAGE_ID, PAGE_TOKEN, PretendPage
from tests.support.pretend_page import page_app, page_of
from tests.support.small_pictures import png


@pytest.fixture
def client() -> FlaskClient:
    return page_app().test_client()


@pytest.fixture
def wall(client) -> PretendPage:
    return page_of(client.application)


def test_an_empty_page_says_how_to_connect_it(client) -> None:
    shown = client.get("/sample/page").text

    assert "No posts yet." in shown
    assert f"<code data-page-id>{PAGE_ID}</code>" in shown
    assert f"<code data-page-token>{PAGE_TOKEN}</code>" in shown


def test_posts_are_shown_newest_first_with_their_pictures(client, wall) -> None:
    photo = wall.add_photo(png(64, 64), "image/png", 'A "lamp"')
    wall.add_post("First <b>words</b>", (photo,), "")
    post = wall.add_post("Second", (), "https://tide.example/")
    post.is_edited = True

    shown = client.get("/sample/page").text

    assert shown.index("Second") < shown.index("First &lt;b&gt;words&lt;/b&gt;")
    assert f'<img src="/sample/page/photos/{photo.id}" alt="A &#34;lamp&#34;">' in shown
    assert 'href="https://tide.example/"' in shown
    assert shown.count("Edited") == 1
    sent = client.get(f"/sample/page/photos/{photo.id}")
    assert (sent.data, sent.content_type) == (photo.content, "image/png")
    assert client.get("/sample/page/photos/1").status_code == 404


def test_a_link_that_is_none_is_not_followed(client, wall) -> None:
    wall.add_post("Look", (), "javascript:alert(1)")

    assert "javascript:" not in client.get("/sample/page").text


def test_it_can_be_emptied_and_read_by_tests(client, wall) -> None:
    post = wall.add_post("Hello", (), "")
    wall.add_photo(b"", "image/png", "")

    told = client.get("/sample/page/list").json
    assert [each["id"] for each in told["posts"]] == [post.id]
    assert len(told["unused"]) == 1

    assert client.post("/sample/page").status_code == 303
    assert client.get("/sample/page/list").json == {
        "posts": [],
        "unused": [],
        "calls": [],
    }


def test_a_fault_that_is_none_is_refused(client) -> None:
    answer = client.post("/sample/page/faults", json=[{"call": "sing"}])

    assert answer.status_code == 400
