"""The file of all posts says everything, keeps to its schema, and holds one post at a time."""

import base64
import json
from typing import Any

import jsonschema_rs

from backend.clock import now_ms
from backend.posts import lifecycle, post_export, post_pictures, post_records
from backend.posts.post_pictures import Painted
from backend.services import Services
from tests.support.post_stories import MUGS, PostDesk
from tests.support.processes import ROOT
from tests.support.searched_talks import shop_of
from tests.support.talks import MIRAS, OTTOS

SCHEMA = json.loads((ROOT / "docs/schemas/post-export.schema.json").read_text())
CONTENT = b"\x89PNG painted"


def exported(services: Services, shop_id: int = MIRAS) -> dict[str, Any]:
    pieces = post_export.write_posts(services, shop_of(shop_id), now_ms())
    body: dict[str, Any] = json.loads(b"".join(pieces))
    jsonschema_rs.validator_for(SCHEMA).validate(body)
    return body


def paint(desk: PostDesk) -> str:
    write = desk.services.db.write
    picture_id = write(post_pictures.add_wanted, MIRAS, desk.post_id, "a mug")
    painted = Painted(CONTENT, "image/png", 64, 64)
    write(post_pictures.note_painted, MIRAS, picture_id, painted)
    return picture_id


def test_without_posts_the_file_is_whole(desk: PostDesk) -> None:
    body = exported(desk.services)

    assert body["posts"] == []
    assert body["format"] == "flux-chat/posts"


def test_every_version_and_every_picture_is_in_the_file(desk: PostDesk) -> None:
    desk.drafts()
    desk.edits(1, "By hand")
    picture_id = paint(desk)

    [post] = exported(desk.services)["posts"]

    assert [each["title"] for each in post["versions"]] == [MUGS.title, "By hand"]
    [picture] = post["pictures"]
    assert picture["id"] == picture_id
    assert base64.b64decode(picture["content"]) == CONTENT


def test_a_scheduled_and_a_published_post_keep_to_the_schema(desk: PostDesk) -> None:
    desk.drafts()
    desk.taps(1, now_ms() + 60_000)
    desk.drafts()
    sent = lifecycle.note_sent(desk.post, "7", "https://blog.example/7", now_ms())
    desk.services.db.write(post_records.save, sent)

    posts = exported(desk.services)["posts"]

    told = {(each["state"], each["pending"]) for each in posts}
    assert told == {("draft", "publish"), ("published", None)}


def test_each_post_is_written_in_pieces_of_its_own(desk: PostDesk) -> None:
    many = post_records.MOST_LISTED + 3
    for _ in range(many):
        desk.drafts()

    shop = shop_of(MIRAS)
    pieces = list(post_export.write_posts(desk.services, shop, now_ms()))

    assert len(pieces) == 2 * many + 2
    assert len(exported(desk.services)["posts"]) == many


def test_posts_of_another_shop_are_not_in_the_file(desk: PostDesk) -> None:
    desk.drafts()
    paint(desk)

    assert exported(desk.services, OTTOS)["posts"] == []
