"""The search on both stores: through the index, by walking back, in pages, and never into another
shop.
"""

from dataclasses import replace

import pytest

from backend.chat import messages
from backend.errors import Invalid
from backend.inbox import search, search_reading, search_spelling
from backend.inbox.conversation_list import START, InboxFilter
from backend.inbox.search import Found
from backend.inbox.search_mentions import Where
from backend.services import Services
from tests.support.searched_talks import add_index, shop_of, talk

MIRAS, OTTOS = shop_of(1), shop_of(2)
EVERYWHERE = InboxFilter("all")


@pytest.fixture(autouse=True)
def _index(services: Services) -> None:
    add_index(services)


def found(
    services: Services, words: str, wanted: InboxFilter = EVERYWHERE
) -> list[str]:
    return names(search.search(services, MIRAS, wanted, words))


def names(found: Found) -> list[str]:
    return [hit.row.id for hit in found.hits]


@pytest.fixture(params=["indexed", "walked"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways find the same."""
    if request.param == "walked":
        monkeypatch.setattr(search_reading, "MOST_INDEXED", -1)
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

    hits = search.search(services, MIRAS, EVERYWHERE, "lamp").hits

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
    talk(services, 2, "99x sure, aXb c")

    assert found(services, words) == [mine]


@pytest.mark.usefixtures("_way")
def test_pages_go_on_where_the_last_one_ended(services: Services) -> None:
    all_of_them = [
        talk(services, number, f"lamp {number}") for number in range(60, 0, -1)
    ]
    seen, after = list[str](), START
    while after is not None:
        page = search.search(services, MIRAS, EVERYWHERE, "lamp", after)
        seen += names(page)
        after = page.next  # type: ignore[assignment]

    assert seen == all_of_them


@pytest.mark.usefixtures("_way")
def test_another_shops_words_are_not_found(services: Services) -> None:
    talk(services, 1, "lamp", shop=OTTOS.id)
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
        pages.append(search.search(services, MIRAS, EVERYWHERE, "xl", after))
        after = pages[-1].next  # type: ignore[assignment]

    assert [page.stopped for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert [name for page in pages for name in names(page)] == [oldest]


CASES = [
    # Words in any order, also of several messages.
    ("glaze blue", ["The blue lamp", "with a glaze"], "with a glaze"),
    ("lamp blue glaze", ["A glaze", "The blue lamp"], "The blue lamp"),
    # The beginning of a word; from four letters on also what is inside one.
    ("ceram", ["Is it ceramic?"], "Is it ceramic?"),
    ("schale", ["Eine Keramikschale bitte"], "Eine Keramikschale bitte"),
    ("كتاب", ["أين الكتاب"], "أين الكتاب"),
    # Accents, capitals, other forms of letters.
    ("muller", ["Frau Müller"], "Frau Müller"),
    ("MÜLLER", ["Frau Muller"], "Frau Muller"),
    ("STRASSE", ["Lange Straße 5"], "Lange Straße 5"),
    ("cafe", ["Un café, s'il vous plaît"], "Un café, s'il vous plaît"),
    ("ひらがな", ["ヒラガナで"], "ヒラガナで"),
    ("ﾗﾝﾌﾟ", ["青いランプです"], "青いランプです"),
    ("لمبه", ["لَمْبَةٌ زرقاء"], "لَمْبَةٌ زرقاء"),
    ("लैंप", ["नीला लैम्प"], "नीला लैम्प"),
    ("വിളക്ക", ["നീല വിളക്കുകൾ"], "നീല വിളക്കുകൾ"),
    ("1042", ["注文番号１０４２の商品"], "注文番号１０４２の商品"),
    # Numbers however written.
    ("0049 30 901820", ["Call +49-30-901820"], "Call +49-30-901820"),
    ("+49-30-901820", ["Ring (030) 901820"], "Ring (030) 901820"),
    ("(030) 901820", ["It is 0049 30 901820."], "It is 0049 30 901820."),
    ("030901820", ["+49 (0)30 90 18 20"], "+49 (0)30 90 18 20"),
    ("901820", ["03090 1820"], "03090 1820"),
    ("212 555 0123", ["+1 (212) 555-0123"], "+1 (212) 555-0123"),
    # What belongs together.
    ("KW-1042-B", ["See KW-1042-B"], "See KW-1042-B"),
    ('"blue lamp"', ["The blue lamp"], "The blue lamp"),
    ("ana@example.com", ["Write to Ana@Example.com!"], "Write to Ana@Example.com!"),
    # One mistake, and two in long words.
    ("cermaic", ["Is it ceramic?"], "Is it ceramic?"),
    ("lamps blu", ["The blue lamps"], "The blue lamps"),
    ("chandeleer", ["A chandelier"], "A chandelier"),
    ("chandelerr", ["Chandeliers?"], "Chandeliers?"),
    ("keramick", ["Keramik, bitte"], "Keramik, bitte"),
]


def test_each_of_these_is_found_and_shown(services: Services) -> None:
    """Each case has a shop of its own, and a neighbour with the same words."""
    for number, (words, said, shown) in enumerate(CASES, 10):
        shop = shop_of(number)
        mine = talk(services, 1, *said, shop=shop.id)
        talk(services, 2, "Nothing of the kind, 555 0199 and 4711", shop=shop.id)

        hits = search.search(services, shop, EVERYWHERE, words).hits

        texts = ["".join(text for text, _ in hit.pieces) for hit in hits]
        marked = [any(is_hit for _, is_hit in hit.pieces) for hit in hits]
        assert [hit.row.id for hit in hits] == [mine], words
        assert (texts, marked) == ([shown], [True]), words


NOT_FOUND = [
    ("red", ["I ordered it"]),
    ("blue lamp", ["The blue vase"]),
    ('"lamp blue"', ["The blue lamp"]),
    ("kw-1042-c", ["See KW-1042-B"]),
    ("1043", ["Order 1042"]),
    ("030 901821", ["+49 30 901820"]),
    ("lamp", ["lame"]),
    ("lmap blue", ["The blue lamp"]),
    ("xylofone", ["saxophone"]),
]


def test_none_of_these_is_found(services: Services) -> None:
    for number, (words, said) in enumerate(NOT_FOUND, 10):
        shop = shop_of(number)
        talk(services, 1, *said, shop=shop.id)

        assert not search.search(services, shop, EVERYWHERE, words).hits, words


def test_what_was_mistyped_is_found_only_when_nothing_is_as_it_was_typed(
    services: Services,
) -> None:
    talk(services, 1, "ceramic")
    exact = talk(services, 2, "The cermaic of the catalog")

    assert found(services, "cermaic") == [exact]


def test_it_is_told_what_was_looked_for_instead(services: Services) -> None:
    mine = talk(services, 1, "A blue ceramic bowl")

    result = search.search(services, MIRAS, EVERYWHERE, "blue cermaic")

    assert (names(result), result.instead) == ([mine], "blue ceramic")


def test_a_look_for_what_was_meant_can_be_continued(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_spelling, "LOOK_SECONDS", 0)
    monkeypatch.setattr(search_spelling, "AT_ONCE", 2)
    oldest = talk(services, 1, "ceramic")
    for number in range(2, 8):
        talk(services, number, "no")

    pages, after = list[Found](), START
    while after is not None:
        pages.append(search.search(services, MIRAS, EVERYWHERE, "cermaic", after))
        after = pages[-1].next  # type: ignore[assignment]

    assert len(pages) > 1
    assert [page.stopped for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert [name for page in pages for name in names(page)] == [oldest]


@pytest.mark.usefixtures("_way")
def test_the_message_with_most_of_the_words_is_shown(services: Services) -> None:
    talk(services, 1, "A blue lamp, please", "blue", "And a vase", "lamp")

    (hit,) = search.search(services, MIRAS, EVERYWHERE, "lamp vase blue").hits

    assert (hit.where, hit.seq) == (Where.MESSAGE, 1)
    assert [text for text, is_hit in hit.pieces if is_hit] == ["blue", "lamp"]


def test_a_rewritten_message_is_found_by_its_new_words_alone(
    services: Services,
) -> None:
    mine = talk(services, 1, "xylophone")
    with services.db.engine.begin() as connection:
        message = messages.find_at(connection, MIRAS.id, mine, 1)
        assert message is not None
        messages.rewrite(connection, replace(message, text="zeppelin"))

    assert found(services, "zeppelin") == [mine]
    assert found(services, "xylophone") == []


def test_nothing_to_look_for_is_said(services: Services) -> None:
    for words in ("?!", "%", "_", "'", '"', "👍", "\u200b", "…"):
        with pytest.raises(Invalid, match="at least one letter or number"):
            search.search(services, MIRAS, EVERYWHERE, words)


def test_too_many_words_are_refused(services: Services) -> None:
    many = " ".join(f"word{number}" for number in range(500))

    with pytest.raises(Invalid, match="up to 12 words"):
        search.search(services, MIRAS, EVERYWHERE, many)


ODD = (
    *('lamp" OR "x', "lamp*", "lamp%", "NEAR(lamp x)", "lamp\x00"),
    *("lamp; DROP", "^lamp", "lamp:", "-lamp", "l\u200bamp"),
)


def test_signs_of_a_database_mean_nothing(services: Services) -> None:
    mine = talk(services, 1, "Or drop: near lamp x")

    for words in ODD:
        assert found(services, words) == [mine], words
