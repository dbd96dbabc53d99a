"""An order of many pieces in the chat: told in words or filled in, kept whatever is asked in
between, agreed to once, and one draft order at Shopify.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from backend.shops.settings import Settings
from tests.contract.checked_people import CheckedPerson
from tests.contract.database_hand import ask, change
from tests.support.canaries import traces
from tests.support.form_talks import (
    CONTACT,
    CONTACT_WORDS,
    IN_WORDS,
    ORDER,
    QUESTION,
    Fields,
    FormTalk,
    names_of_fields,
    receipts,
    shown,
)
from tests.support.model_calls import told_of_tools, will_call
from tests.support.order_shops import (
    GENEROUS,
    HARBOUR,
    OLD_TOWN,
    WITHOUT_MODEL,
    choose,
    fill_shop,
    requests_of,
)
from tests.support.pace import soon
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import ALL_SCOPES, PretendStore
from tests.support.privacy_stories import told
from tests.support.running_app import RunningApp, SharedApps
from tests.support.waiting import wait_until

REMOTE, MUG_IN_FOG = 817201, 810302
NO_DRAFTS = "write_app_proxy,read_products,read_content,read_legal_policies"
GRANTED = (
    "UPDATE installations SET scopes = :scopes"
    " WHERE shop_id = (SELECT id FROM shops WHERE domain = :shop)"
)
ONE_PLACE = Settings(pickup_places=(HARBOUR,))
TWO_PLACES = Settings(pickup_places=(HARBOUR, OLD_TOWN), delivery=True)
AMOUNT, TOTAL = "14.50", "159.50"

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True, scope="module")

CheckedPerson.secrets |= CONTACT_WORDS


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, apps: SharedApps) -> RunningApp:
    return apps.on(request.param, **WITHOUT_MODEL, **GENEROUS)


@pytest.fixture(scope="module")
def store(app: RunningApp, pretend_shopify: AdminApi) -> Iterator[PretendStore]:
    """Mira's shop, in which all of these stories are told."""
    name = f"lagoon-{app.store.kind}.myshopify.com"
    store = fill_shop(app, pretend_shopify, name)
    yield store
    store.forgets()


@pytest.fixture
def without_scope(app: RunningApp, store: PretendStore) -> Iterator[PretendStore]:
    """Mira lets nobody write draft orders for now."""
    change(app, GRANTED, shop=store.shop, scopes=NO_DRAFTS)
    yield store
    change(app, GRANTED, shop=store.shop, scopes=ALL_SCOPES)


@pytest.fixture
def chooses(app: RunningApp, store: PretendStore) -> Iterator[Callable[..., None]]:
    """What Mira chooses; nothing of it is left for the next story."""
    yield partial(choose, app, store.shop)
    choose(app, store.shop, Settings())


@pytest.fixture
def talk(app: RunningApp, store: PretendStore) -> FormTalk:
    """A guest's."""
    return FormTalk(CheckedPerson(app.base, store.shop))


def tab_of(talk: FormTalk) -> FormTalk:
    """A second tab of the same browser."""
    who = talk.who
    return FormTalk(
        CheckedPerson(who.base, who.shop, who.customer, who.address, who.device)
    )


def reaches_the_yes(talk: FormTalk) -> None:
    talk.says(ORDER)
    talk.answers(**CONTACT)
    assert talk.step == "confirm"


def drafts_of(store: PretendStore, run: str) -> list[Fields]:
    return [draft for draft in store.draft_orders() if f"flux-{run}" in draft["tags"]]


def is_placed(talk: FormTalk) -> bool:
    return bool(receipts(talk))


