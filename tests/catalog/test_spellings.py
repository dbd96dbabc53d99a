"""Which of the shop's words a shopper has mistyped."""

import pytest

from backend.catalog import spellings
from backend.store.database import Database
from tests.support.catalog_index import index_of
from tests.support.small_catalogs import MIRA, OTTO

WORDS = {
    "guitar": 3,
    "acoustic": 2,
    "velvet": 1,
    "sneakers": 5,
    "sofa": 2,
    "soda": 1,
    "bowl": 1,
}


@pytest.fixture
def words(db: Database) -> Database:
    db.write(spellings.count_words, MIRA, WORDS)
    return db


def meant(db: Database, word: str, *languages: str, shop_id: int = MIRA) -> str | None:
    with db.reading() as connection:
        return spellings.find_meant(connection, shop_id, word, languages)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("gitar", "guitar"),
        ("giutar", "guitar"),
        ("guitarr", "guitar"),
        ("quitar", "guitar"),
        ("accoustic", "acoustic"),
        ("akoustik", "acoustic"),
        ("sneekers", "sneakers"),
        ("snaekres", "sneakers"),
        ("velvt", "velvet"),
    ],
)
def test_a_word_with_a_mistake_or_two_is_known(
    words: Database, typed: str, word: str
) -> None:
    assert meant(words, typed) == word


@pytest.mark.parametrize(
    "typed", ["gtar", "bow", "sofabed", "piano", "xx", "velourette"]
)
def test_a_word_that_is_far_from_all_of_them_means_none(
    words: Database, typed: str
) -> None:
    assert meant(words, typed) is None


def test_what_more_products_have_is_meant_of_two_that_are_as_near(
    words: Database,
) -> None:
    assert meant(words, "sowa") == "sofa"


def test_another_shops_words_are_not_meant(words: Database) -> None:
    assert meant(words, "gitar", shop_id=OTTO) is None


def test_a_long_word_may_be_one_that_only_the_lexicon_has(words: Database) -> None:
    assert meant(words, "chandelir", "de", "en") == "chandelier"
    assert meant(words, "chandelir", "de") is None


def test_a_word_that_no_product_has_any_more_is_not_meant(words: Database) -> None:
    words.write(spellings.count_words, MIRA, {"velvet": -1, "guitar": -1})

    assert meant(words, "velvt") is None
    assert meant(words, "gitar") == "guitar"
    assert index_of(words, MIRA).spellings["guitar"] == 2


def test_each_product_counts_once_for_each_of_its_words() -> None:
    counted = spellings.count([{"sofa", "velvet"}, {"sofa"}])

    assert counted == {"sofa": 2, "velvet": 1}


@pytest.mark.parametrize("word", ["naïve%_", "a'b\"c", "സോഫകൾ", "x" * 64])
def test_any_letters_are_looked_for_as_they_are(words: Database, word: str) -> None:
    words.write(spellings.count_words, MIRA, {word: 1})

    assert meant(words, word[:-1] + "q") == word
