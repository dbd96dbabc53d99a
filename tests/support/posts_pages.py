"""What a test does on the page of posts, and reads off it."""

import re
import uuid
from urllib.parse import urlsplit

from tests.contract.database_hand import change
from tests.support.inbox_pages import client_id_of
from tests.support.merchants import Merchant
from tests.support.people import Answer
from tests.support.running_app import RunningApp

PAGE = "/admin/posts"
CARD = re.compile(
    rb'<article class="post-card[^"]*" id="([\w-]+)"(.*?)</article>', re.S
)
BODY = "Made for *windy* mornings.\n\n- [Harbour mug](/products/harbour-mug)"
EDITED = {"title": "Harbour mugs", "body": BODY, "tags": "mugs, sea", "alt": ""}


def page_of(who: Merchant, post_id: str = "", query: str = "") -> Answer:
    path = f"{PAGE}/{post_id}" if post_id else PAGE
    answer = who.fetches(f"{path}?{query}" if query else path)
    assert answer.status == 200, answer.content
    return answer


def text_of(answer: Answer) -> str:
    return answer.content.decode()


def write_post(who: Merchant, **fields: str) -> str:
    """By hand; its id."""
    answer = who.submits(f"{PAGE}/new", EDITED | fields)
    assert answer.status == 303, answer.content
    return urlsplit(answer.headers["Location"]).path.rpartition("/")[2]


def act(who: Merchant, post_id: str, what: str, **fields: str) -> Answer:
    return who.submits(f"{PAGE}/{post_id}/{what}", {"opened": post_id} | fields)


def order(who: Merchant, post_id: str, action: str, wish: str = "") -> Answer:
    client_id = client_id_of(page_of(who, post_id))
    return act(who, post_id, "order", action=action, wish=wish, client_id=client_id)


def cards_in(answer: Answer) -> list[str]:
    return [card.decode() for _, card in CARD.findall(answer.content)]


PAINTED = b"\x89PNG painted"
ADD_PICTURE = """
INSERT INTO post_pictures
  (shop_id, id, post_id, kind, state, prompt, failure, content, content_type, created_at)
SELECT shop_id, :id, id, 'painted', :state, 'mugs', :failure, :content, 'image/png', 1
FROM posts WHERE id = :post
"""
SHOW_PICTURE = "UPDATE post_versions SET picture_id = :id WHERE post_id = :post"


def add_picture(
    app: RunningApp, post_id: str, state: str = "ready", failure: str | None = None
) -> str:
    """As if a model had painted it, or had failed to; its id."""
    picture_id = uuid.uuid4().hex
    values = {"id": picture_id, "post": post_id, "state": state, "failure": failure}
    change(app, ADD_PICTURE, **values, content=PAINTED)
    change(app, SHOW_PICTURE, id=picture_id, post=post_id)
    return picture_id
