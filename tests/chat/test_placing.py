"""A bulk order that was agreed to becomes one draft order, whichever call is lost and whoever
dies.
"""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, select, update

from backend.chat import conversations as chat_conversations
from backend.chat import placing, retention
from backend.errors import (
    ChangeRefused,
    NeedsReauth,
    NotFound,
    ScopeMissing,
    ShopifyUnavailable,
)
from backend.flows import advance, request_records
from backend.flows.answers import Answers
from backend.flows.request_records import OrderState
from backend.flows.runs import Run
from backend.services import Services
from backend.shops import admin_access
from backend.store import job_queue
from backend.store.job_queue import Claim
from backend.store.tables import conversations, flow_requests, flow_runs, jobs, messages
from tests.support.form_stories import (
    HARBOUR,
    TO_CONFIRM,
    UNKNOWN,
    begin,
    chosen,
    with_key,
)
from tests.support.talks import MIRAS, add_shops

YES = TO_CONFIRM.replace(is_confirmed=True)
LINK = "https://pay.example/7"
SEARCH, CREATE = "draft_orders_by_tag", "draft_order_create"


class Killed(BaseException):
    """The process is gone."""


class Shopify:
    """Has draft orders, and answers calls as it is told to: `lost` ones are done all the same."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.before: dict[int, BaseException] = {}
        self.after: dict[int, BaseException] = {}
        self.late_searches = 0
        self.granted = True

    def __call__(
        self, services: Services, shop_id: int, name: str, variables: Any, **_: Any
    ) -> Any:
        self.calls.append(name)
        number = len(self.calls)
        if number in self.before:
            raise self.before[number]

        answer = self._create(variables) if name == CREATE else self._search(variables)
        if number in self.after:
            raise self.after[number]
        return answer

    def _create(self, variables: Any) -> Any:
        number = len(self.orders) + 7
        order = {
            "id": f"gid://shopify/DraftOrder/{number}",
            "name": f"#D{number}",
            "invoiceUrl": LINK,
            "status": "OPEN",
            "tags": variables["input"]["tags"],
            "totalPriceSet": {
                "presentmentMoney": {"amount": "429.00", "currencyCode": "EUR"}
            },
            "warnings": [],
            "input": variables["input"],
        }
        self.orders.append(order)
        return {"draftOrderCreate": {"draftOrder": order}}

    def _search(self, variables: Any) -> Any:
        if self.orders and self.late_searches:
            self.late_searches -= 1
            return {"draftOrders": {"nodes": []}}
        found = [each for each in self.orders if each["tags"][0] in variables["query"]]
        return {"draftOrders": {"nodes": found}}

    @property
    def given(self) -> dict[str, Any]:
        """What it was asked to create."""
        [order] = self.orders
        return dict(order["input"])


def run_statement(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


@dataclass
class Desk:
    """Mira's shop, an order on its way, and what is known of both."""

    services: Services
    run: Run
    shopify: Shopify

    def works(self) -> None:
        """The job once, if it is still there, whenever it is due."""
        claim = self.claims()
        if claim is not None:
            placing.place_order(self.services, claim)

    def claims(self) -> Claim | None:
        mine = (jobs.c.shop_id == MIRAS) & (jobs.c.kind == advance.PLACING)
        again = update(jobs).where(mine).values(due_at=0, until=0)
        self.services.db.write(lambda connection: connection.execute(again))
        claims = self.services.db.write(
            job_queue.claim, "tests", 60, 1, [advance.PLACING]
        )
        return claims[0] if claims else None

    def time_passes(self) -> None:
        """So much that a search finds whatever there is."""
        mine = flow_requests.c.shop_id == MIRAS
        old = update(flow_requests).where(mine).values(changed_at=1)
        self.services.db.write(lambda connection: connection.execute(old))

    @property
    def request(self) -> Any:
        with self.services.db.reading() as connection:
            where = (MIRAS, self.run.id)
            return request_records.find_of_run(connection, self.services.config, *where)

    @property
    def said(self) -> list[str]:
        """What the shopper was told since."""
        return [row.text for row in self.messages()[1:]]

    def messages(self) -> list[Any]:
        query = select(messages).where(messages.c.shop_id == MIRAS)
        with self.services.db.reading() as connection:
            return list(connection.execute(query.order_by(messages.c.seq)))

    @property
    def has_job(self) -> bool:
        query = select(jobs.c.ref).where(jobs.c.shop_id == MIRAS)
        with self.services.db.reading() as connection:
            return connection.execute(query).first() is not None

    def is_placed_once(self) -> bool:
        known = self.request
        return (
            len(self.shopify.orders) == 1
            and known.order_state is OrderState.CREATED
            and known.draft_order.name == "#D7"
            and self.said == ["All set! Your order is #D7."]
            and not self.has_job
        )


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


