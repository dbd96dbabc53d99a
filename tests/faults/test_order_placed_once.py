"""Over the last step of an order call N fails, for every N: the calls to Shopify, and the writes
from the yes to the message that has the number. There are never two draft orders, and never none
after a yes that was acknowledged.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from backend.chat import accepting
from backend.chat.accepting import Accepted, NewMessage
from backend.chat.form_answers import FormMessage
from backend.chat.sessions import Caller
from backend.config import Config
from backend.errors import StoreUnavailable
from backend.flows import request_records, runs
from backend.flows.advance import PLACING
from backend.flows.request_records import OrderState
from backend.flows.runs import Run
from backend.jobs.schedule import JOBS
from backend.services import Services, build
from backend.shops.directory import Directory
from backend.store import job_queue
from backend.store.database import Database
from tests.support.form_talks import CONTACT
from tests.support.order_shops import GENEROUS, WITHOUT_MODEL, fill_shop, time_passes
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.running_app import (
    CLIENT_ID,
    ENCRYPTION_KEY,
    SECRET,
    RunningApp,
)
from tests.support.stores import Store, Stores

NAME = "sandbar.myshopify.com"
FIND, CREATE = "draftOrders", "draftOrderCreate"
LEASE_SECONDS = 60
# More rounds than any order needs, and more calls than it makes.
MOST = 12
TOLD = "SELECT count(*) FROM messages WHERE conversation_id = :id AND text LIKE 'All set!%'"


class Died(BaseException):
    """As a process does: nothing of it goes on."""


class FaultyDatabase(Database):
    """Its write `at` fails once: `lost` before it arrives, `unanswered` after it is durable; the
    process `dies before` it or `dies after` it.
    """

    kind, at = "", 0

    def plans(self, kind: str, at: int) -> None:
        self.kind, self.at = kind, at

    @property
    def has_bitten(self) -> bool:
        return self.at <= 0

    def write(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        self.at -= 1
        is_due = self.at == 0
        if is_due and self.kind == "lost":
            raise StoreUnavailable
        if is_due and self.kind == "dies before":
            raise Died

        result = super().write(work, *arguments, **named)
        if is_due and self.kind == "unanswered":
            raise StoreUnavailable
        if is_due and self.kind == "dies after":
            raise Died
        return result


@dataclass(frozen=True)
class OpenOrder:
    """One that only lacks its yes."""

    session_id: str
    conversation_id: str
    run: Run


@dataclass(frozen=True)
class Till:
    """Where one shop's orders are taken: the code of the app, one call after the other."""

    services: Services
    db: FaultyDatabase
    caller: Caller

    def opens(self) -> OpenOrder:
        """Of eleven remote controls."""
        begun = self._accept("", FormMessage(flow="bulk_order"))
        self._answer(begun, "items", items="11 remote controls")
        self._answer(begun, "contact", **CONTACT)

        run = self._run_of(begun)
        assert run.step == "confirm"
        return OpenOrder(begun.session_id, begun.conversation_id, run)

    def agrees(self, order: OpenOrder) -> None:
        """Until it is acknowledged, as a browser does."""
        run, message_id = order.run, str(uuid.uuid4())
        yes = FormMessage(run.id, run.revision, "answer", "confirm", {"confirm": "yes"})
        for _ in range(MOST):
            with suppress(StoreUnavailable, Died):
                accepting.accept(
                    self.services,
                    self.caller,
                    NewMessage("", message_id, session_id=order.session_id, form=yes),
                )
                return
        raise AssertionError("it is never acknowledged")

    def places(self, order: OpenOrder) -> None:
        """Until nothing is left to do, whoever does it."""
        for _ in range(MOST):
            with suppress(StoreUnavailable, Died):
                self._work()
            if self.state_of(order) is OrderState.CREATED:
                return
            time_passes(self.services.config.database_url)
        raise AssertionError(f"it is still {self.state_of(order)}")

    def state_of(self, order: OpenOrder) -> OrderState:
        config, shop_id = self.services.config, order.run.shop_id
        with self.db.reading() as connection:
            request = request_records.find_of_run(
                connection, config, shop_id, order.run.id
            )
        assert request is not None
        return request.order_state

    def times_told(self, order: OpenOrder) -> int:
        with self.db.reading() as connection:
            found = connection.execute(text(TOLD), {"id": order.conversation_id})
            return int(found.scalar_one())

    def _work(self) -> None:
        """As a worker does."""
        me = self.services.process.me
        for claim in self.db.write(job_queue.claim, me, LEASE_SECONDS, MOST, [PLACING]):
            try:
                JOBS[PLACING](self.services, claim)
            except StoreUnavailable:
                self.db.write(job_queue.put_off, claim, 10)

    def _answer(self, begun: Accepted, step: str, **values: str) -> None:
        run = self._run_of(begun)
        form = FormMessage(run.id, run.revision, "answer", step, values)
        self._accept(begun.session_id, form)

    def _accept(self, session_id: str, form: FormMessage) -> Accepted:
        """And its turn."""
        message_id = str(uuid.uuid4())
        message = NewMessage("", message_id, session_id=session_id or None, form=form)
        accepted = accepting.accept(self.services, self.caller, message)
        assert accepted.claim is not None
        JOBS["turn"](self.services, accepted.claim)
        return accepted

    def _run_of(self, accepted: Accepted) -> Run:
        where = (accepted.shop_id, accepted.conversation_id)
        with self.db.reading() as connection:
            found = runs.find_open(connection, self.services.config, *where)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def filled(
    stores: Stores, start_app: Callable[..., RunningApp], pretend_shopify: AdminApi
) -> Iterator[tuple[Store, PretendStore]]:
    """What an app has left behind that has read the shop's goods, and ended."""
    kept = stores.new("sqlite")
    app = start_app(kept, **WITHOUT_MODEL, **GENEROUS)
    shop = fill_shop(app, pretend_shopify, NAME)
    app.terminate()
    yield kept, shop
    shop.forgets()
    app.close()


