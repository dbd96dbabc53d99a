"""What shoppers thought of an answer: the latest counts, and it goes with the conversation."""

from dataclasses import replace

import pytest

from backend.chat import history, ratings, retention, sessions
from backend.chat.messages import Span
from backend.chat.ratings import WHOLE
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.talks import add_talk

SESSION = "known to the browser"
SAID = ["Do you have mugs?", "Yes, four.", "And plates?", "No plates."]


@pytest.fixture
def talk(services: Services, ben: Caller) -> str:
    known = sessions.hash_of(SESSION)
    return add_talk(
        services, ben.shop.id, 1, SAID, session_hash=known, active_at=now_ms()
    )


def kept(services: Services, ben: Caller, talk: str) -> dict[int, int]:
    with services.db.reading() as connection:
        found = ratings.list_ratings(connection, ben.shop.id, [talk])
    return {rating.seq: rating.value for rating in found}


def test_an_answer_and_the_whole_are_rated_and_the_latest_counts(services, ben, talk):
    ratings.rate(services, ben, SESSION, 2, 1)
    ratings.rate(services, ben, SESSION, 4, 1)
    ratings.rate(services, ben, SESSION, 4, -1)
    ratings.rate(services, ben, SESSION, WHOLE, 1)

    assert kept(services, ben, talk) == {WHOLE: 1, 2: 1, 4: -1}
    assert history.read(services, ben, SESSION, Span(50)).ratings == {
        WHOLE: 1,
        2: 1,
        4: -1,
    }


def test_a_rating_can_be_taken_back(services, ben, talk):
    ratings.rate(services, ben, SESSION, 2, 1)

    ratings.rate(services, ben, SESSION, 2, 0)

    assert kept(services, ben, talk) == {}


@pytest.mark.parametrize("seq", [1, 5], ids=["one's own", "one that is not there"])
def test_only_answers_are_rated(services, ben, talk, seq: int):
    with pytest.raises(NotFound):
        ratings.rate(services, ben, SESSION, seq, 1)


def test_who_has_no_session_of_it_rates_nothing(services, ben, talk):
    for session_id in (None, "guessed"):
        with pytest.raises(NotFound):
            ratings.rate(services, ben, session_id, 2, 1)


def test_where_the_merchant_asks_for_none_there_are_none(services, ben, talk):
    shop = replace(ben.shop, settings=Settings(rating=False))

    with pytest.raises(NotFound):
        ratings.rate(services, replace(ben, shop=shop), SESSION, 2, 1)


def test_after_a_reset_the_whole_can_still_be_rated_but_not_after_an_erasure(
    services, ben, talk
):
    retention.reset(services, ben, SESSION, erase=False)
    ratings.rate(services, ben, SESSION, WHOLE, -1)
    assert kept(services, ben, talk) == {WHOLE: -1}

    retention.reset(services, ben, SESSION, erase=True)
    with pytest.raises(NotFound):
        ratings.rate(services, ben, SESSION, WHOLE, 1)


def test_ratings_go_with_their_conversation(services, ben, talk):
    ratings.rate(services, ben, SESSION, 2, 1)

    retention.erase_conversation(services, ben.shop.id, talk)

    assert kept(services, ben, talk) == {}