@pytest.fixture
def shopify(monkeypatch: pytest.MonkeyPatch) -> Shopify:
    shopify = Shopify()

    def granted(*_: Any) -> bool:
        return shopify.granted

    monkeypatch.setattr(admin_access, "ask_shop", shopify)
    monkeypatch.setattr(admin_access, "granted", granted)
    return shopify


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    return with_key(services)


def ordered(services: Services, shopify: Shopify, answers: Answers = YES) -> Desk:
    return Desk(services, begin(services, answers=answers), shopify)


@pytest.fixture
def desk(services: Services, shopify: Shopify) -> Desk:
    return ordered(services, shopify)


def test_an_order_is_placed_and_its_shopper_is_told(desk: Desk) -> None:
    desk.works()

    assert desk.is_placed_once()
    assert desk.shopify.calls == [SEARCH, CREATE]
    order = desk.request.draft_order
    assert (order.id, order.url, order.amount) == ("7", LINK, "429.00")
    [receipt] = desk.messages()[-1].parts
    assert receipt["order"] == {"name": "#D7", "url": LINK}
    assert (receipt["state"], receipt["run"]) == ("finished", desk.run.id)


def test_what_is_ordered_is_what_was_agreed_to(desk: Desk) -> None:
    desk.works()

    given = desk.shopify.given
    assert given["lineItems"] == [
        {"variantId": "gid://shopify/ProductVariant/600", "quantity": 11}
    ]
    assert given["tags"] == [f"flux-{desk.run.id}"]
    assert (given["email"], given["phone"]) == (YES.email, YES.phone)
    assert given["presentmentCurrencyCode"] == "EUR"
    assert "purchasingEntity" not in given


def test_a_signed_in_customer_buys_as_themselves(desk: Desk) -> None:
    mine = update(conversations).where(conversations.c.shop_id == MIRAS)
    desk.services.db.write(
        lambda connection: connection.execute(mine.values(customer_id="7001"))
    )

    desk.works()

    given = desk.shopify.given
    assert given["purchasingEntity"] == {"customerId": "gid://shopify/Customer/7001"}
    assert "email" not in given


def test_what_was_not_found_and_where_it_goes_stand_beside_the_order(
    services: Services, shopify: Shopify
) -> None:
    chosen(services, pickup_places=(HARBOUR,))
    answers = YES.replace(lines=(*YES.lines, UNKNOWN, replace(UNKNOWN, quantity=None)))
    desk = ordered(services, shopify, answers)

    desk.works()

    note, told = shopify.given["note"], shopify.given["customAttributes"]
    assert "- 3 × unobtainium\n- ? × unobtainium" in note
    assert len(shopify.given["lineItems"]) == 1
    assert {each["key"]: each["value"] for each in told} == {
        "Name": YES.name,
        "Place": "Harbour, Quay 4, Hamburg, Mon–Fri 9–17",
    }


