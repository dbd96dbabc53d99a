"""The pretend Graph API says what Facebook's does, also where it refuses."""

import io

import pytest
from flask.testing import FlaskClient

from backend.dev.facebook.page_posts import PAGE_ID, PAGE_TOKEN
from tests.support.pretend_page import page_app
from tests.support.small_pictures import lossless_webp, png

GRAPH = "/graph/v23.0"
WITH_TOKEN = {"Authorization": f"Bearer {PAGE_TOKEN}"}


@pytest.fixture
def graph() -> FlaskClient:
    client = page_app().test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = WITH_TOKEN["Authorization"]
    return client


def photo(content: bytes, **fields: str) -> dict[str, object]:
    return {"source": (io.BytesIO(content), "picture"), "published": "false", **fields}


def code_of(answer) -> int:
    return answer.json["error"]["code"]


def test_nobody_comes_in_without_the_token(graph) -> None:
    for header in ("", "Bearer another"):
        answer = graph.get(f"{GRAPH}/me", headers={"Authorization": header})
        assert (answer.status_code, code_of(answer)) == (400, 190)

    assert graph.get(f"{GRAPH}/me").json == {"id": PAGE_ID, "name": "Tide & Timber"}
    with_field = graph.get(
        f"{GRAPH}/me?access_token={PAGE_TOKEN}", headers={"Authorization": ""}
    )
    assert with_field.status_code == 200


def test_a_post_answers_with_its_id_and_what_was_asked_for(graph) -> None:
    bare = graph.post(f"{GRAPH}/{PAGE_ID}/feed", data={"message": "Hello"}).json
    assert list(bare) == ["id"]

    listed = graph.get(
        f"{GRAPH}/{PAGE_ID}/feed?fields=message,created_time&limit=1"
    ).json
    [post] = listed["data"]
    assert (post["id"], post["message"]) == (bare["id"], "Hello")
    assert post["created_time"].endswith("+0000")
    read = graph.get(f"{GRAPH}/{bare['id']}?fields=permalink_url").json
    assert read["permalink_url"] == f"http://localhost/sample/page#{bare['id']}"


@pytest.mark.parametrize(
    "path, data, code",
    [
        (f"{PAGE_ID}/feed", {}, 100),
        (f"{PAGE_ID}/feed", {"message": "a" * 63_207}, 100),
        (f"{PAGE_ID}/feed", {"message": "a", "attached_media[0]": "{}"}, 100),
        (
            f"{PAGE_ID}/feed",
            {"message": "a", "attached_media[0]": '{"media_fbid":"1"}'},
            100,
        ),
        ("7/feed", {"message": "a"}, 100),
        (f"{PAGE_ID}/photos", photo(b"words"), 324),
        (f"{PAGE_ID}/photos", photo(lossless_webp(64, 64)), 324),
        (f"{PAGE_ID}/photos", photo(png(64, 64), published="true"), 100),
        (f"{PAGE_ID}_1", {"message": "a"}, 100),
    ],
)
def test_what_facebook_would_refuse_is_refused(graph, path, data, code: int) -> None:
    assert code_of(graph.post(f"{GRAPH}/{path}", data=data)) == code


def test_a_photo_can_be_attached_once(graph) -> None:
    uploaded = graph.post(f"{GRAPH}/{PAGE_ID}/photos", data=photo(png(64, 64))).json
    attached = {
        "message": "Look",
        "attached_media[0]": f'{{"media_fbid":"{uploaded["id"]}"}}',
    }

    assert graph.post(f"{GRAPH}/{PAGE_ID}/feed", data=attached).status_code == 200
    assert code_of(graph.post(f"{GRAPH}/{PAGE_ID}/feed", data=attached)) == 100


def test_a_post_that_is_gone_is_told_by_a_subcode(graph) -> None:
    post_id = graph.post(f"{GRAPH}/{PAGE_ID}/feed", data={"message": "a"}).json["id"]
    assert graph.delete(f"{GRAPH}/{post_id}").json == {"success": True}

    for answer in (
        graph.delete(f"{GRAPH}/{post_id}"),
        graph.get(f"{GRAPH}/{post_id}"),
        graph.post(f"{GRAPH}/{post_id}", data={"message": "b"}),
    ):
        assert answer.json["error"]["error_subcode"] == 33


def test_a_call_goes_wrong_when_it_is_told_to(graph) -> None:
    faults = [
        {"call": "create", "number": 613, "skip": 1},
        {"call": "create", "lost": True},
    ]
    graph.post("/sample/page/faults", json=faults)

    def made() -> int:
        return graph.post(f"{GRAPH}/{PAGE_ID}/feed", data={"message": "a"}).status_code

    assert [made(), made(), made()] == [502, 400, 200]
    assert len(graph.get("/sample/page/list").json["posts"]) == 2