@pytest.fixture(scope="module")
def shop(filled: tuple[Store, PretendStore]) -> PretendStore:
    return filled[1]


@pytest.fixture(scope="module")
def till(
    filled: tuple[Store, PretendStore], pretend_shopify: AdminApi
) -> Iterator[Till]:
    settings = {
        "DATABASE_URL": filled[0].database_url,
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HOST": "http://127.0.0.1:8000",
        **pretend_shopify.settings,
        **WITHOUT_MODEL,
        **GENEROUS,
    }
    config = Config.from_env(settings)
    db = FaultyDatabase(config.database_url)
    services = replace(build(config), db=db)
    known = Directory(db).open_shop(NAME)
    yield Till(services, db, Caller(known, None, "shop.example", "203.0.113.7"))
    db.close()


def is_there_once(till: Till, shop: PretendStore, order: OpenOrder) -> bool:
    tag = f"flux-{order.run.id}"
    drafts = [draft for draft in shop.draft_orders() if tag in draft["tags"]]
    return len(drafts) == till.times_told(order) == 1


@pytest.mark.parametrize("kind", ["lost", "unanswered", "dies before", "dies after"])
def test_whichever_write_fails_the_order_is_there_once(
    till: Till, shop: PretendStore, kind: str
):
    for at in count(1):
        assert at < MOST, "an order has no end of writes"
        order = till.opens()

        till.db.plans(kind, at)
        till.agrees(order)
        till.places(order)
        bitten = till.db.has_bitten
        till.db.plans("", 0)

        assert is_there_once(till, shop, order), f"write {at}"
        if not bitten:
            break
    assert at > 3, "the faults bit"


# How many searches miss what is there, and how many calls fail; whoever is busy says for how long.
BRIEFLY = ((0, 1),)
IN_MANY_WAYS = ((0, 1), (2, 2))
ANSWERS = {
    "lost": IN_MANY_WAYS,
    "down": IN_MANY_WAYS,
    "busy": BRIEFLY,
    "throttled": BRIEFLY,
}


@pytest.mark.parametrize("call", [FIND, CREATE])
@pytest.mark.parametrize("answer", ANSWERS)
def test_whichever_call_to_shopify_fails_the_order_is_there_once(
    till: Till, shop: PretendStore, admin_api: AdminApi, call: str, answer: str
):
    for lag, times in ANSWERS[answer]:
        order = till.opens()
        shop.finds_draft_orders_late(lag)
        admin_api.fails(answer, call=call, times=times, shop=NAME)

        till.agrees(order)
        till.places(order)

        shop.finds_draft_orders_late(0)
        assert is_there_once(till, shop, order), (lag, times)


def test_a_process_that_dies_when_shopify_has_it_leaves_it_to_the_next(
    till: Till, shop: PretendStore
):
    """Its last write before is that it asks, and the one after it never comes."""
    order = till.opens()
    shop.finds_draft_orders_late(1)
    till.agrees(order)
    writes_of_claim, asking, noting = 1, 1, 1

    till.db.plans("dies before", writes_of_claim + asking + noting)
    till.places(order)

    assert till.db.has_bitten
    shop.finds_draft_orders_late(0)
    assert is_there_once(till, shop, order)
