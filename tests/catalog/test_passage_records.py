"""Passages go into the database with what they are found by, and out of it with all of that."""

import random
from collections.abc import Collection

import pytest

from backend.catalog import passage_records
from backend.catalog.documents import Document, DocumentKind, Passage, cut_passages
from backend.store.database import Database
from tests.support.catalog_index import Index, index_of, recount
from tests.support.small_catalogs import (
    MIRA,
    OTTO,
    page,
    policy,
    put,
    put_documents,
    small_goods,
)

RETURNS = policy(DocumentKind.RETURNS, "Returns", "You may send everything back.")
SHIPPING = policy(DocumentKind.SHIPPING, "Shipping", "Two days within Germany.")
CARE = page(12, "Care of oak", "Oil it twice a year.")


@pytest.fixture
def documents(db: Database) -> Database:
    put_documents(db, MIRA, RETURNS, SHIPPING, CARE)
    put_documents(db, OTTO, RETURNS)
    return db


def kept(db: Database, shop_id: int, *kinds: DocumentKind) -> list[str]:
    with db.reading() as connection:
        listed = passage_records.list_of_kind(connection, shop_id, kinds)
    return [passage.text for passage in listed]


def listed(db: Database, shop_id: int, numbers: Collection[int]) -> list[Passage]:
    with db.reading() as connection:
        return passage_records.list_passages(connection, shop_id, numbers)


def count(db: Database, shop_id: int) -> int:
    with db.reading() as connection:
        return passage_records.count_passages(connection, shop_id)


def test_what_is_put_comes_back_as_it_was(documents: Database) -> None:
    [passage] = cut_passages(CARE)

    assert listed(documents, MIRA, [passage.number, 7]) == [passage]
    assert count(documents, MIRA) == 3
    assert index_of(documents, MIRA) == recount(documents, MIRA)


def test_passages_of_some_kinds_alone_are_listed(documents: Database) -> None:
    assert kept(documents, MIRA, DocumentKind.RETURNS) == [RETURNS.text]
    assert len(kept(documents, MIRA, DocumentKind.RETURNS, DocumentKind.PAGE)) == 2
    assert kept(documents, MIRA, DocumentKind.TERMS) == []


def test_passages_of_a_document_come_in_their_order(db: Database) -> None:
    put_documents(db, MIRA, page(1, "Long", "\n".join(f"{n} " * 300 for n in "abcd")))

    assert [text[0] for text in kept(db, MIRA, DocumentKind.PAGE)] == list("abcd")


def test_a_changed_document_leaves_nothing_of_what_it_said(
    documents: Database,
) -> None:
    put_documents(documents, MIRA, page(12, "Care of oak", "Wax it instead."))

    assert kept(documents, MIRA, DocumentKind.PAGE) == ["Wax it instead."]
    assert index_of(documents, MIRA) == recount(documents, MIRA)


def test_a_document_without_words_any_more_is_gone(documents: Database) -> None:
    documents.write(passage_records.put_document, MIRA, CARE.id, [])

    assert count(documents, MIRA) == 2
    assert index_of(documents, MIRA) == recount(documents, MIRA)


def test_documents_that_a_shop_does_not_have_any_more_are_gone(
    documents: Database,
) -> None:
    went = documents.write(passage_records.remove_others, MIRA, [RETURNS.id, "page:99"])

    assert went == 2
    assert kept(documents, MIRA, *DocumentKind) == [RETURNS.text]
    assert index_of(documents, MIRA) == recount(documents, MIRA)


def test_a_shop_without_documents_has_none_of_their_index(documents: Database) -> None:
    assert documents.write(passage_records.remove_others, MIRA, []) == 3

    assert index_of(documents, MIRA) == Index()
    assert count(documents, MIRA) == 0
    assert kept(documents, OTTO, DocumentKind.RETURNS) == [RETURNS.text]


def test_two_shops_with_the_same_words_never_see_each_others(
    documents: Database,
) -> None:
    [ottos] = cut_passages(page(7, "Secret", "Ottos own words."))
    put_documents(documents, OTTO, page(7, "Secret", "Ottos own words."))

    assert listed(documents, MIRA, [ottos.number]) == []
    assert kept(documents, MIRA, *DocumentKind).count("Ottos own words.") == 0


def test_products_and_passages_with_the_same_words_are_counted_apart(
    documents: Database,
) -> None:
    put(documents, MIRA, *small_goods())
    put_documents(documents, MIRA, page(1, "Sofas", "A velvet sofa wants a brush."))

    documents.write(passage_records.remove_others, MIRA, [])

    index = index_of(documents, MIRA)
    assert index == recount(documents, MIRA)
    assert index.postings


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_put_and_removed_the_counts_are_those_of_what_is_there(
    db: Database, seed: int
) -> None:
    drawn = random.Random(seed)
    for _ in range(25):
        if drawn.random() < 0.8:
            put_documents(db, MIRA, any_page(drawn))
        else:
            some = [f"page:{number}" for number in drawn.sample(range(9), 5)]
            db.write(passage_records.remove_others, MIRA, some)

    assert index_of(db, MIRA) == recount(db, MIRA)


def any_page(drawn: random.Random) -> Document:
    """Of one to three passages."""
    words = ("oak", "oil", "sofa", "returns", "Öl", "靴", "30", "days")
    paragraphs = [
        " ".join(drawn.choices(words, k=100)) for _ in range(drawn.randrange(1, 4))
    ]
    return page(drawn.randrange(9), drawn.choice(words), "\n".join(paragraphs))