def test_an_order_in_words_becomes_one_draft_order(
    app: RunningApp, store: PretendStore, talk: FormTalk, chooses
):
    chooses(ONE_PLACE)

    assert "How can we reach you?" in talk.says(ORDER)
    assert talk.step == "contact"
    assert "Pickup is at Harbour store." in talk.says(IN_WORDS)
    form = talk.form
    assert form["step"] == "confirm"
    assert shown(form)["Pickup or delivery"] == "Harbour store, Quay 4, Mon-Fri 9-18"
    assert shown(form)["Email"] == CONTACT["email"]
    [item] = form["items"]
    assert (item["title"], item["quantity"]) == ("Lantern Remote Control", 11)
    assert (item["price"]["amount"], form["total"]["amount"]) == (AMOUNT, TOTAL)

    assert "Your order request is in" in talk.says("yes")

    wait_until(partial(is_placed, talk), "the shopper is told the number")
    [draft] = drafts_of(store, form["run"])
    assert draft["input"]["lineItems"] == [
        {"variantId": f"gid://shopify/ProductVariant/{REMOTE}", "quantity": 11}
    ]
    assert draft["input"]["email"] == CONTACT["email"]
    assert draft["input"]["phone"] == "+12025550147"
    assert receipts(talk) == [{"name": draft["name"], "url": draft["invoiceUrl"]}]
    assert talk.form == {}
    request = requests_of(app, store.shop)[-1]
    assert (request.kind, request.state, request.order_state) == (
        "bulk_order",
        "new",
        "created",
    )


@on_sqlite
def test_only_its_shopper_sees_contact_details_whole(talk: FormTalk, chooses):
    """A message is kept, listed and exported: a form in it shows them masked."""
    reaches_the_yes(talk)

    assert shown(talk.form)["Phone number"] == "+12025550147"
    kept = json.dumps(talk.messages, ensure_ascii=False)
    assert [words for words in CONTACT_WORDS if words in kept] == []
    assert "A…" in kept


@on_sqlite
def test_an_order_is_filled_in_step_by_step(
    store: PretendStore, talk: FormTalk, chooses
):
    chooses(TWO_PLACES)
    begun = talk.begins("bulk_order")
    assert "how many of each" in talk.reply_to(begun)
    assert names_of_fields(talk.form) == ["items"]

    listed = "11 remote controls\n3 butter dishes\n5 unicorn saddles\n20 harbour mugs"
    reply = talk.answers(items=listed)
    assert "I couldn't find: 5 unicorn saddles." in reply
    assert talk.step == "choose"
    sold_out, which = talk.form["fields"]
    assert [each["value"] for each in sold_out["options"]] == ["drop"]
    [fog] = [each for each in which["options"] if "Fog" in each["label"]]
    assert not any("Sand" in each["label"] for each in which["options"])

    talk.answers(**{sold_out["name"]: "drop", which["name"]: fog["value"]})
    assert talk.step == "contact"
    talk.answers(**CONTACT)
    assert talk.step == "place"
    [places] = talk.form["fields"]
    assert [each["label"] for each in places["options"]] == [
        "Harbour store, Quay 4, Mon-Fri 9-18",
        "Old Town, Market 1",
        "Delivery",
    ]
    talk.answers(place=places["options"][1]["value"])
    run = talk.form["run"]
    assert [item["quantity"] for item in talk.form["items"]] == [11, 20]
    talk.answers(confirm="yes")

    wait_until(partial(is_placed, talk), "the shopper is told the number")
    [draft] = drafts_of(store, run)
    asked = draft["input"]
    assert [line["quantity"] for line in asked["lineItems"]] == [11, 20]
    assert {"key": "Place", "value": "Old Town, Market 1"} in asked["customAttributes"]
    assert "5 × 5 unicorn saddles" in asked["note"]


@on_sqlite
def test_a_place_is_chosen_by_its_name_and_a_question_about_it_chooses_nothing(
    talk: FormTalk, chooses
):
    chooses(TWO_PLACES)
    talk.says(ORDER)
    talk.answers(**CONTACT)

    talk.says("Where is the Harbour store?")
    assert talk.step == "place"
    talk.says("the old town please")

    assert shown(talk.form)["Pickup or delivery"] == "Old Town, Market 1"


@on_sqlite
def test_one_of_several_versions_is_chosen_in_its_own_words(talk: FormTalk):
    talk.reply_to(talk.begins("bulk_order"))
    talk.says("6 logbook notebooks")
    assert talk.step == "choose"

    talk.says("the plain navy one")

    assert talk.step == "contact"


@on_sqlite
def test_a_wrong_number_gets_the_sentence_that_helps(talk: FormTalk):
    """And nothing of what stood beside it is stored."""
    talk.says(ORDER)
    before = talk.form

    refused = talk.refusals(name="Ana", phone="123", email="ana@lagoon")

    assert refused == {
        "phone": "That phone number looks too short. Is the area code missing?",
        "email": "That email doesn't look right. Please check it.",
    }
    refused = talk.refusals(**CONTACT | {"phone": "0151 23456789"})
    assert refused["phone"].startswith("Please add the country code")
    assert talk.form == before
    assert "looks too short" in talk.says("Ana Ruiz, phone 12345")
    german = {"phone": "0151 23456789"}
    talk.reply_to(talk.sends(values=CONTACT | german, country="DE"))
    assert shown(talk.form)["Phone number"] == "+4915123456789"


