"""What a shopper is shown of a small shop, the same from SQLite and PostgreSQL."""

from collections.abc import Iterator

import pytest

from backend.catalog.product_records import Indexed, put_products
from backend.catalog.product_search import (
    CANDIDATES,
    FINALISTS,
    MOST_RESULTS,
    Query,
    Results,
    search_products,
)
from backend.catalog.products import read_product
from backend.catalog.term_keys import postings_of
from backend.config import database_address
from backend.store.database import Database
from backend.store.tables import metadata
from tests.support.bare_services import PATIENT_MS
from tests.support.small_catalogs import (
    FILL,
    MIRA,
    OTTO,
    count,
    found,
    priced,
    put,
    search,
    small_goods,
    sold_out,
)
from tests.support.stores import Stores

# What is asked, the languages in which it is read, and what comes first; none where nothing fits.
QUESTIONS: list[tuple[str, tuple[str, ...], str | None]] = [
    ("red sneakers", ("en",), "red-canvas-sneakers"),
    ("white sneakers for men", ("en",), "white-leather-sneakers"),
    ("women's boots", ("en",), "brown-leather-ankle-boots"),
    ("brown leather boots", ("en",), "brown-leather-ankle-boots"),
    ("couch", ("en",), "green-velvet-sofa"),
    ("settee under 1000 euros", ("en",), "green-velvet-sofa"),
    ("floor lamps", ("en",), "floor-lamp"),
    ("lamps under 100 euros", ("en",), "desk-lamp"),
    ("lamp between 100 and 200 euros", ("en",), "floor-lamp"),
    ("sneakers size 46", ("en",), "white-leather-sneakers"),
    ("jacket size 104", ("en",), "kids-rain-jacket"),
    ("tshirt size XL", ("en",), "striped-cotton-t-shirt"),
    ("gitar", ("en",), "acoustic-guitar"),
    ("accoustic gitar", ("en",), "acoustic-guitar"),
    ("velvt soffa", ("en",), "green-velvet-sofa"),
    ("TTB-1002-46", ("en",), "white-leather-sneakers"),
    ("do you have ttb-1010-104 in stock?", ("en",), "kids-rain-jacket"),
    ("a gift under 40 euros", ("en",), "lavender-candle"),
    ("where is the eiffel toll gitar", ("en",), None),
    ("anything under 20 euros", ("en",), "lavender-candle"),
    ("a present for a coffee lover", ("en",), "blue-ceramic-mug"),
    ("mug blue", ("en",), "blue-ceramic-mug"),
    ("something of Lumora", ("en",), "desk-lamp"),
    ("winter scarf", ("en",), "wool-scarf"),
    ("backpack for travelling", ("en",), "travel-backpack"),
    ("grünes Samtsofa", ("de", "en"), "green-velvet-sofa"),
    ("rote Turnschuhe Größe 39", ("de", "en"), "red-canvas-sneakers"),
    ("Geschenk unter 20 Euro", ("de", "en"), "lavender-candle"),
    ("canapé vert", ("fr", "en"), "green-velvet-sofa"),
    ("zapatillas rojas", ("es", "en"), "red-canvas-sneakers"),
    ("ソファ 緑", ("ja", "en"), "green-velvet-sofa"),
    ("كنبة خضراء", ("ar", "en"), "green-velvet-sofa"),
    ("लाल जूते", ("hi", "en"), "red-canvas-sneakers"),
    ("നീല മഗ്", ("ml", "en"), "blue-ceramic-mug"),
    ("yoga mat", ("en",), None),
    ("baby stroller", ("en",), None),
    ("krummhorn", ("en",), None),
    ("hello, can you help me?", ("en",), None),
    ("sofa under 100 euros", ("en",), None),
    ("TTB-9999-46", ("en",), None),
    ("", ("en",), None),
    ("?!", ("en",), None),
    ("' OR 1=1; --", ("en",), None),
]


@pytest.fixture
def goods(db: Database) -> Database:
    put(db, MIRA, *small_goods())
    return db


