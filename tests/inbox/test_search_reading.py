"""The index, and the conversations that are read without it, on both stores."""

import pytest

from backend.inbox import search_reading
from backend.inbox.conversation_list import START, InboxFilter
from backend.inbox.search_reading import (
    Stretch,
    find_rare,
    list_matching,
    list_words,
    read_stretch,
)
from backend.inbox.search_terms import read_terms
from backend.services import Services
from tests.support.searched_talks import add_index, talk

LAMP = read_terms("lamp")[0]


@pytest.fixture(autouse=True)
def _index(services: Services) -> None:
    add_index(services)


def test_a_rare_term_comes_from_the_index(services: Services) -> None:
    mine = talk(services, 1, "A lamp", "The lamp")
    talk(services, 2, "lamp", shop=2)

    with services.db.reading() as connection:
        assert find_rare(connection, 1, LAMP) == {mine}
        assert find_rare(connection, 1, read_terms("vase")[0]) == set()


def test_the_index_cannot_say_where_short_or_common_terms_are(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(services, 1, "A lamp", "The lamp")
    monkeypatch.setattr(search_reading, "MOST_INDEXED", 1)

    with services.db.reading() as connection:
        assert find_rare(connection, 1, LAMP) is None
        assert find_rare(connection, 1, read_terms("a")[0]) is None
        assert find_rare(connection, 1, read_terms("商品")[0]) is None


def test_a_stretch_goes_back_from_the_newest(services: Services) -> None:
    ids = [talk(services, number, "lamp") for number in range(1, 6)]
    talk(services, 9, "lamp", shop=2)
    stretch = Stretch(1, InboxFilter("all"), START, 2)

    with services.db.reading() as connection:
        latest = read_stretch(connection, stretch)
        further = read_stretch(
            connection, Stretch(1, InboxFilter("all"), latest[-1], 2)
        )
        among = read_stretch(
            connection, Stretch(1, InboxFilter("all"), START, 2, {ids[0]})
        )

    assert [place.id for place in latest] == [ids[4], ids[3]]
    assert [place.id for place in further] == [ids[2], ids[1]]
    assert [place.id for place in among] == [ids[0]]


def test_messages_are_read_as_they_are_compared(services: Services) -> None:
    mine = talk(services, 1, "A Lamp!", "no")

    with services.db.reading() as connection:
        (found,) = list_matching(connection, 1, [mine], [LAMP])
        words = list_words(connection, 1, [mine])
        theirs = list_words(connection, 2, [mine])

    assert (found.seq, found.searched) == (1, " a lamp")
    assert sorted(words) == [" a lamp", " no"]
    assert theirs == []