@on_sqlite
def test_a_question_at_any_step_is_answered_and_the_form_is_still_there(
    talk: FormTalk, chooses
):
    chooses(TWO_PLACES)
    talk.reply_to(talk.begins("bulk_order"))
    ways: list[Fields] = [
        {"items": "20 harbour mugs"},
        {"line-0": "0"},
        CONTACT,
        {"place": "delivery"},
    ]

    steps = []
    for values in [*ways, {}]:
        before = talk.form
        steps.append(before["step"])
        reply = talk.says(QUESTION)
        assert "within 30 days" in reply
        assert f"your form is still here: {before['title']}" in reply
        assert talk.form == before
        if values:
            talk.answers(**values)

    assert steps == ["items", "choose", "contact", "place", "confirm"]


@on_sqlite
def test_back_and_change_keep_what_was_answered(talk: FormTalk, chooses):
    chooses(TWO_PLACES)
    reaches = [ORDER, IN_WORDS, "delivery"]
    for words in reaches:
        talk.says(words)
    assert talk.step == "confirm"

    talk.says("back")
    assert talk.step == "place"
    talk.acts("back")
    assert talk.step == "contact"
    assert talk.form["values"]["email"] == CONTACT["email"]
    talk.acts("change", "items")
    talk.answers(**{"quantity-0": "12"})
    talk.answers(**CONTACT | {"name": "Ana Maria Ruiz"})

    assert talk.step == "place"
    talk.answers(place=talk.form["values"]["place"])
    assert shown(talk.form)["Name"] == "Ana Maria Ruiz"
    assert talk.form["items"][0]["quantity"] == 12
    talk.says("change the phone number")
    assert talk.step == "contact"


@pytest.mark.parametrize("asked", ["items", "contact", "confirm"])
@on_sqlite
def test_what_was_cancelled_is_gone_on_with(
    store: PretendStore, talk: FormTalk, asked: str
):
    talk.reply_to(talk.begins("bulk_order"))
    for step, values in {"items": {"items": ORDER}, "contact": CONTACT}.items():
        if talk.step == step != asked:
            talk.answers(**values)
    assert talk.step == asked
    run = talk.form["run"]

    assert "Nothing was sent" in talk.says("cancel")
    assert talk.form == {}
    talk.reply_to(talk.begins("bulk_order"))

    assert (talk.form["run"], talk.step) == (run, asked)
    assert "Nothing was sent" in talk.acts("cancel")
    talk.says("I want to place a bulk order")
    assert (talk.form["run"], talk.step) == (run, asked)
    assert drafts_of(store, run) == []


def test_two_tabs_that_answer_at_once_are_told_which_was_first(talk: FormTalk):
    talk.says(ORDER)
    other, form = tab_of(talk), talk.form
    ways = [
        partial(talk.sends, form, values=CONTACT),
        partial(other.sends, form, action="change", step="items"),
    ]

    with ThreadPoolExecutor(2) as together:
        sent = [together.submit(way) for way in ways]
    answered = [future.result() for future in sent]

    assert sorted(answer.status for answer in answered) == [201, 409]
    [first] = [answer for answer in answered if answer.status == 201]
    [late] = [answer for answer in answered if answer.status == 409]
    assert late.code == "invalid"
    talk.reply_to(first)
    winner = "confirm" if first is answered[0] else "items"
    assert talk.step == other.step == winner
    assert [message["role"] for message in talk.messages] == [
        "shopper",
        "assistant",
    ] * 2


def test_the_same_answer_again_is_answered_as_before(
    store: PretendStore, talk: FormTalk
):
    reaches_the_yes(talk)
    asked = talk.asked(values={"confirm": "yes"})

    with ThreadPoolExecutor(4) as together:
        sent = [together.submit(talk.who.sends, "form", asked) for _ in range(4)]
    answered = [future.result() for future in sent]

    assert [answer.status for answer in answered] == [201] * 4
    same = {(answer.turn, answer.body["message"]["id"]) for answer in answered}
    assert len(same) == 1
    wait_until(partial(is_placed, talk), "the shopper is told the number")
    assert len(drafts_of(store, asked["run"])) == 1
    again = talk.who.sends("form", asked)
    assert {(again.turn, again.body["message"]["id"])} == same
    said = [each["text"] for each in talk.messages if each["role"] == "shopper"]
    assert said == [ORDER, said[1], "Yes, confirm"]


