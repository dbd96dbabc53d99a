"""Mira's settings page: what she chooses holds at once and everywhere, errors stand beside the
field, nobody is overwritten unseen, and Otto's page is his own.
"""

import pytest

from tests.contract.database_hand import ask, change
from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm
from tests.support.people import Person
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

SETTINGS, DATA = "/admin/settings", "/admin/settings/data"
TEAM, HOURS = "/admin/settings/team", "/admin/settings/availability"
KNOWLEDGE = "/admin/settings/knowledge"
MARKUP = '<script>alert(1)</script>" onload="x'


def form_of(who: Merchant, path: str = SETTINGS) -> dict[str, list[str]]:
    answer = who.fetches(path)
    assert answer.status == 200
    return PageForm(answer.content).fields


def saves(who: Merchant, path: str = SETTINGS, **changed: str | list[str]) -> int:
    return who.submits(path, form_of(who, path) | changed).status


def told_to_the_model(ai: ScriptedModel) -> str:
    return str(ai.calls()[-1]["body"]["messages"][0]["content"])


def test_a_shop_that_never_saved_sees_the_defaults(mira: Merchant) -> None:
    fields = form_of(mira)

    assert fields["tone"] == ["warm"]
    assert (fields["bulk_orders"], fields["delivery"]) == (["on"], [])
    assert "greeting" not in fields
    assert "question" not in form_of(mira, KNOWLEDGE)


PAGES_OF_FIELDS = {
    SETTINGS: {
        "assistant_name": ["Marina"],
        "welcome": ["Ahoy! 👋 مرحبا"],
        "greeting_language": ["de", "ja"],
        "greeting": ["Moin!", "ようこそ"],
    },
    KNOWLEDGE: {
        "question": ["Do you ship?", "Is oak hard?"],
        "answer": ["Yes.", "Quite."],
    },
    HOURS: {
        "hours_monday": ["9:00–12:30", "13:30–18:00"],
        "time_zone": ["Asia/Kolkata"],
    },
    TEAM: {"own_name": ["Mira"], "silence_minutes": ["30"], "rating": []},
    DATA: {"expiry_count": ["36"], "expiry_unit": ["hours"]},
}


def test_each_page_saves_its_own_fields_and_leaves_the_others(mira: Merchant) -> None:
    for path, chosen in PAGES_OF_FIELDS.items():
        answer = mira.submits(path, form_of(mira, path) | chosen)
        place, _, asked = answer.headers["Location"].partition("?")
        assert (answer.status, place, asked) == (303, path, "saved")

    for path, chosen in PAGES_OF_FIELDS.items():
        fields = form_of(mira, path)
        assert {name: fields[name] for name in chosen} == chosen


def test_the_page_that_is_shown_is_marked_among_the_links(mira: Merchant) -> None:
    for path in PAGES_OF_FIELDS:
        page = mira.fetches(path).content.decode()
        assert page.count('aria-current="page"') == 1
        assert f'href="{path}" aria-current="page"' in page

    assert mira.fetches("/admin/settings/nothing").status == 404


def test_wrong_fields_are_told_beside_them_and_what_was_typed_stays(
    mira: Merchant,
) -> None:
    wrong = {
        "least_pieces": "0",
        "welcome": "x" * 501,
        "pickup_name": ["Harbour", "Yard"],
        "pickup_address": ["Quay 4", ""],
    }

    answer = mira.submits(SETTINGS, form_of(mira) | wrong)

    assert answer.status == 422
    assert "There are 3 errors. Fix them to save." in answer.content.decode()
    page = PageForm(answer.content)
    assert page.errors.keys() == {"welcome", "least_pieces", "pickup_address.1"}
    assert page.fields["least_pieces"] == ["0"]
    assert page.fields["pickup_name"] == ["Harbour", "Yard"]
    assert form_of(mira)["welcome"] == [""]


def test_an_hour_that_is_wrong_is_told_beside_its_day(mira: Merchant) -> None:
    wrong = {"hours_sunday": ["9:00–12:00", "11:00–13:00"]}

    answer = mira.submits(HOURS, form_of(mira, HOURS) | wrong)

    page = answer.content.decode()
    assert (answer.status, page.count("data-error")) == (422, 1)
    assert "There is 1 error. Fix it to save." in page
    assert "9:00–12:00 and 11:00–13:00 overlap." in page
    assert PageForm(answer.content).fields["hours_sunday"] == wrong["hours_sunday"]


