"""The search on both stores: through the index, by walking back, in pages, and never into another
shop.
"""

import importlib
import re
from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from backend.inbox import search
from backend.inbox.conversation_list import START, InboxFilter
from backend.inbox.search import Found, pieces_of
from backend.services import Services
from backend.store.tables import conversations, messages

MINE, OTTOS = 1, 2
EVERYWHERE = InboxFilter("all")


@pytest.fixture(autouse=True)
def _index(services: Services) -> None:
    """What the migration adds to the tables."""
    if services.db.on_sqlite:
        migration = importlib.import_module(
            "backend.store.migrations.versions.0002_merchant"
        )
        with services.db.engine.begin() as connection:
            for statement in migration.SEARCH_ON_SQLITE:
                connection.exec_driver_sql(
                    statement, execution_options={"across_shops": "a migration"}
                )


def talk(services: Services, number: int, *said: str, shop: int = MINE) -> str:
    """A conversation; a higher number is a later one."""
    name = f"{number:032x}"
    with services.db.engine.begin() as connection:
        head = {
            "id": name,
            "status": "open",
            "started_at": number,
            "active_at": number,
        }
        connection.execute(
            insert(conversations).values(shop_id=shop, last_seq=len(said), **head)
        )
        for seq, text in enumerate(said, 1):
            message = {
                "id": f"{seq:x}{name}"[:32],
                "role": "shopper",
                "status": "saved",
                "at": number,
                "text": text,
            }
            connection.execute(
                insert(messages).values(
                    shop_id=shop, conversation_id=name, seq=seq, **message
                )
            )
    return name


def found(
    services: Services, words: str, wanted: InboxFilter = EVERYWHERE
) -> list[str]:
    return names(search.search(services, MINE, wanted, words))


def names(found: Found) -> list[str]:
    return [hit.row.id for hit in found.hits]


@pytest.fixture(params=["indexed", "walked"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways find the same."""
    if request.param == "walked":
        monkeypatch.setattr(search, "MOST_HITS", -1)
        monkeypatch.setattr(search, "STRIDE", 2)
        # However busy the machine is, these few are looked through.
        monkeypatch.setattr(search, "WALK_SECONDS", 60)


@pytest.mark.usefixtures("_way")
def test_the_latest_conversation_comes_first_with_its_latest_hit(
    services: Services,
) -> None:
    older = talk(services, 1, "A lamp", "no", "The LAMP again", "no")
    newer = talk(services, 2, "lamps")
    talk(services, 3, "nothing")

    hits = search.search(services, MINE, EVERYWHERE, "lamp").hits

    assert [(hit.row.id, hit.seq) for hit in hits] == [(newer, 1), (older, 3)]
    assert hits[1].pieces == [("The ", False), ("LAMP", True), (" again", False)]


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize(
    "words, said",
    [
        ("ärger", "Großer ÄRGER"),
        ("商品はい", "注文番号1042の商品はいつ"),
        ("رقم لم", "طلبي رقم لم يصل"),
        ("സ്വാഗതം", "സ്വാഗതം! ഇത്"),
        ('100% "sure"', '100% "sure" it is'),
        ("a_b\\c", "see a_b\\c"),
        ("o'n* OR x", "yes: o'n* OR x"),
    ],
)
def test_words_are_found_in_any_script_and_with_any_signs(
    services: Services, words: str, said: str
) -> None:
    mine = talk(services, 1, said)
    talk(services, 2, "100x sure, aXb c")

    assert found(services, words) == [mine]


@pytest.mark.usefixtures("_way")
def test_pages_go_on_where_the_last_one_ended(services: Services) -> None:
    all_of_them = [
        talk(services, number, f"lamp {number}") for number in range(60, 0, -1)
    ]
    seen, after = list[str](), START
    while after is not None:
        page = search.search(services, MINE, EVERYWHERE, "lamp", after)
        seen += names(page)
        after = page.next  # type: ignore[assignment]

    assert seen == all_of_them


@pytest.mark.usefixtures("_way")
def test_another_shops_words_are_not_found(services: Services) -> None:
    talk(services, 1, "lamp", shop=OTTOS)
    mine = talk(services, 2, "lamp")

    assert found(services, "lamp") == [mine]


@pytest.mark.usefixtures("_way")
def test_times_and_lists_narrow(services: Services) -> None:
    ids = [talk(services, number, "lamp") for number in (10, 20, 30)]

    assert found(services, "lamp", InboxFilter("all", since=20)) == [ids[2], ids[1]]
    assert found(services, "lamp", InboxFilter("all", before=20)) == [ids[0]]
    assert found(services, "lamp", InboxFilter("closed")) == []


def test_two_letters_are_found_too(services: Services) -> None:
    mine = talk(services, 1, "XL please")
    talk(services, 2, "large")

    assert found(services, "xl") == [mine]


def test_a_walk_that_took_long_enough_can_be_continued(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WALK_SECONDS", 0)
    monkeypatch.setattr(search, "STRIDE", 2)
    oldest = talk(services, 1, "xl")
    for number in range(2, 8):
        talk(services, number, "no")

    pages, after = list[Found](), START
    while after is not None:
        pages.append(search.search(services, MINE, EVERYWHERE, "xl", after))
        after = pages[-1].next  # type: ignore[assignment]

    assert [page.stopped for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert [name for page in pages for name in names(page)] == [oldest]


@pytest.mark.parametrize(
    "said, words, pieces",
    [
        ("lamp", "lamp", [("lamp", True)]),
        ("none", "lamp", [("none", False)]),
        (
            "x" * 300 + "lamp" + "y" * 300,
            "lamp",
            [("…", False), ("x" * 50, False), ("lamp", True), ("y" * 126 + "…", False)],
        ),
    ],
)
def test_an_excerpt_shows_the_first_place(
    said: str, words: str, pieces: Sequence[tuple[str, bool]]
) -> None:
    assert pieces_of(said, re.compile(words)) == pieces
