"""What a shop's own pages say about a question, in whatever language it is asked."""

from collections.abc import Collection, Iterator, Sequence

import pytest

from backend.catalog import passage_records, passage_search, sync_state
from backend.catalog.documents import Document, DocumentKind, Passage
from backend.catalog.passage_search import MOST_PASSAGES, Asked
from backend.config import database_address
from backend.store.database import Database
from backend.store.tables import metadata
from tests.support.bare_services import PATIENT_MS
from tests.support.small_catalogs import (
    MIRA,
    OTTO,
    page,
    policy,
    put,
    put_documents,
    small_goods,
)
from tests.support.stores import Stores

RETURNS = policy(
    DocumentKind.RETURNS,
    "Refund policy",
    "You may send everything back within 30 days.\n"
    "Opened candles cannot be returned.\n"
    "We pay it back to the card that you have paid with.",
)
SHIPPING = policy(
    DocumentKind.SHIPPING,
    "Shipping",
    "Parcels within Germany take two days, to France five.",
)
PRIVACY = policy(DocumentKind.PRIVACY, "Privacy", "We keep your address for a year.")
CARE = page(1, "Care of oak furniture", "Oil your table twice a year.")
WORKSHOP = page(2, "Our workshop", "It stands on the quay and is open on Saturdays.")
SIZES = page(3, "Size guide", "Measure your foot in the evening, then choose shoes.")
DOCUMENTS = (RETURNS, SHIPPING, PRIVACY, CARE, WORKSHOP, SIZES)

QUESTIONS: list[tuple[str, Sequence[str], Document | None]] = [
    ("How do I oil my table?", ["en"], CARE),
    ("Can I send it back?", ["en"], RETURNS),
    ("opened candles", ["en"], RETURNS),
    ("how long do parcels to France take", ["en"], SHIPPING),
    ("When is the workshop open?", ["en"], WORKSHOP),
    ("which shoes are my size", ["en"], SIZES),
    ("Wie pflege ich meinen Eichentisch?", ["de", "en"], CARE),
    ("Kann ich Kerzen zurückgeben?", ["de", "en"], RETURNS),
    ("comment entretenir ma table", ["fr", "en"], CARE),
    ("mesa de roble", ["es", "en"], CARE),
    ("テーブルの手入れ", ["ja", "en"], CARE),
    ("العناية بالطاولة", ["ar", "en"], CARE),
    ("मेज की देखभाल", ["hi", "en"], CARE),
    ("മേശ", ["ml", "en"], CARE),
    ("do you sell bicycles?", ["en"], None),
    ("krummhorn", ["en"], None),
    ("hello", ["en"], None),
    ("", ["en"], None),
    ("' OR 1=1; --", ["en"], None),
]


@pytest.fixture
def documents(db: Database) -> Database:
    fill(db)
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
        fill(kept[-1])
    yield kept
    for db in kept:
        db.close()


def fill(db: Database) -> None:
    put_documents(db, MIRA, *DOCUMENTS)
    note_passages(db)


def note_passages(db: Database) -> None:
    with db.reading() as connection:
        number = passage_records.count_passages(connection, MIRA)
    db.write(sync_state.lock_sync, MIRA)
    db.write(sync_state.note_passages, MIRA, number)


def found(
    db: Database,
    text: str,
    languages: Sequence[str] = ("en",),
    kinds: Collection[DocumentKind] = (),
    shop_id: int = MIRA,
) -> list[Passage]:
    asked = Asked(text, languages, kinds)
    with db.reading() as connection:
        return passage_search.find_passages(connection, shop_id, asked)


@pytest.mark.parametrize(
    ("text", "languages", "best"), QUESTIONS, ids=[text for text, *_ in QUESTIONS]
)
def test_both_databases_find_the_same_passages_in_the_same_order(
    both: list[Database], text: str, languages: Sequence[str], best: Document | None
) -> None:
    on_sqlite, on_postgresql = (found(db, text, languages) for db in both)

    assert on_sqlite == on_postgresql
    first = next((passage.document for passage in on_sqlite), None)
    assert first == (best and best.id)


def test_whoever_asks_for_a_policy_reads_it_in_whatever_words(
    documents: Database,
) -> None:
    for text in ("Wie lange?", "どうやって", "krummhorn", ""):
        [passage] = found(documents, text, ["de", "en"], [DocumentKind.RETURNS])
        assert passage.document == RETURNS.id


def test_the_kinds_that_were_asked_for_come_before_what_fits_better(
    documents: Database,
) -> None:
    passages = found(documents, "oil my table", kinds=[DocumentKind.PRIVACY])

    assert [passage.document for passage in passages] == [PRIVACY.id]


def test_a_kind_that_the_shop_has_not_written_is_sought_everywhere(
    documents: Database,
) -> None:
    [passage, *_] = found(documents, "oil my table", kinds=[DocumentKind.TERMS])

    assert passage.document == CARE.id
    assert found(documents, "your terms", kinds=[DocumentKind.TERMS]) == []


def test_of_a_long_policy_what_was_asked_for_comes_first_then_its_beginning(
    db: Database,
) -> None:
    paragraphs = [f"Paragraph {number}. {'words ' * 100}" for number in range(9)]
    paragraphs[6] += "Opened candles cannot be returned."
    text = "\n".join(paragraphs)
    put_documents(db, MIRA, policy(DocumentKind.RETURNS, "Returns", text))
    note_passages(db)

    passages = found(db, "candles", kinds=[DocumentKind.RETURNS])

    begun = [passage.text.partition(".")[0] for passage in passages]
    assert begun == ["Paragraph 6", "Paragraph 0", "Paragraph 1", "Paragraph 2"]


def test_no_more_than_a_model_reads_is_found(db: Database) -> None:
    put_documents(db, MIRA, *(page(n, "Candles", f"Candle {n}.") for n in range(20)))
    note_passages(db)

    assert len(found(db, "candles")) == MOST_PASSAGES


def test_what_stands_in_a_title_comes_first(db: Database) -> None:
    put_documents(db, MIRA, page(8, "Tables", "They are of candle wax, nearly."))
    put_documents(db, MIRA, page(9, "Candles", "They burn."), WORKSHOP, CARE)
    note_passages(db)

    assert [each.document for each in found(db, "candles")] == ["page:9", "page:8"]


def test_products_are_no_passages(documents: Database) -> None:
    put(documents, MIRA, *small_goods())

    assert found(documents, "velvet sofa") == []


def test_another_shops_passages_are_not_found(documents: Database) -> None:
    assert found(documents, "oil my table", shop_id=OTTO) == []
    assert found(documents, "", kinds=[DocumentKind.RETURNS], shop_id=OTTO) == []


def test_a_shop_whose_passages_nobody_has_counted_is_searched_as_well(
    db: Database,
) -> None:
    put_documents(db, MIRA, *DOCUMENTS)

    assert found(db, "how do I return opened candles")[0].document == RETURNS.id
