"""Thirty frozen requests say which post and which action is meant: at most two are not understood,
and then the copilot asks back or talks, and does nothing.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.posts.post_orders import PostAction
from backend.posts.post_references import KnownPost
from backend.posts.post_requests import Surroundings, Understood, read_request

REQUESTS = tomllib.loads(
    Path(__file__).with_name("frozen_requests.toml").read_text("utf-8")
)["request"]
ENOUGH = 28
DAY = 86_400_000
# A Tuesday, at noon in Berlin.
NOW = int(datetime(2026, 12, 1, 11, tzinfo=UTC).timestamp() * 1000)


def known(name: str, title: str, state: str, days_ago: float, **more: Any) -> KnownPost:
    at = NOW - int(days_ago * DAY)
    return KnownPost(
        id=name,
        title=title,
        request=more.pop("request"),
        state=state,
        created_at=at,
        touched_at=at,
        published_at=at if state == "published" else None,
        publish_at=more.pop("publish_at", None),
        tags=more.pop("tags", ()),
    )


POSTS = [
    known(
        "diwali",
        "Diwali by the sea",
        "published",
        6,
        request="Create a post about our Diwali sale with a picture",
        tags=("diwali", "lamps"),
    ),
    known(
        "towels",
        "Soft towels for every shore",
        "published",
        1,
        request="write about the dune towels (Handtücher, serviettes, toallas)",
        tags=("towels", "toallas"),
    ),
    known(
        "xmas",
        "A Christmas gift guide",
        "scheduled",
        0.5,
        request="Geschenkideen zu Weihnachten",
        publish_at=NOW + 9 * DAY,
        tags=("weihnachten", "christmas"),
    ),
    known(
        "mugs",
        "New harbour mugs",
        "draft",
        0.3,
        request="a post about our new mugs (Becher, tasses)",
        tags=("mugs", "becher", "tasses"),
    ),
    known("tea", "Tea time", "draft", 0.01, request="post about tea", tags=("tea",)),
]


def read(request: dict[str, str]) -> Understood:
    offered = request.get("offered")
    around = Surroundings(
        posts=POSTS,
        at_hand="tea",
        offered=PostAction(offered) if offered else None,
        now=NOW,
        time_zone="Europe/Berlin",
    )
    return read_request(request["text"], around)


def is_right(request: dict[str, str], found: Understood) -> bool:
    return (found.action, found.post_id) == (request["action"], request.get("post"))


def test_there_are_thirty() -> None:
    assert len(REQUESTS) == 30


def test_nearly_all_are_understood_and_the_rest_asks_back() -> None:
    wrong = [
        (request["text"], found)
        for request in REQUESTS
        if not is_right(request, found := read(request))
    ]

    assert len(REQUESTS) - len(wrong) >= ENOUGH, wrong
    for text, found in wrong:
        is_talk = found.action is PostAction.OTHER
        assert is_talk or found.post_id is None, text
