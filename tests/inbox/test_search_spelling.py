"""The nearest word that was said in the shop."""

import pytest

from backend.inbox.conversation_list import START, InboxFilter
from backend.inbox.search_reading import Stretch
from backend.inbox.search_spelling import allowed_mistakes, find_meant
from backend.services import Services
from tests.support.searched_talks import talk

LATEST = Stretch(1, InboxFilter("all"), START, 1)


@pytest.mark.parametrize(
    "word, allowed",
    [("lamp", 0), ("lamps", 1), ("ceramics", 1), ("chandelier", 2)],
)
def test_longer_words_may_have_more_mistakes(word: str, allowed: int) -> None:
    assert allowed_mistakes(word) == allowed


@pytest.mark.parametrize(
    "typed, said, meant",
    [
        ("cermaic", "a ceramic vase", "ceramic"),
        ("cermaic", "two ceramics", "ceramic"),
        ("ceramicc", "a ceramic vase", "ceramic"),
        ("eramic", "a ceramic vase", "ceramic"),
        ("chandeleer", "one chandelier", "chandelier"),
        ("zeramik", "Keramik und Zeremik", "zeremik"),
        ("lamps", "lands", None),
        ("xylofone", "a saxophone", None),
    ],
)
def test_the_nearest_word_is_meant(
    services: Services, typed: str, said: str, meant: str | None
) -> None:
    talk(services, 1, said)

    found = find_meant(services, LATEST, [typed])

    assert found.words.get(typed) == meant
    assert found.next is None


def test_of_two_as_near_the_one_that_is_said_more_is_meant(services: Services) -> None:
    talk(services, 1, "rings rings kings")

    assert find_meant(services, LATEST, ["tings"]).words == {"tings": "rings"}


def test_nothing_is_learned_from_another_shop(services: Services) -> None:
    talk(services, 1, "ceramic", shop=2)

    assert find_meant(services, LATEST, ["cermaic"]).words == {}