@pytest.fixture(scope="module")
def both(stores: Stores) -> Iterator[list[Database]]:
    """The same shop on either database."""
    kept = []
    for kind in ("sqlite", "postgresql"):
        store = stores.new(kind, redis=False)
        address = database_address(store.database_url)
        kept.append(Database(address, timeout_ms=PATIENT_MS))
        metadata.create_all(kept[-1].engine)
        put(kept[-1], MIRA, *small_goods())
    yield kept
    for db in kept:
        db.close()


@pytest.mark.parametrize(
    ("text", "languages", "best"), QUESTIONS, ids=[text for text, *_ in QUESTIONS]
)
def test_both_databases_show_the_same_products_in_the_same_order(
    both: list[Database], text: str, languages: tuple[str, ...], best: str | None
) -> None:
    on_sqlite, on_postgresql = (search(db, MIRA, text, *languages) for db in both)

    assert on_sqlite == on_postgresql
    assert first(on_sqlite) == best


def first(results: Results) -> str | None:
    return next((product.handle for product in results.products), None)


def test_what_was_understood_is_told_where_it_was_mistyped(goods: Database) -> None:
    assert search(goods, MIRA, "Accoustic gitar!").mended == "acoustic guitar!"
    assert search(goods, MIRA, "acoustic guitar").mended is None
    assert search(goods, MIRA, "krummhorn").mended is None


def test_two_shops_with_the_same_words_never_see_each_others(goods: Database) -> None:
    put(goods, OTTO, priced(900, "Red Canvas Sneakers", "10", handle="ottos-sneakers"))

    miras = found(goods, MIRA, "red canvas sneakers under 60 euros")
    assert found(goods, OTTO, "red canvas sneakers under 60 euros") == [
        "ottos-sneakers"
    ]
    assert found(goods, OTTO, "velvet sofa") == found(goods, OTTO, "velvt soffa") == []
    assert found(goods, OTTO, "TTB-1002-46") == []
    assert found(goods, OTTO, "a gift under 500 euros") == ["ottos-sneakers"]
    assert "ottos-sneakers" not in miras
    assert miras[0] == "red-canvas-sneakers"


def test_a_product_with_more_of_the_article_numbers_comes_first(db: Database) -> None:
    twice = [
        each | {"sku": sku}
        for each, sku in zip(
            small_goods()[1]["variants"], ("A-100", "A-200", "A-300"), strict=True
        )
    ]
    put(db, MIRA, small_goods()[0] | {"variants": twice[:1]})
    put(db, MIRA, small_goods()[1] | {"variants": twice})

    assert found(db, MIRA, "A-100 and A-200") == [
        "white-leather-sneakers",
        "red-canvas-sneakers",
    ]


def test_an_article_number_is_read_however_it_is_written(goods: Database) -> None:
    for written in ("ttb-1002-46", "TTB 1002-46", "ttb1002.46"):
        assert found(goods, MIRA, written) == ["white-leather-sneakers"]


def test_a_bound_holds_for_any_of_a_products_prices(db: Database) -> None:
    small, large = (
        variant | {"price": price}
        for variant, price in zip(
            small_goods()[1]["variants"], ("20.00", "60.00"), strict=False
        )
    )
    put(db, MIRA, small_goods()[1] | {"variants": [small, large]})

    assert found(db, MIRA, "sneakers under 20 euros")
    assert found(db, MIRA, "sneakers over 60 euros")
    assert not found(db, MIRA, "sneakers under 19 euros")
    assert not found(db, MIRA, "sneakers over 61 euros")


def test_a_bound_without_any_product_in_it_finds_none(goods: Database) -> None:
    assert found(goods, MIRA, "a gift under 5 euros") == []
    assert found(goods, MIRA, "sneakers under 5 euros") == []


def test_what_was_asked_for_is_not_made_up_for_by_a_price(goods: Database) -> None:
    assert found(goods, MIRA, "yoga mat under 100 euros") == []


def test_a_size_comes_before_products_without_it(goods: Database) -> None:
    asked = found(goods, MIRA, "sneakers size 44")

    assert asked[0] == "white-leather-sneakers"
    assert found(goods, MIRA, "sneakers size 38")[0] == "red-canvas-sneakers"