def test_two_who_save_at_once_both_see_both(mira: Merchant) -> None:
    hers, his = form_of(mira), form_of(mira.colleague("43"))
    changed = hers | {"assistant_name": "Marina", "instructions": "Be kind."}
    assert mira.submits(SETTINGS, changed).status == 303

    late = mira.colleague("43").submits(SETTINGS, his | {"assistant_name": "Nemo"})

    assert late.status == 409
    page = PageForm(late.content)
    assert page.fields["assistant_name"] == ["Nemo"]
    assert "Stored now: Marina" in page.details["assistant_name"]
    assert "Stored now: Be kind." in page.details["instructions"]
    assert not [
        name
        for name, words in page.details.items()
        if "Stored now" in words and name not in ("assistant_name", "instructions")
    ]
    assert form_of(mira)["assistant_name"] == ["Marina"]

    knowingly = mira.colleague("43").submits(SETTINGS, page.fields)

    assert knowingly.status == 303
    assert form_of(mira)["assistant_name"] == ["Nemo"]


def test_who_saves_another_page_is_in_nobodys_way(mira: Merchant) -> None:
    hers, his = form_of(mira), form_of(mira.colleague("43"), DATA)
    changed = hers | {"assistant_name": "Marina"}
    assert mira.submits(SETTINGS, changed).status == 303

    other = mira.colleague("43").submits(DATA, his | {"retention_days": "30"})

    assert other.status == 303
    assert form_of(mira)["assistant_name"] == ["Marina"]
    assert form_of(mira, DATA)["retention_days"] == ["30"]


def test_orders_and_callbacks_are_switched_off_and_asked_for_less(
    mira: Merchant,
) -> None:
    fields = form_of(mira)
    del fields["bulk_orders"]
    changed = {
        "ask_email": "off",
        "least_pieces": "20",
        "delivery": "on",
        "pickup_name": ["Harbour"],
        "pickup_address": ["Quay 4"],
        "pickup_hours": [""],
    }

    assert mira.submits(SETTINGS, fields | changed).status == 303

    kept = form_of(mira)
    assert (kept["bulk_orders"], kept["callbacks"]) == ([], ["on"])
    for name, value in changed.items():
        assert kept[name] == (value if isinstance(value, list) else [value])


def test_new_requests_go_to_a_colleague(mira: Merchant) -> None:
    mira.colleague("43").opens()

    assert saves(mira, TEAM, requests_to="43") == 303

    assert form_of(mira, TEAM)["requests_to"] == ["43"]


def test_who_lacks_the_scope_for_draft_orders_is_asked_while_orders_are_on(
    app: RunningApp, mira: Merchant
) -> None:
    asks = 'scopes="write_draft_orders"'
    page = mira.fetches(SETTINGS).content.decode()
    assert asks in page
    assert "bulk orders arrive as requests" in page

    fields = form_of(mira)
    del fields["bulk_orders"]
    mira.submits(SETTINGS, fields)
    assert asks not in mira.fetches(SETTINGS).content.decode()

    saves(mira, bulk_orders="on")
    mine = "shop_id IN (SELECT id FROM shops WHERE domain = :shop)"
    granted = f"UPDATE installations SET scopes = scopes || :more WHERE {mine}"
    change(app, granted, more=",write_draft_orders", shop=mira.shop)
    assert asks not in mira.fetches(SETTINGS).content.decode()


