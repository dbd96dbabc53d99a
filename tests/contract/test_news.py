"""News of a person for a page with the chat closed: one question through the shop, then waits past
it, with a token that is good for nothing else.
"""

import json
import time
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.contract.contract_document import is_valid
from tests.support.pace import soon
from tests.support.people import Answer


@pytest.fixture
def waiting(ben: CheckedPerson, ai) -> CheckedPerson:
    """Ben, who has asked for a person."""
    ben.follows(ben.says("Do you have mugs?").turn)
    assert ben.sends("person", session_of(ben)).status == 200
    return ben


def session_of(who: CheckedPerson) -> dict[str, object]:
    return {"sessionId": who.device.session_id}


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        urlsafe_b64decode(token.partition(".")[0] + "==")
    )
    return found


def asks_for_news(who: CheckedPerson, after: int = 0) -> Answer:
    return who.sends("news", session_of(who) | {"after": after})


def test_nobody_waits_for_nobody(ben, ai):
    ben.follows(ben.says("Do you have mugs?").turn)

    news = asks_for_news(ben).body

    assert (news["mode"], news["waiting"], news["direct"]) == ("assistant", False, None)
    assert (news["unread"], news["last"]) == (1, 2)


def test_a_token_for_news_waits_past_the_shop_and_knows_no_more(waiting):
    news = asks_for_news(waiting, after=2).body
    assert (news["waiting"], news["unread"], news["last"]) == (True, 1, 3)
    assert "team" in news["preview"]["text"]

    with waiting.watches_directly(news["direct"]) as events:
        found = next(events)

    assert found.name == "news"
    assert is_valid("News", found.data)
    assert found.data == news | {"direct": None, "unread": 2}
    claims = claims_of(news["direct"])
    assert claims["at"].endswith("/stream/news")
    assert 590 <= claims["until"] - time.time() <= 601


def test_a_token_for_news_follows_no_turn_and_that_of_a_turn_reads_no_news(waiting):
    news = asks_for_news(waiting).body["direct"]
    said = waiting.says("And plates?")

    for path, token in ((said.turn, news), ("news", said.direct), ("news", "a.b")):
        refused = waiting.asks_directly(path, token)
        assert (refused.status, refused.code) == (401, "unauthorized")


def test_only_the_storefront_of_the_token_may_wait(waiting):
    direct = asks_for_news(waiting).body["direct"]
    waiting.resets()
    mine = f"https://{waiting.shop}"

    answers = [
        waiting.asks_directly("news", direct, headers={"Origin": origin})
        for origin in (mine, "https://evil.example")
    ]

    assert [answer.status for answer in answers] == [200, 401]
    assert answers[0].headers["Access-Control-Allow-Origin"] == mine


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_ends_the_stream_within_a_second(waiting, erase: bool):
    direct = asks_for_news(waiting).body["direct"]
    with waiting.watches_directly(direct) as events:
        next(events)
        waiting.resets(erase=erase)
        began = time.monotonic()

        left = [event.data for event in events]

    assert time.monotonic() - began < soon(1)
    assert [(each["mode"], each["waiting"]) for each in left] == [(None, False)]


def test_what_is_told_of_typing_is_taken_and_a_rating_kept(waiting):
    told = waiting.sends("presence", session_of(waiting) | {"typing": True})
    assert told.body == {"told": True}

    rating = session_of(waiting) | {"seq": 2, "value": -1}
    assert waiting.sends("rating", rating).body == {"value": -1}
    assert waiting.history().body["messages"][1]["rating"] == -1
    for wrong in ({"value": 2}, {"value": "1"}, {"seq": -1}):
        assert waiting.sends("rating", rating | wrong).status == 422