def test_a_second_tab_has_the_next_question_within_a_second(talk: FormTalk):
    talk.says(ORDER)
    other, seen = tab_of(talk), talk.messages[-1]["seq"]

    with ThreadPoolExecutor(1) as beside:
        waits = beside.submit(other.who.history, after=seen, wait=8)
        talk.sends(values=CONTACT)
        answered = time.monotonic()
        news = waits.result().body

    assert time.monotonic() - answered <= soon(1.0)
    assert news["form"]["revision"] > 1
    assert news["form"]["step"] == "confirm"


@on_sqlite
def test_without_the_scope_it_is_a_request_and_the_shopper_is_told(
    app: RunningApp, without_scope: PretendStore
):
    talk = FormTalk(CheckedPerson(app.base, without_scope.shop))
    reaches_the_yes(talk)
    run = talk.form["run"]

    talk.answers(confirm="yes")

    sentence = "The store has your order request and will get back to you."
    wait_until(partial(is_said, talk, sentence), "the shopper is told")
    request = requests_of(app, without_scope.shop)[-1]
    assert (request.run_id, request.order_state) == (run, "no_access")
    assert drafts_of(without_scope, run) == []


def is_said(talk: FormTalk, sentence: str) -> bool:
    return talk.messages[-1]["text"] == sentence


def test_nothing_crosses_between_sessions_and_shops(
    app: RunningApp, store: PretendStore, otto: CheckedPerson
):
    """Otto's customer has Ana's number, and wants to be called."""
    people = [
        CheckedPerson(app.base, store.shop),
        CheckedPerson(app.base, store.shop, customer="7001"),
        CheckedPerson(app.base, otto.shop, customer="7001"),
    ]
    talks = [FormTalk(who) for who in people]
    orders = ["I need 11 remote controls", "I need 12 remote controls", ""]
    names = ["Kim Alba", "Lee Brook", "Max Cole"]

    def wants(talk: FormTalk, order: str, name: str) -> None:
        if order:
            talk.says(order)
        else:
            talk.reply_to(talk.begins("callback_request"))
        talk.answers(**CONTACT | {"name": name})

    with ThreadPoolExecutor(3) as together:
        list(together.map(wants, talks, orders, names))

    forms = [talk.form for talk in talks]
    items = [[item["quantity"] for item in form["items"]] for form in forms]
    assert items == [[11], [12], []]
    assert [shown(form)["Name"] for form in forms] == names
    for talk in talks:
        for other in talks:
            if talk is not other:
                refused = talk.sends(other.form, values={"confirm": "yes"})
                assert refused.status == 409
    assert [talk.form for talk in talks] == forms


@on_sqlite
def test_the_draft_order_of_a_signed_in_customer_is_theirs(
    app: RunningApp, store: PretendStore
):
    talk = FormTalk(CheckedPerson(app.base, store.shop, customer="7001"))
    reaches_the_yes(talk)
    run = talk.form["run"]

    talk.answers(confirm="yes")

    wait_until(partial(is_placed, talk), "the shopper is told the number")
    [draft] = drafts_of(store, run)
    assert draft["input"]["purchasingEntity"] == {
        "customerId": "gid://shopify/Customer/7001"
    }


@on_sqlite
def test_too_small_an_order_is_told_the_smallest(talk: FormTalk, chooses):
    chooses(Settings(least_pieces=10))
    talk.reply_to(talk.begins("bulk_order"))

    assert "The smallest quantity for this is 10." in talk.says("5 remote controls")
    assert talk.step == "items"
    talk.answers(**{"quantity-0": "10"})

    assert talk.step == "contact"


@on_sqlite
def test_whoever_has_one_form_open_finishes_it_first(talk: FormTalk):
    talk.says(ORDER)
    before = talk.form

    first = "You already have a form open."
    assert first in talk.reply_to(talk.begins("callback_request"))
    assert first in talk.says("please call me back")

    assert (talk.form["run"], talk.step) == (before["run"], "contact")


