"""What a test does on the page of posts, and reads off it."""

import re
from urllib.parse import urlsplit

from tests.support.inbox_pages import client_id_of
from tests.support.merchants import Merchant
from tests.support.people import Answer

PAGE = "/admin/posts"
CARD = re.compile(rb'<article class="post-card[^"]*" id="([\w-]+)"(.*?)</article>', re.S)
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
