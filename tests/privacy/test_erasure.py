"""Erasures of a customer and of a shop: no trace anywhere, and nobody else touched."""

from sqlalchemy import Table, select

from backend.catalog.product_records import SLICE
from backend.privacy import erasure
from backend.privacy.erasure import ALL_KNOW_SECONDS
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import REMEMBER_SECONDS
from backend.store import daily_counts
from backend.store.tables import metadata
from tests.support.canaries import traces
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.privacy_stories import (
    DONE_WITHIN_SECONDS,
    PAGE,
    PRIVACY,
    answered,
    proofs,
    removes,
    told,
)
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.small_catalogs import (
    fill_shop,
    found,
    page,
    priced,
    put_documents,
    small_goods,
)
from tests.support.waiting import wait_until


def test_a_customers_erasure_leaves_no_trace_and_touches_nobody_else(
    app: RunningApp,
    mira: Merchant,
    ana: Person,
    ben: Person,
    otto: Merchant,
    canary: str,
) -> None:
    mira.opens(PAGE)
    page = {"url": f"https://{ana.shop}/products/{canary}", "title": canary}
    answered(ana, f"My name is {canary}", page=page)
    answered(ana.elsewhere(), f"And again {canary}")
    answered(ben, "I only look")
    answered(otto, "Another shop's customer has the same number")
    told(app, "customers/data_request", ana.shop)

    request_id = told(app, "customers/redact", ana.shop)

    wait_until(
        lambda: not traces(app, [canary]),
        f"no trace: {traces(app, [canary])}",
        DONE_WITHIN_SECONDS,
    )
    assert ana.history().body["messages"] == []
    assert [said["role"] for said in ben.history().body["messages"]] == [
        "shopper",
        "assistant",
    ]
    assert otto.history().body["messages"]
    assert b"Mark as completed" not in mira.fetches(PRIVACY).content
    [proof] = proofs(app, request_id)
    assert proof["removed"]["messages"] == 4
    assert (proof["subject"], proof["done_at"] is None) == (None, False)


def test_an_erasure_while_a_reply_streams_stops_it_first(
    app: RunningApp, mira: Merchant, ana: Person, ai: ScriptedModel, canary: str
) -> None:
    ai.script(text=f"{canary} " * 200, gap_ms=30)
    mira.opens(PAGE)
    turn = ana.says(f"Say {canary}").turn

    with ana.watches(turn) as events:
        next(event for event in events if event.name == "text")
        told(app, "customers/redact", ana.shop)
        last = list(events)[-1]

    assert last.name == "stopped"
    wait_until(lambda: ai.open() == 0, "the model is left alone")
    wait_until(
        lambda: not traces(app, [canary]),
        f"no trace: {traces(app, [canary])}",
        DONE_WITHIN_SECONDS,
    )


def test_a_shop_that_was_erased_writes_nothing_until_it_is_installed_again(
    app: RunningApp, mira: Merchant, ana: Person, admin_api: AdminApi
) -> None:
    answered(ana, "Hello")
    mira.opens(PAGE, mira.id_token(age=30))
    removes(app, admin_api, mira.shop)
    request_id = told(app, "shop/redact", mira.shop)
    wait_until(
        lambda: proofs(app, request_id)[0]["done_at"], "done", DONE_WITHIN_SECONDS
    )

    assert ana.says("Is anybody there?").status == 410
    assert mira.fetches(PAGE, mira.id_token(age=30)).status == 401
    wait_until(lambda: not traces(app, [mira.shop]), "no trace", DONE_WITHIN_SECONDS)

    admin_api.installs(mira.shop)
    wait_until(
        lambda: mira.fetches(PAGE, mira.id_token()).status == 200,
        "a later token opens it again",
    )
    assert ana.elsewhere().says("Hello again").status == 201


def test_a_shop_is_erased_when_its_last_figures_have_been_written():
    """A process that counts a message in the last moment in which it takes one adds the figure this
    much later; after an erasure it would stay.
    """
    last_figure = REMEMBER_SECONDS + daily_counts.EVERY_SECONDS
    assert last_figure < ALL_KNOW_SECONDS


def test_nothing_of_a_shops_catalog_is_left_and_another_keeps_its_own(
    services: Services,
) -> None:
    miras, ottos = (
        services.db.write(directory.add_shop, f"{name}.myshopify.com").id
        for name in ("mira", "otto")
    )
    mugs = [priced(100 + each, f"Mug {each}", "9") for each in range(SLICE + 1)]
    for shop_id in (miras, ottos):
        fill_shop(services, shop_id, *small_goods(), *mugs)
        put_documents(services.db, shop_id, page(1, "Care", "Oil your table."))
    tables = [each for each in metadata.sorted_tables if "catalog" in each.name]

    removed = erasure.erase_shop(services, miras)

    assert removed["catalog_products"] == 16 + len(mugs)
    assert removed["catalog_passages"] == 1
    assert len(tables) == 6
    for table in tables:
        assert not has_rows(services, table, miras)
        assert has_rows(services, table, ottos)
    assert found(services.db, ottos, "velvet sofa")[0] == "green-velvet-sofa"


def has_rows(services: Services, table: Table, shop_id: int) -> bool:
    query = select(table.c.shop_id).where(table.c.shop_id == shop_id).limit(1)
    with services.db.reading() as connection:
        return connection.execute(query).first() is not None
