"""Mira's home page: the switch for her theme, what has been read of her store, what is not right,
who waits, today in figures, first steps that go away for good.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from backend.shops.proxy_paths import DEFAULT_PATH
from backend.shops.settings import Settings
from backend.web.admin.settings_form import PAGES
from tests.contract.database_hand import ask, change
from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.running_app import CLIENT_ID, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.settings_pages import choose
from tests.support.source_files import EXTENSION
from tests.support.stores import Stores
from tests.support.waiting import wait_until

FIGURE = re.compile(
    r'<div class="home-figure">\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>', re.DOTALL
)
WELCOME = "Setup guide"
READ = "/admin/catalog/read"
ALL_SCOPES = "write_app_proxy,read_products,read_content,read_legal_policies"
MINE = "(SELECT id FROM shops WHERE domain = :shop)"
PRICED = {"MODEL_PRICES": "gpt-5-mini=0.25/2"}
CENT = 10_000


def home_of(who: Merchant) -> str:
    answer = who.opens()
    assert answer.status == 200
    return answer.content.decode()


def figures_of(who: Merchant) -> dict[str, str]:
    return dict(FIGURE.findall(home_of(who)))


def test_a_new_shop_sees_a_page_and_zeros(mira: Merchant) -> None:
    assert figures_of(mira) == {
        "New conversations": "0",
        "Answered by assistant": "0",
        "Handed to your team": "0",
        "Failed": "0",
        "AI usage (tokens)": "0",
        "Statements held back": "0",
        "Answered without the AI model": "0",
        "First response time": "No data",
        "Resolved without a person": "No data",
        "Returning shoppers": "0",
        "Satisfaction": "No data",
    }


def test_the_last_days_tell_how_many_found_their_chat_and_how_forms_went(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    home_of(mira)
    for name, number in (
        ("session_restored", 11),
        ("session_expired", 1),
        ("bulk_started", 9),
        ("bulk_finished", 5),
        ("bulk_cancelled", 1),
        ("bulk_left_contact", 3),
    ):
        count_today(app, mira, name, number)

    page = home_of(mira)

    figures = dict(FIGURE.findall(page))
    assert figures["Returning shoppers"] == "12"
    assert "92% found their chat" in page
    assert figures["Order forms started"] == "9"
    assert "5 finished, 1 canceled, 2 abandoned" in page
    # Three of the eight that ended.
    assert re.search(r"Contact</th><td>3</td><td>38%", page)
    assert "Callback forms started" not in figures
    assert figures_of(otto)["Returning shoppers"] == "0"


def test_a_shop_that_has_not_granted_all_is_told_what_is_missing(
    app: RunningApp, mira: Merchant
) -> None:
    assert "Missing:" not in home_of(mira)
    mine = "shop_id IN (SELECT id FROM shops WHERE domain = :shop)"

    granted = f"UPDATE installations SET scopes = :scopes WHERE {mine}"

    some = "read_products,read_content,read_legal_policies"
    change(app, granted, scopes=some, shop=mira.shop)
    assert "Missing: write_app_proxy." in home_of(mira)

    change(app, granted, scopes=f"{some},write_app_proxy", shop=mira.shop)
    assert "Missing:" not in home_of(mira)


def test_the_link_opens_her_own_theme_with_the_chat_switched_on(mira: Merchant) -> None:
    link = (
        f"https://{mira.shop}/admin/themes/current/editor?context=apps&amp;template=index"
        f"&amp;activateAppId={CLIENT_ID}/chat-widget"
    )

    assert f'href="{link}"' in home_of(mira)


def test_today_counts_what_was_asked_and_how_it_ended(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Yes.")
    ben.says("One", wait=25)
    ai.script(status=500)
    ben.elsewhere().says("Two", wait=25)

    figures = figures_of(mira)

    assert figures["New conversations"] == "2"
    assert (figures["Answered by assistant"], figures["Failed"]) == ("1", "1")
    assert figures["AI usage (tokens)"] != "0"


def test_the_chart_says_in_words_what_it_draws(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ben.says("One", wait=25)
    page = home_of(mira)

    assert re.search(
        r'<svg [^>]*role="img" aria-label="New conversations: 1 in 14 days; most on \w+ \d+, 1\."',
        page,
    )
    assert page.count("<rect ") == 2
    assert page.count('<th scope="row">') == 4 * 14


def test_what_was_held_back_and_said_without_the_model_is_counted(
    mira: Merchant, otto: Merchant, app: RunningApp
) -> None:
    home_of(mira)
    for name, number in (("facts_held_back", 1_200), ("rules_replies", 7)):
        count_today(app, mira, name, number)

    page = home_of(mira)

    figures = dict(FIGURE.findall(page))
    assert figures["Statements held back"] == "1,200"
    assert figures["Answered without the AI model"] == "7"
    # Neither is somebody who came back.
    assert figures["Returning shoppers"] == "0"
    for title, said in (
        ("Statements held back", "1,200"),
        ("Answered without the AI model", "7"),
    ):
        assert f'aria-label="{title}: {said} in 14 days; most on ' in page
    assert figures_of(otto)["Statements held back"] == "0"


def count_today(app: RunningApp, who: Merchant, name: str, number: int) -> None:
    change(
        app,
        "INSERT INTO daily_counts (shop_id, day, name, count)"
        f" SELECT id, :day, :name, {number} FROM shops WHERE domain = :domain",
        day=int(time.time() // 86_400),
        name=name,
        domain=who.shop,
    )


def test_who_came_back_after_a_pause_is_a_share(
    mira: Merchant, app: RunningApp
) -> None:
    home_of(mira)
    for name, number in (("session_restored", 3), ("session_expired", 1)):
        count_today(app, mira, name, number)

    page = home_of(mira)
    assert dict(FIGURE.findall(page))["Returning shoppers"] == "4"
    assert "75% found their chat" in page


def test_who_needs_a_person_is_listed(
    mira: Merchant, ben: Person, app: RunningApp
) -> None:
    ben.asks("Hello")
    talk = only_conversation(mira)
    assert "No one is waiting" in home_of(mira)
    change(
        app,
        "UPDATE conversations SET needs_staff_since = active_at - 4800000,"
        " needs_staff_why = 'asked' WHERE id = :id",
        id=talk,
    )

    page = home_of(mira)

    assert f'href="/admin/inbox/{talk}"' in page
    assert re.search(r"Waiting <time [^>]*>1 h 20 min</time>", page)
    assert '<span class="home-waiting__question" dir="auto">Hello</span>' in page
    assert "Asked for a person" in page


def test_the_setup_guide_ticks_itself(mira: Merchant, ben: Person) -> None:
    before = home_of(mira)
    ben.asks("Hello")
    choose(mira, team_name="Tide")

    after = home_of(mira)

    assert done_of(before) <= 1
    assert done_of(after) >= 2
    assert 'data-step="conversation" data-done' in after
    assert 'data-step="settings" data-done' in after
    # Only her browser can know of her theme.
    assert 'data-step="theme">' in after


def done_of(page: str) -> int:
    found = re.search(r'data-part="count">(\d)</span> of 5 completed', page)
    assert found
    return int(found[1])


def test_first_steps_are_put_away_for_good_and_for_the_whole_team(
    mira: Merchant, otto: Merchant
) -> None:
    assert WELCOME in home_of(mira)

    assert mira.submits("/admin/welcome/dismiss").status == 303

    assert WELCOME not in home_of(mira)
    assert WELCOME not in home_of(mira.colleague("43"))
    assert WELCOME in home_of(otto)


def test_otto_sees_nothing_of_miras_day(
    mira: Merchant, otto: Merchant, ben: Person, app: RunningApp
) -> None:
    ben.asks("Hello")
    talk = only_conversation(mira)
    change(
        app,
        "UPDATE conversations SET needs_staff_since = active_at WHERE id = :id",
        id=talk,
    )

    page = home_of(otto)
    assert talk not in page
    assert figures_of(otto)["New conversations"] == "0"


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_there_is_nothing(mira: Merchant, token: str) -> None:
    assert mira.fetches("/", token=token).status in (302, 401)
    assert mira.submits("/admin/welcome/dismiss", token=token).status in (302, 401)
    assert mira.submits(READ, token=token).status in (302, 401)
    assert WELCOME in home_of(mira)


@pytest.mark.parametrize(
    "renamed", ["/a/b", "/tools/our-chat", "/fr/apps/chat", "/apps/flux-chat2"]
)
def test_a_renamed_path_is_shown_to_the_merchant(
    mira: Merchant, ben: Person, renamed: str
) -> None:
    ben.sends("history", query=ben.signed_query(path_prefix=renamed))

    page = home_of(mira)

    assert f"Your app proxy path is {renamed.removeprefix('/fr')}" in page
    assert DEFAULT_PATH in page


@pytest.mark.parametrize(
    "usual",
    [
        "/apps/flux-chat",
        "/fr/apps/flux-chat",
        "/pt-br/apps/flux-chat",
        "/zh-Hant-TW/apps/flux-chat/",
    ],
)
def test_the_usual_path_is_no_news_in_any_language(
    mira: Merchant, ben: Person, usual: str
) -> None:
    ben.sends("history", query=ben.signed_query(path_prefix="/a/b"))

    ben.sends("history", query=ben.signed_query(path_prefix=usual))

    assert "app proxy path" not in home_of(mira)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "/",
        "apps/flux-chat",
        "/apps/",
        "/apps/x/y/z",
        f"/apps/{'x' * 500}",
        "/a/<b>",
        "/a/ü",
    ],
)
def test_what_is_no_path_changes_nothing(mira: Merchant, ben: Person, odd: str) -> None:
    ben.sends("history", query=ben.signed_query(path_prefix="/a/b"))

    assert ben.sends("history", query=ben.signed_query(path_prefix=odd)).status == 200

    assert "Your app proxy path is /a/b" in home_of(mira)


def test_the_block_asks_for_the_usual_path() -> None:
    block = (EXTENSION / "blocks" / "chat-widget.liquid").read_text()

    assert f'"default": "{DEFAULT_PATH}"' in block
    assert f"default: '{DEFAULT_PATH}'" in block


@pytest.fixture
def store(pretend_shopify: AdminApi, shop: str) -> Iterator[PretendStore]:
    store = PretendStore(pretend_shopify.base, shop)
    store.sells_all()
    yield store
    store.forgets()


def has_read(mira: Merchant) -> str:
    """Her home page when her catalog has been read."""
    pages: list[str] = []

    def is_read() -> bool:
        pages.append(home_of(mira))
        return "Read again" in pages[-1]

    wait_until(is_read, "her catalog")
    return pages[-1]


@dataclass(frozen=True)
class Shelf:
    """Mira's catalog, which nobody reads: it stands as a test says."""

    app: RunningApp
    mira: Merchant

    def stands(self, **how: Any) -> str:
        """Her home page then."""
        self._set("catalog_syncs", how)
        return home_of(self.mira)

    def has_access(self, scopes: str) -> None:
        self._set("installations", {"scopes": scopes})

    def _set(self, table: str, values: dict[str, Any]) -> None:
        columns = ", ".join(f"{name} = :{name}" for name in values)
        mine = f"UPDATE {table} SET {columns} WHERE shop_id = {MINE}"
        change(self.app, mine, shop=self.mira.shop, **values)