def test_the_next_reply_knows_what_was_saved(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    told = "Never promise a day."
    assert saves(mira, assistant_name="Marina", instructions=told) == 303
    assert saves(mira, KNOWLEDGE, question="Ship?", answer="Yes.") == 303

    ben.asks("Do you ship to Norway?")

    prompt = told_to_the_model(ai)
    assert 'You are "Marina"' in prompt
    assert told in prompt
    assert "A: Yes." in prompt


def test_every_process_knows_it_as_soon(
    app_factory: AppFactory, ai: ScriptedModel, shop: str
) -> None:
    first = app_factory("postgresql")
    second = first.sibling()
    mira, ben = Merchant(first.base, shop), Person(second.base, shop)
    ben.asks("Hello")

    assert saves(mira, assistant_name="Marina") == 303
    ben.asks("And who are you?")

    assert 'You are "Marina"' in told_to_the_model(ai)


def test_a_used_up_budget_is_told_and_asks_no_model(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    assert saves(mira, DATA, replies_per_day="1") == 303
    assert ben.follows(ben.says("One").turn).names[-1] == "finished"
    asked = len(ai.calls())

    ended = ben.follows(ben.says("Two").turn).events[-1]

    assert (ended.name, ended.data["code"]) == ("failed", "budget_reached")
    assert len(ai.calls()) == asked


def test_a_budget_in_dollars_is_kept_where_the_price_is_unknown_and_says_so(
    mira: Merchant,
) -> None:
    page = mira.fetches(DATA).content.decode()
    assert "AI budgets in dollars are not available" in page
    assert "does not limit anything" not in page

    assert saves(mira, DATA, dollars_per_day="12.5") == 303
    assert saves(mira, tone="brief") == 303

    assert form_of(mira, DATA)["dollars_per_day"] == ["12.50"]
    assert "does not limit anything" in mira.fetches(DATA).content.decode()


def spent(app: RunningApp) -> int:
    """In microdollars, with what is reserved."""
    (row,) = ask(app, "SELECT count FROM budgets WHERE name = 'microdollars'")
    return int(row[0])


def test_where_the_price_is_known_a_budget_in_dollars_is_offered_and_holds(
    app_factory: AppFactory, ai: ScriptedModel, shop: str
) -> None:
    app = app_factory("sqlite", MODEL_PRICES="gpt-5-mini=0.25/2.00")
    mira, ben = Merchant(app.base, shop), Person(app.base, shop)
    page = mira.fetches(DATA).content.decode()
    assert "One reply may cost up to about $0.0097" in page
    assert "not available" not in page

    assert saves(mira, DATA, dollars_per_day="0.01") == 303
    ben.follows(ben.says("One").turn)
    ben.follows(ben.says("Two").turn)
    asked = len(ai.calls())
    assert asked >= 1

    # Two replies cost far less than what a single one reserves until it is settled.
    wait_until(lambda: spent(app) < 1_000, "both are settled")
    change(app, "UPDATE budgets SET count = 9000 WHERE name = 'microdollars'")
    ben.follows(ben.says("Three").turn)

    assert len(ai.calls()) == asked


def test_a_shops_own_limit_of_messages_holds_within_two_seconds(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ai.script(chunks=10, gap_ms=50)
    ben.says("Hello")
    assert saves(mira, DATA, messages_per_minute="1") == 303
    sent: list[int] = []

    def is_refused() -> bool:
        answer = ben.says("Hello again")
        sent.append(answer.status)
        if answer.status == 201:
            ben.follows(answer.turn)
        return answer.status == 429

    wait_until(is_refused, "the shop's limit", within=4)
    # Far fewer than the operator allows.
    assert len(sent) < 10


def test_no_limit_exceeds_the_operators(mira: Merchant) -> None:
    answer = mira.submits(DATA, form_of(mira, DATA) | {"messages_per_minute": "31"})

    assert PageForm(answer.content).errors.keys() == {"messages_per_minute"}


@pytest.mark.parametrize("status", [303, 422])
def test_what_was_typed_is_text_wherever_it_stands(mira: Merchant, status: int) -> None:
    typed = {
        "assistant_name": MARKUP,
        "welcome": MARKUP,
        "greeting_language": "de",
        "greeting": MARKUP,
        "instructions": MARKUP,
    }
    wrong = {"tone": MARKUP} if status == 422 else {}

    answer = mira.submits(SETTINGS, form_of(mira) | typed | wrong)

    assert answer.status == status
    page = answer if status == 422 else mira.fetches(SETTINGS)
    assert b"<script>alert" not in page.content
    assert PageForm(page.content).fields["instructions"] == [MARKUP]


def test_otto_neither_sees_nor_changes_what_mira_has_chosen(
    mira: Merchant, otto: Merchant
) -> None:
    assert saves(mira, assistant_name="Marina") == 303

    assert form_of(otto)["assistant_name"] == [""]
    assert saves(otto, assistant_name="Nemo") == 303
    assert form_of(mira)["assistant_name"] == ["Marina"]


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_nothing_is_shown_or_saved(
    mira: Merchant, app: RunningApp, token: str
) -> None:
    fields = form_of(mira) | {"assistant_name": "Nobody"}

    assert mira.fetches(SETTINGS, token=token).status in (302, 401)
    assert mira.submits(SETTINGS, fields, token=token).status in (302, 401)
    assert form_of(mira)["assistant_name"] == [""]