@pytest.fixture
def canaries() -> dict[str, str]:
    """Contact details that nobody else has."""
    letters = str.maketrans("0123456789", "abcdefghij")
    name = f"Zq{uuid.uuid4().hex.translate(letters)}"
    CheckedPerson.secrets.add(name)
    return CONTACT | {"name": name, "email": f"{name}@lagoon.example"}


def left_of(app: RunningApp, conversation: str) -> dict[str, int]:
    """Rows of each table that are about it."""
    tables = ("flow_runs", "flow_requests", "messages", "turns", "sessions")
    query = "SELECT count(*) FROM {} WHERE conversation_id = :id"
    counted = {
        table: ask(app, query.format(table), id=conversation)[0][0] for table in tables
    }
    return {table: number for table, number in counted.items() if number}


def conversation_of(app: RunningApp, run: str) -> str:
    [row] = ask(app, "SELECT conversation_id FROM flow_runs WHERE id = :id", id=run)
    return str(row[0])


def redacts(app: RunningApp, shop: str, email: str) -> None:
    """Of somebody whom the shop knows by their e-mail address alone."""
    customer = {"id": 424242, "email": email.upper(), "phone": None}
    body = {"shop_domain": shop, "customer": customer, "orders_to_redact": []}
    told(app, "customers/redact", shop, body=json.dumps(body).encode())


@pytest.mark.parametrize("agreed", [False, True])
def test_a_redaction_by_the_address_that_was_filled_in_leaves_nothing(
    app: RunningApp,
    store: PretendStore,
    talk: FormTalk,
    canaries: dict[str, str],
    agreed: bool,
):
    talk.says(ORDER)
    talk.answers(**canaries)
    conversation = conversation_of(app, talk.form["run"])
    if agreed:
        talk.answers(confirm="yes")
        wait_until(partial(is_placed, talk), "the shopper is told the number")
    assert {"flow_runs", "messages"} <= left_of(app, conversation).keys()

    redacts(app, store.shop, canaries["email"])

    assert left_of(app, conversation) == {}
    assert talk.messages == []
    assert traces(app, [canaries["name"], canaries["email"]]) == []


def test_an_erasing_reset_in_the_middle_leaves_nothing(
    app: RunningApp, talk: FormTalk, canaries: dict[str, str]
):
    talk.says(ORDER)
    talk.says(f"My name is {canaries['name']} and my email is {canaries['email']}")
    conversation = conversation_of(app, talk.form["run"])

    talk.who.resets(erase=True)

    left = left_of(app, conversation)
    assert "flow_runs" not in left
    assert "messages" not in left
    sought = [canaries["name"], canaries["email"]]
    wait_until(lambda: not traces(app, sought), "no trace is left")


@pytest.fixture(scope="module")
def with_model(apps: SharedApps, pretend_shopify: AdminApi) -> Iterator[FormTalk]:
    """Where a model reads what is wanted."""
    app = apps.on("sqlite", **GENEROUS)
    store = fill_shop(app, pretend_shopify, "cay-model.myshopify.com")
    yield FormTalk(CheckedPerson(app.base, store.shop))
    store.forgets()


@pytest.mark.parametrize(
    ("handle", "step"),
    [("lantern-remote-control", "contact"), ("harbour-mug", "choose")],
)
def test_a_model_begins_the_form_and_code_decides_what_holds(
    with_model: FormTalk, ai, handle: str, step: str
):
    """What is no address is asked for; of a product that nobody has named it is asked which."""
    talk = FormTalk(with_model.who.elsewhere())
    item = {"quantity": 11, "words": "11 remote controls", "handle": handle}
    told_too: Fields = {"name": "Ana Ruiz", "email": "ana at nowhere"}
    will_call(ai, "start_flow", ORDER, flow="bulk_order", items=[item], **told_too)

    talk.says(ORDER)

    [told] = told_of_tools(ai)
    assert json.loads(told)["state"] == "open"
    assert talk.step == step
    if step == "contact":
        shown_now = {"name": "Ana Ruiz", "phone": "", "email": ""}
        assert talk.form["values"] == shown_now
        talk.answers(**CONTACT)
        [item] = talk.form["items"]
        assert (item["title"], item["quantity"]) == ("Lantern Remote Control", 11)