@pytest.fixture
def shelf(app: RunningApp, mira: Merchant, store: PretendStore) -> Shelf:
    """Read five minutes ago, with 2,465 products."""
    store.grants("write_app_proxy")
    home_of(mira)
    change(
        app,
        "INSERT INTO catalog_syncs (shop_id, state, fill, products, passages, seen,"
        " lines, language, currency, index_version, filled_at)"
        " SELECT id, 'ready', 1, 2465, 0, 0, 0, '', '', 1, :at FROM shops"
        " WHERE domain = :shop",
        at=int((time.time() - 310) * 1000),
        shop=mira.shop,
    )

    shelf = Shelf(app, mira)
    shelf.has_access(ALL_SCOPES)
    return shelf


def banners_in(page: str) -> list[str]:
    _, _, main = page.partition("<main")
    return re.findall(r'<s-banner [^>]*heading="([^"]*)"', main)


def test_what_was_read_of_her_store_is_counted(mira: Merchant) -> None:
    page = has_read(mira)

    assert re.search(
        r"[\d,]+ products, \d+ policies and pages. Updated <time [^>]*>just now<", page
    )
    assert "Grant access" not in page


def test_while_it_is_read_she_sees_how_far_it_is(shelf: Shelf) -> None:
    page = shelf.stands(state="filling", seen=1_200, expected=4_000)

    assert "Reading your products: 1,200 of about 4,000" in page
    assert 'value="1200" max="4000"' in page
    assert '<s-link href="/">Refresh</s-link>' in page
    assert "Read again" not in page