def test_an_order_whose_job_is_given_up_is_left_to_people_and_never_placed_twice(
    desk: Desk,
) -> None:
    desk.shopify.after[2] = LookupError("nobody thought of this")
    claim = desk.claims()
    assert claim is not None
    with pytest.raises(LookupError):
        placing.place_order(desk.services, claim)

    placing.give_up(desk.services, claim)

    assert desk.request.order_state is OrderState.REFUSED
    assert len(desk.said) == 1
    assert not desk.has_job
    placing.try_again(desk.services, MIRAS, desk.request.id)
    desk.works()
    assert desk.request.draft_order.name == "#D7"
    assert len(desk.shopify.orders) == 1


def test_done_once_is_done(desk: Desk) -> None:
    desk.works()
    desk.services.db.write(job_queue.add_ready, MIRAS, advance.PLACING, desk.request.id)

    desk.works()

    assert desk.is_placed_once()
    assert len(desk.shopify.calls) == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("error", [ShopifyUnavailable(), Killed()])
def test_whichever_call_is_lost_there_is_one_order(
    desk: Desk, when: str, call: int, error: BaseException
) -> None:
    getattr(desk.shopify, when)[call] = error
    try:
        desk.works()
    except Killed:
        """Somebody else goes on."""
    assert desk.has_job
    assert desk.said == []

    desk.works()
    desk.time_passes()
    desk.works()
    desk.works()

    assert desk.is_placed_once()


@pytest.mark.parametrize("error", [ShopifyUnavailable(), Killed()])
def test_a_search_that_finds_late_makes_no_second_order(
    desk: Desk, error: BaseException
) -> None:
    desk.shopify.after[2] = error
    desk.shopify.late_searches = 2
    try:
        desk.works()
    except Killed:
        """Somebody else goes on."""

    for _ in range(3):
        desk.works()

    assert desk.is_placed_once()
    assert desk.shopify.calls.count(CREATE) == 1


def test_who_dies_before_the_reply_is_stored_tells_it_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:

        def die(*_: Any) -> None:
            raise Killed

        patched.setattr(placing, "_tell", die)
        with pytest.raises(Killed):
            desk.works()
    assert desk.request.order_state is OrderState.SENT
    assert desk.request.draft_order is None

    desk.works()

    assert desk.is_placed_once()


def test_two_holders_of_the_job_create_one_order(desk: Desk) -> None:
    """The first has waited so long for its search that its lease was over."""
    slow = desk.claims()
    assert slow is not None
    stale = placing._find(desk.services, slow)
    assert stale is not None
    desk.works()

    placing._ask_shopify(stale)

    assert desk.is_placed_once()


def test_a_holder_that_wakes_up_between_search_and_creation_creates_nothing(
    desk: Desk,
) -> None:
    slow = desk.claims()
    assert slow is not None
    stale = placing._find(desk.services, slow)
    assert stale is not None
    desk.works()
    desk.shopify.late_searches = 1

    placing._ask_shopify(stale)

    assert desk.is_placed_once()


def test_without_the_right_it_is_for_people_and_the_shopper_is_told(
    desk: Desk,
) -> None:
    desk.shopify.granted = False

    desk.works()

    assert desk.request.order_state is OrderState.NO_ACCESS
    assert desk.said == ["The store has your order request and will get back to you."]
    assert (desk.shopify.calls, desk.has_job) == ([], False)


@pytest.mark.parametrize(
    "error, state",
    [
        (ScopeMissing("write_draft_orders"), OrderState.NO_ACCESS),
        (NeedsReauth(), OrderState.NO_ACCESS),
        (ChangeRefused(("INVALID: lineItems",)), OrderState.REFUSED),
    ],
)
def test_what_shopify_does_not_take_is_for_people_and_told_once(
    desk: Desk, error: Exception, state: OrderState
) -> None:
    desk.shopify.before[2] = error

    desk.works()
    desk.services.db.write(job_queue.add_ready, MIRAS, advance.PLACING, desk.request.id)
    if state is OrderState.NO_ACCESS:
        desk.shopify.granted = False
    desk.works()

    assert desk.request.order_state is state
    assert desk.said == ["The store has your order request and will get back to you."]
    assert (desk.shopify.orders, desk.has_job) == ([], False)


