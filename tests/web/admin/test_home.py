"""Mira's home page: the switch for her theme, who waits, today in figures, first steps that go away
for good.
"""

import re
import time

import pytest

from backend.shops.proxy_paths import DEFAULT_PATH
from tests.contract.database_hand import change
from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import CLIENT_ID, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.source_files import EXTENSION

FIGURE = re.compile(
    r'<div class="home-figure">\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>', re.DOTALL
)
WELCOME = "First steps"


def home_of(who: Merchant) -> str:
    answer = who.opens()
    assert answer.status == 200
    return answer.content.decode()


def figures_of(who: Merchant) -> dict[str, str]:
    return dict(FIGURE.findall(home_of(who)))


def test_a_new_shop_sees_a_page_and_zeros(mira: Merchant) -> None:
    assert figures_of(mira) == {
        "Conversations begun": "0",
        "Answered by the assistant": "0",
        "Taken by a person": "0",
        "Failed": "0",
        "Came back and went on": "–",
        "Tokens of the model": "0",
    }


def test_a_shop_that_has_not_granted_all_is_told_what_is_missing(
    app: RunningApp, mira: Merchant
) -> None:
    assert "Missing:" not in home_of(mira)
    mine = "shop_id IN (SELECT id FROM shops WHERE domain = :shop)"

    change(
        app,
        f"UPDATE installations SET scopes = 'read_products' WHERE {mine}",
        shop=mira.shop,
    )
    assert "Missing: write_app_proxy." in home_of(mira)

    change(
        app,
        f"UPDATE installations SET scopes = 'read_products,write_app_proxy' WHERE {mine}",
        shop=mira.shop,
    )
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

    assert figures["Conversations begun"] == "2"
    assert (figures["Answered by the assistant"], figures["Failed"]) == ("1", "1")
    assert figures["Tokens of the model"] != "0"


def test_the_chart_says_in_words_what_it_draws(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ben.says("One", wait=25)
    page = home_of(mira)

    assert re.search(
        r'<svg [^>]*role="img" aria-label="Conversations: 1 in 14 days; most on \d+ \w+, 1\."',
        page,
    )
    assert page.count("<rect ") == 2
    assert page.count('<th scope="row">') == 28


def test_who_came_back_after_a_pause_is_a_share(
    mira: Merchant, app: RunningApp
) -> None:
    home_of(mira)
    for name, number in (("session_restored", 3), ("session_expired", 1)):
        change(
            app,
            "INSERT INTO daily_counts (shop_id, day, name, count)"
            f" SELECT id, :day, :name, {number} FROM shops WHERE domain = :domain",
            day=int(time.time() // 86_400),
            name=name,
            domain=mira.shop,
        )

    assert figures_of(mira)["Came back and went on"] == "75%"


def test_who_needs_a_person_is_listed(
    mira: Merchant, ben: Person, app: RunningApp
) -> None:
    ben.asks("Hello")
    talk = only_conversation(mira)
    assert "Nobody is waiting." in home_of(mira)
    change(
        app,
        "UPDATE conversations SET needs_staff_since = active_at WHERE id = :id",
        id=talk,
    )

    assert f'href="/admin/inbox/{talk}"' in home_of(mira)


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
    assert figures_of(otto)["Conversations begun"] == "0"


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_there_is_nothing(mira: Merchant, token: str) -> None:
    assert mira.fetches("/", token=token).status in (302, 401)
    assert mira.submits("/admin/welcome/dismiss", token=token).status in (302, 401)
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