def test_a_number_that_shopify_has_not_told_is_not_guessed(shelf: Shelf) -> None:
    begun = shelf.stands(state="filling")
    overtaken = shelf.stands(seen=1_200, expected=800)

    assert "Reading your products</s-paragraph>" in begun
    assert "Reading your products: 1,200 so far" in overtaken
    assert "max=" not in begun + overtaken


def test_what_was_read_once_says_when(shelf: Shelf) -> None:
    page = home_of(shelf.mira)

    assert re.search(r"2,465 products. Updated <time [^>]*>5 minutes ago</time>", page)
    assert "Read again" in page


def test_what_nobody_has_read_yet_can_be_read(shelf: Shelf) -> None:
    page = shelf.stands(state="empty", products=0, filled_at=None)

    assert "Your products haven’t been read yet." in page
    assert "Read products" in page


def test_without_access_to_products_she_may_grant_it(
    mira: Merchant, store: PretendStore
) -> None:
    store.grants("write_app_proxy")

    page = home_of(mira)

    assert "can’t look up your products" in page
    assert 'scopes="read_products,read_content,read_legal_policies"' in page
    assert "Grant access" in page
    assert READ not in page
    assert banners_in(page) == []


def test_without_access_to_pages_her_products_are_known_all_the_same(
    shelf: Shelf,
) -> None:
    shelf.has_access("write_app_proxy,read_products")

    page = home_of(shelf.mira)

    assert 'scopes="read_content,read_legal_policies"' in page
    assert "doesn’t know all of your policies and pages" in page
    assert "2,465 products. Updated" in page


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("TIMEOUT", "Shopify took too long to list your products."),
        ("no_operation", "could not be read."),
    ],
)
def test_what_went_wrong_is_told_in_words_and_what_was_read_before(
    shelf: Shelf, code: str, told: str
) -> None:
    page = shelf.stands(state="failed", failure=code)

    assert told in page
    assert code not in page
    assert re.search(
        r"uses what was read <time [^>]*>5 minutes ago</time>: 2,465", page
    )
    assert "Try again" in page