def test_an_audience_comes_before_the_other(goods: Database) -> None:
    assert found(goods, MIRA, "sneakers for women")[0] == "red-canvas-sneakers"
    assert found(goods, MIRA, "men's sneakers")[0] == "white-leather-sneakers"


def test_what_can_be_bought_comes_before_what_fits_as_well(db: Database) -> None:
    put(db, MIRA, sold_out(priced(1, "Oak Stool", "80", handle="gone")))
    put(db, MIRA, priced(2, "Oak Stool", "80", handle="here"))

    assert found(db, MIRA, "oak stool") == ["here", "gone"]


def test_what_fits_better_comes_first_also_when_it_is_sold_out(db: Database) -> None:
    put(db, MIRA, sold_out(priced(1, "Walnut Stool", "80")))
    put(db, MIRA, priced(2, "Stool", "80", description="Comes with walnut oil."))

    assert found(db, MIRA, "walnut stool")[0] == "walnut-stool"


def test_as_many_are_shown_as_were_asked_for_and_all_are_counted(db: Database) -> None:
    put(db, MIRA, *(priced(number, f"Mug {number}", "9") for number in range(1, 41)))

    with db.reading() as connection:
        some = search_products(connection, MIRA, Query("mug", ["en"], 5, 40))
        most = search_products(connection, MIRA, Query("mug", ["en"], 900, 40))

    assert len(some.products) == 5
    assert some.found == 40
    assert len(most.products) == MOST_RESULTS
    assert most.products[:5] == some.products


@pytest.mark.parametrize(
    "text", ["x" * 20_000, "sofa " * 4_000, "1 " * 5_000, "sofa\x00velvet", "%_' \\ \""]
)
def test_whatever_is_asked_is_answered(goods: Database, text: str) -> None:
    assert search(goods, MIRA, text).found <= count(goods, MIRA)


def test_of_very_many_products_with_a_word_those_that_fit_best_are_found(
    db: Database,
) -> None:
    """More than are looked at one by one: what has the word in its title is not missed."""
    put_many(db, CANDIDATES + 500)
    put(
        db,
        MIRA,
        priced(900_001, "Tall Walnut Stool", "70"),
        priced(900_002, "Walnut Stool", "9"),
    )

    assert found(db, MIRA, "walnut stool")[:2] == ["tall-walnut-stool", "walnut-stool"]
    assert found(db, MIRA, "walnut stool under 10 euros")[0] == "walnut-stool"
    assert found(db, MIRA, "stool")[:2] == ["tall-walnut-stool", "walnut-stool"]
    assert search(db, MIRA, "stool").found <= FINALISTS


def put_many(db: Database, number: int) -> None:
    """Products that speak of a stool somewhere. Indexing all of their words would take long."""
    listed = postings_of({"stool": 35, "#stool": 35})
    nodes = [priced(each, f"Thing {each}", "50") for each in range(1, number)]
    things = [Indexed(read_product(node), listed, []) for node in nodes]

    for start in range(0, number, 1_000):
        some = things[start : start + 1_000]
        db.write(put_products, MIRA, some, FILL)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "a nice little gift for a friend under 40 euros"),
        ("de", "ein kleines Geschenk bis 40 Euro"),
        ("es", "un regalo pequeño por menos de 40 euros"),
        ("fr", "un petit cadeau à moins de 40 euros"),
        ("hi", "40 यूरो से कम में छोटा गिफ्ट"),
        ("ml", "40 യൂറോയിൽ താഴെ ഒരു ചെറിയ ഗിഫ്റ്റ്"),
        ("ja", "40ユーロ以下のちょっとしたプレゼント"),
        ("ar", "هدية صغيرة بأقل من 40 يورو"),
    ],
)
def test_several_gifts_are_found_within_a_bound(
    goods: Database, language: str, text: str
) -> None:
    handles = found(goods, MIRA, text, language, "en")

    assert {"lavender-candle", "blue-ceramic-mug"} <= set(handles)
    assert "blue-wool-blanket" not in handles