@pytest.mark.parametrize("field", ["email", "phone"])
def test_a_contact_that_shopify_does_not_take_stands_in_the_note(
    desk: Desk, field: str
) -> None:
    desk.shopify.before[2] = ChangeRefused((f"input.{field}",))

    desk.works()

    assert desk.is_placed_once()
    assert desk.shopify.calls == [SEARCH, CREATE, CREATE]
    given = desk.shopify.given
    assert not {"email", "phone"} & given.keys()
    assert given["note"].splitlines()[-2:] == [YES.email, YES.phone]


def test_an_order_of_nothing_is_for_people(
    services: Services, shopify: Shopify
) -> None:
    nothing = replace(YES.lines[0], variant=None)
    desk = ordered(services, shopify, YES.replace(lines=(nothing,)))

    desk.works()

    assert desk.request.order_state is OrderState.REFUSED
    assert len(desk.said) == 1


def test_while_shopify_is_away_it_waits_and_after_a_day_people_have_it(
    desk: Desk,
) -> None:
    desk.shopify.before = {number: ShopifyUnavailable() for number in range(1, 9)}
    desk.works()
    desk.works()
    assert (desk.said, desk.has_job) == ([], True)
    long_ago = update(flow_requests).where(flow_requests.c.shop_id == MIRAS)
    desk.services.db.write(
        lambda connection: connection.execute(long_ago.values(created_at=1))
    )

    desk.works()

    assert desk.request.order_state is OrderState.REFUSED
    assert len(desk.said) == 1
    assert not desk.has_job


@pytest.mark.parametrize("erased", ["conversation", "rows"])
def test_what_was_erased_meanwhile_is_not_ordered(desk: Desk, erased: str) -> None:
    erase(desk, erased)

    desk.works()

    assert desk.shopify.calls == []
    assert desk.said == []
    assert not desk.has_job


@pytest.mark.parametrize("call", [1, 2])
def test_what_is_erased_while_shopify_is_asked_leaves_nothing_here(
    desk: Desk, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*arguments: Any, **how: Any) -> Any:
        answer = desk.shopify(*arguments, **how)
        if len(desk.shopify.calls) == call:
            erase(desk, "conversation")
        return answer

    monkeypatch.setattr(admin_access, "ask_shop", ask)

    desk.works()
    desk.works()

    assert len(desk.shopify.calls) == call
    assert desk.said == []
    assert desk.request is None
    assert not desk.has_job


def erase(desk: Desk, what: str) -> None:
    where = (MIRAS, desk.run.conversation_id)
    if what == "conversation":
        with desk.services.db.reading() as connection:
            found = chat_conversations.find(connection, *where)
        assert found is not None
        retention.end_conversation(desk.services, found, erase=True)
        return
    for table in (flow_runs, flow_requests, messages, conversations):
        gone = delete(table).where(table.c.shop_id == MIRAS)
        desk.services.db.write(run_statement, gone)


def test_a_conversation_that_was_reset_is_told_all_the_same(desk: Desk) -> None:
    with desk.services.db.reading() as connection:
        where = (MIRAS, desk.run.conversation_id)
        found = chat_conversations.find(connection, *where)
    assert found is not None
    retention.end_conversation(desk.services, found, erase=False)

    desk.works()

    assert desk.is_placed_once()


def test_people_may_try_again_what_was_not_allowed(desk: Desk) -> None:
    desk.shopify.granted = False
    desk.works()
    desk.shopify.granted = True

    placing.try_again(desk.services, MIRAS, desk.request.id)
    assert desk.request.order_state == "pending"
    desk.works()

    assert len(desk.shopify.orders) == 1
    assert desk.said[-1] == "All set! Your order is #D7."
    placing.try_again(desk.services, MIRAS, desk.request.id)
    assert desk.request.order_state is OrderState.CREATED
    assert not desk.has_job
    with pytest.raises(NotFound):
        placing.try_again(desk.services, MIRAS, "x")