def test_she_may_have_it_read_again(mira: Merchant, app: RunningApp) -> None:
    has_read(mira)
    fill = f"SELECT fill, state FROM catalog_syncs WHERE shop_id = {MINE}"
    [before] = ask(app, fill, shop=mira.shop)

    assert mira.submits(READ).status == 303

    def is_read_again() -> bool:
        [now] = ask(app, fill, shop=mira.shop)
        return (now.fill, now.state) == (before.fill + 1, "ready")

    wait_until(is_read_again, "another fill")


def test_nobody_has_it_read_again_and_again(mira: Merchant, otto: Merchant) -> None:
    home_of(otto)
    statuses = [mira.submits(READ).status for _ in range(7)]

    assert statuses == [303] * 6 + [429]
    assert otto.submits(READ).status == 303


@pytest.fixture(scope="module")
def priced(
    stores: Stores, start_app: Callable[..., RunningApp]
) -> Iterator[RunningApp]:
    """An app whose operator has said what the model costs."""
    app = start_app(stores.new("sqlite"), **PRICED)
    yield app
    app.close()


def uses(
    app: RunningApp, mira: Merchant, cents: int, name: str = "microdollars"
) -> str:
    """Her home page when so much was used today."""
    change(
        app,
        f"INSERT INTO budgets SELECT id, :day, '{name}', :count FROM shops"
        " WHERE domain = :shop",
        day=int(time.time() // 86_400),
        count=cents * CENT if name == "microdollars" else cents,
        shop=mira.shop,
    )
    return home_of(mira)


def allows(app: RunningApp, shop: str, chosen: Settings) -> Merchant:
    mira = Merchant(app.base, shop)
    choose(mira, **PAGES["data"].write(chosen))
    return mira


def test_what_the_model_has_cost_is_a_figure_where_prices_are_known(
    priced: RunningApp, mira: Merchant, shop: str
) -> None:
    here = Merchant(priced.base, shop)
    assert figures_of(here)["AI cost"] == "$0.00"

    page = uses(priced, here, cents=1_234)

    assert figures_of(here)["AI cost"] == "$12.34"
    assert "$12.34 this month" in page
    assert "AI cost" not in figures_of(mira)


@pytest.mark.parametrize(
    ("cents", "heading"),
    [
        (79, []),
        (80, ["80% of the daily AI budget is used"]),
        (99, ["99% of the daily AI budget is used"]),
        (100, ["Daily AI budget reached"]),
        (130, ["Daily AI budget reached"]),
    ],
)
def test_a_budget_that_is_nearly_or_all_used_is_told_with_its_figures(
    priced: RunningApp, shop: str, cents: int, heading: list[str]
) -> None:
    mira = allows(priced, shop, Settings(dollars_per_day=Decimal(1)))

    page = uses(priced, mira, cents)

    assert banners_in(page) == heading
    told = f"The assistant has used ${cents / 100:.2f} of the $1.00 that you allow for"
    assert (told in page) == bool(heading)


def test_a_rest_that_is_too_small_for_a_reply_is_a_budget_that_is_reached(
    priced: RunningApp, shop: str
) -> None:
    mira = allows(priced, shop, Settings(dollars_per_month=Decimal("0.01")))
    assert banners_in(uses(priced, mira, 0)) == []

    page = uses_more(priced, mira, 2_000)

    assert banners_in(page) == ["Monthly AI budget reached"]
    assert "has used $0.0020 of the $0.01 that you allow for this month" in page
    assert "One more reply may cost $0.0082. AI replies resume next month." in page


def uses_more(app: RunningApp, mira: Merchant, microdollars: int) -> str:
    change(
        app,
        "UPDATE budgets SET count = count + :more WHERE name = 'microdollars'"
        f" AND shop_id = {MINE}",
        more=microdollars,
        shop=mira.shop,
    )
    return home_of(mira)


def test_a_limit_of_replies_is_told_in_the_same_way(app: RunningApp, shop: str) -> None:
    here = allows(app, shop, Settings(replies_per_day=10, replies_per_month=200))

    assert banners_in(uses(app, here, 9, name="replies")) == [
        "90% of the daily reply limit is used"
    ]


def test_there_is_one_banner_at_a_time(
    mira: Merchant, ben: Person, app: RunningApp
) -> None:
    """What keeps the chat from working comes before what is only good to know."""
    here = allows(app, mira.shop, Settings(replies_per_day=10))
    ben.sends("history", query=ben.signed_query(path_prefix="/a/b"))
    assert banners_in(uses(app, here, 9, name="replies")) == [
        "Your app proxy path is /a/b"
    ]

    change(
        app,
        f"UPDATE budgets SET count = 10 WHERE shop_id = {MINE}",
        shop=mira.shop,
    )
    assert banners_in(home_of(here)) == ["Daily reply limit reached"]

    granted = "read_products,read_content,read_legal_policies"
    change(
        app,
        f"UPDATE installations SET scopes = '{granted}' WHERE shop_id = {MINE}",
        shop=mira.shop,
    )
    assert banners_in(home_of(here)) == ["Flux Chat is missing permissions"]
